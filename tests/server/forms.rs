//! Forms without script: the same acts, answered with 303; never to another site.

use crate::harness::{Person, TestApp, pictures};
use pochoir::domain::text::Lang;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_path_without_script() {
    let app = TestApp::start().await;
    let person = app.person();
    let request = person
        .request(Method::POST, "/api/sources")
        .header("accept", "text/html,application/xhtml+xml")
        .multipart(crate::harness::picture_part(pictures::jpeg(640, 480)));
    let uploaded = person.send(request).await;
    assert_eq!(uploaded.status, 303);
    let studio = uploaded.location().to_owned();
    let source = studio.strip_prefix("/studio/").expect("the studio").to_owned();
    assert_eq!(person.get(&studio).await.status, 200);

    let described = person.submit("/forms/describe", &[("source_id", &source)]).await;
    assert_eq!(
        (described.status.as_u16(), described.location()),
        (303, studio.as_str())
    );
    let description = person
        .get(&format!("/api/descriptions/get?source_id={source}"))
        .await
        .json();
    assert_eq!(description["provider"], "demo");

    let order = [
        ("source_id", source.as_str()),
        ("wish", "as a Japanese woodblock print, at dusk"),
        ("style", ""),
        ("way", "restyle"),
        ("effort", "draft"),
        ("idempotency_key", "form-1"),
    ];
    for _ in 0..2 {
        let painted = person.submit("/forms/paint", &order).await;
        assert_eq!(painted.status, 303);
        assert!(painted.location().starts_with(&studio), "{}", painted.location());
    }
    let jobs = person.get(&format!("/api/jobs/list?source_id={source}")).await.json();
    assert_eq!(
        jobs.as_array().map(Vec::len),
        Some(1),
        "sent twice, started once: {jobs}"
    );
    let job = person.over(jobs[0]["id"].as_str().expect("a job")).await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let variation = job["variations"][0].as_str().expect("a variation").to_owned();
    assert_eq!(person.get(&format!("/variations/{variation}")).await.status, 200);

    let shared = person
        .submit(
            "/forms/share",
            &[
                ("variation_id", &variation),
                ("visibility", "unlisted"),
                ("show_prompt", "true"),
            ],
        )
        .await;
    assert!(
        shared
            .location()
            .starts_with(&format!("/variations/{variation}?shared=")),
        "{}",
        shared.location()
    );
    let share = person.get("/api/shares/list").await.json()[0].clone();
    assert_eq!(
        (&share["show_prompt"], &share["allow_download"]),
        (&json!(true), &json!(false))
    );
    let page = format!("/s/{}", share["slug"].as_str().expect("a slug"));
    assert_eq!(app.person().get(&page).await.status, 200);

    let id = share["id"].as_str().expect("an id");
    let revoked = person
        .submit("/forms/share/revoke", &[("id", id), ("back", "/library?q=x")])
        .await;
    assert_eq!((revoked.status.as_u16(), revoked.location()), (303, "/library?q=x"));
    assert_eq!(app.person().get(&page).await.status, 404);

    let again = person
        .submit("/forms/use-as-source", &[("variation_id", &variation)])
        .await;
    assert!(again.location().starts_with("/studio/"), "{}", again.location());
    let gone = person.submit("/forms/variation/delete", &[("id", &variation)]).await;
    assert_eq!((gone.status.as_u16(), gone.location()), (303, "/library"));
    let gone = person.submit("/forms/source/delete", &[("id", &source)]).await;
    assert_eq!((gone.status.as_u16(), gone.location()), (303, "/library"));
    assert_eq!(person.get(&format!("/api/sources/get?id={source}")).await.status, 404);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_leads_back_with_the_code_and_what_was_typed() {
    let app = TestApp::start().await;
    let person = app.person();
    let request = person
        .request(Method::POST, "/api/sources")
        .header("accept", "text/html")
        .multipart(crate::harness::picture_part(b"no picture".to_vec()));
    assert_eq!(person.send(request).await.location(), "/?error=picture_unsupported");

    let source = person.source(pictures::jpeg(640, 480)).await;
    let order = [
        ("source_id", source.as_str()),
        ("wish", ""),
        ("style", ""),
        ("way", "restyle"),
        ("effort", "draft"),
        ("idempotency_key", "k"),
    ];
    let back = person.submit("/forms/paint", &order).await;
    assert_eq!(
        back.location(),
        format!("/studio/{source}?error=wish_missing&way=restyle&effort=draft")
    );
    let order = [
        ("source_id", source.as_str()),
        ("wish", "snow & ice"),
        ("way", "sideways"),
        ("idempotency_key", "k"),
    ];
    let back = person.submit("/forms/paint", &order).await;
    assert_eq!(
        back.location(),
        format!("/studio/{source}?error=malformed&wish=snow+%26+ice&way=sideways")
    );
    let stranger = app.person();
    let back = stranger.submit("/forms/describe", &[("source_id", &source)]).await;
    assert_eq!(back.location(), format!("/studio/{source}?error=not_found"));
    for path in [
        "/forms/describe",
        "/forms/paint",
        "/forms/share",
        "/forms/sample",
        "/forms/language",
    ] {
        let back = person.submit(path, &[]).await;
        assert_eq!(back.status, 303, "{path}");
        assert!(back.location().contains("error="), "{path} → {}", back.location());
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_leads_to_another_site() {
    let app = TestApp::start().await;
    let person = app.person();
    person.source(pictures::jpeg(320, 240)).await;
    let elsewhere = [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "/.//elsewhere.example/",
        "javascript:alert(1)",
        "\\\\elsewhere.example",
        "/x\r\nSet-Cookie: a=b",
    ];
    let forms: [(&str, &[(&str, &str)]); 7] = [
        ("/forms/language", &[("lang", "fr")]),
        ("/forms/language", &[("lang", "xx")]),
        ("/forms/theme", &[("theme", "dark")]),
        ("/forms/share/revoke", &[("id", "00000000000000000000000000000000")]),
        ("/forms/source/delete", &[("id", "00000000000000000000000000000000")]),
        ("/forms/variation/delete", &[("id", "x")]),
        (
            "/forms/share/unlock",
            &[("slug", "//elsewhere.example"), ("password", "x")],
        ),
    ];
    for (path, fields) in forms {
        for back in elsewhere {
            let mut fields = fields.to_vec();
            fields.push(("back", back));
            let answer = person.submit(path, &fields).await;
            assert_eq!(answer.status, 303);
            let location = answer.location();
            assert!(
                location.starts_with('/') && !location.starts_with("//") && !location.contains(['\\', '\t']),
                "{path} {back:?} → {location:?}"
            );
            assert!(
                !location.contains("elsewhere") || location.starts_with("/x"),
                "{path} {back:?} → {location:?}"
            );
        }
    }
    // Server functions answer with data whatever a browser asks for, and lead nowhere.
    let request = person
        .request(Method::GET, "/api/session/get")
        .header("accept", "text/html")
        .header("referer", "https://elsewhere.example/");
    let answer = person.send(request).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (200, None));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_theme_are_remembered() {
    let app = TestApp::start().await;
    let person = app.person().reading(Lang::En);
    person.submit("/forms/theme", &[("theme", "dark"), ("back", "/")]).await;
    person.submit("/forms/language", &[("lang", "fr"), ("back", "/")]).await;
    let session = person.get("/api/session/get").await.json();
    assert_eq!((&session["lang"], &session["theme"]), (&json!("fr"), &json!("dark")));
    assert!(person.get("/").await.text().contains("data-theme=\"dark\""));
    person.submit("/forms/theme", &[("theme", ""), ("back", "/")]).await;
    assert_eq!(person.get("/api/session/get").await.json()["theme"], json!(null));
    assert_eq!(app.counts().await.0["visitors"], 0, "a preference makes no visitor");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_becomes_a_source_like_any_upload() {
    let app = TestApp::start().await;
    let person = app.person();
    for name in ["../../Cargo", "x/../../secret", "none", ""] {
        let back = person.submit("/forms/sample", &[("name", name)]).await;
        assert!(back.location().starts_with("/?error="), "{name} → {}", back.location());
    }
    let led = person.submit("/forms/sample", &[("name", "chelsea")]).await;
    assert!(led.location().starts_with("/studio/"), "{}", led.location());
    assert_eq!(
        person.get("/api/library/sources").await.json().as_array().map(Vec::len),
        Some(1)
    );
    app.finish().await;
}

/// A form that starts something answers at once: the job goes on without it.
#[tokio::test(flavor = "multi_thread")]
async fn painting_does_not_wait_for_the_provider() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!({ "path": "/images/", "hold": true })).await;
    let order = Person::order(&source, "At dusk.");
    let started = person.start(&order, "held").await;
    assert_eq!(started.status, 202);
    app.held(1).await;
    app.release().await;
    assert_eq!(person.over(&started.text_at("job_id")).await["state"], "succeeded");
    app.finish().await;
}
