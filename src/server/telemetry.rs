//! What is written down about running: one line for each event, to standard error. JSON unless a person is watching.

use super::config::Telemetry;
use std::{io::IsTerminal as _, time::Duration};
use tracing_subscriber::{
    Layer as _, Registry, filter::Targets, layer::SubscriberExt as _, reload, util::SubscriberInitExt as _,
};

/// A duration as it is written down: a number, where 128 bits would become a text.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The running telemetry: its level follows the settings once they are read.
pub struct Handle(reload::Handle<Targets, Registry>);

/// Starts it, before anything else can fail. Only the first start of a process counts.
#[must_use]
pub fn start() -> Handle {
    let (filter, handle) = reload::Layer::new(Targets::new().with_default(tracing::Level::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if std::io::stderr().is_terminal() {
        lines.with_target(false).boxed()
    } else {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed()
    };
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    Handle(handle)
}

impl Handle {
    /// Takes the level that the operator asked for.
    pub fn apply(&self, settings: &Telemetry) {
        if let Err(error) = self.0.reload(settings.targets()) {
            tracing::warn!("the level of the log stays as it is: {error}");
        }
    }
}
