//! Error codes of both vendors with the status and type they come with.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// An error as a vendor sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    code: &'static str,
    pub status: u16,
    /// OpenAI's `type`; Azure has none.
    kind: &'static str,
}

const INVALID: &str = "invalid_request_error";
const QUOTA: &str = "insufficient_quota";

/// Every code that brings its own status. Names in capitals and numbers are Azure Vision's. Two stand for errors without
/// a code of their own: `organization_not_verified` (403, told by its text alone) and `feature_not_in_region`
/// (`InvalidRequest`, likewise).
const KNOWN: [Known; 39] = [
    known("moderation_blocked", 400, "image_generation_user_error"),
    known("content_policy_violation", 400, INVALID),
    known("contentFilter", 400, INVALID),
    known("content_filter", 400, INVALID),
    known("unknown_parameter", 400, INVALID),
    known("invalid_value", 400, INVALID),
    known("billing_hard_limit_reached", 400, INVALID),
    known("invalid_image", 400, INVALID),
    known("invalid_image_file", 400, INVALID),
    known("invalid_image_format", 400, INVALID),
    known("image_too_large", 400, INVALID),
    known("image_too_small", 400, INVALID),
    known("image_file_too_large", 400, INVALID),
    known("image_parse_error", 400, INVALID),
    known("unsupported_image_media_type", 400, INVALID),
    known("empty_image_file", 400, INVALID),
    known("image_content_policy_violation", 400, INVALID),
    known("invalid_api_key", 401, INVALID),
    known("organization_not_verified", 403, INVALID),
    known("unsupported_country_region_territory", 403, "request_forbidden"),
    known("model_not_found", 404, INVALID),
    known("rate_limit_exceeded", 429, "requests"),
    known("slow_down", 429, "rate_limit_error"),
    known("insufficient_quota", 429, QUOTA),
    known("credit_balance_exhausted", 429, QUOTA),
    known("organization_spend_limit_exceeded", 429, QUOTA),
    known("project_spend_limit_exceeded", 429, QUOTA),
    known("organization_usage_limit_exceeded", 429, QUOTA),
    known("server_error", 500, "server_error"),
    known("server_is_overloaded", 503, "service_unavailable_error"),
    known("feature_not_in_region", 400, ""),
    known("NotSupportedVisualFeature", 400, ""),
    known("NotSupportedLanguage", 400, ""),
    known("InvalidImageFormat", 400, ""),
    known("InvalidImageSize", 400, ""),
    known("PermissionDenied", 401, ""),
    known("429", 429, ""),
    known("InternalServerError", 500, ""),
    known("ServiceUnavailable", 503, ""),
];

/// Codes that Azure puts inside `InvalidRequest`.
const INNER: [&str; 4] = [
    "NotSupportedVisualFeature",
    "NotSupportedLanguage",
    "InvalidImageFormat",
    "InvalidImageSize",
];

const fn known(code: &'static str, status: u16, kind: &'static str) -> Known {
    Known { code, status, kind }
}

/// The error of this code.
pub(super) fn known_code(code: &str) -> Option<Known> {
    KNOWN.into_iter().find(|known| known.code == code)
}

/// The status of a code.
pub(super) fn status(code: &str) -> StatusCode {
    let known = known_code(code).and_then(|known| StatusCode::from_u16(known.status).ok());
    known.unwrap_or(StatusCode::BAD_REQUEST)
}

/// The body of an error as the vendor behind this path writes it.
pub(super) fn body(code: &str, path: &str) -> Value {
    if path.starts_with("/computervision/") || path.starts_with("/vision/") {
        return azure(code);
    }
    let kind = known_code(code).map_or(INVALID, |known| known.kind);
    let (code, message) = match code {
        "organization_not_verified" => (None, "Your organization must be verified to use the model.".to_owned()),
        code => (Some(code), format!("The fault script says {code}.")),
    };
    let mut error = json!({ "message": message, "type": kind, "param": null, "code": code });
    if code == Some("moderation_blocked") {
        error["moderation_details"] = json!({ "moderation_stage": "input", "categories": ["violence"] });
    }
    json!({ "error": error })
}

fn azure(code: &str) -> Value {
    match code {
        "feature_not_in_region" => json!({ "error": {
            "code": "InvalidRequest",
            "message": "The feature 'Caption' is not supported in this region.",
        }}),
        code if INNER.contains(&code) => {
            let message = format!("The fault script says {code}.");
            json!({ "error": {
                "code": "InvalidRequest",
                "message": message,
                "innererror": { "code": code, "message": message },
            }})
        }
        code => json!({ "error": { "code": code, "message": format!("The fault script says {code}.") } }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_error_in_the_shape_of_its_vendor() {
        for Known {
            code,
            status: number,
            kind,
        } in KNOWN
        {
            assert_eq!(status(code), number, "{code}");
            if kind.is_empty() {
                let error = &body(code, "/computervision/imageanalysis:analyze")["error"];
                assert!(error["code"].is_string() && error["type"].is_null(), "{error}");
            } else {
                let error = &body(code, "/v1/images/edits")["error"];
                assert_eq!(error["type"], kind, "{error}");
                assert_eq!(error["code"].is_null(), code == "organization_not_verified", "{error}");
            }
        }
    }
}
