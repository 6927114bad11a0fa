//! Image Analysis.

use super::*;
use serde_json::json;

const ALL: &str = "caption,denseCaptions,tags,objects,people,read,smartCrops";

async fn analyze(query: &str, key: Option<&str>, content_type: &str, body: Vec<u8>) -> Answer {
    let mut request = Request::post(format!("/computervision/imageanalysis:analyze?{query}"))
        .header(header::CONTENT_TYPE, content_type);
    if let Some(key) = key {
        request = request.header("ocp-apim-subscription-key", key);
    }
    send(&server(false), request.body(Body::from(body)).expect("a request")).await
}

async fn look(features: &str) -> Answer {
    let query = format!("api-version=2024-02-01&features={features}&smartcrops-aspect-ratios=1,1.5");
    analyze(&query, Some("k"), "application/octet-stream", picture(600, 400)).await
}

#[tokio::test]
async fn every_feature_is_answered_with_what_was_measured() {
    let answer = look(ALL).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers.contains_key("apim-request-id"));
    let body = answer.json();
    assert_eq!(body["metadata"], json!({ "width": 600, "height": 400 }));
    let caption = body["captionResult"]["text"].as_str().expect("a caption");
    for word in ["landscape", "dark blue", "orange region", "on the left"] {
        assert!(caption.contains(word), "{caption}");
    }
    let confidence = body["captionResult"]["confidence"].as_f64().expect("a confidence");
    assert!((0.3..1.0).contains(&confidence));
    assert_eq!(
        body["denseCaptionsResult"]["values"][0]["boundingBox"],
        json!({ "x": 0, "y": 0, "w": 600, "h": 400 })
    );
    let disc = &body["objectsResult"]["values"][0];
    assert_eq!(disc["tags"][0]["name"], "orange region");
    let side = |name: &str| disc["boundingBox"][name].as_f64().expect("a number");
    // The disc is 200 wide around (168, 200).
    for (measured, true_value) in [
        (side("x"), 68.0),
        (side("y"), 100.0),
        (side("w"), 200.0),
        (side("h"), 200.0),
    ] {
        assert!((measured - true_value).abs() < 20.0, "{disc}");
    }
    assert_eq!(body["peopleResult"], json!({ "values": [] }));
    assert_eq!(body["readResult"], json!({ "blocks": [{ "lines": [] }] }));
    let crops = body["smartCropsResult"]["values"].as_array().expect("crops");
    assert_eq!(crops.len(), 2);
    assert_eq!(crops[0]["boundingBox"]["w"], crops[0]["boundingBox"]["h"]);
    assert!(
        crops[0]["boundingBox"]["x"].as_u64().expect("a number") < 100,
        "the square keeps the disc"
    );
}

#[tokio::test]
async fn only_what_was_asked_is_answered() {
    let body = look("tags").await.json();
    let names: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["metadata", "modelVersion", "tagsResult"]);
}

#[tokio::test]
async fn a_mirrored_picture_is_described_mirrored() {
    let original = image::load_from_memory(&picture(600, 400)).expect("a picture");
    let query = "api-version=2023-10-01&features=caption,objects,tags&language=fr";
    let answer = analyze(query, Some("k"), "application/octet-stream", png(&original.fliph()))
        .await
        .json();
    assert!(
        answer["captionResult"]["text"]
            .as_str()
            .expect("a caption")
            .contains("on the right")
    );
    assert_eq!(
        answer["objectsResult"]["values"][0]["tags"][0]["name"], "orange region",
        "captions and objects are English whatever is asked for"
    );
    let tags = answer["tagsResult"]["values"].as_array().expect("tags");
    assert!(tags.iter().any(|tag| tag["name"] == "format paysage"), "{tags:?}");
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_the_same_way() {
    let octets = "application/octet-stream";
    let version = "api-version=2024-02-01";
    let cases = [
        (
            "key missing",
            analyze(&format!("{version}&features=tags"), None, octets, picture(60, 60)).await,
            401,
            None,
        ),
        (
            "key wrong",
            analyze(
                &format!("{version}&features=tags"),
                Some("bad-key"),
                octets,
                picture(60, 60),
            )
            .await,
            401,
            None,
        ),
        (
            "no version",
            analyze("features=tags", Some("k"), octets, picture(60, 60)).await,
            404,
            None,
        ),
        (
            "no features",
            analyze(version, Some("k"), octets, picture(60, 60)).await,
            400,
            Some("BadArgument"),
        ),
        (
            "feature",
            analyze(
                &format!("{version}&features=tags,smell"),
                Some("k"),
                octets,
                picture(60, 60),
            )
            .await,
            400,
            Some("NotSupportedVisualFeature"),
        ),
        (
            "language",
            analyze(
                &format!("{version}&features=tags&language=tlh"),
                Some("k"),
                octets,
                picture(60, 60),
            )
            .await,
            400,
            Some("NotSupportedLanguage"),
        ),
        (
            "ratio",
            analyze(
                &format!("{version}&features=smartCrops&smartcrops-aspect-ratios=3"),
                Some("k"),
                octets,
                picture(60, 60),
            )
            .await,
            400,
            Some("BadArgument"),
        ),
        (
            "misspelt",
            analyze(
                &format!("{version}&features=tags&lang=fr"),
                Some("k"),
                octets,
                picture(60, 60),
            )
            .await,
            400,
            Some("BadArgument"),
        ),
        (
            "not a picture",
            analyze(
                &format!("{version}&features=tags"),
                Some("k"),
                octets,
                b"hello".to_vec(),
            )
            .await,
            400,
            Some("InvalidImageFormat"),
        ),
        (
            "empty",
            analyze(&format!("{version}&features=tags"), Some("k"), octets, Vec::new()).await,
            400,
            Some("InvalidImageSize"),
        ),
        (
            "too large",
            analyze(
                &format!("{version}&features=tags"),
                Some("k"),
                octets,
                vec![0; 20_971_521],
            )
            .await,
            400,
            Some("InvalidImageSize"),
        ),
        (
            "too small",
            analyze(&format!("{version}&features=tags"), Some("k"), octets, picture(50, 60)).await,
            400,
            Some("InvalidImageDimension"),
        ),
        (
            "address",
            analyze(
                &format!("{version}&features=tags"),
                Some("k"),
                "application/json",
                br#"{"url":"http://127.0.0.1:1/a.png"}"#.to_vec(),
            )
            .await,
            400,
            Some("InvalidImageUrl"),
        ),
        (
            "type",
            analyze(
                &format!("{version}&features=tags"),
                Some("k"),
                "text/plain",
                picture(60, 60),
            )
            .await,
            415,
            None,
        ),
    ];
    for (what, answer, status, inner) in cases {
        let body = answer.json();
        assert_eq!(answer.status, status, "{what}: {body}");
        assert!(body["error"]["message"].is_string(), "{what}");
        assert_eq!(body["error"]["innererror"]["code"].as_str(), inner, "{what}");
        assert_eq!(
            answer
                .headers
                .get("x-ms-error-code")
                .and_then(|code| code.to_str().ok()),
            body["error"]["code"].as_str(),
            "{what}"
        );
    }
}
