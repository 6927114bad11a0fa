//! The ledger as CSV, for a spreadsheet. Text that a spreadsheet would take for a formula is written with an apostrophe before
//! it (<https://owasp.org/www-community/attacks/CSV_Injection>); amounts are numbers and stay as they are.

use super::AdminError;
use crate::{
    domain::{id::CallId, money::Micros},
    server::store::{Books as _, EntryRow, sqlite::SqliteStore},
};
use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Entries read at once: the ledger may be long, and nobody needs all of it in memory.
const PAGE: u32 = 1_000;

const HEADER: [&str; 19] = [
    "entry",
    "at",
    "what",
    "call",
    "kind",
    "vendor",
    "model",
    "request_id",
    "visitor",
    "group",
    "group_name",
    "day",
    "month",
    "money",
    "reserved_micros",
    "spent_micros",
    "reserved_dollars",
    "spent_dollars",
    "reason",
];

/// Writes entries in their order. The ledger only grows at its end, so a server may go on writing meanwhile.
pub(super) async fn ledger(
    store: &SqliteStore,
    month: Option<&str>,
    out: &mut (dyn Write + Send),
) -> Result<(), AdminError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(HEADER).map_err(io::Error::from)?;
    let mut after = 0;
    loop {
        let entries = store.entries(month, after, PAGE).await?;
        let Some(last) = entries.last() else { break };
        after = last.id;
        for entry in &entries {
            csv.write_record(record(entry)).map_err(io::Error::from)?;
        }
    }
    csv.flush()?;
    Ok(())
}

fn record(entry: &EntryRow) -> [String; HEADER.len()] {
    let text = |text: &str| harmless(text).into_owned();
    let text_or_none = |value: Option<&str>| value.map(text).unwrap_or_default();
    let dollars = |micros: Micros| micros.to_string();
    [
        entry.id.to_string(),
        entry.at.to_string(),
        text(&entry.entry),
        text_or_none(entry.call.as_ref().map(CallId::as_str)),
        text_or_none(entry.kind.as_deref()),
        text(&entry.vendor),
        text_or_none(entry.model.as_deref()),
        text_or_none(entry.request_id.as_deref()),
        text(&entry.visitor),
        text_or_none(entry.group.as_ref().map(|(id, _)| id.as_str())),
        text_or_none(entry.group.as_ref().map(|(_, name)| name.as_str())),
        text(&entry.day),
        text(&entry.month),
        if entry.play { "play" } else { "real" }.to_owned(),
        entry.reserved.0.to_string(),
        entry.spent.0.to_string(),
        dollars(entry.reserved),
        dollars(entry.spent),
        text_or_none(entry.reason.as_deref()),
    ]
}

/// Text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_made_harmless() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "openai", "2026-11", "a=b", "'=1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
