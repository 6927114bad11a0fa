//! A failure on its way to a person: a code with values for its sentence, and words for the log.
//!
//! Modules have error types of their own; here they become what a caller is told. To add one: a `From` beside the others.

use super::{
    blobs::BlobError,
    imaging::{EncodeError, PictureError, WrongLength, mask::MaskError, pool::PoolError, stencil::StencilError},
    store::StoreError,
};
use crate::{
    api::{ApiError, ErrorCode, error::Proposal},
    domain::text::{Lang, number},
};
use std::{borrow::Cow, collections::BTreeMap, time::Duration};

/// What a caller is told and what the log keeps. The language comes last, when it leaves.
#[derive(Debug)]
pub struct Failure {
    /// What is told.
    pub code: ErrorCode,
    /// Values for the places of its sentence.
    pub values: Vec<(&'static str, Value)>,
    /// The field at fault, if it is one field.
    pub field: Option<&'static str>,
    /// When asking again makes sense.
    pub retry_after: Option<Duration>,
    /// What could be ordered instead.
    pub proposal: Option<Box<Proposal>>,
    /// For the log only.
    pub log: Option<String>,
}

/// A value for a sentence; money and counts are written in the caller's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As it is.
    Text(Cow<'static, str>),
    /// An amount.
    Money(crate::domain::money::Micros),
    /// A count.
    Count(u64),
    /// The name of a budget.
    Budget(crate::domain::budget::BudgetName),
}

/// When to ask again for what cannot be reached now.
const AWAY_RETRY: Duration = Duration::from_secs(5);

/// What an act on the server gives.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A failure with nothing more to say than its code.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        Self {
            code,
            values: Vec::new(),
            field: None,
            retry_after: None,
            proposal: None,
            log: None,
        }
    }

    /// A fault of ours; the details stay in the log.
    #[must_use]
    pub fn internal(log: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal).log(log)
    }

    /// What is kept cannot be reached now, and will be again; the details stay in the log.
    #[must_use]
    pub fn away(log: impl std::fmt::Display) -> Self {
        let mut failure = Self::new(ErrorCode::Unavailable).log(log);
        failure.retry_after = Some(AWAY_RETRY);
        failure
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub fn value(mut self, name: &'static str, value: Value) -> Self {
        self.values.push((name, value));
        self
    }

    /// Names the field at fault.
    #[must_use]
    pub const fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Says what could be ordered instead.
    #[must_use]
    pub fn propose(mut self, proposal: Proposal) -> Self {
        self.proposal = Some(Box::new(proposal));
        self
    }

    /// Adds words for the log.
    #[must_use]
    pub fn log(mut self, words: impl std::fmt::Display) -> Self {
        self.log = Some(words.to_string());
        self
    }

    /// What leaves, in the caller's language. Writes the log.
    #[must_use]
    pub fn into_api(self, lang: Lang) -> ApiError {
        if let Some(words) = &self.log {
            if self.code.status() >= 500 {
                tracing::error!(code = self.code.code(), "{words}");
            } else {
                tracing::debug!(code = self.code.code(), "{words}");
            }
        }
        let written: Vec<(&str, String)> = self
            .values
            .iter()
            .map(|(name, value)| (*name, value.write(lang)))
            .collect();
        let values: Vec<(&str, &str)> = written.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let mut error = ApiError::with(self.code, lang, &values);
        if let Some(field) = self.field {
            error.fields = Some(BTreeMap::from([(field.to_owned(), error.message.clone())]));
        }
        // Rounded up: asking a moment too early would be refused again.
        error.retry_after_s = self
            .retry_after
            .map(|wait| wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX));
        error.proposal = self.proposal;
        error
    }
}

impl Value {
    fn write(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::Count(count) => number::integer(lang, *count),
            Self::Money(amount) => number::money(lang, *amount),
            Self::Budget(name) => match (lang, name) {
                (Lang::En, crate::domain::budget::BudgetName::Day) => "today, everybody together",
                (Lang::En, crate::domain::budget::BudgetName::Month) => "this month, everybody together",
                (Lang::En, crate::domain::budget::BudgetName::VisitorDay) => "yours today",
                (Lang::En, crate::domain::budget::BudgetName::Group) => "your group’s",
                (Lang::Fr, crate::domain::budget::BudgetName::Day) => "aujourd’hui, pour tout le monde",
                (Lang::Fr, crate::domain::budget::BudgetName::Month) => "ce mois-ci, pour tout le monde",
                (Lang::Fr, crate::domain::budget::BudgetName::VisitorDay) => "le vôtre aujourd’hui",
                (Lang::Fr, crate::domain::budget::BudgetName::Group) => "celui de votre groupe",
            }
            .to_owned(),
        }
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::new(ErrorCode::NotFound),
            StoreError::OverBudget { budget, left, needed } => Self::new(ErrorCode::OverBudget)
                .value("budget", Value::Budget(budget))
                .value("left", Value::Money(left))
                .value("needed", Value::Money(needed)),
            StoreError::GroupEnded => Self::new(ErrorCode::GroupEnded),
            StoreError::WrongState => Self::new(ErrorCode::Internal).log("a row was not in the state an act needs"),
            StoreError::Full(source) => Self::new(ErrorCode::StorageFull).log(format_args!("database: {source}")),
            StoreError::Away(source) => Self::away(format_args!("database: {source}")),
            StoreError::Database(source) => Self::internal(format_args!("database: {source}")),
        }
    }
}

impl From<BlobError> for Failure {
    fn from(error: BlobError) -> Self {
        match &error {
            BlobError::Full(source) => Self::new(ErrorCode::StorageFull).log(format_args!("blobs: {error}: {source}")),
            BlobError::Away(source) | BlobError::Failed(source) => Self::away(format_args!("blobs: {error}: {source}")),
            BlobError::NotFound => Self::internal(format_args!("blobs: {error}")),
        }
    }
}

impl From<PictureError> for Failure {
    fn from(error: PictureError) -> Self {
        let code = match error {
            PictureError::Empty => ErrorCode::PictureEmpty,
            PictureError::Unsupported => ErrorCode::PictureUnsupported,
            PictureError::Damaged => ErrorCode::PictureDamaged,
            PictureError::TooBig => ErrorCode::PictureTooBig,
            PictureError::TooManyPixels => ErrorCode::PictureTooManyPixels,
            PictureError::TooLong => ErrorCode::PictureTooLong,
            PictureError::TooSmall => ErrorCode::PictureTooSmall,
            PictureError::TooComplex => ErrorCode::PictureTooComplex,
        };
        Self::new(code).field("picture")
    }
}

impl From<MaskError> for Failure {
    fn from(error: MaskError) -> Self {
        let failure = match error {
            MaskError::NotPng => Self::new(ErrorCode::MaskNotPng),
            MaskError::Damaged => Self::new(ErrorCode::PictureDamaged),
            MaskError::Size { expected } => Self::new(ErrorCode::MaskSize)
                .value("width", Value::Count(expected.width.into()))
                .value("height", Value::Count(expected.height.into())),
            MaskError::WithoutAlpha => Self::new(ErrorCode::MaskWithoutAlpha),
            MaskError::Empty => Self::new(ErrorCode::MaskEmpty),
        };
        failure.field("mask")
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        Self::internal(format_args!("picture work: {error}"))
    }
}

impl From<StencilError> for Failure {
    fn from(error: StencilError) -> Self {
        Self::internal(format_args!("stencil: {error}"))
    }
}

impl From<EncodeError> for Failure {
    fn from(error: EncodeError) -> Self {
        Self::internal(error)
    }
}

impl From<WrongLength> for Failure {
    fn from(error: WrongLength) -> Self {
        Self::internal(error)
    }
}
