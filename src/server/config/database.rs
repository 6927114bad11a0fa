//! Where rows are kept.

use super::settings::Reader;
use std::path::{Path, PathBuf};

/// Where rows are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The SQLite file: `POCHOIR_DATABASE_URL`, else `pochoir.db` in the data folder.
    pub path: PathBuf,
}

impl Database {
    pub(super) fn read(reader: &mut Reader, data_dir: &Path) -> Self {
        let path = reader.parsed("POCHOIR_DATABASE_URL", |text| {
            if text.starts_with("postgres:") || text.starts_with("postgresql:") {
                return Err("this version keeps its rows in SQLite only; PostgreSQL is not there yet");
            }
            let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
            match path {
                Some(path) if path.starts_with(":memory:") || path.contains('?') || path.is_empty() => {
                    Err("a file was expected: sqlite:PATH, without parameters")
                }
                Some(path) => Ok(PathBuf::from(path)),
                None => Err("an address like sqlite:PATH was expected"),
            }
        });
        Self {
            path: path.unwrap_or_else(|| data_dir.join("pochoir.db")),
        }
    }
}
