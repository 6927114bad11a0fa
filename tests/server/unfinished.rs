//! Pictures that are shown while they are painted: ordered, paid for, gone when the result is there.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_pictures_are_told_on_the_stream_and_cost_what_was_quoted() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let plain = Person::order(&source, "At dusk.");
    let mut order = plain.clone();
    order["spec"]["partials"] = 2.into();
    let quote = async |order| {
        let quote = person.post("/api/quotes/create", order).await.json();
        quote["quote_micros"].as_i64().expect("a quote")
    };
    let more = quote(&order).await - quote(&plain).await;
    assert!(more > 0, "{more}");

    let job = person.paint(&order, "shown").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert!(job["spent_micros"].as_i64() <= job["quote_micros"].as_i64(), "{job}");
    let id = job["id"].as_str().expect("an id");
    let events = person.get(&format!("/api/jobs/{id}/events")).await.text();
    for place in [1, 2] {
        let address = format!("/media/jobs/{id}/{place}");
        assert!(events.contains(&address), "{events}");
        assert_eq!(person.get(&address).await.status, 404, "it was only for the time being");
    }
    let repeat = person.start(&plain, "plain").await;
    assert!(
        repeat.json()["repeat_of"].is_string(),
        "the result is the same: {}",
        repeat.text()
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_there_can_be_are_refused() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    for (partials, count) in [(4, 1), (1, 2)] {
        let mut order = Person::order(&source, "At dusk.");
        order["spec"]["partials"] = partials.into();
        order["spec"]["count"] = count.into();
        for lang in Lang::ALL {
            let answer = person.clone().reading(lang).post("/api/quotes/create", &order).await;
            answer.is_fault(ErrorCode::PartialsRefused, lang);
        }
    }
    app.finish().await;
}
