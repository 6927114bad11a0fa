//! The documented interface and nothing else.

use crate::harness::TestApp;
use pochoir::{api::ErrorCode, domain::text::Lang};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

/// Every server function is a public endpoint. One that is not in this list was not meant to be one.
const FUNCTIONS: &[(&str, &str)] = &[
    ("GET", "/api/budgets/get"),
    ("GET", "/api/catalogue/get"),
    ("POST", "/api/descriptions/create"),
    ("GET", "/api/descriptions/get"),
    ("POST", "/api/descriptions/update"),
    ("GET", "/api/gallery/page"),
    ("POST", "/api/jobs/cancel"),
    ("GET", "/api/jobs/get"),
    ("GET", "/api/jobs/list"),
    ("POST", "/api/jobs/retry"),
    ("POST", "/api/jobs/start"),
    ("POST", "/api/jobs/start_all"),
    ("GET", "/api/library/page"),
    ("GET", "/api/library/sources"),
    ("POST", "/api/prompts/compose"),
    ("POST", "/api/prompts/refine"),
    ("GET", "/api/quotes/again"),
    ("POST", "/api/quotes/create"),
    ("POST", "/api/quotes/create_all"),
    ("GET", "/api/session/get"),
    ("POST", "/api/shares/create"),
    ("GET", "/api/shares/list"),
    ("POST", "/api/shares/revoke"),
    ("POST", "/api/shares/rotate"),
    ("POST", "/api/shares/update"),
    ("GET", "/api/shares/view"),
    ("POST", "/api/sources/delete"),
    ("POST", "/api/sources/from_variation"),
    ("GET", "/api/sources/get"),
    ("POST", "/api/variations/delete"),
    ("GET", "/api/variations/get"),
    ("POST", "/api/variations/recompose"),
];

fn registered() -> BTreeSet<(String, String)> {
    leptos::server_fn::axum::server_fn_paths()
        .map(|(path, method)| (method.to_string(), path.to_owned()))
        .collect()
}

#[test]
fn server_functions_are_those_that_were_meant() {
    let meant: BTreeSet<_> = FUNCTIONS
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(registered(), meant);
}

/// `/api/x/create` · `/update` in one row of the table means `/api/x/update`.
#[test]
fn server_functions_are_in_the_documentation() {
    let docs = include_str!("../../docs/API.md");
    let mut documented = BTreeSet::new();
    for row in docs.lines().filter(|line| line.starts_with("| `")) {
        let call = row.split(" | ").next().unwrap_or_default();
        let mut before = (String::new(), String::new());
        for part in call.split('`').skip(1).step_by(2) {
            if let Some((method, path)) = part.split_once(' ') {
                before = (method.to_owned(), path.to_owned());
            } else if let Some((folder, _)) = before.1.rsplit_once('/') {
                before.1 = format!("{folder}{part}");
            }
            documented.insert(before.clone());
        }
    }
    let missing: Vec<_> = registered().difference(&documented).cloned().collect();
    assert_eq!(missing, [], "not in docs/API.md");
    let gone = documented.iter().filter(|(_, path)| {
        path.starts_with("/api/") && !path.contains('{') && path != "/api/sources" && path != "/api/events"
    });
    let gone: Vec<_> = gone.filter(|call| !registered().contains(*call)).collect();
    assert!(gone.is_empty(), "only in docs/API.md: {gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_calls_and_wrong_methods_are_said_in_words() {
    let app = TestApp::start().await;
    for lang in Lang::ALL {
        let person = app.person().reading(lang);
        for path in ["/api/nothing", "/api/jobs", "/api/jobs/", "/api/sources/x/y/z", "/api/"] {
            person.get(path).await.is_fault(ErrorCode::NotFound, lang);
        }
        person
            .send(person.request(Method::POST, "/nowhere"))
            .await
            .is_fault(ErrorCode::NotFound, lang);
        for (method, path) in [
            (Method::GET, "/api/jobs/start"),
            (Method::POST, "/api/jobs/get"),
            (Method::DELETE, "/api/jobs/get"),
            (Method::GET, "/api/sources"),
            (Method::POST, "/healthz"),
            (Method::POST, "/"),
            (Method::GET, "/forms/theme"),
        ] {
            println!("{method} {path}");
            let answer = person.send(person.request(method, path)).await;
            answer.is_fault(ErrorCode::WrongMethod, lang);
            assert!(answer.header("allow").is_some());
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_life_from_readiness() {
    let app = TestApp::start().await;
    let person = app.person();
    assert_eq!(person.get("/healthz").await.text(), "ok\n");
    let ready = person.get("/readyz").await;
    let standing = json!({ "database": "ok", "blobs": "ok",
        "providers": [{ "name": "demo", "state": "ok", "under_way": 0 }] });
    assert_eq!((ready.status.as_u16(), ready.json()), (200, standing));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn site_files_are_served_and_nothing_beside_them() {
    let app = TestApp::start().await;
    let person = app.person();
    let font = person.get("/fonts/instrument-sans.woff2").await;
    assert_eq!(
        (font.status.as_u16(), font.header("content-type")),
        (200, Some("font/woff2"))
    );
    let etag = font.header("etag").expect("an ETag").to_owned();
    let again = person
        .clone()
        .with("if-none-match", &etag)
        .get("/fonts/instrument-sans.woff2")
        .await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let head = person
        .send(person.request(Method::HEAD, "/fonts/instrument-sans.woff2"))
        .await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    for path in [
        "/Cargo.toml",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/fonts/",
        "/fonts",
    ] {
        assert_eq!(person.get(path).await.status, 404, "{path}");
    }
    app.finish().await;
}
