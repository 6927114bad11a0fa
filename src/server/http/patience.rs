//! Hearing people out: an answer that is ready before its request was read whole waits for the rest.
//!
//! Whoever is still sending when the connection closes sees a broken connection and never reads why. So what is left of
//! a refused upload is taken in and thrown away, up to a limit. A sender that asked first (`Expect: 100-continue`) and
//! was not told to go on has nothing on its way.

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody as _},
    extract::Request,
    http::header,
    middleware::Next,
    response::Response,
};
use futures::{Stream, StreamExt as _};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

/// The most that is thrown away.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The longest it may take.
const MAX_TIME: Duration = Duration::from_secs(30);

/// The body of a request, in the hands of its handler and still in ours.
#[derive(Clone)]
struct Shared(Arc<Mutex<Rest>>);

struct Rest {
    body: BodyDataStream,
    begun: bool,
    ended: bool,
}

impl Stream for Shared {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut rest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rest.begun = true;
        if rest.ended {
            return Poll::Ready(None);
        }
        let polled = rest.body.poll_next_unpin(cx);
        // After an error there is nothing more.
        rest.ended = matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}

/// Answers once the request was heard out.
pub async fn hear_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let asked_first = parts.headers.contains_key(header::EXPECT);
    let shared = Shared(Arc::new(Mutex::new(Rest {
        body: body.into_data_stream(),
        begun: false,
        ended: false,
    })));
    let request = Request::from_parts(parts, Body::from_stream(shared.clone()));
    let answer = next.run(request).await;
    let begun = shared.0.lock().unwrap_or_else(PoisonError::into_inner).begun;
    if begun || !asked_first {
        let _ = tokio::time::timeout(MAX_TIME, throw_away(shared)).await;
    }
    answer
}

async fn throw_away(mut rest: Shared) {
    let mut bytes = 0;
    while let Some(Ok(chunk)) = rest.next().await {
        bytes += chunk.len();
        if bytes > MAX_BYTES {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware::from_fn, routing::post};
    use futures::stream;
    use tower::ServiceExt as _;

    async fn left_over(handler: axum::routing::MethodRouter, expect: bool) -> usize {
        let taken = Arc::new(Mutex::new(0));
        let counted = taken.clone();
        let body = stream::iter(0..10).map(move |_| {
            *counted.lock().expect("a count") += 1;
            Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
        });
        let mut request = Request::post("/");
        if expect {
            request = request.header(header::EXPECT, "100-continue");
        }
        let request = request.body(Body::from_stream(body)).expect("a request");
        let router = Router::new().route("/", handler).layer(from_fn(hear_out));
        let answer = router.oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), 403);
        10 - *taken.lock().expect("a count")
    }

    #[tokio::test]
    async fn a_refused_request_is_heard_out_unless_it_asked_first() {
        let refuse = || post(async || axum::http::StatusCode::FORBIDDEN);
        assert_eq!(left_over(refuse(), false).await, 0);
        assert_eq!(left_over(refuse(), true).await, 10);
        let begin = post(async |body: Body| {
            let _ = body.into_data_stream().next().await;
            axum::http::StatusCode::FORBIDDEN
        });
        assert_eq!(left_over(begin, true).await, 0);
    }
}
