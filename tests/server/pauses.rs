//! A provider without credit is asked once and then left alone; everybody is told, and nothing is spent.

use crate::harness::{
    Person, pictures,
    program::{Providers, Running},
};
use pochoir::domain::text::Lang;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn without_credit_there_is_one_call_and_a_sentence_wherever_one_would_pay() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person();
    let (source, variation) = person.variation("At dusk.").await;
    let other = person.source(pictures::jpeg(320, 240)).await;
    let before = providers.counters().await["requests"].as_u64().expect("a count");
    let no_credit =
        json!({ "error": { "message": "x", "type": "insufficient_quota", "code": "credit_balance_exhausted" } });
    providers
        .play(json!({ "path": "/images/", "status": 429, "body": no_credit, "headers": { "retry-after": "1" } }))
        .await;
    for key in ["first", "second"] {
        let job = person.paint(&Person::order(&source, key), key).await;
        assert_eq!(
            (&job["state"], &job["error"]["code"], &job["spent_micros"]),
            (&json!("failed"), &json!("provider_credit"), &json!(0)),
            "{job}"
        );
    }
    // OpenAI describes here too: it is the same account.
    let seen = person
        .post("/api/descriptions/create", &json!({ "source_id": other }))
        .await;
    assert_eq!(
        (seen.status.as_u16(), &seen.json()["code"]),
        (502, &json!("provider_credit"))
    );
    let wait = seen.json()["retry_after_s"].as_u64().expect("a wait");
    assert!((1..=300).contains(&wait), "{}", seen.text());
    assert_eq!(
        providers.counters().await["requests"],
        before + 1,
        "asked once, then left alone"
    );

    let ready = person.get("/readyz").await;
    let standing = &ready.json()["providers"][0];
    assert_eq!(
        (ready.status.as_u16(), &standing["state"], &standing["why"]),
        (200, &json!("paused"), &json!("no_credit")),
        "{standing}"
    );
    for (lang, paints, describes) in [
        (
            Lang::En,
            "Painting is paused: the provider’s account has no credit",
            "Describing is paused",
        ),
        (Lang::Fr, "La peinture est en pause", "La description est en pause"),
    ] {
        let reader = person.clone().reading(lang);
        let studio = reader.get(&format!("/studio/{other}")).await.text();
        assert!(
            studio.contains(paints) && studio.contains(describes),
            "not said in {lang:?}"
        );
        let result = reader.get(&format!("/variations/{variation}")).await.text();
        assert!(
            result.contains(paints),
            "the page of a result does not say it in {lang:?}"
        );
        assert!(
            !result.contains("billing"),
            "what the operator has to do is for the log"
        );
    }
    assert_eq!(running.terminate(), Some(0));
    providers.demo.stop();
}
