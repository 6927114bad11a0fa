//! Requests, part by part, against what OpenAI's own Python client (openai 3.54, observed on the wire in November 2026) sends:
//! names, order, kinds of value, file names, content types. Whatever we would send beside that fails here.

use super::{
    desk::{Desk, say},
    *,
};
use crate::domain::spec::{Background, Complexity, Moderation};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// What a field's value is in JSON.
type Kind = fn(&Value) -> bool;

/// The fields of `images/generations` that we know, and what their values are.
const GENERATION: [(&str, Kind); 13] = [
    ("background", Value::is_string),
    ("complexity", Value::is_string),
    ("model", Value::is_string),
    ("moderation", Value::is_string),
    ("n", Value::is_u64),
    ("output_compression", Value::is_u64),
    ("output_format", Value::is_string),
    ("partial_images", Value::is_u64),
    ("prompt", Value::is_string),
    ("quality", Value::is_string),
    ("safety_identifier", Value::is_string),
    ("size", Value::is_string),
    ("stream", Value::is_boolean),
];

/// The text parts of `images/edits`, in the order they stand in. `moderation` is not among them.
const EDIT: [&str; 12] = [
    "prompt",
    "background",
    "complexity",
    "model",
    "n",
    "output_compression",
    "output_format",
    "partial_images",
    "quality",
    "safety_identifier",
    "size",
    "stream",
];

fn painted() -> Value {
    json!({"data": [{"b64_json": "AAEC"}]})
}

/// An order that says everything there is to say.
fn everything() -> PaintRequest {
    let (to, _) = mpsc::channel(1);
    PaintRequest {
        count: 1,
        fine: Fine {
            complexity: Some(Complexity::Low),
            background: Some(Background::Opaque),
            compression: Some(80),
            moderation: Some(Moderation::Low),
        },
        unfinished: Some(Unfinished { count: 1, to }),
        ..order()
    }
}

/// The request that this order makes.
async fn request_of(order: &PaintRequest) -> Value {
    let desk = Desk::with([say(200, &painted())]).await;
    paint(&openai(&desk), order).await.expect("a picture");
    desk.requests().remove(0)
}

fn names(parts: &Value) -> Vec<&str> {
    let parts = parts.as_array().expect("parts").iter();
    parts.map(|part| part["name"].as_str().expect("a name")).collect()
}

fn is_file(part: &Value) -> bool {
    part.get("file_name").is_some()
}

#[tokio::test]
async fn a_generation_has_the_fields_of_the_sdk_and_their_kinds() {
    for order in [everything(), order()] {
        let request = request_of(&order).await;
        assert_eq!(
            (&request["method"], &request["address"]),
            (&json!("POST"), &json!("/v1/images/generations"))
        );
        assert_eq!(request["headers"]["content-type"], "application/json");
        assert_eq!(request["headers"]["accept"], "application/json");
        assert_eq!(request["headers"]["authorization"], format!("Bearer {CANARY}"));
        let body = request["json"].as_object().expect("an object");
        for (name, value) in body {
            let (_, kind) = GENERATION
                .iter()
                .find(|(known, _)| known == name)
                .unwrap_or_else(|| panic!("{name} is not known"));
            assert!(kind(value), "{name}: {value}");
        }
        for always in [
            "model",
            "prompt",
            "n",
            "size",
            "quality",
            "output_format",
            "safety_identifier",
        ] {
            assert!(body.contains_key(always), "{always} is always said");
        }
        assert!(body["safety_identifier"].as_str().is_some_and(|name| name.len() <= 128));
    }
    let all = request_of(&everything()).await;
    assert_eq!(
        all["json"].as_object().map(serde_json::Map::len),
        Some(GENERATION.len()),
        "nothing was forgotten"
    );
}

#[tokio::test]
async fn an_edit_has_the_parts_of_the_sdk_in_their_order() {
    let order = PaintRequest {
        images: vec![picture(b"png", Format::Png)],
        mask: Some(Bytes::from_static(b"mask")),
        fine: Fine {
            moderation: None,
            ..everything().fine
        },
        ..everything()
    };
    let request = request_of(&order).await;
    assert_eq!(
        (&request["method"], &request["address"]),
        (&json!("POST"), &json!("/v1/images/edits"))
    );
    let mut expected: Vec<&str> = EDIT.to_vec();
    expected.extend(["image", "mask"]);
    assert_eq!(names(&request["parts"]), expected);
    for part in request["parts"].as_array().expect("parts") {
        let name = part["name"].as_str().expect("a name");
        if is_file(part) {
            assert_eq!(part["file_name"], format!("{name}.png"));
            assert_eq!(part["content_type"], "image/png");
        } else {
            assert_eq!(part.get("content_type"), None, "{name} is plain text");
        }
    }
    let value = |name: &str| {
        let parts = request["parts"].as_array().expect("parts");
        parts
            .iter()
            .find(|part| part["name"] == name)
            .map(|part| part["value"].clone())
    };
    assert_eq!(value("stream"), Some(json!("true")));
    assert_eq!(
        (value("n"), value("output_compression")),
        (Some(json!("1")), Some(json!("80")))
    );
}

#[tokio::test]
async fn several_files_have_the_list_name_their_own_names_and_their_types() {
    let order = PaintRequest {
        images: vec![
            picture(b"png", Format::Png),
            picture(b"jpeg", Format::Jpeg),
            picture(b"webp", Format::Webp),
        ],
        ..order()
    };
    let request = request_of(&order).await;
    let files = request["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .filter(|part| is_file(part));
    let files: Vec<[&Value; 3]> = files
        .map(|part| [&part["name"], &part["file_name"], &part["content_type"]])
        .collect();
    let expected = [
        [json!("image[]"), json!("image-0.png"), json!("image/png")],
        [json!("image[]"), json!("image-1.jpg"), json!("image/jpeg")],
        [json!("image[]"), json!("image-2.webp"), json!("image/webp")],
    ];
    assert_eq!(files, expected.each_ref().map(<[Value; 3]>::each_ref));
}

#[tokio::test]
async fn sixteen_pictures_go_along() {
    let order = PaintRequest {
        images: vec![picture(b"png", Format::Png); 16],
        ..order()
    };
    let request = request_of(&order).await;
    assert_eq!(
        names(&request["parts"])
            .iter()
            .filter(|name| **name == "image[]")
            .count(),
        16
    );
}

#[tokio::test]
async fn azure_has_a_key_header_a_version_and_the_deployment_as_model() {
    for (style, path, version) in [
        ("v1", "/openai/v1/images", "preview"),
        (
            "deployments",
            "/openai/deployments/my-brush/images",
            "2025-04-01-preview",
        ),
    ] {
        for (secret, header, value) in [
            ("AZURE_OPENAI_API_KEY", "api-key", CANARY.to_owned()),
            ("AZURE_OPENAI_AD_TOKEN", "authorization", format!("Bearer {CANARY}")),
        ] {
            let desk = Desk::with([say(200, &painted()), say(200, &painted())]).await;
            let azure = providers(&[
                ("AZURE_OPENAI_ENDPOINT", &desk.url),
                (secret, CANARY),
                ("AZURE_OPENAI_DEPLOYMENTS", "gpt-image-2.5-flare=my-brush"),
                ("AZURE_OPENAI_API_STYLE", style),
            ]);
            let words = PaintRequest {
                format: Format::Jpeg,
                ..order()
            };
            paint(&azure, &words).await.expect("a picture");
            let edit = PaintRequest {
                images: vec![picture(b"png", Format::Png)],
                ..words
            };
            paint(&azure, &edit).await.expect("a picture");
            let requests = desk.requests();
            assert_eq!(
                requests[0]["address"],
                format!("{path}/generations?api-version={version}")
            );
            assert_eq!(requests[1]["address"], format!("{path}/edits?api-version={version}"));
            assert_eq!(requests[0]["json"]["model"], "my-brush");
            for request in &requests {
                assert_eq!(request["headers"][header], value);
                let other = if header == "api-key" {
                    "authorization"
                } else {
                    "api-key"
                };
                assert_eq!(request["headers"][other], Value::Null);
            }
            for name in ["safety_identifier", "complexity", "moderation"] {
                assert_eq!(requests[0]["json"][name], Value::Null, "{name} is not documented there");
            }
            let refused = [
                PaintRequest {
                    images: vec![picture(b"webp", Format::Webp)],
                    ..edit.clone()
                },
                PaintRequest {
                    fine: Fine {
                        complexity: Some(Complexity::Low),
                        ..Fine::default()
                    },
                    ..edit.clone()
                },
                PaintRequest {
                    format: Format::Webp,
                    ..edit.clone()
                },
            ];
            for order in refused {
                let fault = paint(&azure, &order).await.expect_err("it is not sent");
                assert_eq!((fault.kind, fault.charge), (FaultKind::Invalid, Charge::Nothing));
            }
            assert_eq!(desk.requests().len(), 2);
        }
    }
}

#[tokio::test]
async fn the_list_of_models_is_asked_for_plainly() {
    let desk = Desk::with([say(
        200,
        &json!({"object": "list", "data": [{"id": "a", "shutdown_date": "2026-12-01"}]}),
    )])
    .await;
    let openai = openai(&desk);
    let told = openai
        .painter(None)
        .expect("a painter")
        .endings()
        .await
        .expect("a list");
    assert_eq!(
        told,
        [Ending {
            model: "a".to_owned(),
            ends: "2026-12-01".to_owned()
        }]
    );
    let request = desk.requests().remove(0);
    assert_eq!(
        (&request["method"], &request["address"]),
        (&json!("GET"), &json!("/v1/models"))
    );
    assert_eq!(request["headers"]["authorization"], format!("Bearer {CANARY}"));

    let desk = Desk::with([]).await;
    let azure = providers(&[
        ("AZURE_OPENAI_ENDPOINT", &desk.url),
        ("AZURE_OPENAI_API_KEY", CANARY),
        ("AZURE_OPENAI_DEPLOYMENTS", "gpt-image-2=brush"),
    ]);
    let told = azure
        .painter(None)
        .expect("a painter")
        .endings()
        .await
        .expect("nothing to say");
    assert!(
        told.is_empty() && desk.requests().is_empty(),
        "Azure's days are a deployment's"
    );
}
