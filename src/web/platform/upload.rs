//! Uploads with progress and a way to stop them: `fetch` cannot report how much of a body was sent.

use super::local_file::LocalFile;
use crate::{
    api::{ApiError, ErrorCode},
    domain::text::Lang,
};
use serde::de::DeserializeOwned;

/// How an upload stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// This share of the bytes was sent, from 0 to 1.
    Sent(f64),
    /// The server has everything and answered with this status and body.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The connection broke.
    Interrupted,
    /// The person stopped it.
    Stopped,
}

impl Progress {
    /// The answer once there is one: read as `T`, or the server's own error, or one of ours in this language.
    #[must_use]
    pub fn outcome<T: DeserializeOwned>(&self, lang: Lang) -> Option<Result<T, ApiError>> {
        match self {
            Self::Sent(_) | Self::Stopped => None,
            Self::Interrupted => Some(Err(ApiError::new(ErrorCode::Interrupted, lang))),
            Self::Answered { status, body } if (200..300).contains(status) => {
                Some(serde_json::from_str(body).map_err(|_| ApiError::new(ErrorCode::Internal, lang)))
            }
            Self::Answered { body, .. } => Some(Err(
                serde_json::from_str(body).unwrap_or_else(|_| ApiError::new(ErrorCode::Internal, lang))
            )),
        }
    }
}

/// An upload under way. Dropping it lets it go on; [`Upload::stop`] ends it.
#[derive(Debug)]
pub struct Upload {
    #[cfg(feature = "hydrate")]
    request: web_sys::XmlHttpRequest,
}

impl Upload {
    /// Ends the upload; the listener gets [`Progress::Stopped`].
    pub fn stop(&self) {
        #[cfg(feature = "hydrate")]
        {
            let _ = self.request.abort();
        }
    }
}

/// Sends a file as one multipart field. `None` when the browser refuses to begin, and on the server.
pub fn send(url: &str, field: &str, file: &LocalFile, on_progress: impl Fn(Progress) + 'static) -> Option<Upload> {
    #[cfg(feature = "hydrate")]
    {
        browser::send(url, field, file, std::rc::Rc::new(on_progress))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (url, field, file, on_progress);
        None
    }
}

/// Sends a file as one multipart field and waits for the end. Small files made by the page itself go this way.
pub async fn send_whole(url: &str, field: &str, file: &LocalFile) -> Progress {
    #[cfg(feature = "hydrate")]
    {
        browser::send_whole(url, field, file).await
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (url, field, file);
        std::future::ready(Progress::Interrupted).await
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{LocalFile, Progress, Upload};
    use std::{cell::RefCell, rc::Rc};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

    pub(super) async fn send_whole(url: &str, field: &str, file: &LocalFile) -> Progress {
        let ended = Rc::new(RefCell::new(Progress::Interrupted));
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let (end, wake) = (Rc::clone(&ended), resolve.clone());
            let upload = send(
                url,
                field,
                file,
                Rc::new(move |progress| {
                    if !matches!(progress, Progress::Sent(_)) {
                        *end.borrow_mut() = progress;
                        let _ = wake.call0(&JsValue::UNDEFINED);
                    }
                }),
            );
            if upload.is_none() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        ended.replace(Progress::Interrupted)
    }

    pub(super) fn send(url: &str, field: &str, file: &LocalFile, on_progress: Rc<dyn Fn(Progress)>) -> Option<Upload> {
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", url).ok()?;
        request.set_request_header("Accept", "application/json").ok()?;

        let sent = Rc::clone(&on_progress);
        let on_sent = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                sent(Progress::Sent(event.loaded() / event.total()));
            }
        });
        let upload = request.upload().ok()?;
        upload.set_onprogress(Some(on_sent.as_ref().unchecked_ref()));

        let answered = request.clone();
        let report = Rc::clone(&on_progress);
        let on_load = Closure::once_into_js(move || {
            report(Progress::Answered {
                status: answered.status().unwrap_or(0),
                body: answered.response_text().ok().flatten().unwrap_or_default(),
            });
        });
        request.set_onload(Some(on_load.unchecked_ref()));
        let report = Rc::clone(&on_progress);
        let on_error = Closure::once_into_js(move || report(Progress::Interrupted));
        request.set_onerror(Some(on_error.unchecked_ref()));
        let on_abort = Closure::once_into_js(move || on_progress(Progress::Stopped));
        request.set_onabort(Some(on_abort.unchecked_ref()));
        // Lives as long as the request holds on to it.
        let on_sent: JsValue = on_sent.into_js_value();
        drop(on_sent);

        let form = FormData::new().ok()?;
        form.append_with_blob_and_filename(field, &file.blob, &file.name).ok()?;
        request.send_with_opt_form_data(Some(&form)).ok()?;
        Some(Upload { request })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Option<Result<Vec<u8>, ApiError>> {
        let body = body.to_owned();
        Progress::Answered { status, body }.outcome(Lang::Fr)
    }

    #[test]
    fn an_answer_is_read_and_an_error_keeps_the_servers_words() {
        assert_eq!(answered(201, "[1,2]"), Some(Ok(vec![1, 2])));
        let refused = answered(415, r#"{"code":"picture_empty","message":"Le fichier est vide."}"#);
        let refused = refused.expect("an outcome").expect_err("an error");
        assert_eq!(refused.known(), Some(ErrorCode::PictureEmpty));
        assert_eq!(refused.message, "Le fichier est vide.");
    }

    #[test]
    fn what_is_not_ours_becomes_an_error_in_words() {
        let broken = answered(502, "<html>").expect("an outcome").expect_err("an error");
        assert_eq!(broken.known(), Some(ErrorCode::Internal));
        let interrupted = Progress::Interrupted.outcome::<u8>(Lang::Fr);
        let interrupted = interrupted.expect("an outcome").expect_err("an error");
        assert_eq!(interrupted.message, ErrorCode::Interrupted.sentence(Lang::Fr));
        assert_eq!(Progress::Sent(0.5).outcome::<u8>(Lang::Fr), None);
    }
}
