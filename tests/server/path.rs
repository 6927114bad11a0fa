//! The main job over plain HTTP, and what may never happen to money on the way.

use crate::harness::{Person, TestApp, pictures};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn upload_describe_compose_quote_paint_repaint_share() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;

    let seen = person
        .post("/api/descriptions/create", &json!({ "source_id": source }))
        .await
        .json();
    assert!(
        seen["caption"]["text"].as_str().is_some_and(|text| !text.is_empty()),
        "{seen}"
    );
    assert_eq!((&seen["cached"], &seen["demo"]), (&json!(false), &json!(true)));
    let calls = app.counters().await["requests"].clone();
    let again = person
        .post("/api/descriptions/create", &json!({ "source_id": source }))
        .await
        .json();
    assert_eq!((&again["cached"], &again["caption"]), (&json!(true), &seen["caption"]));
    assert_eq!(
        app.counters().await["requests"],
        calls,
        "an answer that was paid for is not asked for again"
    );

    let ask = json!({ "source_id": source, "wish": "as a Japanese woodblock print, at dusk", "way": "restyle" });
    let composed = person.post("/api/prompts/compose", &ask).await.json();
    let prompt = composed["prompt"].as_str().expect("a prompt");
    let order = Person::order(&source, prompt);
    let quote = person.post("/api/quotes/create", &order).await.json();
    assert_eq!(quote["allowed"], true, "{quote}");
    let lines: i64 = quote["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .filter_map(|line| line["micros"].as_i64())
        .sum();
    assert_eq!(quote["quote_micros"], lines, "the lines add up");

    let job = person.paint(&order, "first").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let (spent, bound) = (
        job["spent_micros"].as_i64().expect("spent"),
        job["quote_micros"].as_i64().expect("a quote"),
    );
    assert!(spent > 0 && spent <= bound, "{spent} of {bound}");
    assert_eq!(quote["quote_micros"], bound);
    let variation = job["variations"][0].as_str().expect("a variation").to_owned();
    let finished = person.get(&format!("/api/variations/get?id={variation}")).await.json();
    assert_eq!((&finished["prompt"], &finished["demo"]), (&json!(prompt), &json!(true)));
    for (role, url) in finished["urls"].as_object().expect("addresses") {
        assert_eq!(
            person.get(url.as_str().expect("an address")).await.status,
            200,
            "{role}"
        );
    }

    let mask = person.upload_mask(&source, pictures::mask(640, 480)).await;
    assert_eq!(mask.status, 201, "{}", mask.text());
    let mut order = Person::order(&source, "Snow.");
    order["way"] = "repaint".into();
    order["mask_id"] = mask.text_at("id").into();
    let job = person.paint(&order, "second").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let id = job["variations"][0].as_str().expect("a variation");
    let repainted = person.get(&format!("/api/variations/get?id={id}")).await.json();
    assert_eq!(repainted["protected_changed"], 0, "{repainted}");
    let (before, after) = (
        pixels(&person, &format!("/media/sources/{source}/master")).await,
        pixels(&person, &format!("/media/variations/{id}/composed")).await,
    );
    assert_eq!(before.dimensions(), after.dimensions());
    let inside = |x: u32, y: u32| (160..320).contains(&x) && (120..240).contains(&y);
    let mut changed = 0;
    for (x, y, pixel) in before.enumerate_pixels() {
        if inside(x, y) {
            changed += u32::from(pixel != after.get_pixel(x, y));
        } else {
            assert_eq!(pixel, after.get_pixel(x, y), "{x},{y} was protected");
        }
    }
    assert!(changed > 160 * 120 / 4, "only {changed} pixels of the hole changed");

    let share = person
        .post("/api/shares/create", &json!({ "variation_ids": [variation, id] }))
        .await;
    let page = format!("/s/{}", share.text_at("slug"));
    assert_eq!(app.person().get(&page).await.status, 200);
    assert_eq!(
        person.get("/api/library/page").await.json()["items"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    app.finish().await;
}

async fn pixels(person: &Person, path: &str) -> image::RgbImage {
    let file = person.get(path).await.body;
    image::load_from_memory(&file).expect("a picture").to_rgb8()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_wish_paints_the_description_when_nothing_of_the_source_is_sent() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    person
        .post("/api/descriptions/create", &json!({ "source_id": source }))
        .await;
    let ask = json!({ "source_id": source, "wish": "", "way": "reimagine" });
    let composed = person.post("/api/prompts/compose", &ask).await;
    assert_eq!(composed.status, 200, "{}", composed.text());
    let mut order = Person::order(&source, &composed.text_at("prompt"));
    order["way"] = "reimagine".into();
    assert_eq!(person.paint(&order, "as described").await["state"], "succeeded");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_job_however_often_it_is_sent() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let order = Person::order(&source, "At dusk.");
    let starts = futures::future::join_all((0..50).map(|_| person.start(&order, "same"))).await;
    let first = starts[0].text_at("job_id");
    for answer in &starts {
        assert_eq!(
            (answer.status.as_u16(), answer.text_at("job_id")),
            (202, first.clone()),
            "{}",
            answer.text()
        );
    }
    person.over(&first).await;
    assert_eq!(app.counters().await["charged"], 1);
    let after = person.start(&order, "same").await;
    assert_eq!((after.status.as_u16(), after.text_at("job_id")), (202, first));

    let header = person
        .request(reqwest::Method::POST, "/api/jobs/start")
        .header("idempotency-key", "same")
        .json(&order);
    assert_eq!(person.send(header).await.status, 202);
    let other = person.start(&Person::order(&source, "Snow."), "same").await;
    assert_eq!(
        (other.status.as_u16(), other.text_at("code").as_str()),
        (409, "idempotency_conflict")
    );

    let repeat = person.start(&order, "another").await;
    assert_eq!(repeat.status, 200, "{}", repeat.text());
    assert!(repeat.json()["repeat_of"].is_string());
    let mut wanted: Value = order.clone();
    wanted["allow_repeat"] = true.into();
    assert_eq!(person.paint(&wanted, "another").await["state"], "succeeded");
    assert_eq!(app.counters().await["charged"], 2);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_starts_with_room_for_three_are_three() {
    let key = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", "{demo}/v1")];
    let price = {
        let app = TestApp::with(&key).await;
        let person = app.person();
        let source = person.source(pictures::jpeg(640, 480)).await;
        let quote = person
            .post("/api/quotes/create", &Person::order(&source, "At dusk. 0"))
            .await
            .json();
        app.finish().await;
        quote["quote_micros"].as_i64().expect("a quote")
    };
    let room = price * 3 + price / 2;
    let cap = format!("{}.{:06}", room / 1_000_000, room % 1_000_000);
    let app = TestApp::with(&[key[0], key[1], ("POCHOIR_BUDGET_DAY", &cap)]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    // Held until all were answered, so that none is settled for less and makes room.
    app.play(json!({ "path": "/images/", "hold": true, "times": 10 })).await;
    let orders: Vec<Value> = (0..10)
        .map(|n| Person::order(&source, &format!("At dusk. {n}")))
        .collect();
    let keys: Vec<String> = (0..10).map(|n| n.to_string()).collect();
    let starts = futures::future::join_all(orders.iter().zip(&keys).map(|(order, key)| person.start(order, key))).await;
    let mut jobs = Vec::new();
    for answer in &starts {
        match answer.status.as_u16() {
            202 => jobs.push(answer.text_at("job_id")),
            402 => assert_eq!(answer.text_at("code"), "over_budget"),
            _ => panic!("{}", answer.text()),
        }
    }
    assert_eq!(jobs.len(), 3);
    app.held(3).await;
    app.release().await;
    for job in jobs {
        assert_eq!(person.over(&job).await["state"], "succeeded");
    }
    assert_eq!(app.counters().await["charged"], 3);
    app.finish().await;
}
