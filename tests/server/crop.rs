//! Crop and stitch: a small hole is painted from its surroundings alone, for less, and comes back to the very pixel.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{
    domain::{source::Rect, spec::Size},
    server::imaging::{self, Quality},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A repaint of this hole with this strategy, at about a megapixel.
async fn order(person: &Person, source: &str, mask: Vec<u8>, strategy: Option<&str>) -> Value {
    let mask = person.upload_mask(source, mask).await;
    assert_eq!(mask.status, 201, "{}", mask.text());
    let mut order = Person::order(source, "A red kite.");
    order["way"] = "repaint".into();
    order["mask_id"] = mask.text_at("id").into();
    if let Some(strategy) = strategy {
        order["strategy"] = strategy.into();
    }
    order
}

async fn quote(person: &Person, order: &Value) -> Value {
    let answer = person.post("/api/quotes/create", order).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn rect(value: &Value) -> Rect {
    serde_json::from_value(value.clone()).unwrap_or_else(|_| panic!("no rectangle: {value}"))
}

fn size(value: &Value) -> Size {
    serde_json::from_value(value.clone()).unwrap_or_else(|_| panic!("no size: {value}"))
}

/// The pictures that were sent to be edited last, by name: their SHA-256.
async fn sent(app: &TestApp) -> Vec<(String, String)> {
    let requests = app.requests().await;
    let last = requests
        .iter()
        .rfind(|request| {
            request["path"]
                .as_str()
                .is_some_and(|path| path.ends_with("/images/edits"))
        })
        .expect("an edit");
    let parts = last["parts"].as_array().expect("parts");
    parts
        .iter()
        .filter(|part| !part["file"].is_null())
        .map(|part| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            (text(&part["name"]), text(&part["file"]["sha256"]))
        })
        .collect()
}

fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_hole_is_painted_from_its_surroundings() {
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
    let order = order(&person, &source, pictures::hole(width, height, hole), None).await;

    let cropped = quote(&person, &order).await;
    assert_eq!(cropped["used"]["strategy"], "crop", "{cropped}");
    let crop = rect(&cropped["used"]["crop"]);
    assert!(crop.x <= hole.x && crop.y <= hole.y, "{crop:?}");
    assert!(crop.x + crop.width >= hole.x + hole.width && crop.y + crop.height >= hole.y + hole.height);
    assert_eq!(
        size(&cropped["used"]["size"]),
        crop.size(),
        "as it is: nothing is resampled"
    );
    assert_eq!(cropped["used"]["reference"], cropped["used"]["size"]);
    let mut whole = order.clone();
    whole["strategy"] = "whole".into();
    let whole = quote(&person, &whole).await;
    assert_eq!(
        (&whole["used"]["strategy"], &whole["used"]["crop"]),
        (&json!("whole"), &Value::Null)
    );
    let price = |quote: &Value| quote["quote_micros"].as_i64().expect("a price");
    assert!(price(&cropped) < price(&whole), "{cropped} {whole}");

    let job = person.paint(&order, "first").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert!(job["spent_micros"].as_i64() <= Some(price(&cropped)), "{job}");

    // What was sent is that part of the stored source, and of the mask.
    let master = person.get(&format!("/media/sources/{source}/master")).await;
    let master = imaging::decode(&master.body).expect("the source");
    let part = imaging::encode(
        &master.crop(crop).expect("inside"),
        pochoir::domain::source::Format::Png,
        Quality::Lossless,
    );
    let within = Rect {
        x: hole.x - crop.x,
        y: hole.y - crop.y,
        ..hole
    };
    let mask = pictures::hole(crop.width, crop.height, within);
    let mask = imaging::mask::read_mask(&mask, crop.size()).expect("a mask");
    let mask = imaging::mask::write_mask(&mask, crop.size()).expect("a mask");
    assert_eq!(
        sent(&app).await,
        [
            ("image".to_owned(), sha256(&part.expect("a PNG"))),
            ("mask".to_owned(), sha256(&mask))
        ]
    );

    // What came back is at the source's size, and changed nowhere but in the hole.
    let id = job["variations"][0].as_str().expect("a variation");
    let variation = person.get(&format!("/api/variations/get?id={id}")).await.json();
    assert_eq!(
        (&variation["width"], &variation["height"]),
        (&json!(width), &json!(height))
    );
    let protected = u64::from(width) * u64::from(height) - hole.area();
    assert_eq!(
        (&variation["protected_pixels"], &variation["protected_changed"]),
        (&json!(protected), &json!(0))
    );
    let composed = person.get(&format!("/media/variations/{id}/composed")).await;
    let composed = imaging::decode(&composed.body).expect("the result");
    let (mut changed, mut outside) = (0_u64, 0_u64);
    for (at, (one, other)) in (0_u32..).zip(master.rgba().chunks(4).zip(composed.rgba().chunks(4))) {
        let (x, y) = (at % width, at / width);
        let inside = (hole.x..hole.x + hole.width).contains(&x) && (hole.y..hole.y + hole.height).contains(&y);
        changed += u64::from(inside && one != other);
        outside += u64::from(!inside && one != other);
    }
    assert_eq!(outside, 0, "the picture outside the hole is the source's");
    assert!(changed > hole.area() / 2, "and the hole was painted: {changed}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_cropped_is_whole_and_says_so() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let large = Rect {
        x: 40,
        y: 30,
        width: 560,
        height: 420,
    };
    for strategy in [Some("crop"), Some("auto"), None] {
        let order = order(&person, &source, pictures::hole(640, 480, large), strategy).await;
        let quote = quote(&person, &order).await;
        assert_eq!(quote["used"]["strategy"], "whole", "{quote}");
        assert_eq!(quote["used"]["crop"], Value::Null, "{quote}");
    }
    // The other ways send the picture or nothing: there is nothing to crop.
    let mut restyle = Person::order(&source, "At dusk.");
    restyle["strategy"] = "crop".into();
    let refused = person.post("/api/quotes/create", &restyle).await;
    assert_eq!(
        (refused.status.as_u16(), refused.text_at("code").as_str()),
        (422, "strategy_refused")
    );
    app.finish().await;
}

/// Below the model's minimum, at a corner, and in a strip that has to be padded: whatever way it went out, it comes back to
/// its place.
#[tokio::test(flavor = "multi_thread")]
async fn enlarged_moved_inward_and_padded_crops_come_back_to_their_place() {
    let app = TestApp::start().await;
    let person = app.person();
    for (width, height, hole) in [
        (900, 700, (860, 650, 40, 50)),
        (700, 901, (0, 300, 90, 70)),
        (2400, 160, (1500, 20, 300, 100)),
    ] {
        let hole = Rect {
            x: hole.0,
            y: hole.1,
            width: hole.2,
            height: hole.3,
        };
        println!("{width}x{height} {hole:?}");
        let source = person.source(pictures::png(width, height)).await;
        let order = order(&person, &source, pictures::hole(width, height, hole), Some("crop")).await;
        let used = quote(&person, &order).await["used"].clone();
        let crop = rect(&used["crop"]);
        assert!(
            crop.x + crop.width <= width && crop.y + crop.height <= height,
            "{crop:?}"
        );
        let job = person.paint(&order, &format!("{width}")).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let id = job["variations"][0].as_str().expect("a variation");
        let variation = person.get(&format!("/api/variations/get?id={id}")).await.json();
        assert_eq!(variation["protected_changed"], 0, "{variation}");
        assert_eq!(
            variation["protected_pixels"],
            u64::from(width) * u64::from(height) - hole.area()
        );
        assert_eq!(
            (&variation["width"], &variation["height"]),
            (&json!(width), &json!(height))
        );
    }
    app.finish().await;
}

/// A reference beside a cropped picture is sent as large as it was priced, not as large as the crop.
#[tokio::test(flavor = "multi_thread")]
async fn references_keep_the_size_they_were_priced_at() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(1600, 1200)).await;
    let reference = person.source(pictures::png(1500, 1500)).await;
    let hole = Rect {
        x: 100,
        y: 100,
        width: 500,
        height: 400,
    };
    let mut order = order(&person, &source, pictures::hole(1600, 1200, hole), None).await;
    order["reference_ids"] = json!([reference]);
    let job = person.paint(&order, "first").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert!(job["spent_micros"].as_i64() <= job["quote_micros"].as_i64(), "{job}");
    let master = person.get(&format!("/media/sources/{reference}/master")).await;
    let master = imaging::decode(&master.body).expect("the reference");
    // Low quality: 768 pixels, as the catalogue has it.
    let small = imaging::resize(&master, Size::new(768, 768));
    let small = imaging::encode(&small, pochoir::domain::source::Format::Png, Quality::Lossless).expect("a PNG");
    let sent = sent(&app).await;
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert_eq!(sent[1].1, sha256(&small));
    app.finish().await;
}
