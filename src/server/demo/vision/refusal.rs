//! Errors in Azure's body shape: `{"error": {"code", "message", "innererror"?: {"code", "message"}}}`, the code also in
//! a header.

use axum::{
    Json,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a picture is not looked at.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    inner: Option<&'static str>,
    message: String,
}

impl Refusal {
    /// 400 `InvalidRequest`; what is wrong stands inside.
    pub(super) fn request(inner: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "InvalidRequest",
            inner: Some(inner),
            message: message.into(),
        }
    }

    /// 400 `InvalidArgument`, which only 3.2 knows.
    pub(super) fn argument(inner: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: "InvalidArgument",
            ..Self::request(inner, message)
        }
    }

    /// Bytes that are no picture this reads.
    pub(super) fn not_a_picture() -> Self {
        Self::request("InvalidImageFormat", "Input data is not a valid image.")
    }

    /// 401.
    pub(super) fn key() -> Self {
        Self::plain(
            StatusCode::UNAUTHORIZED,
            "401",
            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for \
             an active subscription and use a correct regional API endpoint for your resource.",
        )
    }

    /// 404.
    pub(super) fn not_found(why: impl std::fmt::Display) -> Self {
        Self::plain(StatusCode::NOT_FOUND, "404", format!("Resource not found: {why}."))
    }

    /// 415.
    pub(super) fn media_type() -> Self {
        Self::plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            "Supported media types: application/octet-stream.",
        )
    }

    /// 500.
    pub(super) fn server_error() -> Self {
        Self::plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "The server could not look at the picture.",
        )
    }

    fn plain(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            inner: None,
            message: message.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(inner) = self.inner {
            error["innererror"] = json!({ "code": inner, "message": self.message });
        }
        let code = HeaderValue::from_static(self.code);
        (
            self.status,
            [("x-ms-error-code", code)],
            Json(json!({ "error": error })),
        )
            .into_response()
    }
}
