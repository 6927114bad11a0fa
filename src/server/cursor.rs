//! Cursors: where the next page of a list begins. Opaque to callers; a moment and an id inside.

use super::{
    failure::{Failure, Outcome},
    store::Timestamp,
};
use crate::api::ErrorCode;

/// Reads a cursor.
pub fn read(text: &str) -> Outcome<(Timestamp, String)> {
    let malformed = || Failure::new(ErrorCode::Malformed).field("cursor");
    let (moment, id) = text.split_once('-').ok_or_else(malformed)?;
    let moment = moment
        .parse()
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .ok_or_else(malformed)?;
    let fits = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits {
        Ok((moment, id.to_owned()))
    } else {
        Err(malformed())
    }
}

/// Cuts `rows`, asked for with one more than `limit`, to a page; gives the cursor of the next one if there is one.
pub fn next<T>(rows: &mut Vec<T>, limit: u32, place: impl Fn(&T) -> (Timestamp, &str)) -> Option<String> {
    if rows.len() <= limit as usize {
        return None;
    }
    rows.truncate(limit as usize);
    let (moment, id) = place(rows.last()?);
    Some(format!("{}-{id}", moment.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let id = "a".repeat(32);
        let moment = Timestamp::from_millisecond(1_700_000_000_123).expect("a moment");
        let mut rows = vec![(moment, id.clone()), (moment, "b".repeat(32))];
        let text = next(&mut rows, 1, |row| (row.0, &row.1)).expect("there is more");
        assert_eq!(rows.len(), 1);
        assert_eq!(read(&text).expect("readable"), (moment, id));
        assert!(next(&mut rows, 1, |row| (row.0, &row.1)).is_none());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1",
            "x-y",
            "12-' or 1=1",
            "99999999999999999999-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
