//! What providers say when they give nothing, and what that costs.
//!
//! Two vendors, several generations and whatever stands in between (gateways, proxies) write errors in their own ways:
//! everything here is tolerant about the shape and careful about the money. Where it is not certain that nothing was
//! done, the full quote is booked.
//!
//! To add a code that a vendor invented: a line in [`kind_of`].

mod body;

use super::{Charge, Fault, FaultKind};
use crate::{api::ErrorCode, server::failure::Failure};
use body::{Body, Stage};
use http::{HeaderMap, StatusCode};
use jiff::fmt::rfc2822;
use std::time::Duration;

/// Codes that mean money, not speed. Waiting does not help.
const NO_CREDIT: &[&str] = &[
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_hard_limit_reached",
    "billing_not_active",
];

/// Codes of safety filters, in every spelling that was seen.
const REFUSED: &[&str] = &[
    "moderation_blocked",
    "content_policy_violation",
    "image_content_policy_violation",
    "contentfilter",
    "content_filter",
    "responsibleaipolicyviolation",
];

/// A fault, and whether the same request may be sent again: only when the provider surely did nothing.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// What is told if it is not sent again.
    pub(super) fault: Fault,
    /// Whether sending again is safe and of use.
    pub(super) again: bool,
}

/// What an answer other than success means. `cut` says that its body did not arrive in full.
pub(super) fn from_answer(status: StatusCode, headers: &HeaderMap, bytes: &[u8], cut: bool) -> Verdict {
    let body = Body::read(bytes);
    let kind = kind_of(status, &body);
    let charge = charge_of(status, &body, kind, cut);
    let definite = kind.remedy() == Remedy::Wait && body.is_error && !cut && !says_no_more(headers);
    let detail = if body.is_error {
        format!("status {}, {}", status.as_u16(), body.for_log(kind))
    } else {
        let shape = if bytes.is_empty() {
            "no body"
        } else {
            "a body that is not an error object"
        };
        format!("status {}, {shape} ({} bytes)", status.as_u16(), bytes.len())
    };
    Verdict {
        again: definite && charge == Charge::Nothing,
        fault: Fault {
            kind,
            charge,
            detail,
            retry_after: retry_after(headers),
            request_id: request_id(headers),
        },
    }
}

/// Whether the provider itself says that sending again is of no use.
fn says_no_more(headers: &HeaderMap) -> bool {
    headers.get("x-should-retry").is_some_and(|value| value == "false")
}

/// A success that is an error all the same: `{"error": …}` with 200. Nothing when it is not.
pub(super) fn hidden_in_success(status: StatusCode, headers: &HeaderMap, bytes: &[u8]) -> Option<Fault> {
    let body = Body::read(bytes);
    if !body.is_error {
        return None;
    }
    let kind = match kind_of(StatusCode::BAD_REQUEST, &body) {
        FaultKind::Invalid => FaultKind::Broken,
        kind => kind,
    };
    let charge = match (kind, body.stage) {
        (FaultKind::Refused, Stage::Input) => Charge::Nothing,
        _ => Charge::FullQuote,
    };
    Some(Fault {
        kind,
        charge,
        detail: format!("status {}, {}", status.as_u16(), body.for_log(kind)),
        retry_after: None,
        request_id: request_id(headers),
    })
}

/// A success whose answer cannot be used.
pub(super) fn unreadable(detail: impl Into<String>, headers: &HeaderMap) -> Fault {
    Fault {
        kind: FaultKind::Broken,
        charge: Charge::FullQuote,
        detail: detail.into(),
        retry_after: None,
        request_id: request_id(headers),
    }
}

/// A request that we did not send because it cannot work.
pub(super) fn not_sent(kind: FaultKind, detail: impl Into<String>) -> Fault {
    Fault {
        kind,
        charge: Charge::Nothing,
        detail: detail.into(),
        retry_after: None,
        request_id: None,
    }
}

/// What it means that no answer came.
pub(super) fn from_transport(error: reqwest::Error) -> Verdict {
    // The address stays out: it is in the settings, and gateways put tokens there.
    let error = error.without_url();
    let (kind, charge, again) = if error.is_connect() {
        (FaultKind::Unreachable, Charge::Nothing, true)
    } else if error.is_builder() {
        (FaultKind::Invalid, Charge::Nothing, false)
    } else {
        (FaultKind::NoAnswer, Charge::FullQuote, false)
    };
    let fault = Fault {
        kind,
        charge,
        detail: chain(&error),
        retry_after: None,
        request_id: None,
    };
    Verdict { fault, again }
}

/// An error and its causes, each once.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

/// What happened, by status first and code second: codes differ, statuses are kept by everybody.
fn kind_of(status: StatusCode, body: &Body) -> FaultKind {
    if body.has_code(NO_CREDIT) {
        return FaultKind::NoCredit;
    }
    if body.has_code(REFUSED) {
        return FaultKind::Refused;
    }
    match status.as_u16() {
        402 => FaultKind::NoCredit,
        // The words of OpenAI's exhausted credit; gateways leave the codes out. "Quota" alone is not one: Azure says it of speed.
        429 if body.says("plan and billing") => FaultKind::NoCredit,
        403 if body.says("must be verified") => FaultKind::Unverified,
        403 if body.has_code(&["model_not_found"]) || body.says("access to model") => FaultKind::NoModel,
        // The free tier of Azure's services ends the month with this.
        403 if body.says("quota") => FaultKind::NoCredit,
        401 | 403 => FaultKind::Key,
        404 => FaultKind::NoModel,
        429 => FaultKind::TooFast,
        503 if body.is_error => FaultKind::Overloaded,
        400 if body.has_code(&["model_not_found", "deploymentnotfound"]) => FaultKind::NoModel,
        400 if body.says("not supported in this region") => FaultKind::Region,
        400 | 405 | 411..=415 | 422 | 431 => FaultKind::Invalid,
        _ => FaultKind::Broken,
    }
}

/// What it costs. Only the statuses with which the vendors say "not done" are free.
fn charge_of(status: StatusCode, body: &Body, kind: FaultKind, cut: bool) -> Charge {
    if kind == FaultKind::Refused && body.stage != Stage::Input {
        return Charge::FullQuote;
    }
    let free = match status.as_u16() {
        // The status alone says it.
        401 | 403 | 404 | 429 => true,
        // A cut body may have been a refusal of what was painted already.
        400 => !cut,
        // Not from the provider's own hand: a gateway that gave up waiting says this too.
        402 | 405 | 411..=415 | 422 | 431 | 503 => body.is_error && !cut,
        _ => false,
    };
    if free { Charge::Nothing } else { Charge::FullQuote }
}

/// How long the provider asks to wait: milliseconds, seconds, or a date, which is measured against the answer's own.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name| text(name)?.parse().ok().filter(|number: &f64| *number >= 0.0);
    let moment = |name| rfc2822::parse(text(name)?).ok().map(|moment| moment.timestamp());
    let until_date = || {
        let wait = moment("retry-after")?.duration_since(moment("date")?);
        Some(wait.as_secs_f64().max(0.0))
    };
    let milliseconds = number("retry-after-ms").map(|milliseconds| milliseconds / 1000.0);
    let seconds = milliseconds.or_else(|| number("retry-after")).or_else(until_date)?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The provider's name for the request.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "apim-request-id", "x-ms-request-id"]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok())
        .map(|id| id.chars().filter(char::is_ascii_graphic).take(100).collect::<String>())
        .filter(|id| !id.is_empty())
}

/// What a fault asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Waiting and sending the same again, where it is certain that nothing was done.
    Wait,
    /// Nothing: the same again would end the same, or might be paid twice.
    Never,
    /// Sending nothing at all to this provider for a while.
    StopEverything,
    /// Somebody who looks after this instance.
    TellOperator,
}

impl FaultKind {
    /// What it asks for. A key that is not accepted stops everything as well (the lane's breaker), and is the operator's.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::Unreachable | Self::TooFast | Self::Overloaded | Self::FreeMinute | Self::FreeMonth => Remedy::Wait,
            Self::Refused | Self::Invalid | Self::Broken | Self::NoAnswer => Remedy::Never,
            Self::NoCredit => Remedy::StopEverything,
            Self::Key | Self::Unverified | Self::NoModel | Self::Region => Remedy::TellOperator,
        }
    }

    /// What the operator can do about it, for the log.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        match self {
            Self::NoCredit => Some("add credit or raise the spending limit in the provider's billing settings"),
            Self::Key => Some(
                "check the key, its permissions and the organisation it belongs to; the country, the address of this machine or \
                 the resource may be barred as well",
            ),
            Self::Unverified => Some(
                "verify the organisation at https://platform.openai.com/settings/organization/general; it takes up to a quarter \
                 of an hour to count",
            ),
            Self::NoModel => {
                Some("the model ended, is not deployed or is not allowed for this key; check the catalogue")
            }
            Self::Region => {
                Some("the region of this resource does not have the function; make the resource in another one")
            }
            _ => None,
        }
    }

    /// What people are told.
    #[must_use]
    pub const fn error_code(self) -> ErrorCode {
        match self {
            Self::Unreachable => ErrorCode::ProviderUnreachable,
            // The provider's limits are not the caller's fault.
            Self::TooFast | Self::Overloaded => ErrorCode::ProviderBusy,
            Self::FreeMinute => ErrorCode::FreeMinute,
            Self::FreeMonth => ErrorCode::FreeMonth,
            Self::NoCredit => ErrorCode::ProviderCredit,
            Self::Refused => ErrorCode::ProviderRefused,
            Self::Key => ErrorCode::ProviderKey,
            Self::Unverified => ErrorCode::ProviderUnverified,
            Self::NoModel => ErrorCode::ProviderModel,
            Self::Region => ErrorCode::ProviderRegion,
            Self::Invalid => ErrorCode::ProviderInvalid,
            Self::Broken => ErrorCode::ProviderBroken,
            Self::NoAnswer => ErrorCode::OutcomeUnknown,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let mut failure = Self::new(fault.kind.error_code()).log(&fault);
        failure.retry_after = fault.retry_after;
        failure
    }
}

#[cfg(test)]
mod tests;
