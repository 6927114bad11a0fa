//! Who may ask: hosts, forwarding, and changes asked for by other sites.

use crate::harness::{Answer, Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use reqwest::Method;

const ELSEWHERE: &str = "https://elsewhere.example";

/// Each way a request can say where it comes from, and whether it may change something.
fn origins(app: &TestApp) -> Vec<(Option<&'static str>, Option<String>, bool)> {
    let ours = || Some(format!("http://{}", app.address));
    let foreign = || Some(ELSEWHERE.to_owned());
    vec![
        (None, None, true),
        (Some("same-origin"), ours(), true),
        (Some("same-origin"), None, true),
        (Some("none"), None, true),
        (Some("same-site"), ours(), false),
        (Some("same-site"), foreign(), false),
        (Some("cross-site"), foreign(), false),
        (Some("cross-site"), None, false),
        (Some("cross-site"), Some("null".to_owned()), false),
        (Some("nonsense"), None, false),
        (None, ours(), true),
        (None, foreign(), false),
        (None, Some("null".to_owned()), false),
        (
            None,
            Some(format!("http://{}.elsewhere.example", app.address.ip())),
            false,
        ),
    ]
}

async fn from(
    person: &Person,
    path: &str,
    site: Option<&str>,
    origin: Option<&str>,
    kind: &str,
    body: &[u8],
) -> Answer {
    let mut request = person.request(Method::POST, path).header("content-type", kind);
    if let Some(site) = site {
        request = request.header("sec-fetch-site", site);
    }
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    person.send(request.body(body.to_vec())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_change_nothing() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (source, variation) = owner.variation("At dusk.").await;
    let multipart = {
        let mut body = b"--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\n".to_vec();
        body.extend(pictures::png(64, 64));
        body.extend(b"\r\n--x--\r\n");
        body
    };
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    let routes: Vec<(&str, &str, Vec<u8>)> = vec![
        ("/api/sources", "multipart/form-data; boundary=x", multipart),
        ("/api/sources/delete", json, format!("{{\"id\":\"{source}\"}}").into()),
        (
            "/api/sources/delete",
            "text/plain",
            format!("{{\"id\":\"{source}\"}}").into(),
        ),
        (
            "/api/shares/create",
            json,
            format!("{{\"variation_ids\":[\"{variation}\"]}}").into(),
        ),
        ("/forms/source/delete", form, format!("id={source}").into()),
        ("/forms/variation/delete", form, format!("id={variation}").into()),
        ("/forms/share", form, format!("variation_id={variation}").into()),
        ("/forms/language", form, b"lang=fr".to_vec()),
        ("/api/nothing", json, b"{}".to_vec()),
    ];
    for (site, origin, allowed) in origins(&app) {
        if allowed {
            // Something harmless: allowed requests do what they say.
            let answer = from(&owner, "/forms/theme", site, origin.as_deref(), form, b"theme=dark").await;
            assert_eq!(answer.status, 303, "{site:?} {origin:?}");
            continue;
        }
        for (path, kind, body) in &routes {
            let before = app.counts().await;
            let answer = from(&owner, path, site, origin.as_deref(), kind, body).await;
            println!("{path} {kind} {site:?} {origin:?}");
            answer.is_fault(ErrorCode::CrossSite, Lang::En);
            assert_eq!(answer.header("set-cookie"), None);
            assert_eq!(app.counts().await, before);
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let mut request = owner.request(method, "/api/sources/delete");
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            if let Some(origin) = &origin {
                request = request.header("origin", origin);
            }
            owner.send(request).await.is_fault(ErrorCode::CrossSite, Lang::En);
        }
    }
    assert_eq!(owner.get(&format!("/api/sources/get?id={source}")).await.status, 200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_from_other_sites_still_open_pages() {
    let app = TestApp::start().await;
    for path in ["/", "/gallery", "/api/session/get"] {
        let person = app
            .person()
            .with("sec-fetch-site", "cross-site")
            .with("origin", ELSEWHERE);
        assert_eq!(person.get(path).await.status, 200, "{path}");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_hosts_are_answered() {
    let app = TestApp::with(&[("POCHOIR_PUBLIC_URL", "https://pictures.example.org")]).await;
    for (host, known) in [
        ("localhost", true),
        ("localhost:1234", true),
        ("LOCALHOST", true),
        ("127.0.0.1:3000", true),
        ("[::1]:3000", true),
        ("pictures.example.org", true),
        ("Pictures.Example.org:443", true),
        ("elsewhere.example", false),
        ("pictures.example.org.elsewhere.example", false),
        ("localhost.elsewhere.example", false),
        ("xpictures.example.org", false),
        ("169.254.169.254", false),
    ] {
        for path in [
            "/",
            "/api/session/get",
            "/healthz",
            "/media/sources/x/thumb",
            "/fonts/none.woff2",
        ] {
            let person = app.person().with("host", host);
            let answer = person.get(path).await;
            if known {
                assert_ne!(answer.status, 421, "{host} {path}");
            } else {
                println!("{host} {path}");
                answer.is_fault(ErrorCode::UnknownHost, Lang::En);
            }
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_host_is_nobodys() {
    let app = TestApp::start().await;
    for head in [
        "GET / HTTP/1.0\r\n\r\n",
        "GET http://elsewhere.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n",
    ] {
        let answer = raw(&app, head).await;
        let refused = answer.starts_with("HTTP/1.1 421")
            || answer.starts_with("HTTP/1.0 421")
            || answer.starts_with("HTTP/1.1 400");
        assert!(refused, "{head} → {answer}");
    }
    app.finish().await;
}

async fn raw(app: &TestApp, head: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut line = tokio::net::TcpStream::connect(app.address).await.expect("a connection");
    line.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A real key and nobody said that others may spend it: what a proxy or tunnel brings is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_for_this_machine_only_is_not_opened_by_a_proxy() {
    let key = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", "{demo}/v1")];
    let forwarded = [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-real-ip",
        "cf-connecting-ip",
    ];
    let app = TestApp::with(&key).await;
    assert_eq!(app.person().get("/api/session/get").await.status, 200);
    for name in forwarded {
        let answer = app.person().with(name, "203.0.113.7").get("/").await;
        answer.is_fault(ErrorCode::ThisMachineOnly, Lang::En);
    }
    app.finish().await;

    let app = TestApp::with(&[key[0], key[1], ("POCHOIR_ACCESS", "open")]).await;
    for name in forwarded {
        let answer = app.person().with(name, "203.0.113.7").get("/api/session/get").await;
        assert_eq!(answer.status, 200, "{name}");
    }
    app.finish().await;
}
