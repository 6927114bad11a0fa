//! Sessions: begun by the first write that succeeds, kept in a cookie that no script reads, or shown as a bearer token.

use crate::harness::{TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn reading_never_makes_a_visitor() {
    let app = TestApp::start().await;
    let before = app.counts().await;
    for path in [
        "/",
        "/library",
        "/gallery",
        "/privacy",
        "/nowhere",
        "/api/session/get",
        "/api/budgets/get",
        "/api/catalogue/get",
        "/api/library/page",
        "/api/library/sources",
        "/api/shares/list",
        "/api/gallery/page",
        "/healthz",
        "/readyz",
    ] {
        let person = app.person();
        let answer = person.get(path).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    assert_eq!(app.counts().await, before);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_write_makes_one_visitor_with_one_cookie() {
    let app = TestApp::start().await;
    let person = app.person();
    let answer = person.upload(pictures::jpeg(320, 240)).await;
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.starts_with("pochoir="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let again = person.upload(pictures::png(320, 240)).await;
    assert_eq!(again.header("set-cookie"), None);
    assert_eq!(app.counts().await.0["visitors"], 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_https_the_cookie_is_bound_to_the_host() {
    let app = TestApp::with(&[("POCHOIR_PUBLIC_URL", "https://pictures.example.org")]).await;
    let answer = app.person().upload(pictures::jpeg(320, 240)).await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        cookie.starts_with("__Host-pochoir=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_without_the_cookie_and_only_if_it_is_known() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let token = person.cookie("pochoir").expect("a cookie");
    let path = format!("/api/sources/get?id={source}");
    let script = app.person().with("authorization", &format!("Bearer {token}"));
    assert_eq!(script.get(&path).await.status, 200);
    for wrong in ["Bearer nonsense", &format!("Bearer {token}x"), "bearer x"] {
        let stranger = app.person().with("authorization", wrong);
        stranger.get(&path).await.is_fault(ErrorCode::TokenUnknown, Lang::En);
        assert_eq!(stranger.upload(pictures::png(64, 64)).await.status, 401);
    }
    // Credentials of another kind, say a proxy's, are none of ours.
    let basic = app.person().with("authorization", "Basic eDp5");
    assert_eq!(basic.get("/api/session/get").await.status, 200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_cookie_is_nobody_and_is_replaced_at_the_first_write() {
    let app = TestApp::start().await;
    let person = app.person();
    let request = person
        .request(Method::GET, "/api/library/sources")
        .header("cookie", "pochoir=stale");
    assert_eq!(person.send(request).await.json(), json!([]));
    let request = person
        .request(Method::POST, "/api/sources")
        .header("cookie", "pochoir=stale")
        .multipart(crate::harness::picture_part(pictures::jpeg(320, 240)));
    let answer = person.send(request).await;
    assert_eq!(answer.status, 201);
    assert!(
        answer
            .header("set-cookie")
            .is_some_and(|cookie| !cookie.contains("stale"))
    );
    app.finish().await;
}

/// The database holds what a token can be recognised by, never the token.
#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_nowhere_but_with_its_visitor() {
    let app = TestApp::start().await;
    let person = app.person();
    person.source(pictures::jpeg(320, 240)).await;
    let token = person.cookie("pochoir").expect("a cookie");
    let kept = app.database_bytes();
    assert!(!kept.windows(token.len()).any(|window| window == token.as_bytes()));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn language_follows_the_choice_then_the_browser_then_the_instance() {
    let app = TestApp::with(&[("POCHOIR_DEFAULT_LANGUAGE", "fr")]).await;
    let person = app.person();
    assert_eq!(person.get("/api/session/get").await.text_at("lang"), "fr");
    let english = person.clone().reading(Lang::En);
    assert_eq!(english.get("/api/session/get").await.text_at("lang"), "en");
    english
        .submit("/forms/language", &[("lang", "fr"), ("back", "/library")])
        .await;
    assert_eq!(english.get("/api/session/get").await.text_at("lang"), "fr");
    assert!(english.get("/").await.text().contains("<html lang=\"fr\""));
    app.finish().await;
}
