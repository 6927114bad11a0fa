//! Azure regions without captions: what is asked instead, what it costs, and what the description says of it.

use super::{
    desk::{Desk, Play, say},
    *,
};
use crate::domain::{description::Shortfall, money::Micros};
use serde_json::{Value, json};

const PLAIN: &str = "caption,tags,objects,people";
const REST: &str = "tags,objects,people";

fn no_captions() -> Play {
    say(
        400,
        &json!({"error": {"code": "InvalidRequest", "message": "The feature 'Caption' is not supported in this region."}}),
    )
}

fn rest() -> Play {
    say(
        200,
        &json!({"modelVersion": "2023-10-01", "metadata": {"width": 1024, "height": 768},
            "tagsResult": {"values": [{"name": "herbe", "confidence": 0.9}]}}),
    )
}

fn older() -> Play {
    say(
        200,
        &json!({"description": {"tags": ["grass", "dog"], "captions": [{"text": "a dog on grass", "confidence": 0.7}]},
            "requestId": "r", "metadata": {"width": 1024, "height": 768, "format": "Jpeg"}, "modelVersion": "2021-05-01"}),
    )
}

/// What was asked of 4.0 and where 3.2 was asked, in order.
fn asked(desk: &Desk) -> Vec<String> {
    let requests = desk.requests();
    let addresses = requests.iter().filter_map(|request| request["address"].as_str());
    addresses
        .map(|address| match address.split_once("&features=") {
            Some((_, rest)) => rest.split('&').next().unwrap_or_default().to_owned(),
            None => address.to_owned(),
        })
        .collect()
}

/// What was held for such a call.
fn quote(providers: &Providers, closer: bool) -> Micros {
    let catalogue = catalogue::load(None, TODAY).expect("the catalogue");
    let lines = providers.vision_lines(&catalogue, ProviderName::AzureVision, closer);
    lines.iter().map(|line| line.micros).sum()
}

#[tokio::test]
async fn the_caption_comes_from_the_older_version_and_the_region_is_remembered() {
    let desk = Desk::with([no_captions(), rest(), older(), rest(), older()]).await;
    let providers = azure_vision(&desk, "f0");
    let meter = Takings::default();
    for _ in 0..2 {
        let seen = describe_with(&providers, Lang::Fr, false, &meter)
            .await
            .expect("a description");
        let description = &seen.description;
        assert_eq!(
            (description.caption.text.as_str(), description.caption.lang.as_str()),
            ("a dog on grass", "en")
        );
        assert_eq!(description.shortfall, Some(Shortfall::OlderCaption));
        let words: Vec<(&str, &str)> = description
            .facts
            .iter()
            .map(|fact| (fact.text.as_str(), fact.lang.as_str()))
            .collect();
        assert_eq!(words, [("herbe", "fr")], "4.0 knows more about tags");
        assert_eq!(seen.model_version, "2023-10-01 + 3.2 2021-05-01");
        assert_eq!(seen.spent, quote(&providers, false), "as much as was held, and no more");
    }
    let describe = "/vision/v3.2/describe?maxCandidates=1&language=en";
    assert_eq!(
        asked(&desk),
        [PLAIN, REST, describe, REST, describe],
        "refused once, not asked again"
    );
    let older = &desk.requests()[2];
    assert_eq!(
        (
            &older["headers"]["content-type"],
            &older["headers"]["ocp-apim-subscription-key"],
            &older["body"]
        ),
        (&json!("application/octet-stream"), &json!(CANARY), &json!("jpeg"))
    );
    assert_eq!(
        meter.taken(),
        [(1, 4), (2, 4), (2, 4)],
        "both requests have room, or neither leaves"
    );
}

#[tokio::test]
async fn closer_leaves_both_kinds_of_captions_out() {
    let desk = Desk::with([no_captions(), rest(), older()]).await;
    let providers = azure_vision(&desk, "s1");
    let seen = describe(&providers, Lang::En, true).await.expect("a description");
    assert_eq!(asked(&desk)[1], "tags,objects,people,read,smartCrops");
    assert!(seen.spent <= quote(&providers, true), "{}", seen.spent);
}

#[tokio::test]
async fn what_was_seen_stays_when_the_older_version_gives_nothing() {
    let rest_price = Micros(3_000);
    let error = |code: &str| json!({"code": code, "message": "x", "requestId": "r"});
    for (play, spent) in [
        (say(404, &error("NotFound")), rest_price),
        (say(400, &error("InvalidImageSize")), rest_price),
        (say(503, &error("ServiceUnavailable")), rest_price),
        (say(429, &error("429")), rest_price),
        // It may have been charged.
        (say(500, &error("InternalServerError")), Micros(4_500)),
        (
            say(200, &json!({"description": {"tags": [], "captions": []}})),
            Micros(4_500),
        ),
        (Play::Cut(200, "{"), Micros(4_500)),
    ] {
        let desk = Desk::with([no_captions(), rest(), play]).await;
        let providers = azure_vision(&desk, "s1");
        let seen = describe(&providers, Lang::En, false).await.expect("a description");
        assert_eq!(seen.description.shortfall, Some(Shortfall::NoCaptionInRegion));
        assert_eq!(
            (seen.description.caption.text.as_str(), seen.description.facts.len()),
            ("", 1)
        );
        assert_eq!(seen.spent, spent);
        assert!(seen.spent <= quote(&providers, false));
    }
}

#[tokio::test]
async fn a_language_and_a_region_may_both_be_refused() {
    let language = json!({"error": {"code": "InvalidRequest", "message": "Analyze query is invalid.",
        "innererror": {"code": "NotSupportedLanguage", "message": "The input language is not supported."}}});
    let desk = Desk::with([say(400, &language), no_captions(), rest(), older()]).await;
    let providers = azure_vision(&desk, "s1");
    let seen = describe(&providers, Lang::Fr, false).await.expect("a description");
    assert_eq!(seen.description.facts[0].lang, "en");
    assert_eq!(desk.requests().len(), 4);
}

#[tokio::test]
async fn a_region_that_lacks_something_else_is_told() {
    let refused = json!({"error": {"code": "InvalidRequest", "message": "The feature 'People' is not supported in this region."}});
    let desk = Desk::with([say(400, &refused), say(400, &refused)]).await;
    let fault = describe(&azure_vision(&desk, "s1"), Lang::En, false)
        .await
        .expect_err("refused");
    assert_eq!((fault.kind, fault.charge), (FaultKind::Region, Charge::Nothing));
    assert_eq!(desk.requests().len(), 2, "without captions it was tried once");
}

#[tokio::test]
async fn the_rest_failing_after_the_refusal_costs_what_it_costs() {
    let broken = Value::Null;
    let desk = Desk::with([no_captions(), say(500, &broken)]).await;
    let fault = describe(&azure_vision(&desk, "s1"), Lang::En, false)
        .await
        .expect_err("broken");
    assert_eq!((fault.kind, fault.charge), (FaultKind::Broken, Charge::FullQuote));
    assert_eq!(desk.requests().len(), 2, "what may have been done is never asked again");
}
