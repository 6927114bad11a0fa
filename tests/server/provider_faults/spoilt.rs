//! Answers that a provider made and that do not arrive as it made them: painted and charged over there, so booked in full here.

use super::cases::{ALL, Case, Nothing, PAINTING, STREAMED, TheQuote, case};
use pochoir::api::ErrorCode::{ProviderBroken, ProviderCredit, ProviderRefused};
use serde_json::json;

/// More than any answer to these calls may have.
const HUGE_BYTES: u64 = 21 * 1024 * 1024;

pub(super) fn spoilt() -> Vec<Case> {
    let everywhere = [
        json!({"malformed": "cut"}),
        json!({"malformed": "types"}),
        json!({"wrong_type": "text"}),
        json!({"wrong_type": "empty"}),
        json!({"wrong_type": "html", "charge": true}),
        json!({"huge_bytes": HUGE_BYTES}),
        json!({"code": "server_error", "charge": true}),
    ];
    let everywhere = everywhere.map(|fault| case(fault, ALL, ProviderBroken, TheQuote));
    let painted = [json!({"by_url": true})].map(|fault| case(fault, PAINTING, ProviderBroken, TheQuote));
    let streamed = [
        case(json!({"after_events": 0}), STREAMED, ProviderBroken, TheQuote),
        case(json!({"after_events": 1}), STREAMED, ProviderBroken, TheQuote),
        case(
            json!({"after_events": 1, "code": "server_error"}),
            STREAMED,
            ProviderBroken,
            TheQuote,
        ),
        // Refused for what was asked: free, unless something was painted already.
        case(
            json!({"after_events": 0, "code": "moderation_blocked"}),
            STREAMED,
            ProviderRefused,
            Nothing,
        ),
        case(
            json!({"after_events": 1, "code": "moderation_blocked"}),
            STREAMED,
            ProviderRefused,
            TheQuote,
        ),
        case(
            json!({"after_events": 0, "code": "insufficient_quota"}),
            STREAMED,
            ProviderCredit,
            TheQuote,
        ),
    ];
    everywhere.into_iter().chain(painted).chain(streamed).collect()
}
