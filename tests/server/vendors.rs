//! Vendors that are configured, and those that are not: a missing one's function is said to be unavailable, and is never
//! played by the demo.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_painter_pictures_are_described_and_painting_is_said_to_be_missing() {
    let app = TestApp::with(&[
        ("AZURE_VISION_ENDPOINT", "{demo}"),
        ("AZURE_VISION_KEY", "vision-key"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let seen = person
        .post("/api/descriptions/create", &json!({ "source_id": source }))
        .await;
    assert_eq!(
        (seen.status.as_u16(), seen.json()["demo"].clone()),
        (200, json!(false)),
        "{}",
        seen.text()
    );
    for lang in Lang::ALL {
        let reader = person.clone().reading(lang);
        let order = Person::order(&source, "At dusk.");
        reader
            .post("/api/quotes/create", &order)
            .await
            .is_fault(ErrorCode::NotConfigured, lang);
        reader
            .start(&order, "key")
            .await
            .is_fault(ErrorCode::NotConfigured, lang);
        let page = reader.get(&format!("/studio/{source}")).await.text();
        let said = match lang {
            Lang::En => "Painting is not available here",
            Lang::Fr => "La peinture n’est pas disponible ici",
        };
        assert!(page.contains(said), "the studio does not say it in {lang:?}");
    }
    assert_eq!(app.counters().await["requests"], 1, "one description and nothing else");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_openai_alone_openai_describes_and_nothing_is_demo() {
    let app = TestApp::with(&[
        ("OPENAI_API_KEY", "sk-test"),
        ("OPENAI_BASE_URL", "{demo}/v1"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let session = person.get("/api/session/get").await.json();
    assert_eq!(
        (&session["demo"], &session["describer"], &session["painters"]),
        (&json!(false), &json!("openai"), &json!(["openai"])),
        "{session}"
    );
    let job = person.paint(&Person::order(&source, "At dusk."), "key").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let variation = job["variations"][0].as_str().expect("a variation");
    let variation = person.get(&format!("/api/variations/get?id={variation}")).await.json();
    assert_eq!(
        (&variation["provider"], &variation["demo"]),
        (&json!("openai"), &json!(false))
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_every_page_says_demo() {
    let app = TestApp::start().await;
    let person = app.person();
    let (source, variation) = person.variation("At dusk.").await;
    let share = person
        .post(
            "/api/shares/create",
            &json!({ "variation_ids": [variation], "visibility": "public" }),
        )
        .await
        .json();
    let shared = format!("/s/{}", share["slug"].as_str().expect("a slug"));
    for lang in Lang::ALL {
        let reader = person.clone().reading(lang);
        let word = match lang {
            Lang::En => "demo",
            Lang::Fr => "démo",
        };
        for path in [
            "/",
            "/library",
            "/gallery",
            "/privacy",
            &format!("/studio/{source}"),
            &format!("/variations/{variation}"),
            &shared,
        ] {
            let page = reader.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(
                page.text().to_lowercase().contains(word),
                "{path} does not say {word} in {lang:?}"
            );
        }
    }
    app.finish().await;
}
