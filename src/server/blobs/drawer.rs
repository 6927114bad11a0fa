//! Drawers: objects beside the blobs, named by whoever lays them there, for what no row knows of yet.
//!
//! Like a blob, an object is on the disk, synced, when [`Blobs::lay`] returns. Unlike a blob it is found by asking for all
//! there are, and no sweep touches it: whoever laid it there takes it away.

use super::{BlobError, Blobs, on_disk, sync_folder};
use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::{ObjectStoreExt as _, PutMode, PutPayload, path::Path as BlobPath};

/// A drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawer {
    /// Answers that were paid for, from the moment they arrived until they are in the books.
    Spool,
    /// What lay in the spool and could not be used. Nobody but the operator looks in here.
    Aside,
}

impl Drawer {
    /// The folder it is.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Spool => "spool",
            Self::Aside => "aside",
        }
    }

    /// Where an object lies. What is not a name of ours is not there.
    fn path(self, name: &str) -> Result<BlobPath, BlobError> {
        if is_name(name) {
            Ok(BlobPath::from_iter([self.folder(), name]))
        } else {
            Err(BlobError::NotFound)
        }
    }
}

/// Names are identifiers: 32 hexadecimal digits.
pub(super) fn is_name(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

impl Blobs {
    /// Lays an object into a drawer, its parts one after the other. It is on the disk when this returns. The same name twice
    /// is the same object: the first stays, unless it has another length (cut short by a disk that lied).
    pub async fn lay(&self, drawer: Drawer, name: &str, parts: Vec<Bytes>) -> Result<(), BlobError> {
        let path = drawer.path(name)?;
        let payload = PutPayload::from_iter(parts);
        let length = payload.content_length() as u64;
        self.require_place().await?;
        let put = async |mode: PutMode| {
            let options = mode.into();
            self.objects.put_opts(&path, payload.clone(), options).await.map(drop)
        };
        match put(PutMode::Create).await {
            Err(object_store::Error::AlreadyExists { .. }) => {
                if self.objects.head(&path).await?.size != length {
                    put(PutMode::Overwrite).await?;
                }
            }
            laid => laid?,
        }
        let Some(root) = self.folder.clone() else {
            return Ok(());
        };
        on_disk(move || {
            sync_folder(&root.join(drawer.folder()))?;
            sync_folder(&root)
        })
        .await
    }

    /// The names in a drawer, in order.
    pub async fn laid(&self, drawer: Drawer) -> Result<Vec<String>, BlobError> {
        let prefix = BlobPath::from(drawer.folder());
        let listed: Vec<_> = self.objects.list(Some(&prefix)).try_collect().await?;
        let mut names: Vec<String> = listed
            .iter()
            .filter_map(|object| object.location.filename().filter(|name| is_name(name)))
            .map(str::to_owned)
            .collect();
        names.sort();
        Ok(names)
    }

    /// An object.
    pub async fn look(&self, drawer: Drawer, name: &str) -> Result<Bytes, BlobError> {
        Ok(self.objects.get(&drawer.path(name)?).await?.bytes().await?)
    }

    /// Takes an object away; nothing happens when it is not there.
    pub async fn take_away(&self, drawer: Drawer, name: &str) -> Result<(), BlobError> {
        match self.objects.delete(&drawer.path(name)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Moves an object of the spool to where only the operator looks.
    pub async fn set_aside(&self, name: &str) -> Result<(), BlobError> {
        let (from, to) = (Drawer::Spool.path(name)?, Drawer::Aside.path(name)?);
        Ok(self.objects.rename(&from, &to).await?)
    }
}
