//! `GET /media/…`: the pictures of a visitor, to that visitor only. Everybody else gets what nothing gets: 404.
//!
//! A picture never changes under its address, and its name is the hash of its bytes: that is its `ETag`. It may be kept
//! by the browser, which asks again each time, because what was deleted must be gone at once.

use super::{
    conditional::{self, Part},
    problem, views,
};
use crate::{
    api::ErrorCode,
    domain::id::{JobId, SourceId, VariationId},
    server::{
        blobs::{BlobError, Blobs},
        failure::{Failure, Outcome},
        pipeline::recompose::View,
        session::Caller,
        state::AppState,
        store::{BlobRef, VariationRow},
    },
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

/// A picture may do nothing, wherever it is opened.
pub(super) const PICTURE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
/// How much of a picture is in memory at once for each who fetches it, in bytes.
const PIECE_BYTES: u64 = 1024 * 1024;

/// A picture to be served.
#[derive(Debug, Clone)]
pub struct Served {
    /// Which bytes.
    pub blob: BlobRef,
    /// The name it gets on the disk of whoever downloads it, without an ending.
    pub name: String,
    /// Whether it is to be kept rather than looked at.
    pub attachment: bool,
}

/// `GET /media/sources/{id}/{role}`: `master`, `preview`, `thumb`; `?download` to keep it.
pub async fn of_source(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path((id, role)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    method: Method,
    asked: HeaderMap,
) -> Response {
    let find = async {
        let id: SourceId = id.parse().map_err(|_| ErrorCode::NotFound)?;
        let source = app.store.source(&caller.owner()?, &id).await?;
        let blob = match role.as_str() {
            "master" => source.master,
            "preview" => source.preview,
            "thumb" => source.thumb,
            _ => return Err(ErrorCode::NotFound.into()),
        };
        Ok(Served {
            blob,
            name: plain_name("source", id.as_str()),
            attachment: wants_download(query.as_deref()),
        })
    };
    answer(&app.blobs, find.await, &method, &asked, &caller).await
}

/// `GET /media/jobs/{id}/{place}`: an unfinished picture, from 1, while the job is under way.
pub async fn of_job(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path((id, place)): Path<(String, String)>,
    method: Method,
    asked: HeaderMap,
) -> Response {
    let find = async {
        let id: JobId = id.parse().map_err(|_| ErrorCode::NotFound)?;
        let place = place.parse().map_err(|_| ErrorCode::NotFound)?;
        Ok(Served {
            blob: app.store.unfinished_picture(&caller.owner()?, &id, place).await?,
            name: plain_name("unfinished", id.as_str()),
            attachment: false,
        })
    };
    answer(&app.blobs, find.await, &method, &asked, &caller).await
}

/// `GET /media/variations/{id}/{role}`: `composed`, `preview`, `thumb`; `raw`, the provider's own bytes, only to keep; and the
/// [views](View) that are drawn when asked for.
pub async fn of_variation(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path((id, role)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    method: Method,
    asked: HeaderMap,
) -> Response {
    let find = async {
        let id: VariationId = id.parse().map_err(|_| ErrorCode::NotFound)?;
        let variation = app.store.variation(&caller.owner()?, &id).await?;
        if let Some(view) = View::named(&role) {
            return Ok(Found::View(Box::new(variation), view));
        }
        let raw = role == "raw";
        let blob = match role.as_str() {
            "composed" => variation.composed,
            "raw" => variation.raw,
            "preview" => variation.preview,
            "thumb" => variation.thumb,
            _ => return Err(ErrorCode::NotFound.into()),
        };
        Ok(Found::Stored(Served {
            blob,
            name: plain_name(if raw { "raw" } else { "variation" }, id.as_str()),
            attachment: raw || wants_download(query.as_deref()),
        }))
    };
    let found = match find.await {
        Ok(Found::View(variation, view)) => {
            return views::answer(&app, *variation, view, query.as_deref(), &method, &asked, &caller).await;
        }
        Ok(Found::Stored(served)) => Ok(served),
        Err(failure) => Err(failure),
    };
    answer(&app.blobs, found, &method, &asked, &caller).await
}

/// What an address of a variation's stands for.
enum Found {
    Stored(Served),
    View(Box<VariationRow>, View),
}

/// Whether the query says that the picture is to be kept.
pub(super) fn wants_download(query: Option<&str>) -> bool {
    let mut pairs = query.unwrap_or_default().split('&');
    pairs.any(|pair| pair.split('=').next() == Some("download"))
}

/// A file name of ours: nothing in it comes from anybody.
#[must_use]
pub fn plain_name(kind: &str, id: &str) -> String {
    format!("pochoir-{kind}-{}", id.get(..8).unwrap_or(id))
}

/// Serves what was found, or says that nothing was.
pub async fn answer(
    blobs: &Blobs,
    found: Outcome<Served>,
    method: &Method,
    asked: &HeaderMap,
    caller: &Caller,
) -> Response {
    let outcome = match found {
        Ok(served) => send(blobs, &served, method, asked).await,
        Err(failure) => Err(failure),
    };
    outcome.unwrap_or_else(|failure| problem::answer(failure, caller.lang))
}

async fn send(blobs: &Blobs, served: &Served, method: &Method, asked: &HeaderMap) -> Outcome<Response> {
    let blob = &served.blob;
    let (content_type, ending) = known_type(&blob.content_type);
    let etag = HeaderValue::try_from(format!("\"{}\"", blob.key.0)).map_err(Failure::internal)?;
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    headers.insert(header::ETAG, etag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    headers.insert(header::CONTENT_SECURITY_POLICY, PICTURE_POLICY);
    if conditional::is_fresh(asked, &etag) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(answer);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let (start, end) = match conditional::part(asked, &etag, blob.bytes) {
        Part::Whole => (0, blob.bytes),
        Part::Range(start, end) => {
            let range = format!("bytes {start}-{}/{}", end - 1, blob.bytes);
            headers.insert(
                header::CONTENT_RANGE,
                HeaderValue::try_from(range).map_err(Failure::internal)?,
            );
            *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
            (start, end)
        }
        Part::Nowhere => {
            let range = format!("bytes */{}", blob.bytes);
            headers.insert(
                header::CONTENT_RANGE,
                HeaderValue::try_from(range).map_err(Failure::internal)?,
            );
            *answer.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            return Ok(answer);
        }
    };
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_LENGTH, (end - start).into());
    if served.attachment {
        let disposition = format!("attachment; filename=\"{}.{ending}\"", served.name);
        let disposition = HeaderValue::try_from(disposition).map_err(Failure::internal)?;
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if *method != Method::HEAD {
        *answer.body_mut() = body(blobs, blob, start, end).await?;
    }
    Ok(answer)
}

/// The first piece is read before anything is answered: what is missing can still be said.
async fn body(blobs: &Blobs, blob: &BlobRef, start: u64, end: u64) -> Outcome<Body> {
    let first_end = end.min(start + PIECE_BYTES);
    let first = piece(blobs, blob, start, first_end).await?;
    if first_end == end {
        return Ok(Body::from(first));
    }
    let (blobs, blob) = (blobs.clone(), blob.clone());
    let rest = stream::try_unfold(first_end, move |at| {
        let (blobs, blob) = (blobs.clone(), blob.clone());
        async move {
            if at >= end {
                return Ok::<_, BlobError>(None);
            }
            let next = end.min(at + PIECE_BYTES);
            Ok(Some((piece(&blobs, &blob, at, next).await?, next)))
        }
    });
    let rest = rest.inspect_err(|error| tracing::error!("a picture was cut off: {error}"));
    Ok(Body::from_stream(stream::once(async { Ok(first) }).chain(rest).fuse()))
}

async fn piece(blobs: &Blobs, blob: &BlobRef, start: u64, end: u64) -> Result<Bytes, BlobError> {
    if start == 0 && end == blob.bytes {
        blobs.get(&blob.key).await
    } else {
        blobs.get_range(&blob.key, start..end).await
    }
}

/// The types we serve, and the ending of their files. Anything else is bytes.
fn known_type(content_type: &str) -> (&'static str, &'static str) {
    match content_type {
        "image/png" => ("image/png", "png"),
        "image/jpeg" => ("image/jpeg", "jpg"),
        "image/webp" => ("image/webp", "webp"),
        "image/gif" => ("image/gif", "gif"),
        _ => ("application/octet-stream", "bin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_asked_for_by_name() {
        for (query, wanted) in [
            ("download", true),
            ("a=b&download=1", true),
            ("downloads", false),
            ("", false),
        ] {
            assert_eq!(wants_download(Some(query)), wanted, "{query}");
        }
    }

    #[tokio::test]
    async fn a_large_picture_arrives_whole_in_pieces() {
        let blobs = Blobs::memory();
        let bytes: Vec<u8> = (0..3 * PIECE_BYTES + 7)
            .map(|n| u8::try_from(n % 251).expect("small"))
            .collect();
        let blob = blobs.put(bytes.clone().into(), "image/png").await.expect("kept");
        let sent = body(&blobs, &blob, 0, blob.bytes).await.expect("a body");
        assert_eq!(axum::body::to_bytes(sent, usize::MAX).await.expect("bytes"), bytes);
        let sent = body(&blobs, &blob, 5, blob.bytes - 5).await.expect("a body");
        assert_eq!(
            axum::body::to_bytes(sent, usize::MAX).await.expect("bytes"),
            bytes[5..bytes.len() - 5]
        );
    }
}
