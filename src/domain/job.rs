//! A job: one order from queue to settlement, as a state machine with numbered events. What may happen to it is
//! in [`machine`].

pub mod machine;
// Thousands of schedules are for the machine that builds.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod schedules;

use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Money is reserved; a worker will take it.
    Queued,
    /// A worker has it.
    Running,
    /// The variation is in the library.
    Succeeded,
    /// It did not work out; the error says whether it cost anything.
    Failed,
    /// A person stopped it.
    Cancelled,
    /// It was sent and the answer never came: settled at the full quote.
    Unknown,
}

impl JobState {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// The stable name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Running,
            Self::Succeeded,
            Self::Failed,
            Self::Cancelled,
            Self::Unknown,
        ]
        .into_iter()
        .find(|state| state.name() == name)
    }
}

/// What an event on a job's stream says. The names are those of the SSE `event:` field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobEventKind {
    /// Reserved and in the queue.
    Queued,
    /// A worker sends it.
    Started,
    /// A partial picture is there.
    Partial,
    /// The answer is there; the pictures are being composed and stored.
    Finishing,
    /// The variation is in the library.
    Succeeded,
    /// It did not work out.
    Failed,
    /// A person stopped it.
    Cancelled,
    /// The outcome is not known.
    Unknown,
}

impl JobEventKind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Started => "started",
            Self::Partial => "partial",
            Self::Finishing => "finishing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Started,
            Self::Partial,
            Self::Finishing,
            Self::Succeeded,
            Self::Failed,
            Self::Cancelled,
            Self::Unknown,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }

    /// Whether a stream ends after it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::Unknown)
    }
}
