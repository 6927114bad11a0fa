//! Pictures that are shown while they are painted.

use super::{
    desk::{Desk, Play},
    *,
};
use insta::assert_json_snapshot;
use tokio::sync::mpsc;

const EVENTS: [(&str, &str); 1] = [("content-type", "text/event-stream; charset=utf-8")];
const PARTIAL: &str = "event: image_generation.partial_image\n\
     data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AAEC\",\"partial_image_index\":0}\n\n";
const COMPLETED: &str = "event: image_generation.completed\n\
     data: {\"type\":\"image_generation.completed\",\"b64_json\":\"AwQF\",\"usage\":{\"total_tokens\":700,\
     \"input_tokens\":161,\"output_tokens\":539,\"input_tokens_details\":{\"text_tokens\":17,\"image_tokens\":144}}}\n\n";

fn shown(count: u8) -> (PaintRequest, mpsc::Receiver<Bytes>) {
    let (to, shown) = mpsc::channel(8);
    let request = PaintRequest {
        count: 1,
        unfinished: Some(Unfinished { count, to }),
        ..order()
    };
    (request, shown)
}

fn streamed(body: String) -> Play {
    Play::Say(200, EVENTS.to_vec(), body)
}

#[tokio::test]
async fn unfinished_pictures_come_first_and_then_the_result_with_its_usage() {
    let desk = Desk::with([streamed(format!("{PARTIAL}{PARTIAL}{COMPLETED}data: [DONE]\n\n"))]).await;
    let (request, mut shown) = shown(2);
    let painted = paint(&openai(&desk), &request).await.expect("a picture");
    drop(request);
    assert_json_snapshot!(desk.requests());
    for _ in 0..2 {
        assert_eq!(shown.recv().await, Some(Bytes::from_static(&[0, 1, 2])));
    }
    assert_eq!(shown.recv().await, None);
    assert_eq!(painted.pictures, [Bytes::from_static(&[3, 4, 5])]);
    assert_eq!(painted.usage.expect("usage").image_out, 539);
}

#[tokio::test]
async fn the_result_waits_for_nobody_who_looks() {
    let desk = Desk::with([streamed(format!("{}{COMPLETED}", PARTIAL.repeat(20)))]).await;
    let (request, shown) = shown(3);
    drop(shown);
    assert_eq!(
        paint(&openai(&desk), &request).await.expect("a picture").pictures.len(),
        1
    );
}

#[tokio::test]
async fn a_provider_that_does_not_stream_is_understood_all_the_same() {
    let body = "{\"data\":[{\"b64_json\":\"AwQF\"}]}".to_owned();
    let desk = Desk::with([Play::Say(200, Vec::new(), body)]).await;
    let painted = paint(&openai(&desk), &shown(1).0).await.expect("a picture");
    assert_eq!(painted.pictures, [Bytes::from_static(&[3, 4, 5])]);
}

#[tokio::test]
async fn a_stream_without_its_result_may_have_been_charged_and_is_not_asked_for_again() {
    let refusal = "event: error\ndata: {\"type\":\"error\",\"error\":{\"code\":\"moderation_blocked\",\
                   \"message\":\"Refused.\"}}\n\n";
    for (body, kind) in [
        (PARTIAL.to_owned(), FaultKind::Broken),
        (
            format!("{PARTIAL}data: {{\"type\":\"image_generation.completed\"}}\n\n"),
            FaultKind::Broken,
        ),
        (format!("{PARTIAL}{refusal}"), FaultKind::Refused),
    ] {
        let desk = Desk::with([streamed(body)]).await;
        let fault = paint(&openai(&desk), &shown(1).0).await.expect_err("a fault");
        assert_eq!(
            (fault.kind, fault.charge),
            (kind, Charge::FullQuote),
            "{}",
            fault.detail
        );
        assert_eq!(desk.requests().len(), 1);
    }
}
