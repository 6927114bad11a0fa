//! From domain values to columns and back.

use super::{StoreError, StoreResult};
use crate::{domain::money::Micros, server::store::Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{ColumnIndex, Row as _, sqlite::SqliteRow};

/// A column holds what this program never writes.
#[derive(Debug, thiserror::Error)]
#[error("the column {column} cannot be read")]
struct Unreadable {
    column: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// A moment as a column.
pub(super) fn millis(moment: Timestamp) -> i64 {
    moment.as_millisecond()
}

/// A structure as a column.
pub(super) fn json<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(Box::new(error)))
}

/// A structure that may be missing, as a column.
pub(super) fn json_or_none<T: Serialize>(value: Option<&T>) -> StoreResult<Option<String>> {
    value.map(json).transpose()
}

/// A count as a column.
pub(super) fn count(value: u64) -> StoreResult<i64> {
    i64::try_from(value).map_err(|error| StoreError::Database(Box::new(error)))
}

/// Reads columns as domain values.
pub(super) trait Columns {
    /// A plain value.
    fn plain<'r, T>(&'r self, column: &'static str) -> StoreResult<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>;

    /// An identifier.
    fn id<T>(&self, column: &'static str) -> StoreResult<T>
    where
        T: TryFrom<String>,
        T::Error: std::error::Error + Send + Sync + 'static;

    /// An identifier that may be missing.
    fn id_or_none<T>(&self, column: &'static str) -> StoreResult<Option<T>>
    where
        T: TryFrom<String>,
        T::Error: std::error::Error + Send + Sync + 'static;

    /// A moment.
    fn moment(&self, column: &'static str) -> StoreResult<Timestamp>;

    /// A moment that may be missing.
    fn moment_or_none(&self, column: &'static str) -> StoreResult<Option<Timestamp>>;

    /// A structure.
    fn json<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<T>;

    /// A structure that may be missing.
    fn json_or_none<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<Option<T>>;

    /// One of a set of stable names.
    fn name<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<T>;

    /// One of a set of stable names that may be missing.
    fn name_or_none<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<Option<T>>;

    /// An amount.
    fn micros(&self, column: &'static str) -> StoreResult<Micros> {
        Ok(Micros(self.plain(column)?))
    }

    /// An amount that may be missing.
    fn micros_or_none(&self, column: &'static str) -> StoreResult<Option<Micros>> {
        Ok(self.plain::<Option<i64>>(column)?.map(Micros))
    }
}

impl Columns for SqliteRow
where
    &'static str: ColumnIndex<SqliteRow>,
{
    fn plain<'r, T>(&'r self, column: &'static str) -> StoreResult<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        Ok(self.try_get(column)?)
    }

    fn id<T>(&self, column: &'static str) -> StoreResult<T>
    where
        T: TryFrom<String>,
        T::Error: std::error::Error + Send + Sync + 'static,
    {
        T::try_from(self.try_get(column)?).map_err(|error| unreadable(column, error))
    }

    fn id_or_none<T>(&self, column: &'static str) -> StoreResult<Option<T>>
    where
        T: TryFrom<String>,
        T::Error: std::error::Error + Send + Sync + 'static,
    {
        self.try_get::<Option<String>, _>(column)?
            .map(|text| T::try_from(text).map_err(|error| unreadable(column, error)))
            .transpose()
    }

    fn moment(&self, column: &'static str) -> StoreResult<Timestamp> {
        Timestamp::from_millisecond(self.try_get(column)?).map_err(|error| unreadable(column, error))
    }

    fn moment_or_none(&self, column: &'static str) -> StoreResult<Option<Timestamp>> {
        self.try_get::<Option<i64>, _>(column)?
            .map(|millis| Timestamp::from_millisecond(millis).map_err(|error| unreadable(column, error)))
            .transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<T> {
        serde_json::from_str(self.try_get(column)?).map_err(|error| unreadable(column, error))
    }

    fn json_or_none<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<Option<T>> {
        self.try_get::<Option<&str>, _>(column)?
            .map(|text| serde_json::from_str(text).map_err(|error| unreadable(column, error)))
            .transpose()
    }

    fn name<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<T> {
        read_name(self.try_get(column)?, column)
    }

    fn name_or_none<T: DeserializeOwned>(&self, column: &'static str) -> StoreResult<Option<T>> {
        self.try_get::<Option<String>, _>(column)?
            .map(|name| read_name(name, column))
            .transpose()
    }
}

/// The stable names are those of the JSON form.
fn read_name<T: DeserializeOwned>(name: String, column: &'static str) -> StoreResult<T> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(|error| unreadable(column, error))
}

/// What a row lacks or garbles.
pub(super) fn unreadable(column: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Database(Box::new(Unreadable {
        column,
        source: Box::new(source),
    }))
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the word anywhere in folded text.
pub(super) fn containing(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in fold(word).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Text as it is searched: in small letters.
pub(super) fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_searched_word_is_taken_literally() {
        assert_eq!(containing("100%_É\\"), "%100\\%\\_é\\\\%");
    }
}
