//! JSON that broke off: what is whole of it.

/// The longest beginning of this text that ends with a whole member or entry, with its brackets closed. Nothing when no
/// member is whole.
pub(super) fn closed(text: &str) -> Option<String> {
    let mut open: Vec<char> = Vec::new();
    let mut whole: Option<(usize, Vec<char>)> = None;
    let (mut quoted, mut escaped) = (false, false);
    for (place, letter) in text.char_indices() {
        if quoted {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match letter {
            '"' => quoted = true,
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                if open.pop() != Some(letter) {
                    break;
                }
                whole = Some((place + letter.len_utf8(), open.clone()));
            }
            // What stands before a comma is whole.
            ',' if !open.is_empty() => whole = Some((place, open.clone())),
            _ => {}
        }
    }
    let (end, open) = whole?;
    let closing: String = open.iter().rev().collect();
    Some(format!("{}{closing}", text.get(..end)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_whole_part_of_a_text_is_kept() {
        for (text, kept) in [
            (r#"{"a":"x","b":["c","d"#, Some(r#"{"a":"x","b":["c"]}"#)),
            (
                r#"{"a":"x","b":[{"w":"c","l":1},{"w":"d"#,
                Some(r#"{"a":"x","b":[{"w":"c","l":1}]}"#),
            ),
            (r#"{"a":"x","b":[{"w":"c","l":1"#, Some(r#"{"a":"x","b":[{"w":"c"}]}"#)),
            (
                r#"{"a":"one, two \", three","b":"#,
                Some(r#"{"a":"one, two \", three"}"#),
            ),
            (r#"{"a":"one, tw"#, None),
            (r#"{"a":1}}"#, Some(r#"{"a":1}"#)),
            ("", None),
            ("é", None),
        ] {
            assert_eq!(closed(text).as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn wherever_it_is_cut_what_is_kept_can_be_read() {
        let text = r#"{"caption":"un « été », d\"or","colours":["bleu","vert"],"objects":[{"words":"thé","left":1,"top":2},{"words":"é"}]}"#;
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            if let Some(kept) = closed(&text[..end]) {
                let value: Value = serde_json::from_str(&kept).unwrap_or_else(|error| panic!("{kept}: {error}"));
                assert_eq!(value["caption"], "un « été », d\"or", "{kept}");
            }
        }
    }
}
