//! Files in `multipart/form-data`: one field, counted while it arrives.
//!
//! The file is written to disk as it comes, so that many slow uploads take disk and not memory; it is read back in one
//! piece by whoever has room for it ([`Arrived::read`]).

use crate::{
    api::ErrorCode,
    server::failure::{Failure, Outcome},
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Request, multipart::Field},
    http::{HeaderMap, header},
};
use futures::TryStreamExt as _;
use std::{
    io::{ErrorKind, SeekFrom},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
    time::timeout,
};

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The name of the field.
    pub field: &'static str,
    /// Its largest size, in bytes.
    pub max_bytes: u64,
    /// What is said when it is not there.
    pub missing: ErrorCode,
}

/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// What may stand around the file: boundaries, headers, small other fields.
const AROUND_BYTES: u64 = 64 * 1024;

/// A file that came in whole. It is on disk until it is read, and gone with this value.
#[derive(Debug)]
pub struct Arrived {
    file: File,
    bytes: u64,
}

/// Takes the file in. Anything that goes wrong leaves nothing behind.
pub async fn receive(request: Request, wanted: Wanted, folder: &Path) -> Outcome<Arrived> {
    // Said before anything is sent, to those who ask first.
    if content_length(request.headers()).is_some_and(|bytes| bytes > wanted.max_bytes + AROUND_BYTES) {
        return Err(Failure::new(ErrorCode::PictureTooBig).field(wanted.field));
    }
    let broken = Arc::new(AtomicBool::new(false));
    let request = {
        let broken = Arc::clone(&broken);
        request.map(|body| {
            let noted = body
                .into_data_stream()
                .inspect_err(move |_| broken.store(true, Ordering::Relaxed));
            Body::from_stream(noted)
        })
    };
    // Only a broken connection is an interruption; everything else is a request that cannot be read.
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        let code = if broken.load(Ordering::Relaxed) {
            ErrorCode::Interrupted
        } else {
            ErrorCode::Malformed
        };
        Failure::new(code).log(error.body_text())
    };
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| Failure::new(ErrorCode::Malformed).log(rejection.body_text()))?;
    let mut around = 0;
    loop {
        let next = timeout(SILENCE, parts.next_field()).await.map_err(|_| silent())?;
        let Some(mut field) = next.map_err(unreadable)? else {
            return Err(Failure::new(wanted.missing).field(wanted.field));
        };
        if field.name() != Some(wanted.field) {
            while let Some(chunk) = chunk(&mut field).await?.map_err(unreadable)? {
                around += chunk.len() as u64;
                if around > AROUND_BYTES {
                    return Err(Failure::new(ErrorCode::Malformed).log("too much beside the file"));
                }
            }
            continue;
        }
        // A form that was sent without a choice has the field, without a name and without bytes.
        let unnamed = field.file_name().is_none_or(str::is_empty);
        let mut file = File::from_std(tempfile::tempfile_in(folder).map_err(|error| disk(&error))?);
        let mut bytes: u64 = 0;
        while let Some(chunk) = chunk(&mut field).await?.map_err(unreadable)? {
            bytes += chunk.len() as u64;
            if bytes > wanted.max_bytes {
                return Err(Failure::new(ErrorCode::PictureTooBig).field(wanted.field));
            }
            file.write_all(&chunk).await.map_err(|error| disk(&error))?;
        }
        if bytes == 0 && unnamed {
            return Err(Failure::new(wanted.missing).field(wanted.field));
        }
        return Ok(Arrived { file, bytes });
    }
}

async fn chunk(field: &mut Field<'_>) -> Outcome<Result<Option<Bytes>, axum::extract::multipart::MultipartError>> {
    timeout(SILENCE, field.chunk()).await.map_err(|_| silent())
}

impl Arrived {
    /// Reads it into memory.
    pub async fn read(mut self) -> Outcome<Bytes> {
        let mut whole = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or_default());
        let read = async {
            self.file.flush().await?;
            self.file.seek(SeekFrom::Start(0)).await?;
            self.file.read_to_end(&mut whole).await
        };
        read.await.map_err(|error| disk(&error))?;
        Ok(whole.into())
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn silent() -> Failure {
    Failure::new(ErrorCode::Interrupted).log("the sender fell silent")
}

fn disk(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Failure::new(ErrorCode::StorageFull).log(error),
        _ => Failure::away(format_args!("an upload could not be kept: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted {
        field: "picture",
        max_bytes: 10,
        missing: ErrorCode::PictureMissing,
    };

    async fn take(body: impl Into<Body>) -> Outcome<Bytes> {
        let request = Request::post("/")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(body.into())
            .expect("a request");
        receive(request, WANTED, &std::env::temp_dir()).await?.read().await
    }

    fn part(name: &str, file: &str, bytes: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n{bytes}\r\n")
    }

    fn code(outcome: Outcome<Bytes>) -> ErrorCode {
        outcome.expect_err("a failure").code
    }

    #[tokio::test]
    async fn the_field_is_taken_among_others() {
        let body = format!(
            "{}{}--b--\r\n",
            part("other", "", "x"),
            part("picture", "a.png", "0123456789")
        );
        assert_eq!(take(body).await.expect("a file"), "0123456789");
    }

    #[tokio::test]
    async fn an_empty_choice_is_missing_and_an_empty_file_is_a_file() {
        let unchosen = format!("{}--b--\r\n", part("picture", "", ""));
        assert_eq!(code(take(unchosen).await), ErrorCode::PictureMissing);
        let wrong = format!("{}--b--\r\n", part("image", "a.png", "x"));
        assert_eq!(code(take(wrong).await), ErrorCode::PictureMissing);
        let empty = format!("{}--b--\r\n", part("picture", "a.png", ""));
        assert_eq!(take(empty).await.expect("a file").len(), 0);
    }

    #[tokio::test]
    async fn one_byte_too_many_is_too_big() {
        let body = format!("{}--b--\r\n", part("picture", "a.png", "0123456789a"));
        assert_eq!(code(take(body).await), ErrorCode::PictureTooBig);
    }

    #[tokio::test]
    async fn a_broken_connection_is_not_a_broken_request() {
        let begun = part("picture", "a.png", "0123");
        let cut = futures::stream::iter([Ok(Bytes::from(begun.clone())), Err(std::io::Error::other("gone"))]);
        assert_eq!(code(take(Body::from_stream(cut)).await), ErrorCode::Interrupted);
        assert_eq!(code(take(begun).await), ErrorCode::Malformed);
        let json = Request::post("/").body(Body::from("{}")).expect("a request");
        let outcome = receive(json, WANTED, &std::env::temp_dir()).await;
        assert_eq!(outcome.expect_err("a failure").code, ErrorCode::Malformed);
    }
}
