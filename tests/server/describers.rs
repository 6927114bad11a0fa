//! Who describes: regions without captions, free tiers, answers that break off; and what each of them books.

use crate::harness::{Answer, Person, TestApp, pictures};
use pochoir::{
    api::ErrorCode,
    domain::{spec::ProviderName, text::Lang},
    server::{
        clock::{Clock as _, StoppedClock},
        store::{FreeTaken, FreeUse},
    },
};
use serde_json::{Value, json};
use sqlx::Row as _;
use std::{sync::Arc, time::Duration};

const AZURE: [(&str, &str); 3] = [
    ("AZURE_VISION_ENDPOINT", "{demo}"),
    ("AZURE_VISION_KEY", "vision-key"),
    ("POCHOIR_ACCESS", "open"),
];

async fn describe(person: &Person, source: &str) -> Answer {
    person
        .post("/api/descriptions/create", &json!({ "source_id": source }))
        .await
}

/// Quote and charge of every describing call, in order.
async fn booked(app: &TestApp) -> Vec<(i64, Option<i64>)> {
    let mut db = app.look().await;
    let rows = sqlx::query("SELECT quote, spent FROM calls WHERE kind = 'describe' ORDER BY reserved_at, rowid")
        .fetch_all(&mut db)
        .await
        .expect("the calls");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn no_captions() -> Value {
    json!({ "path": "/computervision/", "status": 400, "body": { "error": {
        "code": "InvalidRequest", "message": "The feature 'Caption' is not supported in this region." } } })
}

fn older(status: u16) -> Value {
    let body = if status == 200 {
        json!({ "description": { "tags": ["x"], "captions": [{ "text": "a dog on grass", "confidence": 0.7 }] },
            "requestId": "r", "metadata": { "width": 1, "height": 1, "format": "Jpeg" }, "modelVersion": "2021-05-01" })
    } else {
        json!({ "code": "InternalServerError", "message": "x", "requestId": "r" })
    };
    json!({ "path": "/vision/v3.2/describe", "status": status, "body": body })
}

/// One description's worth of budget: the refused call, the rest and the older caption fit into it to the last digit.
#[tokio::test(flavor = "multi_thread")]
async fn a_region_without_captions_is_described_within_the_reservation() {
    let settings: Vec<_> = AZURE.into_iter().chain([("POCHOIR_BUDGET_DAY", "0.0045")]).collect();
    let app = TestApp::with(&settings).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!([no_captions(), older(200)])).await;
    let seen = describe(&person, &source).await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    let seen = seen.json();
    assert_eq!(
        (&seen["shortfall"], &seen["caption"]["text"], &seen["price_micros"]),
        (&json!("older_caption"), &json!("a dog on grass"), &json!(4_500)),
        "{seen}"
    );
    assert_eq!(booked(&app).await, [(4_500, Some(4_500))]);
    app.assert_books().await;

    for (lang, words) in [
        (Lang::En, "Captions are not offered in the provider’s region"),
        (Lang::Fr, "Les légendes ne sont pas proposées dans la région"),
    ] {
        let page = person.clone().reading(lang).get(&format!("/studio/{source}")).await;
        assert!(page.text().contains(words), "the studio does not say it in {lang:?}");
    }
    let again = describe(&person, &source).await.json();
    assert_eq!(
        (&again["cached"], &again["shortfall"]),
        (&json!(true), &json!("older_caption"))
    );
    let mine = json!({ "source_id": source, "caption": "my dog" });
    let mine = person.post("/api/descriptions/update", &mine).await.json();
    assert_eq!(mine.get("shortfall"), None, "one's own caption lacks nothing: {mine}");

    let other = person.source(pictures::jpeg(320, 240)).await;
    describe(&person, &other)
        .await
        .is_fault(ErrorCode::OverBudget, Lang::En);
    assert_eq!(
        app.counters().await["requests"],
        3,
        "nothing leaves without a reservation"
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_without_a_caption_is_kept_and_booked_as_it_may_be_charged() {
    let app = TestApp::with(&AZURE).await;
    let person = app.person();
    app.play(json!([no_captions(), older(500), older(404)])).await;
    for (side, spent) in [(640, 4_500), (320, 3_000)] {
        let source = person.source(pictures::jpeg(side, 240)).await;
        let seen = describe(&person, &source).await.json();
        assert_eq!(
            (&seen["shortfall"], &seen["caption"]["text"], &seen["price_micros"]),
            (&json!("no_caption_in_region"), &json!(""), &json!(spent)),
            "{seen}"
        );
        assert!(
            seen["facts"].as_array().is_some_and(|facts| !facts.is_empty()),
            "{seen}"
        );
        let ask = json!({ "source_id": source, "wish": "at dusk", "way": "restyle" });
        let composed = person.post("/api/prompts/compose", &ask).await;
        assert_eq!(composed.status, 200, "it can be worked with: {}", composed.text());
    }
    assert_eq!(booked(&app).await, [(4_500, Some(4_500)), (4_500, Some(3_000))]);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_tier_ends_in_plain_words_and_begins_again() {
    let clock = StoppedClock::at("2026-11-23T07:00:00Z".parse().expect("a moment"));
    let free: Vec<_> = AZURE
        .into_iter()
        .chain([("AZURE_VISION_TIER", "f0"), ("POCHOIR_BUDGET_VISITOR_DAY", "none")])
        .collect();
    let app = TestApp::at(Arc::new(clock.clone()), &free).await;
    let person = app.person();
    for side in 0..20 {
        let source = person.source(pictures::jpeg(100 + side, 100)).await;
        let seen = describe(&person, &source).await;
        assert_eq!(seen.status, 200, "{}", seen.text());
    }
    let source = person.source(pictures::jpeg(200, 100)).await;
    for lang in Lang::ALL {
        let full = describe(&person.clone().reading(lang), &source).await;
        full.is_fault(ErrorCode::FreeMinute, lang);
        assert_eq!(full.json()["retry_after_s"], 60);
    }
    assert_eq!(app.counters().await["requests"], 20, "nothing left");
    assert_eq!(booked(&app).await.last(), Some(&(4_500, Some(0))));

    clock.advance(Duration::from_mins(1));
    assert_eq!(describe(&person, &source).await.status, 200);
    // 21 descriptions of four features each; all but three of the rest are used up at once.
    let december = "2026-12-01T00:00:00Z".parse().expect("a moment");
    let month = ["2026-11-01T00:00:00Z".parse().expect("a moment"), december];
    let rest = FreeUse {
        provider: ProviderName::AzureVision,
        requests: 1,
        units: 5_000 - 21 * 4 - 3,
        now: clock.now(),
        requests_a_minute: 20,
        units_a_month: 5_000,
        month,
    };
    assert_eq!(app.app.store.take_free(&rest).await.expect("taken"), FreeTaken::Noted);
    let source = person.source(pictures::jpeg(201, 100)).await;
    let until = december.duration_since(clock.now()).as_secs();
    for lang in Lang::ALL {
        let full = describe(&person.clone().reading(lang), &source).await;
        full.is_fault(ErrorCode::FreeMonth, lang);
        assert_eq!(full.json()["retry_after_s"], until);
    }
    clock.advance(Duration::from_secs(until.unsigned_abs()));
    assert_eq!(describe(&person, &source).await.status, 200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openai_describes_with_boxes_and_keeps_what_came_before_a_cut() {
    let app = TestApp::with(&[
        ("OPENAI_API_KEY", "sk-test"),
        ("OPENAI_BASE_URL", "{demo}/v1"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person().reading(Lang::Fr);
    let source = person.source(pictures::jpeg(2048, 1024)).await;
    let answer = json!({ "model": "gpt-6-luna", "status": "incomplete",
        "incomplete_details": { "reason": "max_output_tokens" },
        "output": [{ "type": "message", "content": [{ "type": "output_text", "text":
            "{\"caption\":\"un chien\",\"objects\":[{\"words\":\"chien\",\"left\":0,\"top\":250,\"right\":500,\"bottom\":1000},{\"wo" }] }],
        "usage": { "input_tokens": 1000, "output_tokens": 4000 } });
    app.play(json!({ "path": "/v1/responses", "status": 200, "body": answer }))
        .await;
    let seen = describe(&person, &source).await.json();
    assert_eq!(
        (&seen["shortfall"], &seen["caption"]["lang"], &seen["provider"]),
        (&json!("cut_short"), &json!("fr"), &json!("openai")),
        "{seen}"
    );
    let dog = json!({ "id": "object-0", "kind": "object", "text": "chien", "lang": "fr", "confidence": null,
        "box": { "x": 0, "y": 256, "width": 1024, "height": 768 } });
    assert_eq!(seen["facts"], json!([dog]), "in pixels of the source");
    let [(quote, Some(spent))] = booked(&app).await[..] else {
        panic!("one call")
    };
    assert_eq!(spent, 2_100, "1,000 tokens at 0.10 and 4,000 at 0.50 dollars a million");
    assert!(spent <= quote, "{spent} of {quote}");
    let page = person.get(&format!("/studio/{source}")).await.text();
    assert!(page.contains("s’est arrêté avant la fin"), "it is said");
    assert!(page.contains("OpenAI"), "who described is said");

    for (body, code) in [
        (
            json!({ "status": "completed", "output": [{ "type": "message", "content": [{ "type": "refusal", "refusal": "no" }] }] }),
            ErrorCode::ProviderRefused,
        ),
        (
            json!({ "status": "incomplete", "incomplete_details": { "reason": "max_output_tokens" }, "output": [] }),
            ErrorCode::ProviderBroken,
        ),
    ] {
        let other = person.source(pictures::jpeg(300, 200)).await;
        app.play(json!({ "path": "/v1/responses", "status": 200, "body": body }))
            .await;
        describe(&person, &other).await.is_fault(code, Lang::Fr);
        assert_eq!(
            booked(&app).await.last(),
            Some(&(quote, Some(quote))),
            "it may have been charged"
        );
    }
    app.finish().await;
}

/// Nothing is scripted but the refusal: the demo's own 3.2 and Responses answer.
#[tokio::test(flavor = "multi_thread")]
async fn both_fallback_and_second_describer_work_with_the_demo() {
    let app = TestApp::with(&AZURE).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(no_captions()).await;
    let seen = describe(&person, &source).await.json();
    assert_eq!(seen["shortfall"], "older_caption", "{seen}");
    assert!(seen["caption"]["text"].as_str().is_some_and(|text| !text.is_empty()));
    assert_eq!(booked(&app).await, [(4_500, Some(4_500))]);
    let asked = app.requests().await;
    let paths: Vec<&str> = asked.iter().filter_map(|request| request["path"].as_str()).collect();
    assert_eq!(paths.last(), Some(&"/vision/v3.2/describe"), "{asked:?}");
    app.finish().await;

    let app = TestApp::with(&[
        ("OPENAI_API_KEY", "sk-test"),
        ("OPENAI_BASE_URL", "{demo}/v1"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person();
    for (lang, closer) in [(Lang::En, false), (Lang::Fr, true)] {
        let reader = person.clone().reading(lang);
        let source = reader.source(pictures::jpeg(1500, 1000)).await;
        let ask = json!({ "source_id": source, "closer": closer });
        let seen = reader.post("/api/descriptions/create", &ask).await.json();
        assert_eq!(
            (&seen["caption"]["lang"], &seen["provider"], seen.get("shortfall")),
            (&json!(lang.tag()), &json!("openai"), None),
            "{seen}"
        );
        let facts = seen["facts"].as_array().expect("facts");
        let boxes: Vec<&Value> = facts.iter().filter_map(|fact| fact.get("box")).collect();
        assert!(!boxes.is_empty(), "{seen}");
        for bounds in boxes {
            let side = |name: &str| bounds[name].as_u64().expect("a number");
            assert!(
                side("x") + side("width") <= 1500 && side("y") + side("height") <= 1000,
                "{bounds}"
            );
        }
        assert!(facts.iter().all(|fact| fact["confidence"].is_null()), "{seen}");
    }
    for (quote, spent) in booked(&app).await {
        assert!(
            spent.is_some_and(|spent| 0 < spent && spent <= quote),
            "{spent:?} of {quote}"
        );
    }
    app.finish().await;
}
