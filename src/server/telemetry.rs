//! What is written down about running: one line for each event, to standard error. JSON unless a person is watching.

use super::config::Telemetry;
use std::io::IsTerminal as _;
use tracing_subscriber::{
    EnvFilter, Layer as _, Registry, layer::SubscriberExt as _, reload, util::SubscriberInitExt as _,
};

/// The running telemetry: its level follows the settings once they are read.
pub struct Handle(reload::Handle<EnvFilter, Registry>);

/// Starts it, before anything else can fail. Only the first start of a process counts.
#[must_use]
pub fn start() -> Handle {
    let (filter, handle) = reload::Layer::new(EnvFilter::new("info"));
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
        if let Err(error) = self.0.reload(EnvFilter::new(settings.directives())) {
            tracing::warn!("the level of the log stays as it is: {error}");
        }
    }
}
