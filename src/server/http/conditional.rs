//! What a client has already, and which part it wants: `If-None-Match`, `Range`, `If-Range`.

use axum::http::{HeaderMap, HeaderValue, header};

/// Whether the client has this version.
#[must_use]
pub fn is_fresh(asked: &HeaderMap, etag: &HeaderValue) -> bool {
    let Ok(etag) = etag.to_str() else { return false };
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

/// Which part of a body is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// From this byte up to and without that one.
    Range(u64, u64),
    /// None that there is.
    Nowhere,
}

/// The part that is asked for, of a body of this length. Several ranges at once are answered with the whole.
#[must_use]
pub fn part(asked: &HeaderMap, etag: &HeaderValue, bytes: u64) -> Part {
    let same_version = asked.get(header::IF_RANGE).is_none_or(|known| known == etag);
    let ranges = asked
        .get(header::RANGE)
        .filter(|_| same_version)
        .and_then(|range| range.to_str().ok())
        .and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = ranges
        .filter(|text| !text.contains(','))
        .and_then(|text| text.split_once('-'))
    else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (start, end) = match (first.trim().is_empty(), last.trim().is_empty()) {
        (true, true) => return Part::Whole,
        // The last so many bytes.
        (true, false) => match number(last) {
            Some(count) => (bytes.saturating_sub(count), bytes),
            None => return Part::Whole,
        },
        (false, true) => match number(first) {
            Some(start) => (start, bytes),
            None => return Part::Whole,
        },
        (false, false) => match (number(first), number(last)) {
            (Some(start), Some(last)) if start <= last => (start, last.saturating_add(1).min(bytes)),
            _ => return Part::Whole,
        },
    };
    if start < end {
        Part::Range(start, end)
    } else {
        Part::Nowhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: HeaderValue = HeaderValue::from_static("\"abc\"");

    fn asking(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a header"))])
    }

    #[test]
    fn fresh_when_one_of_the_named_versions_is_ours() {
        for (known, fresh) in [
            ("\"abc\"", true),
            ("W/\"abc\"", true),
            ("\"x\", \"abc\"", true),
            ("*", true),
            ("\"abcd\"", false),
            ("abc", false),
        ] {
            assert_eq!(is_fresh(&asking(header::IF_NONE_MATCH, known), &ETAG), fresh, "{known}");
        }
        assert!(!is_fresh(&HeaderMap::new(), &ETAG));
    }

    #[test]
    fn parts_are_cut_as_asked() {
        for (range, wanted) in [
            ("bytes=0-0", Part::Range(0, 1)),
            ("bytes=2-5", Part::Range(2, 6)),
            ("bytes=2-", Part::Range(2, 10)),
            ("bytes=-3", Part::Range(7, 10)),
            ("bytes=-30", Part::Range(0, 10)),
            ("bytes=5-500", Part::Range(5, 10)),
            ("bytes=10-", Part::Nowhere),
            ("bytes=-0", Part::Nowhere),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(part(&asking(header::RANGE, range), &ETAG, 10), wanted, "{range}");
        }
    }

    #[test]
    fn another_version_is_sent_whole() {
        let mut asked = asking(header::RANGE, "bytes=2-5");
        asked.insert(header::IF_RANGE, HeaderValue::from_static("\"old\""));
        assert_eq!(part(&asked, &ETAG, 10), Part::Whole);
        asked.insert(header::IF_RANGE, ETAG);
        assert_eq!(part(&asked, &ETAG, 10), Part::Range(2, 6));
    }
}
