//! Events: stored first, then told to whoever is watching. Whoever misses one reads the store.

use crate::{
    api::{
        ErrorCode,
        jobs::{JobError, JobEvent},
    },
    domain::text::Lang,
    server::{state::App, store::EventRow},
};

impl App {
    /// Tells the streams about an event that is stored already.
    pub fn announce(&self, event: EventRow) {
        // Nobody watching is not a fault.
        let _ = self.events.send(event);
    }
}

/// An event as its owner reads it.
#[must_use]
pub fn to_api(row: &EventRow, lang: Lang) -> JobEvent {
    JobEvent {
        job_id: row.job.clone(),
        seq: row.seq,
        at: row.at.to_string(),
        event: row.kind,
        url: row.url.clone(),
        variations: row.variations.clone(),
        spent_micros: row.spent,
        error: row.error.as_deref().map(|code| job_error(code, lang)),
    }
}

/// A stored error code as a sentence.
#[must_use]
pub fn job_error(code: &str, lang: Lang) -> JobError {
    let known = ErrorCode::from_code(code).unwrap_or(ErrorCode::Internal);
    JobError {
        code: code.to_owned(),
        message: known.sentence(lang).to_owned(),
    }
}
