//! Errors in OpenAI's body shape: `{"error": {"message", "type", "param", "code"}}`.

use super::safety::Stage;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// Why a request is not carried out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub status: StatusCode,
    /// The vendor's `type`.
    pub kind: &'static str,
    /// The vendor's `code`, by which clients decide.
    pub code: Option<&'static str>,
    /// The parameter it is about.
    pub param: Option<String>,
    pub message: String,
    /// Only with `moderation_blocked`.
    pub moderation_details: Option<Value>,
}

impl Refusal {
    /// A request that is not understood: 400 `invalid_request_error`.
    pub(super) fn invalid(code: &'static str, param: &str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: "invalid_request_error",
            code: Some(code),
            param: Some(param.to_owned()),
            message: message.into(),
            moderation_details: None,
        }
    }

    /// A value that the parameter does not take.
    pub(super) fn value(param: &str, given: &str, supported: &str) -> Self {
        Self::invalid(
            "invalid_value",
            param,
            format!("Invalid value: '{given}'. Supported values are: {supported}."),
        )
    }

    /// A value of the wrong type.
    pub(super) fn wrong_type(param: &str, expected: &str) -> Self {
        Self::invalid(
            "invalid_type",
            param,
            format!("Invalid type for '{param}': expected {expected}."),
        )
    }

    /// A parameter the endpoint does not have.
    pub(super) fn unknown(param: &str) -> Self {
        Self::invalid("unknown_parameter", param, format!("Unknown parameter: '{param}'."))
    }

    /// A parameter the model does not take.
    pub(super) fn unsupported(param: &str, model: &str) -> Self {
        Self::invalid(
            "unsupported_parameter",
            param,
            format!("The parameter '{param}' is not supported with the model '{model}'."),
        )
    }

    /// A parameter that must be there.
    pub(super) fn missing(param: &str) -> Self {
        Self::invalid(
            "missing_required_parameter",
            param,
            format!("Missing required parameter: '{param}'."),
        )
    }

    /// A body that cannot be read at all.
    pub(super) fn unreadable(message: impl Into<String>) -> Self {
        Self {
            code: None,
            param: None,
            ..Self::invalid("", "", message)
        }
    }

    /// No such model, or one that ended.
    pub(super) fn no_model(id: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            param: Some("model".to_owned()),
            ..Self::invalid(
                "model_not_found",
                "model",
                format!("The model '{id}' does not exist or you do not have access to it."),
            )
        }
    }

    /// No key, or a wrong one. The key itself is never repeated.
    pub(super) fn key(given: bool) -> Self {
        let (code, message) = if given {
            (Some("invalid_api_key"), "Incorrect API key provided.")
        } else {
            (
                None,
                "You didn't provide an API key. Provide it in an Authorization header using Bearer auth.",
            )
        };
        Self {
            status: StatusCode::UNAUTHORIZED,
            code,
            param: None,
            ..Self::invalid("", "", message)
        }
    }

    /// An organisation that has not been verified: a 403 without a code, told by its text alone.
    pub(super) fn unverified() -> Self {
        let message = "Your organization must be verified to use the model. If you just verified, it can take up to 15 \
                       minutes for access to propagate.";
        Self {
            status: StatusCode::FORBIDDEN,
            ..Self::unreadable(message)
        }
    }

    /// A parameter the vendor has and this server does not offer.
    pub(super) fn not_offered(param: &str) -> Self {
        Self::invalid(
            "unsupported_parameter",
            param,
            format!("The parameter '{param}' is not offered here."),
        )
    }

    /// The safety filter.
    pub(super) fn moderation(stage: Stage) -> Self {
        let details = json!({ "moderation_stage": stage.name(), "categories": ["violence"] });
        Self {
            kind: "image_generation_user_error",
            param: None,
            moderation_details: Some(details),
            ..Self::invalid(
                "moderation_blocked",
                "",
                "Your request was rejected by the safety system.",
            )
        }
    }

    /// Something that must not happen.
    pub(super) fn server_error() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: "server_error",
            param: None,
            ..Self::invalid(
                "server_error",
                "",
                "The server had an error while processing your request.",
            )
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        });
        if let Some(details) = self.moderation_details {
            error["moderation_details"] = details;
        }
        (self.status, Json(json!({ "error": error }))).into_response()
    }
}
