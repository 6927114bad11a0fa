//! Computer Vision 3.2.

use super::*;
use serde_json::json;

const OCTETS: &str = "application/octet-stream";

async fn post(path: &str, key: Option<&str>, content_type: &str, body: Vec<u8>) -> Answer {
    let mut request = Request::post(format!("/vision/v3.2/{path}")).header(header::CONTENT_TYPE, content_type);
    if let Some(key) = key {
        request = request.header("ocp-apim-subscription-key", key);
    }
    send(&server(false), request.body(Body::from(body)).expect("a request")).await
}

async fn look(path: &str) -> Answer {
    post(path, Some("k"), OCTETS, picture(600, 400)).await
}

fn names(body: &Value) -> Vec<&str> {
    body.as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn describe_captions_what_was_measured() {
    let answer = look("describe?maxCandidates=1&language=en").await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(names(&body), ["description", "metadata", "modelVersion", "requestId"]);
    assert_eq!(
        body["metadata"],
        json!({ "width": 600, "height": 400, "format": "Png" })
    );
    let caption = &body["description"]["captions"][0];
    assert!(
        caption["text"]
            .as_str()
            .expect("a caption")
            .contains("orange region on the left"),
        "{caption}"
    );
    assert!((0.3..1.0).contains(&caption["confidence"].as_f64().expect("a number")));
    assert!(
        body["description"]["tags"]
            .as_array()
            .expect("tags")
            .contains(&json!("dark blue"))
    );
}

#[tokio::test]
async fn analyze_answers_every_feature_and_only_what_was_asked() {
    let all = "analyze?visualFeatures=Adult,Brands,Categories,Color,Description,Faces,ImageType,Objects,Tags";
    let body = look(all).await.json();
    assert_eq!(
        names(&body),
        [
            "adult",
            "brands",
            "categories",
            "color",
            "description",
            "faces",
            "imageType",
            "metadata",
            "modelVersion",
            "objects",
            "requestId",
            "tags",
        ]
    );
    let disc = &body["objects"][0];
    assert_eq!(disc["object"], "orange region");
    let x = disc["rectangle"]["x"].as_f64().expect("a number");
    assert!((48.0..88.0).contains(&x), "{disc}");
    assert_eq!(
        (
            &body["color"]["dominantColorBackground"],
            &body["color"]["dominantColorForeground"]
        ),
        (&json!("Blue"), &json!("Orange"))
    );
    assert_eq!(body["adult"]["isAdultContent"], false);
    let one = look("analyze?visualFeatures=tags&details=Landmarks&model-version=latest")
        .await
        .json();
    assert_eq!(names(&one), ["metadata", "modelVersion", "requestId", "tags"]);
    assert!(
        names(&look("analyze").await.json()).contains(&"categories"),
        "the default"
    );
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_the_same_way() {
    let webp = webp::Encoder::from_rgb(&[7; 64 * 64 * 3], 64, 64).encode(80.0).to_vec();
    let small = || picture(60, 60);
    let cases = [
        (
            "key missing",
            post("describe", None, OCTETS, small()).await,
            401,
            "401",
            None,
        ),
        (
            "key wrong",
            post("analyze", Some("bad"), OCTETS, small()).await,
            401,
            "401",
            None,
        ),
        (
            "feature",
            look("analyze?visualFeatures=Smell").await,
            400,
            "InvalidRequest",
            Some("NotSupportedVisualFeature"),
        ),
        (
            "details",
            look("analyze?details=Weeds").await,
            400,
            "InvalidArgument",
            Some("InvalidDetails"),
        ),
        (
            "language",
            look("describe?language=fr").await,
            400,
            "InvalidArgument",
            Some("NotSupportedLanguage"),
        ),
        (
            "candidates",
            look("describe?maxCandidates=0").await,
            400,
            "InvalidArgument",
            Some("BadArgument"),
        ),
        (
            "misspelt",
            look("describe?candidates=1").await,
            400,
            "InvalidArgument",
            Some("BadArgument"),
        ),
        (
            "version",
            look("describe?model-version=1999-01-01").await,
            400,
            "InvalidArgument",
            Some("BadArgument"),
        ),
        (
            "webp",
            post("describe", Some("k"), OCTETS, webp).await,
            400,
            "InvalidRequest",
            Some("InvalidImageFormat"),
        ),
        (
            "too large",
            post("describe", Some("k"), OCTETS, vec![0; 4 * 1024 * 1024 + 1]).await,
            400,
            "InvalidRequest",
            Some("InvalidImageSize"),
        ),
        (
            "too small",
            post("describe", Some("k"), OCTETS, picture(50, 60)).await,
            400,
            "InvalidRequest",
            Some("InvalidImageSize"),
        ),
        (
            "address",
            post(
                "analyze",
                Some("k"),
                "application/json",
                br#"{"url":"http://127.0.0.1:1/a.png"}"#.to_vec(),
            )
            .await,
            400,
            "InvalidRequest",
            Some("InvalidImageUrl"),
        ),
        (
            "type",
            post("analyze", Some("k"), "image/png", small()).await,
            415,
            "UnsupportedMediaType",
            None,
        ),
    ];
    for (what, answer, status, code, inner) in cases {
        let body = answer.json();
        assert_eq!(answer.status, status, "{what}: {body}");
        assert_eq!(body["error"]["code"], code, "{what}");
        assert_eq!(body["error"]["innererror"]["code"].as_str(), inner, "{what}");
    }
    assert_eq!(look("ocr").await.status, 404);
}
