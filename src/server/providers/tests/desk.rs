//! A listener that writes down every request and answers from a list.

use axum::{
    Router,
    body::Body,
    extract::{FromRequest as _, Multipart, Request, State},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

/// One answer.
pub(super) enum Play {
    /// A status, headers and a body.
    Say(u16, Vec<(&'static str, &'static str)>, String),
    /// A success whose body ends before its length, or an error with half its body.
    Cut(u16, &'static str),
    /// A success of this type whose body comes in small pieces, a pause before each, and never ends.
    Drip(&'static str, &'static str),
    /// A success with these headers and this over and over, as long as somebody reads.
    Endless(Vec<(&'static str, &'static str)>, &'static str),
    /// Nothing, ever.
    Hang,
}

/// Says this with this status.
pub(super) fn say(status: u16, body: &Value) -> Play {
    Play::Say(status, Vec::new(), body.to_string())
}

#[derive(Default)]
struct Book {
    plays: Mutex<VecDeque<Play>>,
    requests: Mutex<Vec<Value>>,
    arrived: Notify,
}

/// The listener. It stops when dropped.
pub(super) struct Desk {
    /// Where it listens, without a slash at the end.
    pub(super) url: String,
    book: Arc<Book>,
    task: JoinHandle<()>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Desk {
    /// A desk that answers so, in turn; after that 418.
    pub(super) async fn with(plays: impl IntoIterator<Item = Play>) -> Self {
        let book = Arc::new(Book {
            plays: Mutex::new(plays.into_iter().collect()),
            ..Book::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new().fallback(answer).with_state(book.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("serving");
        });
        Self { url, book, task }
    }

    /// What arrived.
    pub(super) fn requests(&self) -> Vec<Value> {
        self.book.requests.lock().expect("the book").clone()
    }

    /// Waits until so many requests arrived.
    pub(super) async fn arrived(&self, count: usize) {
        let enough = async {
            loop {
                let notified = self.book.arrived.notified();
                if self.requests().len() >= count {
                    return;
                }
                notified.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), enough)
            .await
            .expect("requests arrive");
    }
}

async fn answer(State(book): State<Arc<Book>>, request: Request) -> Response {
    let note = write_down(request).await;
    book.requests.lock().expect("the book").push(note);
    book.arrived.notify_waiters();
    let play = book.plays.lock().expect("the plays").pop_front();
    match play {
        Some(Play::Say(status, headers, body)) => {
            let mut response = (StatusCode::from_u16(status).expect("a status"), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().expect("a value"));
            }
            response
        }
        Some(Play::Cut(status, start)) => {
            let start = stream::iter([Ok(Bytes::from_static(start.as_bytes()))]);
            // What stands in the buffer leaves before the cut.
            let cut = stream::once(async {
                tokio::task::yield_now().await;
                Err(io::Error::other("cut"))
            });
            let body = Body::from_stream(start.chain(cut));
            (StatusCode::from_u16(status).expect("a status"), body).into_response()
        }
        Some(Play::Drip(kind, piece)) => {
            let drops = stream::unfold((), move |()| async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Ok::<_, io::Error>(Bytes::from_static(piece.as_bytes())), ()))
            });
            ([("content-type", kind)], Body::from_stream(drops)).into_response()
        }
        Some(Play::Endless(headers, piece)) => {
            let pieces = stream::repeat_with(move || Ok::<_, io::Error>(Bytes::from_static(piece.as_bytes())));
            let mut response = Body::from_stream(pieces).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().expect("a value"));
            }
            response
        }
        Some(Play::Hang) => std::future::pending().await,
        None => StatusCode::IM_A_TEAPOT.into_response(),
    }
}

/// Method, address, the headers that matter and the body in parts.
async fn write_down(request: Request) -> Value {
    let (method, address) = (request.method().to_string(), request.uri().to_string());
    let headers = request.headers().clone();
    let content_type = text(&headers, "content-type").unwrap_or_default();
    let mut note = json!({"method": method, "address": address, "headers": named(&headers)});
    if content_type.starts_with("multipart/form-data") {
        let mut parts = Vec::new();
        let mut form = Multipart::from_request(request, &()).await.expect("a form");
        while let Some(field) = form.next_field().await.expect("a part") {
            let mut part = json!({"name": field.name()});
            if let Some(name) = field.file_name() {
                part["file_name"] = json!(name);
            }
            if let Some(kind) = field.content_type() {
                part["content_type"] = json!(kind);
            }
            part["value"] = json!(String::from_utf8_lossy(&field.bytes().await.expect("bytes")));
            parts.push(part);
        }
        note["parts"] = json!(parts);
    } else {
        let bytes = Bytes::from_request(request, &()).await.expect("a body");
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(value) => note["json"] = value,
            Err(_) => note["body"] = json!(String::from_utf8_lossy(&bytes)),
        }
    }
    note
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}

/// Every header but those that differ from run to run, which are only named.
fn named(headers: &HeaderMap) -> Value {
    let mut all = serde_json::Map::new();
    for (name, value) in headers {
        let value = value.to_str().unwrap_or("?");
        let shown = match name.as_str() {
            "host" => continue,
            "content-length" => "<a length>",
            "content-type" if value.starts_with("multipart/form-data; boundary=") => {
                "multipart/form-data; boundary=<a boundary>"
            }
            "user-agent" => "<pochoir>",
            _ => value,
        };
        all.insert(name.to_string(), json!(shown));
    }
    Value::Object(all)
}
