//! Refining: a text model writes the prompt anew. A paid call like any other, for words that nobody else gets to see.

use crate::harness::{Answer, Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use serde_json::{Value, json};
use sqlx::Row as _;

fn ask(source: &str, wish: &str) -> Value {
    json!({ "source_id": source, "wish": wish, "way": "restyle" })
}

async fn refine(person: &Person, ask: &Value) -> Answer {
    person.post("/api/prompts/refine", ask).await
}

/// Quote and charge of every refining call, in order.
async fn booked(app: &TestApp) -> Vec<(i64, Option<i64>)> {
    let mut db = app.look().await;
    let rows = sqlx::query("SELECT quote, spent FROM calls WHERE kind = 'refine' ORDER BY reserved_at, rowid")
        .fetch_all(&mut db)
        .await
        .expect("the calls");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// What was sent to the text model, in order.
async fn sent(app: &TestApp) -> Vec<Value> {
    let requests = app.requests().await.into_iter();
    let refining = requests.filter(|request| request["path"] == "/v1/responses");
    refining.map(|request| request["json"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_is_written_anew_for_what_it_costs_and_once() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    person
        .post("/api/descriptions/create", &json!({ "source_id": source }))
        .await;
    for (at, (lang, wish)) in [
        (Lang::En, "at dusk, in the rain"),
        (Lang::Fr, "au crépuscule, sous la pluie"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut ask = ask(&source, wish);
        ask["language"] = json!(lang.tag());
        let written = refine(&person, &ask).await;
        assert_eq!(written.status, 200, "{}", written.text());
        let written = written.json();
        let prompt = written["prompt"].as_str().expect("a prompt").to_lowercase();
        assert!(prompt.contains(wish.split(',').next().expect("a word")), "{prompt}");
        assert_eq!(written["cached"], false);
        let composed = person.post("/api/prompts/compose", &ask).await.json();
        assert_ne!(composed["prompt"], written["prompt"], "something was written");

        let (quote, spent) = booked(&app).await[at];
        assert_eq!(spent, written["price_micros"].as_i64());
        assert!(
            0 < spent.unwrap_or(0) && spent.unwrap_or(0) <= quote,
            "{spent:?} of {quote}"
        );

        let again = refine(&person, &ask).await.json();
        assert_eq!((&again["cached"], &again["prompt"]), (&json!(true), &written["prompt"]));
        assert_eq!(booked(&app).await.len(), at + 1, "nothing is paid twice");
    }
    assert_eq!(sent(&app).await.len(), 2);
    app.assert_books().await;

    let stranger = app.person();
    stranger.source(pictures::jpeg(320, 240)).await;
    refine(&stranger, &ask(&source, "at dusk, in the rain"))
        .await
        .is_fault(ErrorCode::NotFound, Lang::En);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_words_can_be_refined_too() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let mut own = ask(&source, "");
    own["prompt"] = json!("  Un pont « rouge » 🌉, כחול ");
    let written = refine(&person, &own).await;
    assert_eq!(written.status, 200, "{}", written.text());
    let material = sent(&app).await[0]["input"][0]["content"][0]["text"].clone();
    let material: Value = serde_json::from_str(material.as_str().expect("a text")).expect("JSON");
    assert_eq!(material["wish"], "Un pont « rouge » 🌉, כחול");

    for (prompt, code) in [
        ("  ", ErrorCode::PromptEmpty),
        (&*"é".repeat(32_001), ErrorCode::PromptTooLong),
    ] {
        own["prompt"] = json!(prompt);
        refine(&person, &own).await.is_fault(code, Lang::En);
    }
    refine(&person, &ask(&source, ""))
        .await
        .is_fault(ErrorCode::WishMissing, Lang::En);
    assert_eq!(sent(&app).await.len(), 1, "what cannot be refined costs nothing");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dropped_is_not_told() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let facts = json!([
        { "id": "object-0", "kind": "object", "text": "kennel", "lang": "en", "confidence": 0.9 },
        { "id": "tag-0", "kind": "tag", "text": "summer", "lang": "en", "confidence": 0.9 },
    ]);
    let mine = json!({ "source_id": source, "caption": "a dog on a meadow", "facts": facts });
    assert_eq!(person.post("/api/descriptions/update", &mine).await.status, 200);
    for (at, stance) in ["keep", "change", "drop"].into_iter().enumerate() {
        let mut ask = ask(&source, "as a watercolour");
        ask["stances"] = json!({ "object-0": stance, "tag-0": stance });
        assert_eq!(refine(&person, &ask).await.status, 200);
        let material = sent(&app).await[at]["input"][0]["content"][0]["text"].to_string();
        assert!(material.contains("a dog on a meadow"), "{material}");
        for word in ["kennel", "summer"] {
            assert!(stance != "keep" || material.contains(word), "{stance}: {material}");
            assert!(stance != "drop" || !material.contains(word), "{stance}: {material}");
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_cost_what_the_table_says() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let refused =
        json!({ "error": { "message": "slow down", "type": "rate_limit_error", "code": "rate_limit_exceeded" } });
    let cases = [
        (
            json!({ "status": 429, "body": refused }),
            ErrorCode::ProviderBusy,
            false,
        ),
        (
            json!({ "status": 500, "body": "<html>" }),
            ErrorCode::ProviderBroken,
            true,
        ),
        (json!({ "status": 200, "body": "{}" }), ErrorCode::ProviderBroken, true),
        (
            json!({ "status": 200, "body": { "output": [{ "content": [{ "type": "refusal", "refusal": "no" }] }] } }),
            ErrorCode::ProviderRefused,
            true,
        ),
        (json!({ "cut_after_bytes": 20 }), ErrorCode::OutcomeUnknown, true),
    ];
    for (at, (mut fault, code, charged)) in cases.into_iter().enumerate() {
        println!("{fault}");
        fault["path"] = json!("/responses");
        app.play(fault).await;
        let wish = format!("at dusk {at}");
        let answer = refine(&person, &ask(&source, &wish)).await;
        assert_eq!(answer.text_at("code"), code.code(), "{}", answer.text());
        let (quote, spent) = booked(&app).await[at];
        assert_eq!(spent, Some(if charged { quote } else { 0 }));
        assert_eq!(sent(&app).await.len(), at + 1, "nothing is sent again");
    }
    app.assert_books().await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_money_or_a_text_model_nothing_leaves() {
    let app = TestApp::with(&[("POCHOIR_BUDGET_DAY", "0.0001")]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    refine(&person, &ask(&source, "at dusk"))
        .await
        .is_fault(ErrorCode::OverBudget, Lang::En);
    assert_eq!(app.counters().await["requests"], 0);
    app.finish().await;

    let app = TestApp::with(&[
        ("AZURE_VISION_ENDPOINT", "{demo}"),
        ("AZURE_VISION_KEY", "vision-key"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    refine(&person, &ask(&source, "at dusk"))
        .await
        .is_fault(ErrorCode::NotConfigured, Lang::En);
    let page = person.get(&format!("/studio/{source}")).await.text();
    assert!(!page.contains("Refine"), "the studio offers nothing that is not there");
    assert_eq!(app.counters().await["requests"], 0);
    app.finish().await;
}
