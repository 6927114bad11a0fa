//! Headers of every kind of answer.

use crate::harness::{Answer, TestApp, pictures};
use reqwest::Method;
use serde_json::json;

fn directive<'a>(policy: &'a str, name: &str) -> Option<&'a str> {
    policy
        .split(';')
        .map(str::trim)
        .find_map(|part| part.strip_prefix(name))
        .map(str::trim)
}

fn always(path: &str, answer: &Answer) {
    println!("{path} {}", answer.status);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        Some("same-origin"),
        "{path}"
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        Some("same-origin"),
        "{path}"
    );
    assert!(answer.header("permissions-policy").is_some(), "{path}");
    assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 16), "{path}");
    let policy = answer.header("content-security-policy").expect("a policy");
    assert_eq!(directive(policy, "frame-ancestors"), Some("'none'"), "{path}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{path}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_answer_has_its_headers() {
    let app = TestApp::start().await;
    let person = app.person();
    let (source, variation) = person.variation("At dusk.").await;
    let slug = person
        .post("/api/shares/create", &json!({ "variation_ids": [variation] }))
        .await
        .text_at("slug");

    let pages = [
        "/".to_owned(),
        "/library".to_owned(),
        "/gallery".to_owned(),
        "/privacy".to_owned(),
        format!("/studio/{source}"),
        format!("/variations/{variation}"),
        format!("/s/{slug}"),
        "/nowhere".to_owned(),
        "/s/nowhere".to_owned(),
    ];
    let mut nonces = Vec::new();
    for path in &pages {
        let answer = person.get(path).await;
        always(path, &answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert!(
            answer
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("text/html")),
            "{path}"
        );
        let policy = answer.header("content-security-policy").expect("a policy");
        let scripts = directive(policy, "script-src").expect("scripts");
        let nonce = scripts
            .split('\'')
            .find_map(|part| part.strip_prefix("nonce-"))
            .expect("a nonce")
            .to_owned();
        assert!(nonce.len() >= 20, "{nonce}");
        // What is inline carries the nonce; what is not comes from here.
        let html = answer.text();
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().expect("a tag");
            assert!(
                tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("application/json"),
                "{path}: <script{tag}>"
            );
        }
        assert!(!html.contains(" style=\""), "{path}");
        assert!(!nonces.contains(&nonce), "a nonce is used once");
        nonces.push(nonce);
        for (name, wanted) in [
            ("object-src", "'none'"),
            ("base-uri", "'none'"),
            ("style-src", "'self'"),
            ("connect-src", "'self'"),
        ] {
            assert_eq!(directive(policy, name), Some(wanted), "{path} {name}");
        }
    }

    let private = [
        "/api/session/get".to_owned(),
        format!("/api/sources/get?id={source}"),
        "/api/sources/get?id=x".to_owned(),
        "/api/nothing".to_owned(),
        "/healthz".to_owned(),
        "/readyz".to_owned(),
    ];
    for path in &private {
        let answer = person.get(path).await;
        always(path, &answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("sandbox"),
            "{path}: {policy}"
        );
    }

    let pictures = [
        format!("/media/sources/{source}/master"),
        format!("/media/sources/{source}/preview"),
        format!("/media/sources/{source}/thumb"),
        format!("/media/variations/{variation}/composed"),
        format!("/media/variations/{variation}/raw"),
        format!("/media/variations/{variation}/preview"),
        format!("/media/variations/{variation}/thumb"),
        format!("/s/{slug}/0/picture"),
        format!("/s/{slug}/0/thumb"),
        format!("/s/{slug}/0/download"),
        format!("/s/{slug}/card"),
    ];
    for path in &pictures {
        let answer = person.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        always(path, &answer);
        let kept = answer.header("cache-control").expect("caching");
        assert!(kept.contains("private") && kept.contains("no-cache"), "{path}: {kept}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("sandbox"),
            "{path}: {policy}"
        );
        assert!(
            answer
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("image/")),
            "{path}"
        );
        let raw = path.ends_with("/raw") || path.ends_with("/download");
        assert_eq!(
            answer
                .header("content-disposition")
                .is_some_and(|how| how.starts_with("attachment")),
            raw,
            "{path}"
        );
    }

    let refused = person
        .clone()
        .with("sec-fetch-site", "cross-site")
        .post("/api/jobs/start", &json!({}))
        .await;
    always("cross-site", &refused);
    always(
        "unknown host",
        &app.person().with("host", "elsewhere.example").get("/").await,
    );
    always(
        "wrong method",
        &person.send(person.request(Method::DELETE, "/api/jobs/start")).await,
    );
    always("upload", &person.upload(pictures::png(64, 64)).await);
    always("form", &person.submit("/forms/theme", &[("theme", "dark")]).await);
    app.finish().await;
}

/// What stands between pages and their readers may be compressed; pictures and streams are what they are.
#[tokio::test(flavor = "multi_thread")]
async fn words_are_compressed_and_pictures_are_not() {
    let app = TestApp::start().await;
    let person = app.person().with("accept-encoding", "br, gzip");
    let source = person.source(pictures::jpeg(640, 480)).await;
    for (path, packed) in [
        ("/".to_owned(), true),
        ("/api/catalogue/get".to_owned(), true),
        ("/nowhere".to_owned(), true),
        (format!("/media/sources/{source}/master"), false),
    ] {
        let answer = person.get(&path).await;
        assert_eq!(answer.header("content-encoding").is_some(), packed, "{path}");
    }
    let stream = person.stream(person.request(Method::GET, "/api/events")).await;
    assert_eq!(stream.headers().get("content-encoding"), None);
    drop(stream);
    app.finish().await;
}
