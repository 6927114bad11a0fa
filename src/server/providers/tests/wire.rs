//! Requests as the official SDKs send them.

use super::{
    desk::{Desk, say},
    *,
};
use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

const PIXEL: &str = "AAEC";

fn painted() -> Value {
    json!({"created": 1, "data": [{"b64_json": PIXEL}],
        "usage": {"total_tokens": 600, "input_tokens": 161, "output_tokens": 439,
            "input_tokens_details": {"text_tokens": 17, "image_tokens": 144}}})
}

fn seen() -> Value {
    json!({"modelVersion": "2023-10-01", "metadata": {"width": 1024, "height": 768},
        "captionResult": {"text": "a dog", "confidence": 0.8},
        "tagsResult": {"values": [{"name": "chien", "confidence": 0.9}]}})
}

#[tokio::test]
async fn a_generation_says_everything_that_decides_its_price() {
    let desk = Desk::with([say(200, &painted())]).await;
    let painted = paint(&openai(&desk), &order()).await.expect("a picture");
    assert_json_snapshot!(desk.requests());
    assert_eq!(painted.pictures, [Bytes::from_static(&[0, 1, 2])]);
    let usage = painted.usage.expect("usage");
    assert_eq!((usage.text_in, usage.image_in, usage.image_out), (17, 144, 439));
}

#[tokio::test]
async fn one_picture_is_sent_as_image_with_its_mask() {
    let desk = Desk::with([say(200, &painted())]).await;
    let request = PaintRequest {
        images: vec![picture(b"png", Format::Png)],
        mask: Some(Bytes::from_static(b"mask")),
        count: 1,
        ..order()
    };
    paint(&openai(&desk), &request).await.expect("a picture");
    assert_json_snapshot!(desk.requests());
}

#[tokio::test]
async fn several_pictures_are_sent_as_a_list() {
    let desk = Desk::with([say(200, &painted())]).await;
    let request = PaintRequest {
        images: vec![picture(b"png", Format::Png), picture(b"jpeg", Format::Jpeg)],
        format: Format::Jpeg,
        ..order()
    };
    paint(&openai(&desk), &request).await.expect("a picture");
    assert_json_snapshot!(desk.requests());
}

#[tokio::test]
async fn azure_openai_is_asked_by_deployment_in_both_styles() {
    let mut requests = Vec::new();
    for style in ["v1", "deployments"] {
        let desk = Desk::with([say(200, &painted()), say(200, &painted())]).await;
        let providers = providers(&[
            ("AZURE_OPENAI_ENDPOINT", &desk.url),
            ("AZURE_OPENAI_API_KEY", CANARY),
            ("AZURE_OPENAI_DEPLOYMENTS", "gpt-image-2.5-flare=my-brush"),
            ("AZURE_OPENAI_API_STYLE", style),
        ]);
        let text = PaintRequest {
            format: Format::Png,
            ..order()
        };
        paint(&providers, &text).await.expect("a picture");
        let edit = PaintRequest {
            images: vec![picture(b"png", Format::Png)],
            ..text.clone()
        };
        paint(&providers, &edit).await.expect("a picture");
        requests.extend(desk.requests());

        let other = PaintRequest {
            model: "gpt-image-2-2026-04-21".to_owned(),
            ..text
        };
        let fault = paint(&providers, &other).await.expect_err("no deployment");
        assert_eq!((fault.kind, fault.charge), (FaultKind::NoModel, Charge::Nothing));
        let fault = paint(&providers, &order()).await.expect_err("no WebP");
        assert_eq!((fault.kind, fault.charge), (FaultKind::Invalid, Charge::Nothing));
        assert_eq!(desk.requests().len(), 2, "neither was sent");
    }
    assert_json_snapshot!(requests);
}

#[tokio::test]
async fn image_analysis_gets_the_picture_and_the_features_of_the_catalogue() {
    let desk = Desk::with([say(200, &seen()), say(200, &seen())]).await;
    let providers = azure_vision(&desk, "s1");
    let plain = describe(&providers, Lang::En, false).await.expect("a description");
    let closer = describe(&providers, Lang::En, true).await.expect("a description");
    assert_json_snapshot!(desk.requests());
    assert_eq!((plain.spent.0, closer.spent.0), (4_500, 8_500));
    assert_eq!(plain.model_version, "2023-10-01");
}

#[tokio::test]
async fn tags_come_in_the_language_asked_for_where_the_service_has_it() {
    let refusal = json!({"error": {"code": "InvalidRequest", "message": "Analyze query is invalid.",
        "innererror": {"code": "NotSupportedLanguage", "message": "The input language is not supported."}}});
    let desk = Desk::with([
        say(200, &seen()),
        say(400, &refusal),
        say(200, &seen()),
        say(200, &seen()),
    ])
    .await;
    let providers = azure_vision(&desk, "s1");
    let languages = async || {
        let seen = describe(&providers, Lang::Fr, false).await.expect("a description");
        (seen.description.caption.lang, seen.description.facts[0].lang.clone())
    };
    assert_eq!(languages().await, ("en".to_owned(), "fr".to_owned()));
    assert_eq!(languages().await, ("en".to_owned(), "en".to_owned()));
    assert_eq!(languages().await, ("en".to_owned(), "en".to_owned()));
    let asked: Vec<bool> = desk
        .requests()
        .iter()
        .map(|request| {
            request["address"]
                .as_str()
                .is_some_and(|address| address.ends_with("language=fr"))
        })
        .collect();
    assert_eq!(asked, [true, true, false, false], "once refused, it is not asked again");
}

#[tokio::test]
async fn openai_describes_where_azure_vision_is_not_configured() {
    let dog = json!({"words": "chien", "left": 0, "top": 500, "right": 500, "bottom": 1000});
    let seen = json!({"caption": "un chien", "details": [], "objects": [dog], "people": [], "tags": [],
        "colours": [], "text": []});
    let answer = json!({"model": "gpt-6-luna-2026-09-22",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": seen.to_string()}]}],
        "usage": {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100}});
    let mut silent = answer.clone();
    silent["usage"] = Value::Null;
    let desk = Desk::with([say(200, &answer), say(200, &silent)]).await;
    let providers = openai(&desk);
    let described = describe(&providers, Lang::Fr, false).await.expect("a description");
    assert_json_snapshot!(desk.requests());
    assert_eq!(described.description.caption.lang, "fr");
    let [dog] = described.description.facts.as_slice() else {
        panic!("{described:?}")
    };
    let bounds = dog.bounds.map(|it| (it.x, it.y, it.width, it.height));
    assert_eq!(
        (bounds, dog.confidence),
        (Some((0, 384, 512, 384)), None),
        "of 1024 × 768 pixels"
    );
    assert_eq!(
        described.spent.0, 150,
        "1,000 tokens at 0.10 and 100 at 0.50 dollars a million"
    );

    let catalogue = catalogue::load(None, TODAY).expect("the catalogue");
    let lines = providers.vision_lines(&catalogue, ProviderName::Openai, false);
    let quote: crate::domain::money::Micros = lines.iter().map(|line| line.micros).sum();
    let sent = desk.requests()[0].to_string().len() as u64;
    assert!(
        lines[0].micros.0 * 10 >= i64::try_from(sent).expect("short"),
        "no fewer tokens than bytes"
    );
    let silent = describe(&providers, Lang::Fr, true).await.expect("a description");
    assert_eq!(silent.spent, quote, "without usage the full quote is spent");
}

#[tokio::test]
async fn a_free_tier_is_asked_for_room_before_anything_leaves() {
    let desk = Desk::with((0..2).map(|_| say(200, &seen()))).await;
    let free = azure_vision(&desk, "f0");
    let meter = Takings::default();
    describe_with(&free, Lang::En, false, &meter)
        .await
        .expect("a description");
    describe_with(&free, Lang::En, true, &meter)
        .await
        .expect("a description");
    assert_eq!(meter.taken(), [(1, 4), (1, 7)], "each feature is a unit");
    for (refuse, kind, wait) in [
        (
            NotFree::Minute(Duration::from_secs(41)),
            FaultKind::FreeMinute,
            Some(Duration::from_secs(41)),
        ),
        (
            NotFree::Month(Duration::from_hours(24)),
            FaultKind::FreeMonth,
            Some(Duration::from_hours(24)),
        ),
        (NotFree::Unknown, FaultKind::Unreachable, None),
    ] {
        let full = Takings {
            refuse: Some(refuse),
            ..Takings::default()
        };
        let fault = describe_with(&free, Lang::En, false, &full).await.expect_err("no room");
        assert_eq!(
            (fault.kind, fault.charge, fault.retry_after),
            (kind, Charge::Nothing, wait)
        );
    }
    assert_eq!(desk.requests().len(), 2, "what was refused did not leave");

    let desk = Desk::with([say(200, &seen())]).await;
    let paid = Takings::default();
    describe_with(&azure_vision(&desk, "s1"), Lang::En, false, &paid)
        .await
        .expect("a description");
    assert_eq!(paid.taken(), [], "what is paid for is not counted");
}

#[tokio::test]
async fn only_the_demo_says_what_it_understood() {
    let header = (
        "x-pochoir-understood",
        r#"{"understood":["dusk"],"not_understood":["caf\u00e9"]}"#,
    );
    let play = || desk::Play::Say(200, vec![header], painted().to_string());
    let desk = Desk::with([play(), play()]).await;
    assert_eq!(
        paint(&openai(&desk), &order()).await.expect("a picture").understood,
        None
    );

    let config = Config::load(std::iter::empty(), None).expect("settings");
    let catalogue = catalogue::load(None, TODAY).expect("the catalogue");
    let url = desk.url.parse().expect("an address");
    let jitter: Jitter = std::sync::Arc::new(|| 7);
    let demo = Providers::build(&config, &catalogue, Some(&url), QUICK, &jitter).expect("providers");
    let understood = paint(&demo, &order())
        .await
        .expect("a picture")
        .understood
        .expect("words");
    assert_eq!(understood.understood, ["dusk"]);
    assert_eq!(understood.not_understood, ["café"]);
    assert_eq!(demo.hosts(), [(ProviderName::Demo, "127.0.0.1".to_owned())]);
    assert_eq!(demo.vision(None).map(|vision| vision.name()), Some(ProviderName::Demo));
    assert!(demo.painter(Some(ProviderName::Openai)).is_none());
}

#[tokio::test]
async fn what_is_not_configured_is_not_there() {
    let desk = Desk::with([]).await;
    let vision = azure_vision(&desk, "s1");
    assert!(vision.painter(None).is_none() && vision.vision(Some(ProviderName::Demo)).is_none());
    let both = providers(&[
        ("OPENAI_API_KEY", CANARY),
        ("AZURE_OPENAI_ENDPOINT", &desk.url),
        ("AZURE_OPENAI_API_KEY", CANARY),
        ("AZURE_OPENAI_DEPLOYMENTS", "gpt-image-2=brush"),
    ]);
    assert_eq!(
        both.painter(None).map(|painter| painter.name()),
        Some(ProviderName::Openai)
    );
    let azure = both.painter(Some(ProviderName::AzureOpenai));
    assert_eq!(azure.map(|painter| painter.name()), Some(ProviderName::AzureOpenai));
    assert_snapshot!(format!("{:?}", both.hosts()), @r#"[(Openai, "api.openai.com"), (AzureOpenai, "127.0.0.1")]"#);
}
