//! The list of models: `GET /models`, of which only the days are read on which models end (`shutdown_date`).
//!
//! Being listed is no right to a model, and not being listed is no end: neither says anything here.

use crate::server::providers::Ending;
use serde::Deserialize;

#[derive(Deserialize)]
struct List {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    #[serde(default)]
    shutdown_date: Option<serde_json::Value>,
}

/// Reads a list; what has no day, or none that can be read, is left out.
pub(super) fn read(body: &[u8]) -> Result<Vec<Ending>, serde_json::Error> {
    let list: List = serde_json::from_slice(body)?;
    let endings = list.data.into_iter().filter_map(|listed| {
        let text = listed.shutdown_date.as_ref()?.as_str()?;
        let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
        Some(Ending {
            model: listed.id,
            ends: day.to_string(),
        })
    });
    Ok(endings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_days_are_read() {
        let body = json!({"object": "list", "data": [
            {"id": "a", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": "2026-12-01"},
            {"id": "b", "shutdown_date": null},
            {"id": "c"},
            {"id": "d", "shutdown_date": "soon"},
            {"id": "e", "shutdown_date": 20_261_201},
            {"id": "f", "shutdown_date": "2027-02-30"},
            {"id": "g", "shutdown_date": "2027-01-14T00:00:00Z"},
        ]});
        let found = read(body.to_string().as_bytes()).expect("a list");
        let found: Vec<(&str, &str)> = found.iter().map(|it| (it.model.as_str(), it.ends.as_str())).collect();
        assert_eq!(found, [("a", "2026-12-01"), ("g", "2027-01-14")]);
        assert!(read(b"<html>").is_err() && read(b"{\"data\":[{}]}").is_err());
    }
}
