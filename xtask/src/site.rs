//! The folder the server serves. Every step puts its files in through here, so that unchanged files keep their time and
//! files nobody puts in any more disappear.

use anyhow::{Context, Result};
use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// The site being built.
pub struct Site {
    root: PathBuf,
    kept: BTreeSet<PathBuf>,
}

impl Site {
    /// The site in this folder, which may hold an earlier one.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("{} cannot be created", root.display()))?;
        Ok(Self {
            root: root.to_owned(),
            kept: BTreeSet::new(),
        })
    }

    /// Where a file of the site is.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    /// Puts a file in; one that is the same already is not touched.
    pub fn put(&mut self, name: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
        let path = self.path(&name);
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        self.keep(name);
        Ok(())
    }

    /// Keeps a file that is there already.
    pub fn keep(&mut self, name: impl AsRef<Path>) {
        self.kept.insert(name.as_ref().to_owned());
    }

    /// The files put in or kept so far.
    pub fn files(&self) -> Vec<PathBuf> {
        self.kept.iter().cloned().collect()
    }

    /// Changes whenever a file comes, goes or changes.
    pub fn digest(&self) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        for name in &self.kept {
            name.hash(&mut hasher);
            fs::read(self.path(name))?.hash(&mut hasher);
        }
        Ok(format!("{:016x}", hasher.finish()))
    }

    /// Removes what nobody put in.
    pub fn prune(&self) -> Result<()> {
        for name in list(&self.root)? {
            if !self.kept.contains(&name) {
                fs::remove_file(self.path(&name))?;
            }
        }
        Ok(())
    }
}

/// Every file below a folder, relative to it, in order.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inner) = folders.pop() {
        let path = folder.join(&inner);
        for entry in fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))? {
            let entry = entry?;
            let name = inner.join(entry.file_name());
            if fs::metadata(entry.path())?.is_dir() {
                folders.push(name);
            } else {
                files.push(name);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A folder for a test. No temporary-file library: its features would make cargo compile everything else twice.
#[cfg(test)]
pub fn empty_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("pochoir-xtask-{}-{name}", std::process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_follows_names_and_bytes() {
        let mut site = Site::open(&empty_folder("digest")).unwrap();
        site.put("a.css", b"a{}").unwrap();
        let first = site.digest().unwrap();
        site.put("a.css", b"a{}").unwrap();
        assert_eq!(site.digest().unwrap(), first);
        site.put("b.css", b"").unwrap();
        let second = site.digest().unwrap();
        assert_ne!(second, first);
        site.put("a.css", b"a{ }").unwrap();
        assert_ne!(site.digest().unwrap(), second);
    }
}
