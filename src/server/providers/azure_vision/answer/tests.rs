//! Answers as the service gives them, and as it should not.

use super::*;
use crate::domain::{description::Fact, limits::MAX_FACT_CHARS};
use serde_json::json;

const SENT: Size = Size::new(1024, 768);

fn facts(body: &Value) -> Vec<Fact> {
    let read = read(body.to_string().as_bytes(), SENT, Lang::Fr, true).expect("an answer");
    read.description.facts
}

fn with(name: &str, result: Value) -> Value {
    let mut body = json!({"captionResult": {"text": "a dog", "confidence": 0.8}});
    body[name] = result;
    body
}

#[test]
fn a_full_answer_becomes_a_description() {
    let body = json!({
        "modelVersion": "2023-10-01",
        "metadata": {"width": 1024, "height": 768},
        "captionResult": {"text": "a person pointing at a screen", "confidence": 0.7768},
        "denseCaptionsResult": {"values": [
            {"text": "a person pointing at a screen", "confidence": 0.78, "boundingBox": {"x": 0, "y": 0, "w": 1024, "h": 768}},
            {"text": "a close-up of a hand", "confidence": 0.7, "boundingBox": {"x": 5, "y": 6, "w": 7, "h": 8}}]},
        "tagsResult": {"values": [{"name": "texte", "confidence": 0.99}]},
        "objectsResult": {"values": [{"id": "1", "boundingBox": {"x": 10, "y": 20, "w": 100, "h": 200},
            "tags": [{"name": "display", "confidence": 0.9}, {"name": "thing", "confidence": 0.1}]}]},
        "peopleResult": {"values": [
            {"boundingBox": {"x": 1, "y": 2, "w": 3, "h": 4}, "confidence": 0.95},
            {"boundingBox": {"x": 1, "y": 2, "w": 3, "h": 4}, "confidence": 0.49}]},
        "readResult": {"blocks": [{"lines": [{"text": "9:35 AM",
            "boundingPolygon": [{"x": 3, "y": 1}, {"x": 10, "y": 0}, {"x": 11, "y": 5}, {"x": 0, "y": 6}],
            "words": [{"text": "9:35", "confidence": 0.99}, {"text": "AM", "confidence": 0.5}]}]}]},
        "smartCropsResult": {"values": [{"aspectRatio": 1.94, "boundingBox": {"x": 0, "y": 0, "w": 900, "h": 464}}]},
    });
    let read = read(body.to_string().as_bytes(), SENT, Lang::Fr, true).expect("an answer");
    insta::assert_json_snapshot!(read.description);
    assert_eq!((read.model_version.as_str(), read.size), ("2023-10-01", SENT));
}

#[test]
fn boxes_stay_inside_the_picture() {
    for (bounds, expected) in [
        (json!({"x": -10, "y": -10, "w": 30, "h": 30}), Some((0, 0, 20, 20))),
        (
            json!({"x": 1000, "y": 700, "w": 500, "h": 500}),
            Some((1000, 700, 24, 68)),
        ),
        (json!({"x": 2000, "y": 0, "w": 5, "h": 5}), None),
        (json!({"x": 5, "y": 5, "w": 0, "h": 5}), None),
        (json!({"x": 5, "y": 5, "w": -3, "h": 5}), None),
        (json!({"x": 1e300, "y": 5, "w": 1e300, "h": 5}), None),
    ] {
        let body = with(
            "objectsResult",
            json!({"values": [{"boundingBox": bounds, "tags": [{"name": "dog"}]}]}),
        );
        let bounds = facts(&body)[0].bounds;
        let sides = bounds.map(|bounds| (bounds.x, bounds.y, bounds.width, bounds.height));
        assert_eq!(sides, expected);
    }
}

#[test]
fn one_odd_entry_does_not_spoil_the_rest() {
    let tags = json!({"values": [{"name": 7}, null, {"name": "grass"}, {"name": "  "}, {"confidence": 1}]});
    let names: Vec<String> = facts(&with("tagsResult", tags))
        .into_iter()
        .map(|fact| fact.text)
        .collect();
    assert_eq!(names, ["grass"]);
    for odd in [json!(null), json!([]), json!({"values": null}), json!("x")] {
        assert_eq!(facts(&with("tagsResult", odd)), []);
    }
}

#[test]
fn there_are_never_more_facts_than_a_person_may_keep() {
    let values: Vec<Value> = (0..1000).map(|n| json!({"name": format!("tag {n}")})).collect();
    assert_eq!(facts(&with("tagsResult", json!({"values": values}))).len(), MAX_FACTS);
    let long = json!({"values": [{"name": "é".repeat(5000)}]});
    assert_eq!(facts(&with("tagsResult", long))[0].text.chars().count(), MAX_FACT_CHARS);
}

#[test]
fn without_a_caption_there_is_no_description() {
    for body in [
        "",
        "{",
        "<html>",
        "{}",
        r#"{"captionResult":null}"#,
        r#"{"captionResult":{"confidence":1}}"#,
    ] {
        assert!(read(body.as_bytes(), SENT, Lang::En, true).is_err(), "{body}");
    }
}

#[test]
fn where_no_caption_was_asked_for_the_rest_is_a_description_that_says_so() {
    let body = json!({"tagsResult": {"values": [{"name": "herbe", "confidence": 0.9}]}});
    let read = read(body.to_string().as_bytes(), SENT, Lang::Fr, false).expect("an answer");
    assert_eq!(read.description.caption.text, "");
    assert_eq!(read.description.shortfall, Some(Shortfall::NoCaptionInRegion));
    assert_eq!(read.description.facts[0].text, "herbe");
}

#[test]
fn a_caption_that_was_left_out_does_not_lose_the_rest() {
    let body = json!({"captionResult": {"confidence": 1}, "tagsResult": {"values": [{"name": "grass"}]}});
    let read = read(body.to_string().as_bytes(), SENT, Lang::En, true).expect("an answer");
    assert_eq!(read.description.shortfall, Some(Shortfall::NoCaption));
    assert_eq!(
        (read.description.caption.text.as_str(), read.description.facts.len()),
        ("", 1)
    );
}
