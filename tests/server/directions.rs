//! Directions: up to four orders at once, one total, one reservation each, all or none.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use serde_json::{Value, json};

const KEY: [(&str, &str); 2] = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", "{demo}/v1")];

fn orders(source: &str, wishes: &[&str]) -> Value {
    wishes.iter().map(|wish| Person::order(source, wish)).collect()
}

async fn start_all(person: &Person, orders: &Value, key: &str) -> crate::harness::Answer {
    person
        .post(
            "/api/jobs/start_all",
            &json!({ "orders": orders, "idempotency_key": key }),
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_directions_have_one_price_one_key_and_a_place_each() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let three = orders(&source, &["At dusk.", "In the snow.", "As a watercolour."]);
    let quote = person
        .post("/api/quotes/create_all", &json!({ "orders": three }))
        .await
        .json();
    let sum = |field: &str| -> i64 {
        let quotes = quote["quotes"].as_array().expect("quotes");
        quotes.iter().map(|quote| quote[field].as_i64().expect("a price")).sum()
    };
    assert_eq!(quote["quote_micros"], sum("quote_micros"));
    assert_eq!(quote["expected_micros"], sum("expected_micros"));
    assert_eq!(quote["allowed"], true);

    let started = start_all(&person, &three, "several").await;
    assert_eq!(started.status, 202, "{}", started.text());
    let jobs: Vec<String> = started.json()["jobs"]
        .as_array()
        .expect("jobs")
        .iter()
        .map(|job| job["job_id"].as_str().expect("an id").to_owned())
        .collect();
    for (place, id) in jobs.iter().enumerate() {
        let job = person.over(id).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        assert_eq!(job["direction"], json!({ "of": jobs[0], "place": place }));
        assert_eq!(job["order"]["prompt"], three[place]["prompt"]);
    }
    assert_eq!(app.counters().await["charged"], 3);

    let same = start_all(&person, &three, "several").await;
    assert_eq!(same.status, 202);
    assert_eq!(same.json()["jobs"][2]["job_id"], jobs[2], "the same jobs");
    let other = start_all(&person, &orders(&source, &["At dusk."]), "several").await;
    other.is_fault(ErrorCode::IdempotencyConflict, Lang::En);
    let alone = person.start(&Person::order(&source, "At dusk."), "several").await;
    alone.is_fault(ErrorCode::IdempotencyConflict, Lang::En);
    let repeat = start_all(&person, &orders(&source, &["New.", "In the snow."]), "another").await;
    assert_eq!(repeat.status, 200, "{}", repeat.text());
    assert_eq!(repeat.json()["repeats"][0]["place"], 1);
    assert_eq!(app.counters().await["charged"], 3, "nothing was painted again");

    let none = start_all(&person, &json!([]), "none").await;
    none.is_fault(ErrorCode::DirectionsCount, Lang::En);
    let five = start_all(&person, &orders(&source, &["a", "b", "c", "d", "e"]), "five").await;
    five.is_fault(ErrorCode::DirectionsCount, Lang::En);
    let alike = start_all(&person, &orders(&source, &["a", "a"]), "alike").await;
    alike.is_fault(ErrorCode::DirectionsAlike, Lang::En);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_for_all_none_is_started() {
    let price = {
        let app = TestApp::with(&KEY).await;
        let person = app.person();
        let source = person.source(pictures::jpeg(640, 480)).await;
        let quote = person
            .post("/api/quotes/create", &Person::order(&source, "Snow 1."))
            .await;
        app.finish().await;
        quote.json()["quote_micros"].as_i64().expect("a price")
    };
    let room = price * 2 + price / 2;
    let cap = format!("{}.{:06}", room / 1_000_000, room % 1_000_000);
    let app = TestApp::with(&[KEY[0], KEY[1], ("POCHOIR_BUDGET_DAY", &cap)]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let before = app.counts().await;
    let three = orders(&source, &["Snow 1.", "Snow 2.", "Snow 3."]);
    let quote = person
        .post("/api/quotes/create_all", &json!({ "orders": three }))
        .await
        .json();
    assert_eq!(
        quote["allowed"], false,
        "each alone has room, all together have not: {quote}"
    );
    assert_eq!(quote["quotes"][0]["allowed"], true);
    let refused = start_all(&person, &three, "several").await;
    refused.is_fault(ErrorCode::OverBudget, Lang::En);
    let total = pochoir::domain::text::number::money(Lang::En, pochoir::domain::money::Micros(price * 3));
    assert!(
        refused.text_at("message").contains(&total),
        "the total: {}",
        refused.text()
    );
    assert_eq!(app.counts().await, before, "nothing is left of it");

    app.play(json!({ "path": "/images/", "hold": true, "times": 2 })).await;
    let two = start_all(&person, &orders(&source, &["Snow 1.", "Snow 2."]), "several").await;
    assert_eq!(two.status, 202, "a refusal does not bind the key: {}", two.text());
    app.held(2).await;
    let third = person.start(&Person::order(&source, "Snow 3."), "third").await;
    third.is_fault(ErrorCode::OverBudget, Lang::En);
    app.release().await;
    app.finish().await;
}
