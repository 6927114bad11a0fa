//! Settings: what the operator says, from three places. Defaults, then `pochoir.toml`, then the environment.
//!
//! Each concern has its own struct in a file of this folder. Everything is read before anything is judged, so that an
//! operator learns of all problems at once. A setting that this version cannot honour is refused in words; none is
//! ever dropped without a word. Values are never repeated in problems: a key may have landed in the wrong place.
//!
//! To add a setting: a line in `settings::SETTINGS`, a field in the struct of its concern, its reading in that
//! struct's `read`, a row in docs/SELF-HOSTING.md.

mod access;
mod blobs;
mod budget;
mod database;
mod http;
mod key;
mod limits;
mod providers;
mod settings;
mod telemetry;

pub use access::{Access, Audience};
pub use blobs::Blobs;
pub use budget::Budget;
pub use database::Database;
pub use http::{Http, PublicUrl};
pub use key::{BadKey, Key, KeySource, Unread};
pub use limits::Limits;
pub use providers::{AzureOpenai, AzureOpenaiStyle, AzureVision, AzureVisionTier, Openai, Providers};
pub use settings::{ConfigProblems, Problem};
pub use telemetry::Telemetry;

use crate::domain::text::Lang;
use settings::Reader;
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

/// Everything the operator decided, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens and under which address people know it.
    pub http: Http,
    /// The folder of everything that is kept: `POCHOIR_DATA_DIR`.
    pub data_dir: PathBuf,
    /// Where rows are kept.
    pub database: Database,
    /// Where pictures are kept.
    pub blobs: Blobs,
    /// Who describes and who paints.
    pub providers: Providers,
    /// What may be spent.
    pub budget: Budget,
    /// What may be asked.
    pub limits: Limits,
    /// Who may ask.
    pub access: Access,
    /// What is written down about running.
    pub telemetry: Telemetry,
    /// The language of people whose browser asks for none of ours: `POCHOIR_DEFAULT_LANGUAGE`.
    pub default_language: Lang,
    /// How to reach the operator, shown on the privacy page: `POCHOIR_CONTACT`.
    pub contact: Option<String>,
    /// After how many days pictures are deleted; nothing means when their owner deletes them: `POCHOIR_RETENTION_DAYS`.
    pub retention_days: Option<u32>,
    /// The effective values as `describe` prints them.
    effective: Vec<settings::Effective>,
}

impl Config {
    /// Reads the settings: `env` over `file` over the defaults. A `file` that is named must exist.
    ///
    /// # Errors
    /// Every problem there is, in words.
    pub fn load(env: impl Iterator<Item = (String, String)>, file: Option<&Path>) -> Result<Self, ConfigProblems> {
        let mut reader = Reader::new(env, file);
        let data_dir = PathBuf::from(reader.text("POCHOIR_DATA_DIR").unwrap_or_default());
        let http = Http::read(&mut reader);
        let database = Database::read(&mut reader, &data_dir);
        let blobs = Blobs::read(&mut reader, &data_dir);
        let providers = Providers::read(&mut reader);
        let budget = Budget::read(&mut reader);
        let limits = Limits::read(&mut reader);
        let access = Access::read(&mut reader, &http, providers.has_key());
        let telemetry = Telemetry::read(&mut reader);
        let default_language = reader.parsed("POCHOIR_DEFAULT_LANGUAGE", |text| {
            Lang::from_tag(text).ok_or("a language is one of: en, fr")
        });
        let contact = reader.text("POCHOIR_CONTACT");
        let retention_days = reader.parsed("POCHOIR_RETENTION_DAYS", |text| match text.parse() {
            Ok(days) if (1..=36_500).contains(&days) => Ok(days),
            _ => Err("a number of days from 1 to 36500"),
        });
        let effective = reader.finish()?;
        Ok(Self {
            http,
            data_dir,
            database,
            blobs,
            providers,
            budget,
            limits,
            access,
            telemetry,
            default_language: default_language.unwrap_or_default(),
            contact,
            retention_days,
            effective,
        })
    }

    /// Whether there is no key at all, so that the demo describes and paints, in play money.
    #[must_use]
    pub fn demo(&self) -> bool {
        !self.providers.has_key()
    }

    /// The effective values, one a line, secrets redacted, for `check-config`.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for line in &self.effective {
            let _ = writeln!(text, "{} = {} ({})", line.name, line.shown, line.origin);
        }
        let describes = match (&self.providers.azure_vision, &self.providers.openai) {
            _ if self.demo() => "demo (play money)",
            (Some(_), _) => "Azure Vision",
            (None, Some(_)) => "OpenAI",
            (None, None) => "not available: set AZURE_VISION_ENDPOINT and AZURE_VISION_KEY",
        };
        let paints = match (&self.providers.openai, &self.providers.azure_openai) {
            _ if self.demo() => "demo (play money)",
            (Some(_), Some(_)) => "OpenAI, Azure OpenAI",
            (Some(_), None) => "OpenAI",
            (None, Some(_)) => "Azure OpenAI",
            (None, None) => "not available: set OPENAI_API_KEY",
        };
        let _ = writeln!(text, "describes: {describes}");
        let _ = writeln!(text, "paints: {paints}");
        let _ = writeln!(text, "open to: {}", self.access.audience);
        for warning in self.warnings() {
            let _ = writeln!(text, "warning: {warning}");
        }
        text
    }

    /// What is allowed but worth a second thought; written to the log at start.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.providers.warnings();
        if let Some(url) = &self.http.public_url
            && !url.is_https()
            && !url.is_loopback()
        {
            warnings.push(
                "POCHOIR_PUBLIC_URL is plain http: sessions can be overheard on the network between here and there"
                    .to_owned(),
            );
        }
        if !self.demo() {
            for (name, cap) in self.budget.named() {
                if cap.is_none() {
                    warnings.push(format!("{name} is none: nothing holds spending back there"));
                }
            }
        }
        warnings
    }
}

#[cfg(test)]
mod tests;
