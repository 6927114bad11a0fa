//! Answers as the service gives them, and as it should not.

use super::*;
use serde_json::json;

const SENT: Size = Size::new(1024, 512);

fn answer(content: &Value) -> Result<Read, Unread> {
    let answer = json!({"model": "gpt-6-luna-2026-09-22", "status": "completed", "error": null, "output": [
        {"type": "reasoning", "summary": []},
        {"type": "message", "role": "assistant", "content": [content]}]});
    read(answer.to_string().as_bytes(), SENT, Lang::Fr)
}

fn text(seen: &Value) -> Value {
    json!({"type": "output_text", "text": seen.to_string()})
}

fn placed(words: &str, edges: [f64; 4]) -> Value {
    let [left, top, right, bottom] = edges;
    json!({"words": words, "left": left, "top": top, "right": right, "bottom": bottom})
}

fn incomplete(reason: &str, text: &str) -> Result<Read, Unread> {
    let answer = json!({"status": "incomplete", "incomplete_details": {"reason": reason},
        "output": [{"type": "message", "content": [{"type": "output_text", "text": text}]}],
        "usage": {"input_tokens": 10, "output_tokens": 20}});
    read(answer.to_string().as_bytes(), SENT, Lang::En)
}

#[test]
fn the_shape_asked_for_becomes_a_description() {
    let seen = json!({
        "caption": "un chien  sur\nl’herbe",
        "details": [placed("une oreille blanche", [100.0, 100.0, 200.0, 200.0])],
        "objects": [placed("chien", [250.0, 0.0, 750.0, 1000.0]), placed(" ", [0.0; 4])],
        "people": [placed("une fillette assise", [0.0; 4])],
        "tags": ["herbe", 7], "colours": ["vert"],
        "text": [placed("DOG", [0.0, 900.0, 100.0, 1000.0])]});
    let read = answer(&text(&seen)).expect("a description");
    insta::assert_json_snapshot!(read.description);
    assert_eq!(read.tokens, None, "what is not said is not made up");
}

#[test]
fn boxes_are_pixels_of_the_picture_or_are_left_out() {
    for (edges, expected) in [
        ([250.0, 0.0, 750.0, 1000.0], Some((256, 0, 512, 512))),
        ([-20.0, -1.0, 1020.0, 500.0], Some((0, 0, 1024, 256))),
        // Nobody can tell, nothing inside, inverted, pixels instead of thousandths.
        ([0.0; 4], None),
        ([500.0, 500.0, 500.0, 600.0], None),
        ([500.0, 500.0, 500.2, 600.0], None),
        ([700.0, 0.0, 300.0, 500.0], None),
        ([10.0, 10.0, 1900.0, 900.0], None),
        ([-300.0, 10.0, 500.0, 900.0], None),
    ] {
        let seen = json!({"caption": "x", "objects": [placed("dog", edges)]});
        let read = answer(&text(&seen)).expect("a description");
        let sides = read.description.facts[0]
            .bounds
            .map(|it| (it.x, it.y, it.width, it.height));
        assert_eq!(sides, expected, "{edges:?}");
    }
}

#[test]
fn odd_entries_do_not_spoil_the_rest() {
    let seen = json!({"caption": "x", "objects": [null, "dog", {"words": 7}, {"words": "cat", "left": "far"},
        {"words": "bird", "left": 1}, placed("house", [0.0, 0.0, 10.0, 10.0])], "tags": [{"words": "x"}, "sky"]});
    let read = answer(&text(&seen)).expect("a description");
    let words: Vec<&str> = read.description.facts.iter().map(|fact| fact.text.as_str()).collect();
    assert_eq!(words, ["bird", "house", "sky"]);
}

#[test]
fn what_was_written_before_the_cut_is_kept_and_said_to_be_cut() {
    let read = incomplete(
        "max_output_tokens",
        r#"{"caption":"a dog","colours":["green"],"objects":[{"words":"dog","left":0,"top":0,"right":500,"bottom":500},{"words":"a ba"#,
    )
    .expect("a description");
    let description = &read.description;
    assert_eq!(
        (description.caption.text.as_str(), description.shortfall),
        ("a dog", Some(Shortfall::CutShort))
    );
    let words: Vec<&str> = description.facts.iter().map(|fact| fact.text.as_str()).collect();
    assert_eq!(words, ["dog", "green"]);
    assert!(description.facts[0].bounds.is_some());
    assert_eq!(read.tokens, Some((10, 20)), "it is billed as counted");

    let whole = incomplete("max_output_tokens", r#"{"caption":"a dog"}"#).expect("a description");
    assert_eq!(
        whole.description.shortfall, None,
        "nothing is missing of what can be read whole"
    );
    for cut in ["", "{", r#"{"caption":"a do"#, r#"{"caption":"#] {
        assert!(
            matches!(incomplete("max_output_tokens", cut), Err(Unread::Broken(_))),
            "{cut}"
        );
    }
    assert_eq!(
        incomplete("content_filter", r#"{"caption":"a d"#).err(),
        Some(Unread::Refused)
    );
}

#[test]
fn anything_else_is_no_description() {
    let refusal = json!({"type": "refusal", "refusal": "I cannot."});
    assert_eq!(answer(&refusal).err(), Some(Unread::Refused));
    for content in [
        text(&json!({"objects": []})),
        text(&json!({"caption": " "})),
        json!({"type": "output_text", "text": "{"}),
        json!(null),
    ] {
        assert!(matches!(answer(&content), Err(Unread::Broken(_))), "{content}");
    }
    for body in [
        "",
        "<html>",
        "[]",
        "{}",
        r#"{"output":null}"#,
        r#"{"status":"incomplete","output":[]}"#,
    ] {
        assert!(
            matches!(read(body.as_bytes(), SENT, Lang::En), Err(Unread::Broken(_))),
            "{body}"
        );
    }
}
