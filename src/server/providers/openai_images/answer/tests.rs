//! Answers, whole and odd.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn used(value: Value) -> Option<(u64, u64, u64)> {
    usage(&value).map(|usage| (usage.text_in, usage.image_in, usage.image_out))
}

fn pictures(text: &str, count: usize) -> Result<Vec<Bytes>, String> {
    let read = read(text.as_bytes().to_vec(), count);
    read.map(|read| read.pictures).map_err(|unread| unread.words)
}

#[test]
fn usage_is_read_in_every_form_and_never_too_low() {
    let full = json!({"total_tokens": 600, "input_tokens": 161, "output_tokens": 439,
        "input_tokens_details": {"text_tokens": 17, "image_tokens": 144},
        "output_tokens_details": {"text_tokens": 0, "image_tokens": 439}});
    assert_eq!(used(full), Some((17, 144, 439)));
    let bare = json!({"input_tokens": 161, "output_tokens": 439, "input_tokens_details": null});
    assert_eq!(used(bare), Some((0, 161, 439)));
    let half = json!({"input_tokens": 161, "output_tokens": 439, "input_tokens_details": {"text_tokens": 17}});
    assert_eq!(used(half), Some((17, 144, 439)));
    let unexplained = json!({"input_tokens": 200, "output_tokens": 1,
        "input_tokens_details": {"text_tokens": 10, "image_tokens": 100}});
    assert_eq!(used(unexplained), Some((10, 190, 1)));
}

#[test]
fn usage_that_cannot_be_priced_is_no_usage() {
    for value in [
        json!(null),
        json!({}),
        json!("a lot"),
        json!({"input_tokens": 10}),
        json!({"output_tokens": 10}),
        json!({"input_tokens": -1, "output_tokens": 10}),
        json!({"input_tokens": "10", "output_tokens": 10}),
        json!({"input_tokens": 1e99, "output_tokens": 10}),
    ] {
        assert_eq!(used(value.clone()), None, "{value}");
    }
}

#[test]
fn pictures_must_be_in_the_answer() {
    assert_eq!(
        pictures(r#"{"data":[{"b64_json":"AAEC"}]}"#, 2),
        Ok(vec![Bytes::from_static(&[0, 1, 2])])
    );
    assert_eq!(
        pictures(r#"{"data":[{"b64_json":"\/\/8="}]}"#, 2),
        Ok(vec![Bytes::from_static(&[255, 255])])
    );
    for text in [
        "",
        "{",
        "<html>",
        "[]",
        "[DONE]",
        "{}",
        r#"{"data":null}"#,
        r#"{"data":[]}"#,
        r#"{"data":[{}]}"#,
        r#"{"data":[{"b64_json":""}]}"#,
        r#"{"data":[{"b64_json":5}]}"#,
        r#"{"data":{"b64_json":"AAEC"}}"#,
        r#"{"data":[{"b64_json":"no!"}]}"#,
        r#"{"data":[{"url":"http://10.0.0.1/picture.png"}]}"#,
        r#"{"data":[{"b64_json":"AAEC"},{"b64_json":null}]}"#,
    ] {
        assert!(pictures(text, 2).is_err(), "{text}");
    }
}

#[test]
fn more_pictures_than_asked_for_are_left() {
    let text = r#"{"data":[{"b64_json":"AA=="},{"b64_json":"AQ=="},{"b64_json":"Ag=="}]}"#;
    assert_eq!(pictures(text, 2).map(|pictures| pictures.len()), Ok(2));
}

/// The text of a picture is not copied on the way to its place.
#[test]
fn a_picture_is_found_where_it_is() {
    for body in [
        r#"{"created":1,"data":[{"b64_json":"AAEC"}]}"#,
        r#"{"type":"image_edit.completed","b64_json":"AAEC","usage":null}"#,
    ] {
        let (found, _) = find(body.as_bytes(), 1).expect("a picture");
        let [Found::Here(place)] = found.as_slice() else {
            panic!("{found:?} in {body}");
        };
        assert_eq!(&body[place.clone()], "AAEC");
    }
}

#[test]
fn an_end_in_the_middle_is_no_end() {
    let whole = STANDARD.encode(vec![1; BLOCK / 4 * 3 - 1]);
    assert_eq!(whole.len(), BLOCK, "padded exactly at the border of a block");
    let twice = format!(r#"{{"data":[{{"b64_json":"{whole}{whole}"}}]}}"#);
    assert_eq!(pictures(&twice, 1), Err(NOT_BASE64.to_owned()));
}

proptest! {
    #[test]
    fn every_file_comes_out_as_it_was(
        sizes in prop::collection::vec(1_usize..60_000, 1..4),
        escaped in 0_usize..4,
        seed in any::<u8>(),
    ) {
        let files: Vec<Vec<u8>> = sizes
            .iter()
            .map(|size| (0..*size).map(|at| seed.wrapping_add(u8::try_from(at * 31 % 251).expect("below 251"))).collect())
            .collect();
        let items: Vec<String> = files
            .iter()
            .enumerate()
            .map(|(place, file)| {
                let text = STANDARD.encode(file);
                // A first letter written as its number, which is the same to a reader of JSON.
                let text = if place == escaped { format!("\\u{:04x}{}", text.as_bytes()[0], &text[1..]) } else { text };
                format!(r#"{{"b64_json":"{text}"}}"#)
            })
            .collect();
        let body = format!(r#"{{"created":1,"data":[{}],"usage":null}}"#, items.join(","));
        let read = read(body.into_bytes(), files.len()).expect("pictures");
        prop_assert_eq!(read.pictures, files.into_iter().map(Bytes::from).collect::<Vec<_>>());
    }
}
