//! Pictures of a visitor: whole or in part, only once, only to their owner.

use crate::harness::{Answer, Person, TestApp, pictures};
use reqwest::Method;

async fn get(person: &Person, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers
        .iter()
        .fold(person.request(Method::GET, path), |request, (name, value)| {
            request.header(*name, *value)
        });
    person.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_sent_once_and_in_the_parts_asked_for() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(900, 700)).await;
    let path = format!("/media/sources/{source}/master");
    let whole = get(&person, &path, &[]).await;
    assert_eq!(
        (whole.status.as_u16(), whole.header("content-type")),
        (200, Some("image/jpeg"))
    );
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(
        whole.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
    let etag = whole.header("etag").expect("an ETag").to_owned();
    let sha256 = person
        .get(&format!("/api/sources/get?id={source}"))
        .await
        .text_at("sha256");
    assert_eq!(etag, format!("\"{sha256}\""));

    for known in [
        etag.clone(),
        format!("W/{etag}"),
        format!("\"x\", {etag}"),
        "*".to_owned(),
    ] {
        let again = get(&person, &path, &[("if-none-match", &known)]).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{known}");
        assert_eq!(again.header("etag"), Some(etag.as_str()));
    }
    let length = whole.body.len();
    for (range, part) in [
        ("bytes=0-99".to_owned(), 0..100),
        ("bytes=100-".to_owned(), 100..length),
        ("bytes=-100".to_owned(), length - 100..length),
        (format!("bytes=10-{}", length * 2), 10..length),
    ] {
        let answer = get(&person, &path, &[("range", &range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.body, whole.body[part.clone()], "{range}");
        let said = format!("bytes {}-{}/{length}", part.start, part.end - 1);
        assert_eq!(answer.header("content-range"), Some(said.as_str()));
    }
    let beyond = get(&person, &path, &[("range", &format!("bytes={length}-"))]).await;
    assert_eq!((beyond.status.as_u16(), beyond.body.len()), (416, 0));
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{length}").as_str())
    );
    for headers in [
        [("range", "bytes=0-1,5-6"), ("x", "x")],
        [("range", "bytes=0-1"), ("if-range", "\"another\"")],
        [("range", "nonsense"), ("x", "x")],
    ] {
        let answer = get(&person, &path, &headers).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.len()),
            (200, length),
            "{headers:?}"
        );
    }
    let head = person.send(person.request(Method::HEAD, &path)).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), whole.header("content-length"));
    assert_eq!(head.header("etag"), whole.header("etag"));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_have_names_of_ours() {
    let app = TestApp::start().await;
    let person = app.person();
    let (source, variation) = person.variation("At dusk.").await;
    for (path, name) in [
        (
            format!("/media/sources/{source}/master?download"),
            format!("pochoir-source-{}.jpg", &source[..8]),
        ),
        (
            format!("/media/variations/{variation}/composed?download"),
            format!("pochoir-variation-{}.png", &variation[..8]),
        ),
        (
            format!("/media/variations/{variation}/raw"),
            format!("pochoir-raw-{}.png", &variation[..8]),
        ),
    ] {
        let answer = person.get(&path).await;
        assert_eq!(
            answer.header("content-disposition"),
            Some(format!("attachment; filename=\"{name}\"").as_str()),
            "{path}"
        );
    }
    app.finish().await;
}

/// Knowing the address, the hash or having had the picture before is no right to it.
#[tokio::test(flavor = "multi_thread")]
async fn others_get_nothing_not_even_that_nothing_changed() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (source, variation) = owner.variation("At dusk.").await;
    let stranger = app.person();
    stranger.source(pictures::jpeg(640, 480)).await;
    for path in [
        format!("/media/sources/{source}/master"),
        format!("/media/sources/{source}/preview"),
        format!("/media/variations/{variation}/composed"),
        format!("/media/variations/{variation}/raw"),
    ] {
        let etag = owner.get(&path).await.header("etag").expect("an ETag").to_owned();
        for person in [&stranger, &app.person()] {
            for headers in [
                &[][..],
                &[("if-none-match", etag.as_str())],
                &[("if-none-match", "*")],
                &[("range", "bytes=0-1")],
            ] {
                let answer = get(person, &path, headers).await;
                assert_eq!(answer.status, 404, "{path} {headers:?}");
                assert_eq!(answer.header("etag"), None);
            }
            let head = person.send(person.request(Method::HEAD, &path)).await;
            assert_eq!(head.status, 404);
        }
    }
    for path in [
        format!("/media/sources/{source}/raw"),
        format!("/media/sources/{source}/composed"),
        format!("/media/variations/{variation}/master"),
        format!("/media/variations/{source}/composed"),
        "/media/sources/../thumb".to_owned(),
    ] {
        assert_eq!(owner.get(&path).await.status, 404, "{path}");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone_at_once_even_for_who_has_it() {
    let app = TestApp::start().await;
    let (person, twin) = (app.person(), app.person());
    let (mine, theirs) = (
        person.source(pictures::jpeg(640, 480)).await,
        twin.source(pictures::jpeg(640, 480)).await,
    );
    let path = format!("/media/sources/{mine}/master");
    let etag = person.get(&path).await.header("etag").expect("an ETag").to_owned();
    person
        .post("/api/sources/delete", &serde_json::json!({ "id": mine }))
        .await;
    assert_eq!(get(&person, &path, &[("if-none-match", &etag)]).await.status, 404);
    assert_eq!(
        twin.get(&format!("/media/sources/{theirs}/master")).await.status,
        200,
        "an equal upload stays"
    );
    twin.post("/api/sources/delete", &serde_json::json!({ "id": theirs }))
        .await;
    assert_eq!(app.counts().await.0["(blobs)"], 0);
    app.finish().await;
}
