//! Draft, then finish: the first picture sent is the draft, whichever way it was painted; and the same again in high quality.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{
    domain::{
        source::{Format, Rect},
        spec::Size,
    },
    server::imaging::{self, Quality},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The files of the last edit that was asked for, by name: their SHA-256.
async fn sent(app: &TestApp) -> Vec<(String, String)> {
    let requests = app.requests().await;
    let edit = |request: &&Value| request["path"].as_str().is_some_and(|path| path.ends_with("/edits"));
    let last = requests.iter().rfind(edit).expect("an edit");
    let file = |part: &Value| {
        let hash = part["file"]["sha256"].as_str()?.to_owned();
        Some((part["name"].as_str()?.to_owned(), hash))
    };
    last["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .filter_map(file)
        .collect()
}

/// What is sent of a picture: this part of it at this size, as PNG.
async fn as_sent(person: &Person, path: &str, part: Option<Rect>, size: Size) -> String {
    let mut pixels = imaging::decode(&person.get(path).await.body).expect("a picture");
    if let Some(part) = part {
        pixels = pixels.crop(part).expect("inside");
    }
    if pixels.size() != size {
        pixels = imaging::resize(&pixels, size);
    }
    let file = imaging::encode(&pixels, Format::Png, Quality::Lossless).expect("a PNG");
    Sha256::digest(&file).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|_| panic!("not that: {value}"))
}

/// The draft that an order gives, and what can be ordered of it.
async fn drafted(person: &Person, order: &Value) -> (String, Value) {
    let job = person.paint(order, "draft").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let draft = job["variations"][0].as_str().expect("a draft").to_owned();
    let again = person.get(&format!("/api/quotes/again?id={draft}")).await.json();
    (draft, again)
}

/// Finishes a draft by what is offered; gives what was offered.
async fn finished(person: &Person, draft: &str, again: &Value) -> Value {
    let offer = &again["finish"];
    assert_eq!(offer["order"]["finish_of"], draft, "{again}");
    let job = person.paint(&offer["order"], "finish").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert_eq!(
        job["quote_micros"], offer["quote"]["quote_micros"],
        "the price that was said"
    );
    let id = job["variations"][0].as_str().expect("a variation");
    let variation = person.get(&format!("/api/variations/get?id={id}")).await.json();
    assert_eq!(variation["parent_id"], draft);
    let prompt = variation["prompt"].as_str().expect("a prompt");
    assert!(prompt.contains("Keep this composition"), "{prompt}");
    let before = person.get(&format!("/api/variations/get?id={draft}")).await.json();
    let own = before["prompt"].as_str().expect("a prompt").to_lowercase();
    let strange: Vec<String> = read(&variation["understood"]["not_understood"]);
    assert!(
        strange.iter().all(|word| own.contains(word)),
        "the clause says nothing strange: {variation}"
    );
    variation
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restyled_draft_is_the_first_picture_and_the_source_the_second() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let (draft, again) = drafted(&person, &Person::order(&source, "At dusk.")).await;
    let plain = {
        let mut order = again["finish"]["order"].clone();
        order["finish_of"] = Value::Null;
        person.post("/api/quotes/create", &order).await.json()
    };
    let price = |quote: &Value| quote["quote_micros"].as_i64().expect("a price");
    assert!(
        price(&again["finish"]["quote"]) > price(&plain),
        "the draft has its price"
    );
    finished(&person, &draft, &again).await;
    let composed = format!("/media/variations/{draft}/composed");
    let master = format!("/media/sources/{source}/master");
    let draft_size = Size::new(1024, 1024);
    let expected = [
        (
            "image[]".to_owned(),
            as_sent(&person, &composed, None, draft_size).await,
        ),
        (
            "image[]".to_owned(),
            as_sent(&person, &master, None, Size::new(640, 480)).await,
        ),
    ];
    assert_eq!(sent(&app).await, expected);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reimagined_draft_is_the_only_picture() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let mut order = Person::order(&source, "A red kite over the sea.");
    order["way"] = "reimagine".into();
    let (draft, again) = drafted(&person, &order).await;
    finished(&person, &draft, &again).await;
    let composed = format!("/media/variations/{draft}/composed");
    let expected = as_sent(&person, &composed, None, Size::new(1024, 1024)).await;
    let files = sent(&app).await;
    assert_eq!(files.iter().map(|(_, hash)| hash).collect::<Vec<_>>(), [&expected]);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repainted_draft_is_cut_like_its_source_so_that_the_mask_fits() {
    let app = TestApp::start().await;
    let person = app.person();
    let (width, height) = (1600, 1200);
    let hole = Rect {
        x: 700,
        y: 420,
        width: 420,
        height: 400,
    };
    let source = person.source(pictures::jpeg(width, height)).await;
    let mask = person.upload_mask(&source, pictures::hole(width, height, hole)).await;
    for strategy in ["crop", "whole"] {
        let mut order = Person::order(&source, &format!("Snow, {strategy}."));
        order["way"] = "repaint".into();
        order["mask_id"] = mask.text_at("id").into();
        order["strategy"] = strategy.into();
        let job = person.paint(&order, strategy).await;
        let draft = job["variations"][0].as_str().expect("a draft").to_owned();
        let again = person.get(&format!("/api/quotes/again?id={draft}")).await.json();
        let used = &again["finish"]["quote"]["used"];
        assert_eq!(used["strategy"], strategy, "{again}");
        let job = person
            .paint(&again["finish"]["order"], &format!("finish {strategy}"))
            .await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let part = (strategy == "crop").then(|| read::<Rect>(&used["crop"]));
        let size: Size = read(&used["size"]);
        let composed = format!("/media/variations/{draft}/composed");
        let master = format!("/media/sources/{source}/master");
        let files = sent(&app).await;
        let expected = [
            as_sent(&person, &composed, part, size).await,
            as_sent(&person, &master, part, size).await,
        ];
        assert_ne!(expected[0], expected[1], "the draft is not the source");
        assert_eq!([&files[0].1, &files[1].1], [&expected[0], &expected[1]], "{strategy}");
        assert_eq!(files[2].0, "mask");
        let id = job["variations"][0].as_str().expect("a variation");
        let variation = person.get(&format!("/api/variations/get?id={id}")).await.json();
        assert_eq!(
            (&variation["parent_id"], &variation["protected_changed"]),
            (&json!(draft), &json!(0))
        );
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_work_as_plain_forms_and_what_is_painted_for_keeping_offers_neither() {
    let app = TestApp::start().await;
    let person = app.person();
    let (source, draft) = person.variation("At dusk.").await;
    let page = person.get(&format!("/variations/{draft}")).await.text();
    for part in [
        "action=\"/forms/again\"",
        "value=\"finish\"",
        "value=\"high_quality\"",
        "Finish · ",
    ] {
        assert!(page.contains(part), "{part} is not in the page");
    }
    let mut made = Vec::new();
    for (how, key) in [("finish", "one"), ("high_quality", "two")] {
        let fields = [("variation_id", draft.as_str()), ("how", how), ("idempotency_key", key)];
        for _ in 0..2 {
            let answer = person.submit("/forms/again", &fields).await;
            assert_eq!(answer.location(), format!("/studio/{source}"), "{how}");
        }
        let jobs = person.get(&format!("/api/jobs/list?source_id={source}")).await.json();
        let job = person.over(jobs[0]["id"].as_str().expect("a job")).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        made.push(job);
    }
    let jobs = person.get(&format!("/api/jobs/list?source_id={source}")).await.json();
    assert_eq!(
        jobs.as_array().map(Vec::len),
        Some(3),
        "sent twice, started once: {jobs}"
    );
    assert_eq!(made[0]["order"]["finish_of"], draft);
    assert_eq!(
        (&made[1]["order"]["finish_of"], &made[1]["order"]["prompt"]),
        (&Value::Null, &json!("At dusk."))
    );
    assert_eq!(made[0]["order"]["spec"], made[1]["order"]["spec"]);

    let last = made[1]["variations"][0].as_str().expect("a variation");
    let again = person.get(&format!("/api/quotes/again?id={last}")).await.json();
    assert_eq!((&again["finish"], &again["high_quality"]), (&Value::Null, &Value::Null));
    let fields = [("variation_id", last), ("how", "finish"), ("idempotency_key", "three")];
    let answer = person.submit("/forms/again", &fields).await;
    assert!(
        answer.location().contains("error=quality_refused"),
        "{}",
        answer.location()
    );
    app.finish().await;
}
