//! What is said of a picture is true of it: mirrored, turned and recoloured pictures are described so, by every
//! describer and in both languages.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

/// What a describer says of a picture.
#[derive(Debug)]
struct Said {
    caption: String,
    object: String,
    /// Left, top, width and height in parts of the picture.
    bounds: [f64; 4],
}

async fn by_azure(file: &[u8]) -> Said {
    let request =
        Request::post("/computervision/imageanalysis:analyze?api-version=2024-02-01&features=caption,objects")
            .header("ocp-apim-subscription-key", "k")
            .header(header::CONTENT_TYPE, "application/octet-stream");
    let body = send(
        &server(false),
        request.body(Body::from(file.to_vec())).expect("a request"),
    )
    .await
    .json();
    let side = |name: &str| body["metadata"][name].as_f64().expect("a number");
    let object = &body["objectsResult"]["values"][0];
    let edge = |name: &str| object["boundingBox"][name].as_f64().expect("a number");
    Said {
        caption: body["captionResult"]["text"].as_str().expect("a caption").to_owned(),
        object: object["tags"][0]["name"].as_str().expect("a name").to_owned(),
        bounds: [
            edge("x") / side("width"),
            edge("y") / side("height"),
            edge("w") / side("width"),
            edge("h") / side("height"),
        ],
    }
}

async fn by_openai(file: &[u8]) -> Said {
    let object = |properties: Value| {
        let names: Vec<&String> = properties.as_object().expect("an object").keys().collect();
        json!({ "type": "object", "additionalProperties": false, "required": names, "properties": properties })
    };
    let number = json!({ "type": "integer", "minimum": 0, "maximum": 1000 });
    let thing =
        object(json!({ "name": { "type": "string" }, "x": number, "y": number, "width": number, "height": number }));
    let shape = object(json!({ "caption": { "type": "string" }, "objects": { "type": "array", "items": thing } }));
    let ask = json!({
        "model": "gpt-6-luna", "instructions": "Write in French.",
        "input": [{ "role": "user", "content": [{ "type": "input_image", "detail": "high",
            "image_url": format!("data:image/png;base64,{}", STANDARD.encode(file)) }] }],
        "text": { "format": { "type": "json_schema", "name": "d", "schema": shape, "strict": true } },
    });
    let body = post_json(&server(false), "/v1/responses", &ask).await.json();
    let text = body["output"][0]["content"][0]["text"].as_str().expect("a text");
    let said: Value = serde_json::from_str(text).expect("JSON");
    let first = &said["objects"][0];
    Said {
        caption: said["caption"].as_str().expect("a caption").to_owned(),
        object: first["name"].as_str().expect("a name").to_owned(),
        bounds: ["x", "y", "width", "height"].map(|name| first[name].as_f64().expect("a number") / 1000.0),
    }
}

fn near(bounds: [f64; 4], expected: [f64; 4], what: &str) {
    for (side, wanted) in bounds.iter().zip(expected) {
        assert!(
            (side - wanted).abs() < 0.03,
            "{what}: {bounds:?} instead of {expected:?}"
        );
    }
}

/// The disc's colour in the place of its orange, the field's in the place of its blue.
fn recoloured(disc: [u8; 3], field: [u8; 3]) -> DynamicImage {
    let mut picture = image::load_from_memory(&picture(600, 400))
        .expect("a picture")
        .into_rgb8();
    for pixel in picture.pixels_mut() {
        pixel.0 = if pixel.0[0] > 128 { disc } else { field };
    }
    DynamicImage::ImageRgb8(picture)
}

#[tokio::test]
async fn mirrored_pictures_have_mirrored_boxes_and_words() {
    let upright = image::load_from_memory(&picture(600, 400)).expect("a picture");
    let disc = by_azure(&png(&upright)).await.bounds;
    let flipped = [1.0 - disc[0] - disc[2], disc[1], disc[2], disc[3]];
    let turned = [disc[1], disc[0], disc[3], disc[2]];
    let turned = [1.0 - turned[0] - turned[2], turned[1], turned[2], turned[3]];
    for (what, picture, bounds, english, french) in [
        ("upright", upright.clone(), disc, "on the left", "à gauche"),
        ("mirrored", upright.fliph(), flipped, "on the right", "à droite"),
        ("turned", upright.rotate90(), turned, "at the top", "en haut"),
    ] {
        let file = png(&picture);
        let (azure, openai) = (by_azure(&file).await, by_openai(&file).await);
        near(azure.bounds, bounds, what);
        near(openai.bounds, bounds, what);
        assert!(azure.caption.ends_with(english), "{what}: {}", azure.caption);
        assert!(openai.caption.ends_with(french), "{what}: {}", openai.caption);
    }
}

#[tokio::test]
async fn other_colours_have_other_names_in_the_same_places() {
    let mut bounds = Vec::new();
    for (disc, field, english, french, ground) in [
        (
            [236, 120, 32],
            [28, 44, 96],
            "orange region",
            "zone orange",
            "dark blue",
        ),
        ([200, 30, 36], [30, 72, 42], "red region", "zone rouge", "dark green"),
        ([60, 150, 70], [236, 226, 200], "green region", "zone verte", "cream"),
        (
            [112, 58, 148],
            [240, 208, 50],
            "purple region",
            "zone violette",
            "yellow",
        ),
    ] {
        let file = png(&recoloured(disc, field));
        let (azure, openai) = (by_azure(&file).await, by_openai(&file).await);
        assert_eq!((azure.object.as_str(), openai.object.as_str()), (english, french));
        assert!(
            azure.caption.contains(ground) && azure.caption.contains(english),
            "{}",
            azure.caption
        );
        bounds.push(azure.bounds);
    }
    for other in &bounds[1..] {
        near(*other, bounds[0], "another colour");
    }
}

/// Real photographs: what is said of the mirrored one is what was said of the other, mirrored.
#[tokio::test]
async fn photographs_are_described_as_they_lie() {
    for name in ["astronaut", "chelsea", "coffee"] {
        let path = format!("{}/public/samples/{name}.jpg", env!("CARGO_MANIFEST_DIR"));
        let photograph = image::open(path).expect("a photograph");
        let upright = by_azure(&png(&photograph)).await;
        let mirrored = by_azure(&png(&photograph.fliph())).await;
        let [x, y, width, height] = upright.bounds;
        near(mirrored.bounds, [1.0 - x - width, y, width, height], name);
        assert_eq!(mirrored.object, upright.object, "{name}");
        let swapped = upright
            .caption
            .replace("left", "LEFT")
            .replace("right", "left")
            .replace("LEFT", "right")
            // "bright" holds "right".
            .replace("bleft", "bright");
        assert_eq!(mirrored.caption, swapped, "{name}");
        // Red and blue change places: the names of the colours change.
        let mut exchanged = photograph.to_rgb8();
        exchanged.pixels_mut().for_each(|pixel| pixel.0.swap(0, 2));
        let exchanged = by_azure(&png(&DynamicImage::ImageRgb8(exchanged))).await;
        assert_ne!(exchanged.caption, upright.caption, "{name}");
    }
}
