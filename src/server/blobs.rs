//! Blobs: the bytes of pictures, named by their own SHA-256, in a folder (or in memory, for tests).
//!
//! A blob is written once and never changed: putting the same bytes again is free, and what a name stands for cannot become
//! something else. Who refers to a blob, and its media type, is the store's knowledge ([`BlobRefs`](super::store::BlobRefs)).
//! When [`Blobs::put`] returns, the bytes are on the disk, synced, so that a row that refers to them may be written.
//!
//! Deleting is the dangerous part: between "nobody refers to these bytes any more" and their deletion, somebody could put the
//! same bytes again, be told that they are there, and write a row that refers to nothing. So whoever puts bytes and then
//! writes a row takes a [`Hold`] first and drops it after the row is written: what was put since the oldest hold began is not
//! deleted, however often it is swept. Nobody waits for a hold; the next sweep looks again at what one kept. (One process owns
//! the folder; with several, this belongs into the database.)
//!
//! To add a place for blobs: a constructor that makes another `object_store`.

mod drawer;
pub mod export;
mod flight;

pub use drawer::Drawer;

use super::store::{BlobKey, BlobRef, Store, StoreError};
use bytes::Bytes;
use flight::Flight;
use futures::TryStreamExt as _;
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutMode, PutPayload, local::LocalFileSystem, memory::InMemory,
    path::Path as BlobPath,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashSet,
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::task::spawn_blocking;

/// Above this many bytes the name is computed on a blocking thread.
const HASH_ELSEWHERE_BYTES: usize = 256 * 1024;

/// Why bytes were not kept, found or deleted.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such blob.
    #[error("there is no such blob")]
    NotFound,
    /// There is no room left.
    #[error("there is no room left for blobs")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The place where blobs are kept is not there: a disk that is not mounted, a folder that was moved.
    #[error("the place where blobs are kept is not there")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the blob store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl BlobError {
    pub(super) fn failed(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::from_box(Box::new(source))
    }

    /// Looks for "no room" anywhere in the chain of causes.
    fn from_box(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(source.as_ref());
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<io::Error>()
                && matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            {
                return Self::Full(source);
            }
            cause = error.source();
        }
        Self::Failed(source)
    }
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            error => Self::failed(error),
        }
    }
}

impl From<StoreError> for BlobError {
    fn from(error: StoreError) -> Self {
        Self::failed(error)
    }
}

/// As long as it lives, no sweep deletes what was put since it began: see the module's introduction.
#[derive(Debug)]
#[must_use = "a hold that is dropped at once holds nothing"]
pub struct Hold {
    began: u64,
    flight: Arc<Flight>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.flight.end(self.began);
    }
}

/// A file in the folder of blobs. Where it is missing, the folder is not the one that was opened: writing there would fill the
/// disk below a place where nothing is mounted.
pub(super) const PLACE: &str = "pochoir.blobs";

/// Where blobs are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    /// The folder, when it is one: it has to be synced, and interrupted writes leave files in it.
    folder: Option<Arc<PathBuf>>,
    /// What was put and may not have its row yet.
    flight: Arc<Flight>,
}

impl Blobs {
    /// Blobs in a folder, which is made if it is not there.
    pub fn folder(path: &Path) -> Result<Self, BlobError> {
        fs::create_dir_all(path).map_err(BlobError::failed)?;
        let path = path.canonicalize().map_err(BlobError::failed)?;
        let objects = LocalFileSystem::new_with_prefix(&path)?.with_fsync(true);
        match fs::File::create_new(path.join(PLACE)) {
            Ok(place) => place
                .sync_all()
                .and_then(|()| sync_folder(&path))
                .map_err(BlobError::failed)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(BlobError::failed(error)),
        }
        Ok(Self {
            objects: Arc::new(objects),
            folder: Some(Arc::new(path)),
            flight: Arc::default(),
        })
    }

    /// Blobs in a folder that another process may be working with: it must be there.
    pub fn attach(path: &Path) -> Result<Self, BlobError> {
        match fs::metadata(path.join(PLACE)) {
            Ok(_) => Self::folder(path),
            Err(error) => Err(BlobError::Away(Box::new(error))),
        }
    }

    /// Blobs that end with the process.
    #[must_use]
    pub fn memory() -> Self {
        Self {
            objects: Arc::new(InMemory::new()),
            folder: None,
            flight: Arc::default(),
        }
    }

    /// Keeps sweeps from what is put until the hold is dropped. Take it before putting bytes, drop it after the row that refers
    /// to them is written.
    #[expect(clippy::unused_async, reason = "with several processes this will ask the database")]
    pub async fn hold(&self) -> Hold {
        Hold {
            began: self.flight.begin(),
            flight: Arc::clone(&self.flight),
        }
    }

    /// Keeps bytes. They are on the disk when this returns. The same bytes twice are one blob.
    pub async fn put(&self, bytes: Bytes, content_type: &str) -> Result<BlobRef, BlobError> {
        let length = bytes.len() as u64;
        let key = name(&bytes).await?;
        let path = path_of(&key)?;
        self.require_place().await?;
        let _turn = self.flight.turn(&key).lock().await;
        self.flight.note(&key);
        match self.write(&path, bytes.clone(), PutMode::Create).await {
            // Written before: by somebody who may not have synced the folders yet, or cut short by a disk that lied.
            Err(object_store::Error::AlreadyExists { .. }) => {
                if self.objects.head(&path).await?.size != length {
                    self.write(&path, bytes, PutMode::Overwrite).await?;
                }
            }
            written => written?,
        }
        self.sync_folders(&key).await?;
        Ok(BlobRef {
            key,
            content_type: content_type.to_owned(),
            bytes: length,
        })
    }

    async fn write(&self, path: &BlobPath, bytes: Bytes, mode: PutMode) -> Result<(), object_store::Error> {
        self.objects
            .put_opts(path, PutPayload::from_bytes(bytes), mode.into())
            .await
            .map(drop)
    }

    /// All bytes of a blob.
    pub async fn get(&self, key: &BlobKey) -> Result<Bytes, BlobError> {
        let read = async {
            self.objects
                .get(&path_of(key)?)
                .await?
                .bytes()
                .await
                .map_err(BlobError::from)
        };
        self.or_away(read.await).await
    }

    /// Some bytes of a blob; the range must lie within it.
    pub async fn get_range(&self, key: &BlobKey, range: Range<u64>) -> Result<Bytes, BlobError> {
        let read = async { Ok(self.objects.get_range(&path_of(key)?, range).await?) };
        self.or_away(read.await).await
    }

    /// How many bytes a blob has.
    pub async fn size(&self, key: &BlobKey) -> Result<u64, BlobError> {
        let read = async { Ok(self.objects.head(&path_of(key)?).await?.size) };
        self.or_away(read.await).await
    }

    /// Takes the mark of the place away again: nothing is to be kept here.
    pub async fn unmark(&self) -> Result<(), BlobError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        on_disk(move || fs::remove_file(folder.join(PLACE))).await
    }

    /// Refuses when the folder is not the one that was opened.
    async fn require_place(&self) -> Result<(), BlobError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        tokio::fs::metadata(folder.join(PLACE))
            .await
            .map(drop)
            .map_err(|error| BlobError::Away(Box::new(error)))
    }

    /// What was read, or why it could not be: a blob that is missing from a place that is missing is not missing.
    async fn or_away<T>(&self, read: Result<T, BlobError>) -> Result<T, BlobError> {
        if let Err(BlobError::NotFound | BlobError::Failed(_)) = &read {
            self.require_place().await?;
        }
        read
    }

    /// Deletes a blob, whoever may refer to it; nothing happens when it is not there. [`sweep`](Self::sweep) asks first.
    pub async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self.objects.delete(&path_of(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Every blob there is. Files that are no blobs are left out.
    pub async fn list(&self) -> Result<Vec<BlobKey>, BlobError> {
        let listed: Vec<_> = self.objects.list(None).try_collect().await?;
        Ok(listed
            .into_iter()
            .filter_map(|object| {
                let key = BlobKey(object.location.filename()?.to_owned());
                (path_of(&key).ok()? == object.location).then_some(key)
            })
            .collect())
    }

    /// Deletes those of these blobs that no row refers to and nobody holds. Call it with what a deleting act of the store gave.
    /// What a hold or a failure keeps is looked at again by the next sweep, at the latest by
    /// [`sweep_orphans`](Self::sweep_orphans).
    pub async fn sweep(&self, store: &dyn Store, keys: &[BlobKey]) -> Result<(), BlobError> {
        let all: Vec<BlobKey> = keys.iter().cloned().chain(self.flight.take_kept()).collect();
        for (done, key) in all.iter().enumerate() {
            if let Err(error) = self.sweep_one(store, key).await {
                all[done..].iter().for_each(|key| self.flight.remember(key));
                return Err(error);
            }
        }
        Ok(())
    }

    /// The same for whoever has deleted the rows and is done: what cannot be deleted now goes with a later sweep.
    pub async fn sweep_soon(&self, store: &dyn Store, keys: &[BlobKey]) {
        if let Err(error) = self.sweep(store, keys).await {
            tracing::error!(%error, "pictures that nobody refers to could not be deleted; it is tried again");
        }
    }

    /// Deletes every blob that no row refers to, and what interrupted writes left. For the start, when nothing is in flight:
    /// bytes that were put without a hold, and whose row is still to come, would go too. Gives how many blobs went.
    pub async fn sweep_orphans(&self, store: &dyn Store) -> Result<u64, BlobError> {
        let referenced: HashSet<BlobKey> = store.referenced_blobs().await?.into_iter().collect();
        let mut deleted = 0;
        for key in self.list().await? {
            if !referenced.contains(&key) && self.sweep_one(store, &key).await? {
                deleted += 1;
            }
        }
        if let Some(folder) = self.folder.clone() {
            on_disk(move || remove_interrupted(&folder)).await?;
        }
        Ok(deleted)
    }

    /// Deletes one blob unless somebody refers to it or holds it.
    async fn sweep_one(&self, store: &dyn Store, key: &BlobKey) -> Result<bool, BlobError> {
        let referred = async {
            match store.blob_type(key).await {
                Ok(_) => Ok(true),
                Err(StoreError::NotFound) => Ok(false),
                Err(error) => Err(BlobError::from(error)),
            }
        };
        // A copy under way has it in its list, perhaps.
        let kept = async { Ok(store.all_kept().await?) };
        self.delete_unless(key, kept, referred).await
    }

    /// Deletes one blob unless somebody holds it, `kept` says that everything is kept now, or `referred` that a row needs it.
    /// Nobody can put it meanwhile.
    ///
    /// Holds come first: whoever put it and holds it no more has written the row, so whoever is asked afterwards knows it.
    /// The other way round the row could be written and the hold dropped between the two questions.
    async fn delete_unless(
        &self,
        key: &BlobKey,
        kept: impl Future<Output = Result<bool, BlobError>>,
        referred: impl Future<Output = Result<bool, BlobError>>,
    ) -> Result<bool, BlobError> {
        let _turn = self.flight.turn(key).lock().await;
        if self.flight.keep(key) {
            return Ok(false);
        }
        if kept.await? {
            self.flight.remember(key);
            return Ok(false);
        }
        if referred.await? {
            return Ok(false);
        }
        self.delete(key).await?;
        Ok(true)
    }

    /// Syncs the folders above a blob: a file is only as durable as the entries that lead to it.
    async fn sync_folders(&self, key: &BlobKey) -> Result<(), BlobError> {
        let Some(root) = self.folder.clone() else {
            return Ok(());
        };
        let (first, second, _) = parts_of(key)?;
        let folders = [root.join(first).join(second), root.join(first), root.to_path_buf()];
        on_disk(move || folders.iter().try_for_each(|folder| sync_folder(folder))).await
    }
}

/// Runs work on files where waiting does no harm.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, BlobError> {
    spawn_blocking(work)
        .await
        .map_err(BlobError::failed)?
        .map_err(BlobError::failed)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened, and their entries are written with the file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes the files of writes that did not end: `object_store` names them after the blob, `#` and a number.
fn remove_interrupted(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_interrupted(&entry.path())?;
        } else if is_interrupted(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_interrupted(file_name: &str) -> bool {
    file_name.split_once('#').is_some_and(|(key, number)| {
        (is_key(key) || drawer::is_name(key))
            && !number.is_empty()
            && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// The name of these bytes.
async fn name(bytes: &Bytes) -> Result<BlobKey, BlobError> {
    let hash = |bytes: &Bytes| BlobKey(format!("{:x}", HexDigest(&Sha256::digest(bytes))));
    if bytes.len() <= HASH_ELSEWHERE_BYTES {
        return Ok(hash(bytes));
    }
    let bytes = bytes.clone();
    spawn_blocking(move || hash(&bytes)).await.map_err(BlobError::failed)
}

/// Writes bytes as hexadecimal digits.
struct HexDigest<'a>(&'a [u8]);

impl std::fmt::LowerHex for HexDigest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn is_key(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The two folders and the file of a blob. What is not a name of ours is not there.
fn parts_of(key: &BlobKey) -> Result<(&str, &str, &str), BlobError> {
    if is_key(&key.0) {
        Ok((&key.0[..2], &key.0[2..4], &key.0))
    } else {
        Err(BlobError::NotFound)
    }
}

fn path_of(key: &BlobKey) -> Result<BlobPath, BlobError> {
    let (first, second, file) = parts_of(key)?;
    Ok(BlobPath::from_iter([first, second, file]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_row_written_while_a_sweep_asks_keeps_its_blob() {
        let blobs = Blobs::memory();
        let hold = blobs.hold().await;
        let kept = blobs
            .put(Bytes::from_static(b"picture"), "image/png")
            .await
            .expect("put");
        // The answer is true when it is given; before anything follows from it the row is written and the hold dropped.
        let too_early = async {
            drop(hold);
            Ok(false)
        };
        let free = || async { Ok(false) };
        assert!(!blobs.delete_unless(&kept.key, free(), too_early).await.expect("swept"));
        assert_eq!(blobs.get(&kept.key).await.expect("still there"), "picture");
        let nobody = async { Ok(false) };
        assert!(
            blobs.delete_unless(&kept.key, free(), nobody).await.expect("swept"),
            "nobody holds it or refers to it"
        );
    }

    #[test]
    fn only_names_of_ours_become_paths() {
        let key = BlobKey("0123456789abcdef".repeat(4));
        let path = path_of(&key).expect("a name");
        assert_eq!(path.as_ref(), format!("01/23/{}", key.0));
        for name in ["", "../../etc/passwd", &"A".repeat(64), &"0".repeat(63)] {
            assert!(
                matches!(path_of(&BlobKey(name.to_owned())), Err(BlobError::NotFound)),
                "{name}"
            );
        }
    }

    #[test]
    fn files_of_interrupted_writes_are_told_from_blobs() {
        let key = "0123456789abcdef".repeat(4);
        assert!(is_interrupted(&format!("{key}#12")));
        assert!(is_interrupted(&format!("{}#1", &key[..32])), "in a drawer");
        assert!(!is_interrupted(&key));
        assert!(!is_interrupted(&format!("{key}#")));
        assert!(!is_interrupted("notes#1"));
    }

    #[test]
    fn a_full_disk_is_recognised_behind_other_errors() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let wrapped = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(full),
        };
        assert!(matches!(BlobError::from(wrapped), BlobError::Full(_)));
    }
}
