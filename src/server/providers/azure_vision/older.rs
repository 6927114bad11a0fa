//! Azure Computer Vision 3.2, `describe`: a caption in every region, where version 4.0 has none.
//!
//! Nothing else of 3.2 is asked for: tags, things and people come from 4.0 wherever that is. Errors come in 4.0's shape or
//! as `{"code", "message"}`, both of which are read where all errors are.

use crate::{
    domain::{description::Caption, source::Format, text::Lang},
    server::providers::{
        Fault, FaultKind, Picture,
        facts::{one_line, share},
        faults::not_sent,
    },
};
use serde::Deserialize;

/// Where it is asked.
pub(super) const PATH: &str = "/vision/v3.2/describe";
/// What it is asked: the best caption, in English, which of ours is the language it has.
pub(super) const QUERY: &str = "maxCandidates=1&language=en";
/// It takes files of less than 4 MB.
pub(super) const MAX_BYTES: usize = 4_000_000;

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) caption: Caption,
    pub(super) tags: Vec<String>,
    pub(super) model_version: String,
    pub(super) request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    description: Words,
    #[serde(default)]
    model_version: Option<String>,
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    tags: Vec<serde_json::Value>,
    #[serde(default)]
    captions: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    #[serde(default)]
    confidence: Option<f64>,
}

/// Refuses what it would refuse, before anything leaves.
pub(super) fn check(picture: &Picture) -> Result<(), Fault> {
    if picture.format == Format::Webp {
        return Err(not_sent(FaultKind::Invalid, "version 3.2 takes no WebP"));
    }
    if picture.bytes.len() > MAX_BYTES {
        return Err(not_sent(FaultKind::Invalid, "version 3.2 takes no file of 4 MB"));
    }
    Ok(())
}

/// Reads an answer.
pub(super) fn read(body: &[u8]) -> Result<Read, &'static str> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| "the answer of 3.2 cannot be read")?;
    let best = answer.description.captions.into_iter().next();
    let best = best.filter(|caption| !caption.text.trim().is_empty());
    let best = best.ok_or("the answer of 3.2 holds no caption")?;
    Ok(Read {
        caption: Caption {
            text: one_line(&best.text),
            lang: Lang::En.tag().to_owned(),
            confidence: best.confidence.map(share),
        },
        tags: answer
            .description
            .tags
            .iter()
            .filter_map(|tag| Some(tag.as_str()?.to_owned()))
            .collect(),
        model_version: answer.model_version.unwrap_or_else(|| "unknown".to_owned()),
        request_id: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::spec::Size;
    use bytes::Bytes;

    #[test]
    fn the_first_caption_is_taken_with_its_tags() {
        let body = br#"{"description": {"tags": ["person", 7, "screen"], "captions": [
            {"text": "a person  pointing", "confidence": 0.49}, {"text": "another", "confidence": 0.1}]},
            "requestId": "r", "metadata": {"width": 1024, "height": 768, "format": "Jpeg"}, "modelVersion": "2021-05-01"}"#;
        let read = read(body).expect("an answer");
        assert_eq!(
            (
                read.caption.text.as_str(),
                read.caption.lang.as_str(),
                read.caption.confidence
            ),
            ("a person pointing", "en", Some(0.49))
        );
        assert_eq!(
            (read.tags.join(","), read.model_version),
            ("person,screen".to_owned(), "2021-05-01".to_owned())
        );
    }

    #[test]
    fn without_a_caption_there_is_nothing_of_use() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"description":{"tags":["a"],"captions":[]}}"#,
            r#"{"description":{"captions":[{"text":" "}]}}"#,
        ] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn what_it_refuses_does_not_leave() {
        let picture = |format, bytes| Picture {
            bytes: Bytes::from(vec![0; bytes]),
            format,
            size: Size::new(640, 480),
        };
        assert!(check(&picture(Format::Jpeg, MAX_BYTES)).is_ok());
        for refused in [picture(Format::Webp, 10), picture(Format::Jpeg, MAX_BYTES + 1)] {
            let fault = check(&refused).expect_err("refused");
            assert_eq!(fault.kind, FaultKind::Invalid);
        }
    }
}
