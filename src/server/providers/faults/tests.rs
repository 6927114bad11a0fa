//! Every row of the vendors' error tables, and what it costs.

use super::*;
use http::HeaderValue;
use serde_json::{Value, json};

const FREE: Charge = Charge::Nothing;
const FULL: Charge = Charge::FullQuote;

fn judge(status: u16, body: &str) -> Verdict {
    let status = StatusCode::from_u16(status).expect("a status");
    from_answer(status, &HeaderMap::new(), body.as_bytes(), false)
}

fn openai(code: Value, kind: &str, message: &str) -> String {
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}}).to_string()
}

fn moderation(stage: Value) -> String {
    json!({"error": {
        "message": "Your request was rejected by the safety system.",
        "type": "image_generation_user_error",
        "param": null,
        "code": "moderation_blocked",
        "moderation_details": {"moderation_stage": stage, "categories": ["violence"]},
    }})
    .to_string()
}

#[test]
fn every_documented_error_has_its_kind_and_its_price() {
    use FaultKind::{Broken, Invalid, Key, NoCredit, NoModel, Overloaded, Refused, Region, TooFast, Unverified};
    let user = "invalid_request_error";
    let quota = |code: &str| openai(json!(code), "insufficient_quota", "You exceeded your current quota.");
    let azure = |code: &str, message: &str| json!({"error": {"code": code, "message": message}}).to_string();
    let rows: Vec<(u16, String, FaultKind, Charge, bool)> = vec![
        // The safety filter, in every spelling.
        (400, moderation(json!("input")), Refused, FREE, false),
        (400, moderation(json!("output")), Refused, FULL, false),
        (400, moderation(json!("unknown")), Refused, FULL, false),
        (400, moderation(json!(null)), Refused, FULL, false),
        (
            400,
            openai(json!("moderation_blocked"), "image_generation_user_error", "x"),
            Refused,
            FULL,
            false,
        ),
        (
            400,
            openai(json!("image_content_policy_violation"), user, "x"),
            Refused,
            FREE,
            false,
        ),
        (
            400,
            openai(json!("content_policy_violation"), user, "x"),
            Refused,
            FULL,
            false,
        ),
        (
            400,
            json!({"created": 1, "error": {"code": "contentFilter", "message": "x"}}).to_string(),
            Refused,
            FULL,
            false,
        ),
        (
            400,
            json!({"error": {"code": "content_policy_violation", "message": "x", "type": user,
                "inner_error": {"code": "ResponsibleAIPolicyViolation", "content_filter_results": {}}}})
            .to_string(),
            Refused,
            FULL,
            false,
        ),
        (
            400,
            json!({"error": {"code": null, "message": "x",
                "innererror": {"code": "ResponsibleAIPolicyViolation"}}})
            .to_string(),
            Refused,
            FULL,
            false,
        ),
        (400, azure("content_filter", "x"), Refused, FULL, false),
        // Not understood.
        (
            400,
            openai(json!("unknown_parameter"), user, "Unknown parameter: 'style'."),
            Invalid,
            FREE,
            false,
        ),
        (
            400,
            openai(json!("invalid_image_file"), user, "x"),
            Invalid,
            FREE,
            false,
        ),
        (400, openai(json!("image_parse_error"), user, "x"), Invalid, FREE, false),
        (400, openai(json!(null), user, "x"), Invalid, FREE, false),
        (400, openai(json!(1234), user, "x"), Invalid, FREE, false),
        (413, azure("413", "Request body too large"), Invalid, FREE, false),
        (422, azure("InvalidRequest", "spec violation"), Invalid, FREE, false),
        // Money.
        (
            400,
            openai(json!("billing_hard_limit_reached"), user, "x"),
            NoCredit,
            FREE,
            false,
        ),
        (429, quota("insufficient_quota"), NoCredit, FREE, false),
        (429, quota("credit_balance_exhausted"), NoCredit, FREE, false),
        (429, quota("organization_spend_limit_exceeded"), NoCredit, FREE, false),
        (429, quota("project_spend_limit_exceeded"), NoCredit, FREE, false),
        (429, quota("organization_usage_limit_exceeded"), NoCredit, FREE, false),
        (
            429,
            openai(json!(null), "insufficient_quota", "x"),
            NoCredit,
            FREE,
            false,
        ),
        (
            403,
            azure("403", "Out of call volume quota. Quota will be replenished in 9 days."),
            NoCredit,
            FREE,
            false,
        ),
        // Speed.
        (
            429,
            openai(json!("rate_limit_exceeded"), "requests", "x"),
            TooFast,
            FREE,
            true,
        ),
        (
            429,
            openai(json!("slow_down"), "rate_limit_error", "x"),
            TooFast,
            FREE,
            true,
        ),
        (
            429,
            azure("429", "Requests have exceeded the call rate limit."),
            TooFast,
            FREE,
            true,
        ),
        (
            429,
            json!({"statusCode": 429, "message": "Rate limit is exceeded."}).to_string(),
            TooFast,
            FREE,
            true,
        ),
        (429, String::new(), TooFast, FREE, false),
        // Keys and rights.
        (401, openai(json!("invalid_api_key"), user, "x"), Key, FREE, false),
        (
            401,
            azure("401", "Access denied due to invalid subscription key"),
            Key,
            FREE,
            false,
        ),
        (401, azure("PermissionDenied", "x"), Key, FREE, false),
        (401, "<html>".to_owned(), Key, FREE, false),
        (
            403,
            openai(
                json!(null),
                user,
                "Your organization must be verified to use the model `gpt-image-2`.",
            ),
            Unverified,
            FREE,
            false,
        ),
        (
            403,
            openai(json!("unsupported_country_region_territory"), "request_forbidden", "x"),
            Key,
            FREE,
            false,
        ),
        (
            403,
            azure("Forbidden", "This resource is temporarily blocked"),
            Key,
            FREE,
            false,
        ),
        (
            403,
            openai(
                json!("model_not_found"),
                user,
                "Project does not have access to model `x`",
            ),
            NoModel,
            FREE,
            false,
        ),
        // Models and regions.
        (404, openai(json!("model_not_found"), user, "x"), NoModel, FREE, false),
        (404, azure("DeploymentNotFound", "x"), NoModel, FREE, false),
        (404, azure("404", "Resource not found"), NoModel, FREE, false),
        (
            400,
            azure(
                "InvalidRequest",
                "The feature 'Caption' is not supported in this region.",
            ),
            Region,
            FREE,
            false,
        ),
        (
            400,
            json!({"error": {"code": "InvalidRequest", "message": "Analyze query is invalid.",
                "innererror": {"code": "NotSupportedVisualFeature", "message": "Specified feature type is not valid"}}})
            .to_string(),
            Invalid,
            FREE,
            false,
        ),
        // Trouble over there.
        (
            503,
            openai(json!("server_is_overloaded"), "service_unavailable_error", "x"),
            Overloaded,
            FREE,
            true,
        ),
        (
            503,
            "<html>503 Service Temporarily Unavailable</html>".to_owned(),
            Broken,
            FULL,
            false,
        ),
        (
            500,
            openai(json!("server_error"), "server_error", "x"),
            Broken,
            FULL,
            false,
        ),
        (500, String::new(), Broken, FULL, false),
        (502, "<html>".to_owned(), Broken, FULL, false),
        (504, "upstream timed out".to_owned(), Broken, FULL, false),
        (400, "<html>400 Bad Request</html>".to_owned(), Invalid, FREE, false),
        (400, r#"{"error": "no such thing"}"#.to_owned(), Invalid, FREE, false),
        (302, String::new(), Broken, FULL, false),
        (408, openai(json!(null), user, "x"), Broken, FULL, false),
        (409, openai(json!(null), user, "x"), Broken, FULL, false),
        // The same in other clothes.
        (
            429,
            format!("\u{feff}{}", quota("insufficient_quota")),
            NoCredit,
            FREE,
            false,
        ),
        (
            429,
            openai(
                json!(null),
                "x",
                "You exceeded your current quota, please check your plan and billing details.",
            ),
            NoCredit,
            FREE,
            false,
        ),
        (
            400,
            json!({"error": {"code": "BadRequest", "message": "x",
                "innererror": {"code": "Outer", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}})
            .to_string(),
            Refused,
            FULL,
            false,
        ),
        (402, openai(json!(null), user, "x"), NoCredit, FREE, false),
        (402, "<html>".to_owned(), NoCredit, FULL, false),
    ];
    for (status, body, kind, charge, again) in rows {
        let verdict = judge(status, &body);
        let found = (verdict.fault.kind, verdict.fault.charge, verdict.again);
        assert_eq!(found, (kind, charge, again), "{status} {body}");
    }
}

/// The codes that OpenAI lists for pictures it does not take: none of them costs anything or helps to send again.
#[test]
fn pictures_that_are_not_taken_are_the_requests_fault() {
    for code in [
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
        "image_file_too_large",
        "image_parse_error",
        "image_too_large",
        "image_too_small",
        "invalid_base64_image",
        "invalid_image",
        "invalid_image_file",
        "invalid_image_format",
        "invalid_image_mode",
        "invalid_image_url",
        "unsupported_image_media_type",
    ] {
        let verdict = judge(400, &openai(json!(code), "invalid_request_error", "x"));
        let found = (verdict.fault.kind, verdict.fault.charge, verdict.again);
        assert_eq!(found, (FaultKind::Invalid, FREE, false), "{code}");
    }
}

#[test]
fn a_provider_that_says_no_more_is_believed() {
    let body = openai(json!("rate_limit_exceeded"), "requests", "x");
    for (value, again) in [("false", false), ("true", true), ("maybe", true)] {
        let headers = [(
            http::HeaderName::from_static("x-should-retry"),
            HeaderValue::from_static(value),
        )];
        let verdict = from_answer(
            StatusCode::TOO_MANY_REQUESTS,
            &headers.into_iter().collect(),
            body.as_bytes(),
            false,
        );
        assert_eq!(verdict.again, again, "{value}");
    }
    // Nor does it make us send again what may have been done.
    let headers = [(
        http::HeaderName::from_static("x-should-retry"),
        HeaderValue::from_static("true"),
    )];
    let verdict = from_answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        &headers.into_iter().collect(),
        b"{}",
        false,
    );
    assert!(!verdict.again);
}

#[test]
fn every_kind_asks_for_something() {
    use FaultKind::{
        Broken, Invalid, Key, NoAnswer, NoCredit, NoModel, Overloaded, Refused, Region, TooFast, Unreachable,
        Unverified,
    };
    let remedies = [
        (Remedy::Wait, vec![Unreachable, TooFast, Overloaded]),
        (Remedy::Never, vec![Refused, Invalid, Broken, NoAnswer]),
        (Remedy::StopEverything, vec![NoCredit]),
        (Remedy::TellOperator, vec![Key, Unverified, NoModel, Region]),
    ];
    for (remedy, kinds) in remedies {
        for kind in kinds {
            assert_eq!(kind.remedy(), remedy, "{kind:?}");
            let somebodys = matches!(remedy, Remedy::StopEverything | Remedy::TellOperator);
            assert_eq!(kind.hint().is_some(), somebodys, "{kind:?}: the log says what to do");
        }
    }
}

#[test]
fn half_an_error_is_free_only_when_the_status_says_it_all() {
    let half = &moderation(json!("output"))[..60];
    for (status, charge) in [
        (400, FULL),
        (401, FREE),
        (403, FREE),
        (404, FREE),
        (429, FREE),
        (500, FULL),
        (503, FULL),
    ] {
        let status = StatusCode::from_u16(status).expect("a status");
        let verdict = from_answer(status, &HeaderMap::new(), half.as_bytes(), true);
        assert_eq!((verdict.fault.charge, verdict.again), (charge, false), "{status}");
    }
}

#[test]
fn an_error_in_a_success_is_a_fault() {
    let judge = |body: &str| {
        let fault = hidden_in_success(StatusCode::OK, &HeaderMap::new(), body.as_bytes());
        fault.map(|fault| (fault.kind, fault.charge))
    };
    let filtered = json!({"created": 1, "error": {"code": "contentFilter", "message": "x"}}).to_string();
    assert_eq!(judge(&filtered), Some((FaultKind::Refused, FULL)));
    assert_eq!(judge(&moderation(json!("input"))), Some((FaultKind::Refused, FREE)));
    assert_eq!(
        judge(&openai(json!("odd"), "odd", "x")),
        Some((FaultKind::Broken, FULL))
    );
    assert_eq!(judge(r#"{"data":[]}"#), None);
    assert_eq!(judge("<html>"), None);
}

#[test]
fn the_wait_asked_for_is_read() {
    let asked = |headers: &[(&'static str, &'static str)]| {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        retry_after(&headers.collect())
    };
    assert_eq!(asked(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
    assert_eq!(
        asked(&[("retry-after", "7"), ("retry-after-ms", "250")]),
        Some(Duration::from_millis(250))
    );
    let date = [
        ("date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ("retry-after", "Sun, 22 Nov 2026 10:01:30 GMT"),
    ];
    assert_eq!(asked(&date), Some(Duration::from_secs(90)));
    for value in ["", "-5", "soon", "NaN", "inf", "1e400"] {
        assert_eq!(asked(&[("retry-after", value)]), None, "{value}");
    }
}

#[test]
fn the_log_keeps_what_helps_and_no_more() {
    let detail = |status, body: &str| judge(status, body).fault.detail;
    let key = openai(
        json!("invalid_api_key"),
        "invalid_request_error",
        "Incorrect API key provided: canary",
    );
    assert_eq!(
        detail(401, &key),
        "status 401, code invalid_api_key/invalid_request_error"
    );
    assert_eq!(
        detail(400, &moderation(json!("output"))),
        r#"status 400, code moderation_blocked/image_generation_user_error, stage Output, categories ["violence"]"#
    );
    let long = openai(json!("x"), "y", &"line\n".repeat(1000));
    assert!(detail(400, &long).len() < 500 && !detail(400, &long).contains('\n'));
    assert_eq!(
        detail(502, "<html>"),
        "status 502, a body that is not an error object (6 bytes)"
    );
}

#[test]
fn request_ids_are_found_and_cleaned() {
    let id = |name: &'static str, value: &str| {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
        request_id(&HeaderMap::from_iter([(http::HeaderName::from_static(name), value)]))
    };
    assert_eq!(id("x-request-id", "req_1").as_deref(), Some("req_1"));
    assert_eq!(id("apim-request-id", "a b").as_deref(), Some("ab"));
    assert_eq!(id("x-ms-request-id", ""), None);
    assert_eq!(id("x-other", "x"), None);
}

#[test]
fn what_people_are_told_agrees_with_the_price() {
    // Sentences that promise "nothing was spent" belong to kinds that never cost anything.
    for kind in [FaultKind::Unreachable, FaultKind::TooFast, FaultKind::Overloaded] {
        let sentence = kind.error_code().sentence(crate::domain::text::Lang::En);
        assert!(sentence.contains("Nothing was spent"), "{kind:?}");
    }
    for kind in [FaultKind::Broken, FaultKind::NoAnswer] {
        let sentence = kind.error_code().sentence(crate::domain::text::Lang::En);
        assert!(sentence.contains("full amount"), "{kind:?}");
    }
}
