//! The faults, call by call: what is played, what people are told, what it costs.

use pochoir::api::ErrorCode;
use serde_json::{Value, json};

/// The paid calls there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// Azure Vision.
    Describe,
    /// OpenAI's Responses.
    DescribeInWords,
    /// The same, without a picture.
    Refine,
    Generate,
    GenerateStreamed,
    Edit,
    EditStreamed,
}

pub(super) use Call::{Describe, DescribeInWords, Edit, EditStreamed, Generate, GenerateStreamed, Refine};

pub(super) const ALL: &[Call] = &[
    Describe,
    DescribeInWords,
    Refine,
    Generate,
    GenerateStreamed,
    Edit,
    EditStreamed,
];
pub(super) const PAINTING: &[Call] = &[Generate, GenerateStreamed, Edit, EditStreamed];
pub(super) const STREAMED: &[Call] = &[GenerateStreamed, EditStreamed];
pub(super) const DESCRIBING: &[Call] = &[Describe];

impl Call {
    /// Whether somebody waits for the answer: there is no job.
    pub(super) const fn is_waited_for(self) -> bool {
        matches!(self, Describe | DescribeInWords | Refine)
    }

    /// Its kind in the books.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Describe | DescribeInWords => "describe",
            Refine => "refine",
            Generate | GenerateStreamed | Edit | EditStreamed => "paint",
        }
    }

    /// What its path contains.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Describe => "/imageanalysis:analyze",
            DescribeInWords | Refine => "/responses",
            Generate | GenerateStreamed => "/images/generations",
            Edit | EditStreamed => "/images/edits",
        }
    }
}

/// What a call that gave nothing costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    Nothing,
    TheQuote,
}

pub(super) use Cost::{Nothing, TheQuote};

/// A fault of the script and what becomes of it.
pub(super) struct Case {
    pub(super) fault: Value,
    pub(super) calls: &'static [Call],
    pub(super) told: ErrorCode,
    pub(super) cost: Cost,
}

pub(super) fn case(fault: Value, calls: &'static [Call], told: ErrorCode, cost: Cost) -> Case {
    Case {
        fault,
        calls,
        told,
        cost,
    }
}

/// OpenAI's shape of an error.
pub(super) fn openai(status: u16, code: Value, kind: &str, message: &str) -> Value {
    json!({"status": status, "body": {"error": {"message": message, "type": kind, "param": null, "code": code}}})
}

/// Azure's.
pub(super) fn azure(status: u16, code: &str, message: &str, inner: &Value) -> Value {
    json!({"status": status, "body": {"error": {"code": code, "message": message, "innererror": inner}}})
}

pub(super) fn moderation(stage: &str) -> Value {
    json!({"status": 400, "body": {"error": {"message": "Your request was rejected by the safety system.",
        "type": "image_generation_user_error", "param": null, "code": "moderation_blocked",
        "moderation_details": {"moderation_stage": stage, "categories": ["violence"]}}}})
}

/// An answer as it is written here, whatever it claims to be.
pub(super) fn raw(status: u16, kind: &str, body: &str) -> Value {
    json!({"status": status, "headers": {"content-type": kind}, "body": body})
}

/// A stream of these events.
pub(super) fn stream(body: &str) -> Value {
    raw(200, "text/event-stream", body)
}

pub(super) const MONEY: [&str; 5] = [
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
];

pub(super) const HTML: &str = "<html><body><h1>Something</h1></body></html>";
pub(super) const USER: &str = "invalid_request_error";

pub(super) fn refused() -> Vec<Case> {
    use ErrorCode::{ProviderInvalid, ProviderRefused};
    let policy = json!({"code": "ResponsibleAIPolicyViolation", "content_filter_results": {}});
    let mut cases = vec![
        case(moderation("input"), ALL, ProviderRefused, Nothing),
        case(moderation("output"), ALL, ProviderRefused, TheQuote),
        case(moderation("unknown"), PAINTING, ProviderRefused, TheQuote),
        case(
            azure(400, "content_filter", "x", &Value::Null),
            PAINTING,
            ProviderRefused,
            TheQuote,
        ),
        case(
            azure(400, "content_policy_violation", "x", &policy),
            PAINTING,
            ProviderRefused,
            TheQuote,
        ),
        case(
            openai(400, json!("unknown_parameter"), USER, "x"),
            ALL,
            ProviderInvalid,
            Nothing,
        ),
        case(openai(400, json!(1234), USER, "x"), ALL, ProviderInvalid, Nothing),
        case(openai(400, Value::Null, USER, "x"), ALL, ProviderInvalid, Nothing),
        case(
            azure(400, "InvalidRequest", "x", &json!({"code": "InvalidImageFormat"})),
            DESCRIBING,
            ProviderInvalid,
            Nothing,
        ),
        case(
            azure(400, "InvalidRequest", "x", &json!({"code": "BadArgument"})),
            DESCRIBING,
            ProviderInvalid,
            Nothing,
        ),
        case(raw(400, "text/html", HTML), ALL, ProviderInvalid, Nothing),
        case(
            raw(
                413,
                "application/json",
                r#"{"error":{"code":"413","message":"too large"}}"#,
            ),
            ALL,
            ProviderInvalid,
            Nothing,
        ),
    ];
    cases.extend(
        [
            "invalid_image",
            "image_too_large",
            "empty_image_file",
            "unsupported_image_media_type",
            "image_parse_error",
        ]
        .map(|code| case(openai(400, json!(code), USER, "x"), &[Edit], ProviderInvalid, Nothing)),
    );
    cases
}

pub(super) fn for_the_operator() -> Vec<Case> {
    use ErrorCode::{ProviderCredit, ProviderKey, ProviderModel, ProviderUnverified};
    let verify = "Your organization must be verified to use the model `gpt-image-2`.";
    let mut cases = vec![
        case(
            openai(401, json!("invalid_api_key"), USER, "x"),
            ALL,
            ProviderKey,
            Nothing,
        ),
        case(
            azure(401, "PermissionDenied", "x", &Value::Null),
            ALL,
            ProviderKey,
            Nothing,
        ),
        case(raw(401, "text/html", HTML), ALL, ProviderKey, Nothing),
        case(
            openai(
                403,
                json!("unsupported_country_region_territory"),
                "request_forbidden",
                "x",
            ),
            ALL,
            ProviderKey,
            Nothing,
        ),
        case(
            azure(403, "Forbidden", "This resource is temporarily blocked", &Value::Null),
            ALL,
            ProviderKey,
            Nothing,
        ),
        case(
            openai(403, Value::Null, USER, verify),
            PAINTING,
            ProviderUnverified,
            Nothing,
        ),
        case(
            openai(404, json!("model_not_found"), USER, "x"),
            PAINTING,
            ProviderModel,
            Nothing,
        ),
        case(
            azure(404, "DeploymentNotFound", "x", &Value::Null),
            PAINTING,
            ProviderModel,
            Nothing,
        ),
        case(
            openai(400, json!("billing_hard_limit_reached"), USER, "x"),
            ALL,
            ProviderCredit,
            Nothing,
        ),
        case(
            openai(429, Value::Null, "insufficient_quota", "x"),
            ALL,
            ProviderCredit,
            Nothing,
        ),
        case(
            openai(
                429,
                Value::Null,
                "x",
                "You exceeded your current quota, please check your plan and billing details.",
            ),
            ALL,
            ProviderCredit,
            Nothing,
        ),
        case(
            azure(
                403,
                "403",
                "Out of call volume quota. Quota will be replenished in 9 days.",
                &Value::Null,
            ),
            DESCRIBING,
            ProviderCredit,
            Nothing,
        ),
    ];
    cases.extend(MONEY.map(|code| {
        case(
            openai(429, json!(code), "insufficient_quota", "x"),
            ALL,
            ProviderCredit,
            Nothing,
        )
    }));
    cases
}

pub(super) fn broken() -> Vec<Case> {
    use ErrorCode::{ProviderBroken, ProviderBusy};
    let mut late = openai(429, json!("rate_limit_exceeded"), "requests", "x");
    late["headers"] = json!({"retry-after": "121"});
    let mut final_word = openai(429, json!("rate_limit_exceeded"), "requests", "x");
    final_word["headers"] = json!({"x-should-retry": "false"});
    vec![
        case(late, ALL, ProviderBusy, Nothing),
        case(final_word, ALL, ProviderBusy, Nothing),
        case(raw(429, "text/html", HTML), ALL, ProviderBusy, Nothing),
        case(
            openai(500, json!("server_error"), "server_error", "x"),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(raw(500, "text/plain", ""), ALL, ProviderBroken, TheQuote),
        case(raw(502, "text/html", HTML), ALL, ProviderBroken, TheQuote),
        case(raw(503, "text/html", HTML), ALL, ProviderBroken, TheQuote),
        case(
            raw(504, "text/plain", "upstream timed out"),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(openai(408, Value::Null, USER, "x"), ALL, ProviderBroken, TheQuote),
        case(openai(409, Value::Null, USER, "x"), ALL, ProviderBroken, TheQuote),
        case(
            json!({"status": 307, "headers": {"location": "/v1/elsewhere"}}),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        // A success that is none.
        case(raw(200, "text/html", HTML), ALL, ProviderBroken, TheQuote),
        case(raw(200, "application/json", ""), ALL, ProviderBroken, TheQuote),
        case(
            raw(200, "application/json", r#"{"created":1,"data":[{"b64_json":"AAEC"#),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"body": {"data": "none", "metadata": 5}}),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"body": {"created": 1, "data": []}}),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"body": {"data": [{"b64_json": "§§"}]}}),
            PAINTING,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"body": {"data": [{"url": "http://127.0.0.1:1/picture.png"}]}}),
            PAINTING,
            ProviderBroken,
            TheQuote,
        ),
        // Long enough that its beginning has left when it is cut.
        case(
            json!({"body": {"data": [{"b64_json": "A".repeat(1_000_000)}]}, "cut_after_bytes": 700_000}),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"status": 500, "body": {"error": {"message": "x".repeat(1_000_000)}}, "cut_after_bytes": 700_000}),
            ALL,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"body": {"error": {"message": "x", "code": "odd"}}}),
            PAINTING,
            ProviderBroken,
            TheQuote,
        ),
        case(
            json!({"body": {"created": 1, "error": {"code": "contentFilter", "message": "x"}}}),
            PAINTING,
            ErrorCode::ProviderRefused,
            TheQuote,
        ),
    ]
}

/// Faults that come with the events.
pub(super) fn in_streams() -> Vec<Case> {
    use ErrorCode::{ProviderBroken, ProviderCredit, ProviderRefused};
    let event = |name: &str, data: &Value| format!("event: {name}\ndata: {data}\n\n");
    let partial = event(
        "image_generation.partial_image",
        &json!({"type": "image_generation.partial_image", "b64_json": "AAEC"}),
    );
    let refusal = json!({"type": "error", "error": {"code": "moderation_blocked", "message": "x"}});
    let money = json!({"error": {"code": "insufficient_quota", "type": "insufficient_quota", "message": "x"}});
    vec![
        case(stream(""), STREAMED, ProviderBroken, TheQuote),
        case(stream(&partial), STREAMED, ProviderBroken, TheQuote),
        case(
            stream(&format!("{partial}data: [DONE]\n\n")),
            STREAMED,
            ProviderBroken,
            TheQuote,
        ),
        case(
            stream(&format!("{partial}{}", event("error", &refusal))),
            STREAMED,
            ProviderRefused,
            TheQuote,
        ),
        // Without a name, as gateways write it.
        case(
            stream(&format!("data: {money}\n\n")),
            STREAMED,
            ProviderCredit,
            TheQuote,
        ),
        case(
            stream("data: {\"type\":\"image_generation.compl"),
            STREAMED,
            ProviderBroken,
            TheQuote,
        ),
        case(
            stream(&event(
                "image_generation.completed",
                &json!({"type": "image_generation.completed"}),
            )),
            STREAMED,
            ProviderBroken,
            TheQuote,
        ),
        case(stream("data: not JSON at all\n\n"), STREAMED, ProviderBroken, TheQuote),
        case(stream(HTML), STREAMED, ProviderBroken, TheQuote),
    ]
}
