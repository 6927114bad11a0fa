//! Keys that are replaced while the program runs.

use super::{
    desk::{Desk, Play, say},
    *,
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// OpenAI at this desk, with its key in a file.
struct Kept {
    file: PathBuf,
    providers: Providers,
    _folder: tempfile::TempDir,
}

fn kept(desk: &Desk, key: &str) -> Kept {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, key).expect("written");
    let providers = providers(&[
        ("OPENAI_API_KEY_FILE", &file.display().to_string()),
        ("OPENAI_BASE_URL", &format!("{}/v1", desk.url)),
    ]);
    Kept {
        file,
        providers,
        _folder: folder,
    }
}

impl Kept {
    fn replace(&self, key: &str) {
        std::fs::write(&self.file, key).expect("written");
    }
}

fn refused() -> Play {
    say(
        401,
        &json!({"error": {"message": "no", "type": "x", "code": "invalid_api_key"}}),
    )
}

fn painted() -> Play {
    say(200, &json!({"data": [{"b64_json": "AAEC"}]}))
}

fn keys(desk: &Desk) -> Vec<Value> {
    let requests = desk.requests();
    requests
        .iter()
        .map(|request| request["headers"]["authorization"].clone())
        .collect()
}

#[tokio::test]
async fn a_call_refused_for_its_key_goes_again_with_the_one_that_replaced_it() {
    let desk = Desk::with([refused(), painted()]).await;
    let kept = kept(&desk, "old-key");
    kept.replace("new-key-of-another-length");
    paint(&kept.providers, &order()).await.expect("a picture");
    assert_eq!(keys(&desk), ["Bearer old-key", "Bearer new-key-of-another-length"]);
    assert_eq!(kept.providers.states()[0].stopped, None);
}

#[tokio::test]
async fn it_goes_again_once_and_only_for_another_key() {
    let desk = Desk::with([refused(), refused(), refused()]).await;
    let kept = kept(&desk, "old-key");
    let fault = paint(&kept.providers, &order()).await.expect_err("refused");
    assert_eq!((fault.kind, fault.charge), (FaultKind::Key, Charge::Nothing));
    assert_eq!(desk.requests().len(), 1, "the same key is not tried twice");
    assert_eq!(kept.providers.states()[0].stopped, Some(FaultKind::Key));

    kept.replace("another-wrong-key");
    let fault = paint(&kept.providers, &order()).await.expect_err("refused");
    assert_eq!(fault.kind, FaultKind::Key);
    assert_eq!(
        desk.requests().len(),
        2,
        "the breaker opened for the new key, which was tried once"
    );
    let fault = paint(&kept.providers, &order()).await.expect_err("stopped");
    assert_eq!((fault.kind, desk.requests().len()), (FaultKind::Key, 2));
}

#[tokio::test]
async fn a_stopped_provider_is_asked_again_when_a_new_key_is_found() {
    let desk = Desk::with([refused(), painted()]).await;
    let kept = kept(&desk, "old-key");
    paint(&kept.providers, &order()).await.expect_err("refused");
    kept.providers.renew_keys(Look::Always).await;
    assert_eq!(
        kept.providers.states()[0].stopped,
        Some(FaultKind::Key),
        "the same key changes nothing"
    );
    kept.replace("  new-key-for-this-test\n");
    kept.providers.renew_keys(Look::IfWritten).await;
    assert_eq!(kept.providers.states()[0].stopped, None);
    paint(&kept.providers, &order()).await.expect("a picture");
    assert_eq!(keys(&desk)[1], "Bearer new-key-for-this-test");
}

#[tokio::test]
async fn what_is_no_key_does_not_take_the_place_of_one() {
    let desk = Desk::with([painted(), painted()]).await;
    let kept = kept(&desk, "old-key");
    kept.replace("");
    kept.providers.renew_keys(Look::Always).await;
    paint(&kept.providers, &order()).await.expect("a picture");
    std::fs::remove_file(&kept.file).expect("removed");
    kept.providers.renew_keys(Look::IfWritten).await;
    paint(&kept.providers, &order()).await.expect("a picture");
    assert_eq!(keys(&desk), ["Bearer old-key", "Bearer old-key"]);
}

#[tokio::test]
async fn describer_and_painter_of_one_vendor_share_the_new_key() {
    let desk = Desk::with([refused(), painted(), painted()]).await;
    let kept = kept(&desk, "old-key");
    kept.replace("new-key-for-both");
    // No description, but asked for with the new key, which the painter then has too.
    describe(&kept.providers, Lang::En, false).await.expect_err("no text");
    paint(&kept.providers, &order()).await.expect("a picture");
    assert_eq!(
        keys(&desk),
        ["Bearer old-key", "Bearer new-key-for-both", "Bearer new-key-for-both"]
    );
}
