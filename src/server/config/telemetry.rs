//! What is written down about running.

use super::settings::Reader;
use tracing_subscriber::filter::Targets;

/// What is written down about running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telemetry {
    /// The level of our own crates; others stay at `info` or above: `POCHOIR_LOG`.
    pub level: tracing::Level,
}

impl Telemetry {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let level = reader.parsed("POCHOIR_LOG", |text| match text.to_ascii_lowercase().as_str() {
            "error" => Ok(tracing::Level::ERROR),
            "warn" => Ok(tracing::Level::WARN),
            "info" => Ok(tracing::Level::INFO),
            "debug" => Ok(tracing::Level::DEBUG),
            "trace" => Ok(tracing::Level::TRACE),
            _ => Err("one of: error, warn, info, debug, trace"),
        });
        Self {
            level: level.unwrap_or(tracing::Level::INFO),
        }
    }

    /// The filter: our crates at the level asked for, others never more talkative than `info`.
    #[must_use]
    pub fn targets(&self) -> Targets {
        Targets::new()
            .with_default(self.level.min(tracing::Level::INFO))
            .with_target("pochoir", self.level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_never_say_more_than_info() {
        use tracing::Level;
        let targets = |level| Telemetry { level }.targets();
        assert!(targets(Level::TRACE).would_enable("pochoir::server", &Level::TRACE));
        assert!(!targets(Level::TRACE).would_enable("hyper", &Level::DEBUG));
        assert!(targets(Level::TRACE).would_enable("hyper", &Level::INFO));
        assert!(!targets(Level::WARN).would_enable("hyper", &Level::INFO));
        assert!(!targets(Level::WARN).would_enable("pochoir", &Level::INFO));
    }
}
