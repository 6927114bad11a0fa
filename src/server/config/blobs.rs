//! Where pictures are kept.

use super::settings::Reader;
use std::path::{Path, PathBuf};

/// Where pictures are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blobs {
    /// The folder: `POCHOIR_BLOB_URL`, else `blobs` in the data folder.
    pub dir: PathBuf,
}

impl Blobs {
    pub(super) fn read(reader: &mut Reader, data_dir: &Path) -> Self {
        let dir = reader.parsed("POCHOIR_BLOB_URL", |text| {
            if let Some(path) = text.strip_prefix("file://") {
                return Ok(PathBuf::from(path));
            }
            match text.split_once("://") {
                Some(("az" | "azure" | "s3", _)) => {
                    Err("this version keeps pictures in a folder only; cloud storage is not there yet")
                }
                Some(_) => Err("a folder was expected"),
                None => Ok(PathBuf::from(text)),
            }
        });
        Self {
            dir: dir.unwrap_or_else(|| data_dir.join("blobs")),
        }
    }
}
