//! Blobs as files elsewhere: for backups.

use super::{BlobError, Blobs, Drawer, on_disk, parts_of};
use crate::server::store::BlobKey;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where a blob lies below a folder of blobs.
pub fn file_of(folder: &Path, key: &BlobKey) -> Result<PathBuf, BlobError> {
    let (first, second, file) = parts_of(key)?;
    Ok(folder.join(first).join(second).join(file))
}

impl Blobs {
    /// Puts a blob into another folder of blobs, as a second name of the same file where both are on one file system (a blob
    /// is never changed), else as a copy that is on the disk when this returns. Gives how many bytes it has.
    pub async fn export(&self, key: &BlobKey, folder: &Path) -> Result<u64, BlobError> {
        let to = file_of(folder, key)?;
        let Some(root) = self.folder.clone() else {
            let bytes = self.get(key).await?;
            return on_disk(move || write(&to, &bytes)).await;
        };
        let from = file_of(&root, key)?;
        let exported = on_disk(move || link_or_copy(&from, &to)).await;
        self.or_away(not_found(exported)).await
    }

    /// Copies an object of a drawer into the same drawer of another folder of blobs. Gives whether it was still there.
    pub async fn export_laid(&self, drawer: Drawer, name: &str, folder: &Path) -> Result<bool, BlobError> {
        let bytes = match self.look(drawer, name).await {
            Err(BlobError::NotFound) => return Ok(false),
            bytes => bytes?,
        };
        let to = folder.join(drawer.folder()).join(name);
        on_disk(move || write(&to, &bytes)).await.map(|_| true)
    }
}

fn not_found<T>(outcome: Result<T, BlobError>) -> Result<T, BlobError> {
    outcome.map_err(|error| match error {
        BlobError::Failed(source)
            if source
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::NotFound) =>
        {
            BlobError::NotFound
        }
        error => error,
    })
}

fn link_or_copy(from: &Path, to: &Path) -> io::Result<u64> {
    make_folder(to)?;
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
        // Another file system, or one without links.
        Err(_) => return copy(from, to),
    }
    Ok(fs::metadata(to)?.len())
}

/// Copies a file. The copy is on the disk when this returns.
pub fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    make_folder(to)?;
    let bytes = fs::copy(from, to)?;
    fs::File::open(to)?.sync_all()?;
    Ok(bytes)
}

fn write(to: &Path, bytes: &[u8]) -> io::Result<u64> {
    make_folder(to)?;
    fs::write(to, bytes)?;
    fs::File::open(to)?.sync_all()?;
    Ok(bytes.len() as u64)
}

fn make_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Syncs a folder and every folder below it: a file is only as durable as the entries that lead to it.
pub fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    super::sync_folder(folder)
}
