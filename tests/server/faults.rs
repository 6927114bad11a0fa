//! Bad input: each its own status, code and sentence in both languages; nothing is stored, nothing is spent, and the
//! server goes on.

use crate::harness::{Answer, Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use reqwest::{Method, multipart::Form};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const NOBODY: &str = "00000000000000000000000000000000";

/// Runs an attempt in each language and proves what must hold for all of them.
async fn each(app: &TestApp, person: &Person, code: ErrorCode, attempt: impl AsyncFn(&Person) -> Answer) {
    let before = app.counts().await;
    let calls = app.counters().await["requests"].clone();
    for lang in Lang::ALL {
        let answer = attempt(&person.clone().reading(lang)).await;
        answer.is_fault(code, lang);
        assert_eq!(answer.header("set-cookie"), None, "a failure makes no visitor");
    }
    assert_eq!(app.counts().await, before, "{code:?} left something behind");
    assert_eq!(app.counters().await["requests"], calls, "{code:?} called a provider");
    assert_eq!(app.person().get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_are_no_pictures_of_ours() {
    let app = TestApp::start().await;
    let stranger = app.person();
    let mut cut = pictures::jpeg(640, 480);
    cut.truncate(cut.len() / 2);
    let files: [(&str, Vec<u8>, ErrorCode); 9] = [
        (
            "text",
            b"hello, this is no picture".to_vec(),
            ErrorCode::PictureUnsupported,
        ),
        (
            "a drawing in words",
            pictures::SVG.to_vec(),
            ErrorCode::PictureUnsupported,
        ),
        ("nothing at all", Vec::new(), ErrorCode::PictureEmpty),
        ("half a JPEG", cut, ErrorCode::PictureDamaged),
        ("25 MB", vec![0xff; 25 * 1024 * 1024], ErrorCode::PictureTooBig),
        (
            "20 MB and one byte",
            vec![0xff; 20 * 1024 * 1024 + 1],
            ErrorCode::PictureTooBig,
        ),
        (
            "a header of 50,000 × 50,000",
            pictures::lying_png(50_000, 50_000),
            ErrorCode::PictureTooManyPixels,
        ),
        (
            "a header of 17,000 × 100",
            pictures::lying_png(17_000, 100),
            ErrorCode::PictureTooLong,
        ),
        ("a stamp", pictures::png(20, 20), ErrorCode::PictureTooSmall),
    ];
    for (what, file, code) in files {
        println!("{what}");
        each(&app, &stranger, code, async |person| person.upload(file.clone()).await).await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_carry_no_picture() {
    let app = TestApp::start().await;
    let stranger = app.person();
    each(&app, &stranger, ErrorCode::PictureMissing, async |person| {
        let form = Form::new().text("image", "x");
        person
            .send(person.request(Method::POST, "/api/sources").multipart(form))
            .await
    })
    .await;
    each(&app, &stranger, ErrorCode::Malformed, async |person| {
        person.post("/api/sources", &json!({ "picture": "x" })).await
    })
    .await;
    each(&app, &stranger, ErrorCode::Malformed, async |person| {
        let request = person.request(Method::POST, "/api/sources");
        let request = request.header("content-type", "multipart/form-data; boundary=x");
        person
            .send(request.body("--x\r\nContent-Disposition: form-data; name=\"picture\"\r\n\r\nabc"))
            .await
    })
    .await;
    app.finish().await;
}

/// Half of an upload, then the line breaks. Nobody is there to be told; nothing may be left.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let app = TestApp::start().await;
    let before = app.counts().await;
    let mut line = tokio::net::TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /api/sources HTTP/1.1\r\nHost: {}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
         Content-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\nabc",
        app.address
    );
    line.write_all(head.as_bytes()).await.expect("sent");
    // Half closed, so that the answer can still be read.
    line.shutdown().await.expect("closed");
    let mut answer = String::new();
    // A server that hangs up without a word is as good.
    let _ = line.read_to_string(&mut answer).await;
    assert!(answer.is_empty() || answer.contains("\"interrupted\""), "{answer}");
    assert_eq!(app.counts().await, before);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn masks_that_do_not_fit() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let masks: [(&str, Vec<u8>, ErrorCode); 6] = [
        ("another size", pictures::mask(480, 640), ErrorCode::MaskSize),
        ("no alpha", pictures::png(640, 480), ErrorCode::MaskWithoutAlpha),
        ("no hole", pictures::even(640, 480, 255), ErrorCode::MaskEmpty),
        ("a JPEG", pictures::jpeg(640, 480), ErrorCode::MaskNotPng),
        ("25 MB", vec![0; 25 * 1024 * 1024], ErrorCode::PictureTooBig),
        (
            "a lying header",
            pictures::lying_png(50_000, 50_000),
            ErrorCode::MaskSize,
        ),
    ];
    for (what, file, code) in masks {
        println!("{what}");
        each(&app, &person, code, async |person| {
            person.upload_mask(&source, file.clone()).await
        })
        .await;
    }
    let open = person.upload_mask(&source, pictures::even(640, 480, 0)).await;
    assert_eq!(
        (open.status.as_u16(), open.json()["warning"].clone()),
        (201, json!("all_open"))
    );
    app.finish().await;
}

/// An unknown id and somebody else's are the same answer, everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_others_is_not_there() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (source, variation) = owner.variation("At dusk.").await;
    let mask = owner.upload_mask(&source, pictures::mask(640, 480)).await.text_at("id");
    let jobs = owner.get(&format!("/api/jobs/list?source_id={source}")).await.json();
    let job = jobs[0]["id"].as_str().expect("a job").to_owned();
    let share = owner
        .post("/api/shares/create", &json!({ "variation_ids": [variation] }))
        .await
        .text_at("id");
    let stranger = app.person();
    stranger.source(pictures::png(320, 240)).await;
    let theirs = stranger.source(pictures::png(320, 200)).await;

    for nobody in [false, true] {
        let id = |id: &str| if nobody { NOBODY.to_owned() } else { id.to_owned() };
        let (source, variation, mask, job, share) = (id(&source), id(&variation), id(&mask), id(&job), id(&share));
        let reads = [
            format!("/api/sources/get?id={source}"),
            format!("/api/descriptions/get?source_id={source}"),
            format!("/api/jobs/get?id={job}"),
            format!("/api/jobs/list?source_id={source}"),
            format!("/api/jobs/{job}/events"),
            format!("/api/variations/get?id={variation}"),
            format!("/media/sources/{source}/master"),
            format!("/media/sources/{source}/thumb"),
            format!("/media/variations/{variation}/composed"),
            format!("/media/variations/{variation}/raw"),
        ];
        for path in &reads {
            println!("{path}");
            each(&app, &stranger, ErrorCode::NotFound, async |person| {
                person.get(path).await
            })
            .await;
            each(&app, &app.person(), ErrorCode::NotFound, async |person| {
                person.get(path).await
            })
            .await;
        }
        let mut borrowed = Person::order(&theirs, "x");
        borrowed["way"] = "repaint".into();
        borrowed["mask_id"] = mask.clone().into();
        let mut referring = Person::order(&theirs, "x");
        referring["reference_ids"] = json!([source]);
        let mut finishing = Person::order(&theirs, "x");
        finishing["finish_of"] = variation.clone().into();
        let acts: Vec<(&str, Value)> = vec![
            ("/api/sources/delete", json!({ "id": source })),
            ("/api/sources/from_variation", json!({ "variation_id": variation })),
            ("/api/descriptions/create", json!({ "source_id": source })),
            (
                "/api/descriptions/update",
                json!({ "source_id": source, "caption": "mine" }),
            ),
            (
                "/api/prompts/compose",
                json!({ "source_id": source, "wish": "x", "way": "restyle" }),
            ),
            ("/api/quotes/create", Person::order(&source, "x")),
            ("/api/quotes/create", borrowed),
            ("/api/quotes/create", referring),
            ("/api/quotes/create", finishing),
            ("/api/jobs/cancel", json!({ "id": job })),
            ("/api/jobs/retry", json!({ "id": job })),
            ("/api/variations/delete", json!({ "id": variation })),
            ("/api/shares/create", json!({ "variation_ids": [variation] })),
            ("/api/shares/update", json!({ "id": share, "title": "mine" })),
            ("/api/shares/rotate", json!({ "id": share })),
            ("/api/shares/revoke", json!({ "id": share })),
        ];
        for (path, body) in &acts {
            println!("{path} {body}");
            each(&app, &stranger, ErrorCode::NotFound, async |person| {
                person.post(path, body).await
            })
            .await;
        }
        each(&app, &stranger, ErrorCode::NotFound, async |person| {
            person.start(&Person::order(&source, "x"), "k").await
        })
        .await;
        each(&app, &stranger, ErrorCode::NotFound, async |person| {
            person.upload_mask(&source, pictures::mask(640, 480)).await
        })
        .await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_cannot_be_read_or_met() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let changed = |path: &[&str], value: Value| {
        let mut order = Person::order(&source, "At dusk.");
        let last = path.iter().fold(&mut order, |at, name| &mut at[*name]);
        *last = value;
        order
    };
    let orders = [
        (
            ErrorCode::ModelUnknown,
            changed(&["spec", "model"], json!("no-such-model")),
        ),
        (ErrorCode::SizeRefused, changed(&["spec", "size"], json!("17x17"))),
        (ErrorCode::CountRefused, changed(&["spec", "count"], json!(99))),
        (ErrorCode::PromptEmpty, changed(&["prompt"], json!(" "))),
        (
            ErrorCode::PromptTooLong,
            changed(&["prompt"], json!("x".repeat(32_001))),
        ),
        (ErrorCode::MaskMissing, changed(&["way"], json!("repaint"))),
        (ErrorCode::Malformed, changed(&["way"], json!("repant"))),
        (ErrorCode::Malformed, changed(&["source_id"], json!("../../etc/passwd"))),
        (ErrorCode::Malformed, changed(&["spec"], Value::Null)),
    ];
    for (code, order) in &orders {
        println!("{code:?}");
        each(&app, &person, *code, async |person| {
            person.post("/api/quotes/create", order).await
        })
        .await;
        each(&app, &person, *code, async |person| person.start(order, "key").await).await;
    }
    for body in ["{", "", "null", "[]", "{\"source_id\":5}", "\u{feff}{}"] {
        println!("{body:?}");
        each(&app, &person, ErrorCode::Malformed, async |person| {
            let request = person.request(Method::POST, "/api/quotes/create");
            person
                .send(request.header("content-type", "application/json").body(body))
                .await
        })
        .await;
    }
    each(&app, &person, ErrorCode::Malformed, async |person| {
        let request = person.request(Method::POST, "/api/prompts/compose");
        let body = format!("{{\"wish\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
        person
            .send(request.header("content-type", "application/json").body(body))
            .await
    })
    .await;
    each(&app, &person, ErrorCode::IdempotencyKeyMissing, async |person| {
        person
            .post("/api/jobs/start", &Person::order(&source, "At dusk."))
            .await
    })
    .await;
    for way in ["restyle", "repaint"] {
        let ask = json!({ "source_id": source, "wish": "", "way": way });
        each(&app, &person, ErrorCode::WishMissing, async |person| {
            person.post("/api/prompts/compose", &ask).await
        })
        .await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_nothing_refuses_every_paid_call() {
    let app = TestApp::with(&[
        ("POCHOIR_BUDGET_DAY", "0"),
        ("OPENAI_API_KEY", "sk-test"),
        ("OPENAI_BASE_URL", "{demo}/v1"),
    ])
    .await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    each(&app, &person, ErrorCode::OverBudget, async |person| {
        person.start(&Person::order(&source, "At dusk."), "key").await
    })
    .await;
    each(&app, &person, ErrorCode::OverBudget, async |person| {
        person
            .post("/api/descriptions/create", &json!({ "source_id": source }))
            .await
    })
    .await;
    app.finish().await;
}

/// The picture is small enough, what stands around it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_stuffed_with_other_fields_is_refused() {
    let app = TestApp::start().await;
    each(&app, &app.person(), ErrorCode::Malformed, async |person| {
        let form = Form::new().text("note", "x".repeat(200_000));
        person
            .send(person.request(Method::POST, "/api/sources").multipart(form))
            .await
    })
    .await;
    app.finish().await;
}
