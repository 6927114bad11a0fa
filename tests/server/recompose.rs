//! After-care: a kept answer is set in anew, without a call, for nothing, and never outside its hole.

use crate::harness::{Answer, Person, TestApp, pictures};
use pochoir::{
    api::ErrorCode,
    domain::{mask::Mask, source::Rect, spec::Size, text::Lang},
    server::imaging::{self, Pixels},
};
use reqwest::Method;
use serde_json::{Value, json};

const SIZE: Size = Size::new(900, 680);
const HOLE: Rect = Rect {
    x: 400,
    y: 240,
    width: 200,
    height: 180,
};

/// A repaint of a cropped hole and everything to compare it with.
struct Painted {
    source: String,
    order: Value,
    job: Value,
    id: String,
    crop: Rect,
    master: Pixels,
    mask: Mask,
}

async fn picture(person: &Person, path: &str) -> Pixels {
    let answer = person.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    imaging::decode(&answer.body).expect("a picture")
}

async fn mask_of(person: &Person, source: &str, hole: Rect) -> String {
    let file = pictures::hole(SIZE.width, SIZE.height, hole);
    let answer = person.upload_mask(source, file).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.text_at("id")
}

fn open(hole: Rect) -> Mask {
    let file = pictures::hole(SIZE.width, SIZE.height, hole);
    imaging::mask::read_mask(&file, SIZE).expect("a mask")
}

async fn painted(person: &Person) -> Painted {
    let source = person.source(pictures::jpeg(SIZE.width, SIZE.height)).await;
    let mut order = Person::order(&source, "A red kite.");
    order["way"] = "repaint".into();
    order["mask_id"] = mask_of(person, &source, HOLE).await.into();
    let quote = person.post("/api/quotes/create", &order).await.json();
    let crop = serde_json::from_value(quote["used"]["crop"].clone()).expect("a crop");
    let job = person.paint(&order, "first").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let id = job["variations"][0].as_str().expect("a variation").to_owned();
    let master = picture(person, &format!("/media/sources/{source}/master")).await;
    Painted {
        source,
        order,
        job,
        id,
        crop,
        master,
        mask: open(HOLE),
    }
}

async fn recompose(person: &Person, id: &str, settings: &Value) -> Answer {
    let mut body = settings.clone();
    body["id"] = id.into();
    person.post("/api/variations/recompose", &body).await
}

async fn recomposed(person: &Person, id: &str, settings: &Value) -> Value {
    let answer = recompose(person, id, settings).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn id(variation: &Value) -> &str {
    variation["id"].as_str().expect("an id")
}

async fn composed(person: &Person, variation: &Value) -> Pixels {
    picture(person, variation["urls"]["composed"].as_str().expect("an address")).await
}

/// Pixels that differ, inside the hole and outside.
fn changed(one: &Pixels, other: &Pixels, hole: &Mask) -> (u64, u64) {
    assert_eq!(one.size(), other.size());
    let pairs = one.rgba().chunks(4).zip(other.rgba().chunks(4));
    let (mut inside, mut outside) = (0, 0);
    for ((one, other), open) in pairs.zip(hole.hole()) {
        inside += u64::from(*open != 0 && one != other);
        outside += u64::from(*open == 0 && one != other);
    }
    (inside, outside)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_set_in_anew_for_nothing() {
    let app = TestApp::start().await;
    let person = app.person();
    let before = painted(&person).await;
    let first = person
        .get(&format!("/api/variations/get?id={}", before.id))
        .await
        .json();
    assert_eq!(
        first["after_care"],
        json!({ "feather": 8, "grow": 0, "colour_match": true })
    );
    let (calls, budgets) = (
        app.counters().await["requests"].clone(),
        person.get("/api/budgets/get").await.json(),
    );
    let original = composed(&person, &first).await;

    // Nothing said: the same picture again.
    let same = recomposed(&person, &before.id, &json!({})).await;
    assert_eq!(
        (&same["parent_id"], &same["recomposed"]),
        (&json!(before.id), &json!(true))
    );
    assert_eq!((&same["spent_micros"], &same["prompt"]), (&json!(0), &first["prompt"]));
    assert_eq!(same["after_care"], first["after_care"]);
    assert_eq!(composed(&person, &same).await, original);

    let history = Rect {
        width: HOLE.width / 2,
        ..HOLE
    };
    let other = Rect {
        x: HOLE.x + 50,
        y: HOLE.y - 60,
        width: 150,
        height: 170,
    };
    let (history_id, other_id) = (
        mask_of(&person, &before.source, history).await,
        mask_of(&person, &before.source, other).await,
    );
    for (settings, hole) in [
        (json!({ "feather": 0 }), before.mask.clone()),
        (json!({ "colour_match": false }), before.mask.clone()),
        (
            json!({ "grow": 25, "feather": 40 }),
            before.mask.after_care(25, None, before.crop).expect("one size"),
        ),
        (
            json!({ "grow": -30 }),
            before.mask.after_care(-30, None, before.crop).expect("one size"),
        ),
        (
            json!({ "history_mask_id": history_id, "feather": 2 }),
            before
                .mask
                .after_care(0, Some(&open(history)), before.crop)
                .expect("one size"),
        ),
        (json!({ "mask_id": other_id }), open(other)),
        (
            json!({ "mask_id": other_id, "history_mask_id": history_id, "grow": 10, "feather": 0 }),
            open(other)
                .after_care(10, Some(&open(history)), before.crop)
                .expect("one size"),
        ),
        // Far beyond what was painted: the hole ends where the answer does.
        (
            json!({ "grow": 250 }),
            before.mask.after_care(250, None, before.crop).expect("one size"),
        ),
    ] {
        println!("{settings}");
        let variation = recomposed(&person, &before.id, &settings).await;
        for (name, value) in settings.as_object().expect("settings") {
            assert_eq!(&variation["after_care"][name], value, "{name}");
        }
        assert_eq!(
            (&variation["protected_pixels"], &variation["protected_changed"]),
            (&json!(hole.protected_pixels()), &json!(0))
        );
        let result = composed(&person, &variation).await;
        let (inside, outside) = changed(&before.master, &result, &hole);
        assert_eq!(outside, 0, "what is protected now is the source's");
        assert!(inside > hole.hole_pixels() / 3, "{inside} of {}", hole.hole_pixels());
        assert_ne!(result, original);
    }

    assert_eq!(app.counters().await["requests"], calls, "nobody was called");
    assert_eq!(
        person.get("/api/budgets/get").await.json(),
        budgets,
        "nothing was billed"
    );
    // What the job gave is what it gave; the same order again finds the first.
    let job = person
        .get(&format!(
            "/api/jobs/get?id={}",
            before.job["id"].as_str().expect("an id")
        ))
        .await
        .json();
    assert_eq!(job["variations"], json!([before.id]));
    let repeat = person.start(&before.order, "again").await;
    assert_eq!(repeat.json()["repeat_of"], json!(before.id));
    app.finish().await;
}

/// Without the stencil the answer lies over its part of the picture, and the count says what that did.
#[tokio::test(flavor = "multi_thread")]
async fn the_providers_own_picture_is_counted_honestly() {
    let app = TestApp::start().await;
    let person = app.person();
    let before = painted(&person).await;
    let whole = recomposed(&person, &before.id, &json!({ "whole": true })).await;
    assert_eq!(whole["after_care"]["whole"], true);
    assert_eq!(
        (&whole["width"], &whole["height"]),
        (&json!(SIZE.width), &json!(SIZE.height))
    );
    let result = composed(&person, &whole).await;
    let (_, outside) = changed(&before.master, &result, &before.mask);
    assert!(
        outside > 10_000,
        "the demo repaints everything, as the models do: {outside}"
    );
    assert_eq!(
        (&whole["protected_pixels"], &whole["protected_changed"]),
        (&json!(before.mask.protected_pixels()), &json!(outside))
    );
    let mut frame = Mask::closed(SIZE.width, SIZE.height);
    frame.invert();
    frame.close_outside(before.crop);
    assert_eq!(
        changed(&before.master, &result, &frame).1,
        0,
        "there is no answer beyond what was sent"
    );
    // The very pixels that came, brought back to the size of the crop.
    let raw = picture(&person, &format!("/media/variations/{}/raw", before.id)).await;
    assert_eq!(
        result.crop(before.crop),
        Some(imaging::resize(&raw, before.crop.size()))
    );
    app.finish().await;
}

/// The raw answer stays as long as something was made of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_recomposed_can_be_recomposed_even_alone() {
    let app = TestApp::start().await;
    let person = app.person();
    let before = painted(&person).await;
    let child = recomposed(&person, &before.id, &json!({ "grow": -40, "feather": 0 })).await;
    person
        .post("/api/variations/delete", &json!({ "id": before.id }))
        .await
        .json();
    let orphan = person
        .get(&format!("/api/variations/get?id={}", id(&child)))
        .await
        .json();
    assert_eq!(orphan["parent_id"], Value::Null);
    // From the answer, not from the child: the hole is as wide as it was.
    let grandchild = recomposed(&person, id(&child), &json!({ "feather": 0 })).await;
    assert_eq!(grandchild["parent_id"], child["id"]);
    assert_eq!(grandchild["protected_pixels"], json!(before.mask.protected_pixels()));
    let repeat = person.start(&before.order, "again").await;
    assert_eq!(
        repeat.json()["repeat_of"],
        child["id"],
        "what was paid for is still there"
    );
    for variation in [&child, &grandchild] {
        let answer = person
            .post("/api/variations/delete", &json!({ "id": variation["id"] }))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_in_words() {
    let app = TestApp::start().await;
    let person = app.person();
    let before = painted(&person).await;
    let elsewhere = person.source(pictures::jpeg(SIZE.width, SIZE.height)).await;
    let foreign = mask_of(&person, &elsewhere, HOLE).await;
    let beyond = mask_of(
        &person,
        &before.source,
        Rect {
            x: 0,
            y: 0,
            width: 500,
            height: 400,
        },
    )
    .await;
    let all = mask_of(&person, &before.source, HOLE).await;
    let restyled = person
        .paint(&Person::order(&before.source, "At dusk."), "restyle")
        .await;
    let restyled = restyled["variations"][0].as_str().expect("a variation").to_owned();
    for lang in Lang::ALL {
        let person = person.clone().reading(lang);
        for (settings, code, field) in [
            (json!({ "feather": -1 }), ErrorCode::FeatherRefused, Some("feather")),
            (json!({ "feather": 251 }), ErrorCode::FeatherRefused, Some("feather")),
            (json!({ "grow": 251 }), ErrorCode::GrowRefused, Some("grow")),
            (
                json!({ "grow": -251, "whole": true }),
                ErrorCode::GrowRefused,
                Some("grow"),
            ),
            (json!({ "grow": -250 }), ErrorCode::HoleGone, None),
            (json!({ "history_mask_id": all }), ErrorCode::HoleGone, None),
            (
                json!({ "mask_id": beyond }),
                ErrorCode::MaskOutsideCrop,
                Some("mask_id"),
            ),
            (json!({ "mask_id": foreign }), ErrorCode::NotFound, Some("mask_id")),
            (
                json!({ "history_mask_id": foreign }),
                ErrorCode::NotFound,
                Some("history_mask_id"),
            ),
            (json!({ "feather": "wide" }), ErrorCode::Malformed, None),
            (json!({ "mask_id": "x" }), ErrorCode::Malformed, None),
        ] {
            println!("{settings}");
            let answer = recompose(&person, &before.id, &settings).await;
            answer.is_fault(code, lang);
            let fields = &answer.json()["fields"];
            match field {
                Some(field) => assert!(fields[field].is_string(), "{fields}"),
                None => assert_eq!(fields, &Value::Null),
            }
        }
        recompose(&person, &restyled, &json!({}))
            .await
            .is_fault(ErrorCode::RecomposeRefused, lang);
    }
    let stranger = app.person();
    stranger.source(pictures::jpeg(640, 480)).await;
    for person in [&stranger, &app.person()] {
        recompose(person, &before.id, &json!({}))
            .await
            .is_fault(ErrorCode::NotFound, Lang::En);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_leads_to_the_new_variation_or_back() {
    let app = TestApp::start().await;
    let person = app.person();
    let before = painted(&person).await;
    let page = format!("/variations/{}", before.id);
    let fields = [("id", before.id.as_str()), ("feather", "0"), ("grow", "-5")];
    let answer = person.submit("/forms/recompose", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let made = answer
        .location()
        .strip_prefix("/variations/")
        .expect("a variation")
        .to_owned();
    let made = person.get(&format!("/api/variations/get?id={made}")).await.json();
    // A switch that is off is not sent.
    assert_eq!(
        made["after_care"],
        json!({ "feather": 0, "grow": -5, "colour_match": false })
    );
    let whole = person
        .submit("/forms/recompose", &[("id", before.id.as_str()), ("whole", "true")])
        .await;
    let whole = whole
        .location()
        .strip_prefix("/variations/")
        .expect("a variation")
        .to_owned();
    let whole = person.get(&format!("/api/variations/get?id={whole}")).await.json();
    assert_eq!(whole["after_care"]["whole"], true);
    for (feather, grow, code) in [
        ("999", "0", "feather_refused"),
        ("soft", "0", "feather_refused"),
        ("0", "1e3", "grow_refused"),
    ] {
        let fields = [("id", before.id.as_str()), ("feather", feather), ("grow", grow)];
        let answer = person.submit("/forms/recompose", &fields).await;
        assert_eq!(answer.status, 303);
        let back = answer.location();
        assert!(
            back.starts_with(&page)
                && back.contains(&format!("error={code}"))
                && back.contains(&format!("feather={feather}")),
            "{back}"
        );
    }
    // Page by page: what was typed is still there, and the reason is said.
    let shown = person
        .get(&format!("{page}?error=feather_refused&feather=999&grow=0"))
        .await
        .text();
    assert!(shown.contains("value=\"999\""), "what was typed");
    assert!(shown.contains(ErrorCode::FeatherRefused.sentence(Lang::En)));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn difference_and_cut_out_are_drawn_for_the_owner() {
    let app = TestApp::start().await;
    let person = app.person();
    let before = painted(&person).await;
    let shrunk = recomposed(&person, &before.id, &json!({ "grow": -20, "feather": 0 })).await;
    let hole = before.mask.after_care(-20, None, before.crop).expect("one size");
    let result = composed(&person, &shrunk).await;
    let url = |name: &str| shrunk["urls"][name].as_str().expect("an address").to_owned();

    let difference = picture(&person, &url("difference")).await;
    let pixels = difference.rgba().chunks(4).zip(hole.hole());
    let coloured = |pixel: &[u8]| pixel[0] != pixel[2];
    let (mut inside, mut outside) = (0_u64, 0_u64);
    for (pixel, open) in pixels {
        inside += u64::from(*open != 0 && coloured(pixel));
        outside += u64::from(*open == 0 && coloured(pixel));
    }
    assert_eq!((difference.size(), outside), (SIZE, 0), "grey where nothing changed");
    assert!(inside > hole.hole_pixels() / 2, "coloured where it did: {inside}");

    let cut_out = picture(&person, &url("cut_out")).await;
    assert_eq!(cut_out.size(), SIZE);
    let triples = cut_out.rgba().chunks(4).zip(result.rgba().chunks(4)).zip(hole.hole());
    for ((cut, full), open) in triples {
        assert_eq!(cut, if *open == 0 { &[0; 4] } else { full });
    }

    let preview = person.get(&url("difference_preview")).await;
    assert_eq!(preview.header("content-type"), Some("image/webp"));

    for (name, file) in [
        ("difference", format!("pochoir-difference-{}.png", &id(&shrunk)[..8])),
        ("cut_out", format!("pochoir-cut-out-{}.png", &id(&shrunk)[..8])),
    ] {
        let path = url(name);
        let answer = person.get(&format!("{path}?download")).await;
        assert_eq!(
            answer.header("content-disposition"),
            Some(format!("attachment; filename=\"{file}\"").as_str())
        );
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
        assert_eq!(answer.header("content-type"), Some("image/png"));
        assert!(
            answer
                .header("content-security-policy")
                .is_some_and(|policy| policy.starts_with("default-src 'none'") && policy.contains("sandbox"))
        );
        let etag = answer.header("etag").expect("an ETag").to_owned();
        let ask = |person: &Person| person.request(Method::GET, &path).header("if-none-match", &etag);
        let again = person.send(ask(&person)).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
        let head = person.send(person.request(Method::HEAD, &path)).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        let stranger = app.person();
        stranger.source(pictures::jpeg(640, 480)).await;
        for person in [&stranger, &app.person()] {
            let answer = person.send(ask(person)).await;
            assert_eq!((answer.status.as_u16(), answer.header("etag")), (404, None));
        }
    }

    // What has no stencil has neither.
    let restyled = person
        .paint(&Person::order(&before.source, "At dusk."), "restyle")
        .await;
    let restyled = restyled["variations"][0].as_str().expect("a variation").to_owned();
    let variation = person.get(&format!("/api/variations/get?id={restyled}")).await.json();
    assert_eq!(
        (&variation["urls"]["difference"], &variation["after_care"]),
        (&Value::Null, &Value::Null)
    );
    for name in ["difference", "difference_preview", "cut_out"] {
        let path = format!("/media/variations/{restyled}/{name}");
        let request = person.request(Method::GET, &path).header("if-none-match", "*");
        assert_eq!(person.send(request).await.status, 404, "{path}");
    }
    app.finish().await;
}
