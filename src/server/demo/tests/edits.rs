//! `images/edits`.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const PATH: &str = "/v1/images/edits";

fn base<'a>(prompt: &str) -> Vec<Part<'a>> {
    vec![
        text("prompt", prompt),
        text("model", "gpt-image-2.5-sunburst"),
        text("n", "1"),
        text("quality", "low"),
        text("size", SMALL),
        text("output_format", "png"),
    ]
}

fn file(name: &str, bytes: Vec<u8>) -> Part<'_> {
    (name, Some(("picture.png", "image/png")), bytes)
}

fn painted(answer: &Answer) -> image::RgbImage {
    let body = answer.json();
    assert_eq!(answer.status, 200, "{}", body["error"]);
    let file = STANDARD
        .decode(body["data"][0]["b64_json"].as_str().expect("base64"))
        .expect("base64");
    image::load_from_memory(&file).expect("a picture").into_rgb8()
}

#[tokio::test]
async fn a_masked_removal_closes_the_hole_and_charges_the_mask_as_one_more_picture() {
    let mut parts = base("Remove the disc");
    parts.push(file("image", picture(1024, 640)));
    parts.push(file("mask", mask(1024, 640)));
    let answer = post_form(&server(false), PATH, &parts).await;
    let result = painted(&answer);
    assert_eq!(result.dimensions(), (1024, 640));
    let middle = result.get_pixel(286, 320).0;
    assert!(middle[2] > middle[0], "the orange disc is gone: {middle:?}");
    let body = answer.json();
    // 32×20 squares for the picture, as many for the mask; 15 bytes of prompt.
    assert_eq!(
        body["usage"]["input_tokens_details"],
        json!({ "text_tokens": 4, "image_tokens": 1280 })
    );
    let understood: Value =
        serde_json::from_str(answer.headers["x-pochoir-understood"].to_str().expect("ASCII")).expect("JSON");
    assert_eq!(
        understood,
        json!({ "understood": ["remove"], "not_understood": ["disc"] })
    );
}

#[tokio::test]
async fn the_rest_is_repainted_moved_and_tinted_as_the_models_do() {
    // A fine pattern on the protected side shows the shift.
    let pattern = image::RgbImage::from_fn(1024, 640, |x, y| {
        let bump = u8::try_from((x * 7919 + y * 104_729 + x * y % 977) % 160).unwrap_or(0);
        image::Rgb([40 + bump, 60 + bump, 80 + bump])
    });
    let smooth = image::imageops::blur(&pattern, 3.0);
    let mut parts = base("Remove it");
    parts.push(file("image", png(&DynamicImage::ImageRgb8(smooth.clone()))));
    parts.push(file("mask", mask(1024, 640)));
    let result = painted(&post_form(&server(false), PATH, &parts).await);
    let unlike = |dx: i64, dy: i64| -> u64 {
        let mut sum = 0;
        for y in (40..600_i64).step_by(3) {
            for x in (600..980_i64).step_by(3) {
                let at = |x: i64, y: i64| (u32::try_from(x).expect("inside"), u32::try_from(y).expect("inside"));
                let (rx, ry) = at(x + dx, y + dy);
                let (sx, sy) = at(x, y);
                sum += u64::from(result.get_pixel(rx, ry).0[1].abs_diff(smooth.get_pixel(sx, sy).0[1]));
            }
        }
        sum
    };
    let shifts = (-9..=9).flat_map(|dy| (-9..=9).map(move |dx| (dx, dy)));
    let (dx, dy) = shifts.min_by_key(|(dx, dy)| unlike(*dx, *dy)).expect("shifts");
    let far = f64::from(i32::try_from(dx * dx + dy * dy).expect("small")).sqrt();
    assert!((2.5..=8.5).contains(&far), "moved by ({dx}, {dy})");
    assert!(unlike(dx, dy) > 0, "tinted and repainted, not copied");
}

#[tokio::test]
async fn another_place_comes_into_the_hole_and_the_border_is_soft() {
    let source = image::load_from_memory(&picture(1024, 640))
        .expect("a picture")
        .into_rgb8();
    let mut parts = base("on the moon");
    parts.push(file("image", picture(1024, 640)));
    parts.push(file("mask", mask(1024, 640)));
    let answer = post_form(&server(false), PATH, &parts).await;
    let result = painted(&answer);
    let unlike = |x: u32, y: u32| -> u32 {
        let pair = result.get_pixel(x, y).0.into_iter().zip(source.get_pixel(x, y).0);
        pair.map(|(a, b)| u32::from(a.abs_diff(b))).sum()
    };
    assert!(unlike(286, 320) > 150, "no disc where the hole is");
    // Away from the border the rest is as it was, but for the tint and the grain of every repainting.
    for (x, y) in [(700, 100), (900, 500), (620, 320)] {
        assert!(unlike(x, y) < 60, "{x},{y}: {}", unlike(x, y));
    }
    // The border is at 512, moved by some pixels: nowhere does it jump.
    let light = |x: u32| result.get_pixel(x, 560).0.map(i32::from).iter().sum::<i32>();
    let inside = light(470);
    let jump = (480..545)
        .map(|x| (light(x + 1) - light(x)).abs())
        .max()
        .expect("pixels");
    assert!(jump < (inside - light(560)).abs().max(90), "a step of {jump}");
}

#[tokio::test]
async fn several_pictures_are_charged_one_by_one() {
    let mut parts = base("in pencil");
    parts.push(file("image[]", picture(1024, 640)));
    parts.push(file("image[]", picture(64, 96)));
    let body = post_form(&server(false), PATH, &parts).await.json();
    assert_eq!(body["usage"]["input_tokens_details"]["image_tokens"], 640 + 6);
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_the_same_way() {
    let app = server(false);
    let small = || file("image", picture(96, 96));
    let opaque = png(&DynamicImage::ImageRgb8(image::RgbImage::new(96, 96)));
    let jpeg = {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(96, 96)
            .write_to(&mut bytes, ImageFormat::Jpeg)
            .expect("a JPEG");
        bytes.into_inner()
    };
    let cases: Vec<(&str, Vec<Part<'_>>, &str, Option<&str>)> = vec![
        ("no picture", vec![], "missing_required_parameter", Some("image")),
        (
            "octet-stream",
            vec![("image", Some(("a.png", "application/octet-stream")), picture(96, 96))],
            "unsupported_file_mimetype",
            Some("image"),
        ),
        (
            "not a picture",
            vec![file("image", b"hello".to_vec())],
            "invalid_image_file",
            Some("image"),
        ),
        (
            "empty file",
            vec![file("image", Vec::new())],
            "empty_image_file",
            Some("image"),
        ),
        (
            "text instead of a file",
            vec![text("image", "x")],
            "invalid_type",
            Some("image"),
        ),
        (
            "twice bare",
            vec![small(), small()],
            "duplicate_parameter",
            Some("image"),
        ),
        (
            "seventeen",
            (0..17).map(|_| file("image[]", picture(16, 16))).collect(),
            "array_above_max_length",
            Some("image"),
        ),
        (
            "mask of another size",
            vec![small(), file("mask", mask(64, 64))],
            "invalid_image_format",
            Some("mask"),
        ),
        (
            "mask without alpha",
            vec![small(), file("mask", opaque)],
            "invalid_image_format",
            Some("mask"),
        ),
        (
            "mask not a PNG",
            vec![small(), ("mask", Some(("m.jpg", "image/jpeg")), jpeg)],
            "invalid_image_format",
            Some("mask"),
        ),
        (
            "mask too large",
            vec![small(), file("mask", vec![0; 4 * 1024 * 1024])],
            "image_file_too_large",
            Some("mask"),
        ),
        (
            "moderation",
            vec![small(), text("moderation", "low")],
            "unknown_parameter",
            Some("moderation"),
        ),
        (
            "response_format",
            vec![small(), text("response_format", "b64_json")],
            "unknown_parameter",
            Some("response_format"),
        ),
        (
            "input_fidelity",
            vec![small(), text("input_fidelity", "high")],
            "unsupported_parameter",
            Some("input_fidelity"),
        ),
        (
            "markup",
            vec![small(), file("markup", mask(96, 96))],
            "unsupported_parameter",
            Some("markup"),
        ),
    ];
    for (what, more, code, param) in cases {
        let mut parts = base("in pencil");
        parts.extend(more);
        let answer = post_form(&app, PATH, &parts).await;
        assert_eq!(
            answer.refusal(),
            (400, json!(code), json!(param)),
            "{what}: {}",
            String::from_utf8_lossy(&answer.body)
        );
    }
    let json_form = post_json(&app, PATH, &json!({ "prompt": "x" })).await;
    assert_eq!(json_form.refusal(), (400, Value::Null, Value::Null));
}
