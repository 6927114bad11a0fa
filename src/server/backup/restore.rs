//! Bringing a backup back: everything is put together and checked beside what is there, then changed places with it.

use super::{BLOBS, BackupError, DATABASE, FORM, MANIFEST, Manifest, digest_of, file, on_disk};
use crate::{
    domain::text::{Lang, number},
    server::{
        blobs::{Drawer, PLACE, export},
        cli::say,
        clock::{Clock as _, SystemClock},
        config::Config,
        digest,
        random::Random,
        serve::{self, ServeError},
        store::{
            BlobKey, Money as _, Timestamp,
            sqlite::{
                SqliteStore,
                keeping::{self, Since, Survey},
                known_schema,
            },
        },
    },
};
use sha2::{Digest as _, Sha256};
use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// Files that SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// Brings a backup back to where the settings say that data is kept. With `replace`, what is there is kept aside.
pub async fn restore(config: &Config, folder: &Path, replace: bool) -> Result<(), BackupError> {
    let manifest = read_manifest(folder)?;
    fs::create_dir_all(&config.data_dir).map_err(file(&config.data_dir))?;
    let _lock = serve::lock(&config.data_dir).map_err(|error| match error {
        ServeError::InUse { path } => BackupError::InUse { path },
        other => BackupError::File {
            path: config.data_dir.clone(),
            source: io::Error::other(other),
        },
    })?;
    let places = Places::of(config, SystemClock.now());
    if places.occupied()? && !replace {
        return Err(BackupError::InPlace {
            path: config.data_dir.clone(),
        });
    }
    if digest_of(&folder.join(DATABASE)).await? != manifest.database {
        return Err(BackupError::Damaged(vec![format!("{DATABASE} is not what it was")]));
    }
    places.clear_staging()?;
    let outcome = bring_back(folder, &manifest, &places).await;
    match outcome {
        Ok(told) => {
            say(&told);
            Ok(())
        }
        Err(error) => {
            // Nothing changed places: what was put together is of no use.
            let _ = places.clear_staging();
            Err(error)
        }
    }
}

async fn bring_back(folder: &Path, manifest: &Manifest, places: &Places) -> Result<String, BackupError> {
    let (from, to) = (folder.join(DATABASE), places.staged_database.clone());
    on_disk(move || export::copy(&from, &to)).await?;
    let backup = keeping::survey(&places.staged_database).await?;
    let past = places.since(manifest, &backup).await;
    let since = match &past {
        Past::Known(since) => Some(since),
        _ => None,
    };
    let (given_up, wrong) = {
        let store = SqliteStore::open_copy(&places.staged_database).await?;
        let given_up = store
            .put_right(SystemClock.now(), since, &Random::from_system())
            .await?;
        let wrong = store.ledger_check().await?;
        store.close().await;
        (given_up, wrong)
    };
    if !wrong.is_empty() {
        return Err(BackupError::Books(wrong));
    }
    let restored = keeping::survey(&places.staged_database).await?;
    copy_blobs(folder, manifest, &restored, &places.staged_blobs).await?;
    let replaced = places.change()?;
    Ok(told(manifest, &restored, &past, given_up, replaced))
}

fn read_manifest(folder: &Path) -> Result<Manifest, BackupError> {
    let no_backup = |source: Box<dyn std::error::Error + Send + Sync>| BackupError::NoBackup {
        path: folder.to_owned(),
        source,
    };
    let text = fs::read(folder.join(MANIFEST)).map_err(|error| no_backup(error.into()))?;
    // Its form is looked at first: what a newer one says beside that cannot be known.
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|error| no_backup(error.into()))?;
    let newer = |what, found: i64, known: i64| {
        if found > known {
            return Err(BackupError::Newer { what, found, known });
        }
        Ok(())
    };
    newer(
        "its form is",
        value["pochoir_backup"].as_i64().unwrap_or(0),
        FORM.into(),
    )?;
    newer("its schema is", value["schema"].as_i64().unwrap_or(0), known_schema())?;
    serde_json::from_value(value).map_err(|error| no_backup(error.into()))
}

/// What is known of the time between the backup and now.
enum Past {
    /// Nothing was there.
    Nothing,
    /// Everything that was deleted and booked.
    Known(Since),
    /// The database that was there belongs to another instance.
    Another,
    /// The database that was there could not be read, or is from before deletions were noted.
    Unreadable(String),
}

/// Where data is kept, and where it is put together.
struct Places {
    data_dir: PathBuf,
    database: PathBuf,
    blobs: PathBuf,
    staged_database: PathBuf,
    staged_blobs: PathBuf,
    /// What the names of what is kept aside end in.
    aside: String,
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(ending);
    name.into()
}

/// This ending, or the first with a number after it under which nothing is kept yet.
fn free_ending(ending: &str, paths: &[&Path]) -> String {
    let numbered = (2..).map(|number: u32| format!("{ending}-{number}"));
    std::iter::once(ending.to_owned())
        .chain(numbered)
        .find(|ending| !paths.iter().any(|path| with_ending(path, ending).exists()))
        .unwrap_or_else(|| ending.to_owned())
}

impl Places {
    fn of(config: &Config, now: Timestamp) -> Self {
        let database = config.database.path.clone();
        // A folder that is a symbolic link stays where it points to.
        let blobs = config
            .blobs
            .dir
            .canonicalize()
            .unwrap_or_else(|_| config.blobs.dir.clone());
        Self {
            data_dir: config.data_dir.clone(),
            staged_database: with_ending(&database, ".restoring"),
            staged_blobs: with_ending(&blobs, ".restoring"),
            aside: free_ending(
                &format!(".replaced-{}", now.strftime("%Y%m%dT%H%M%SZ")),
                &[&database, &blobs],
            ),
            database,
            blobs,
        }
    }

    /// Whether there is data.
    fn occupied(&self) -> Result<bool, BackupError> {
        if self.database.exists() {
            return Ok(true);
        }
        match fs::read_dir(&self.blobs) {
            Ok(entries) => Ok(entries.flatten().any(|entry| entry.file_name() != PLACE)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(file(&self.blobs)(error)),
        }
    }

    /// Removes what an attempt before this one put together.
    fn clear_staging(&self) -> Result<(), BackupError> {
        let gone = |removed: io::Result<()>| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        for ending in BESIDE {
            let path = with_ending(&self.staged_database, ending);
            gone(fs::remove_file(&path)).map_err(file(&path))?;
        }
        gone(fs::remove_dir_all(&self.staged_blobs)).map_err(file(&self.staged_blobs))
    }

    /// What happened in the database that is there since the backup was made.
    async fn since(&self, manifest: &Manifest, backup: &Survey) -> Past {
        if !self.database.exists() {
            return Past::Nothing;
        }
        let present = match keeping::survey(&self.database).await {
            Ok(present) => present,
            Err(error) => return Past::Unreadable(format!("{:#}", anyhow::Error::from(error))),
        };
        if present.secret != backup.secret {
            return Past::Another;
        }
        if present.last_deletion.is_none() {
            return Past::Unreadable("it is from before deletions were noted".to_owned());
        }
        match keeping::since(&self.database, manifest.last_deletion, manifest.last_movement).await {
            Ok(since) => Past::Known(since),
            Err(error) => Past::Unreadable(format!("{:#}", anyhow::Error::from(error))),
        }
    }

    /// Puts what was put together in the place of what is there. A mark says that this has begun: a server that finds it does
    /// not take half a change for an empty folder.
    fn change(&self) -> Result<bool, BackupError> {
        let mark = self.data_dir.join(serve::RESTORING);
        fs::write(&mark, "").map_err(file(&mark))?;
        let mut replaced = false;
        let mut rename = |from: &Path, to: &Path, aside: bool| match fs::rename(from, to) {
            Ok(()) => {
                replaced |= aside;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(file(from)(error)),
        };
        for ending in BESIDE {
            let kept = with_ending(&with_ending(&self.database, &self.aside), ending);
            rename(&with_ending(&self.database, ending), &kept, true)?;
        }
        // An empty folder that was made beforehand is no loss.
        if fs::remove_dir(&self.blobs).is_err() {
            rename(&self.blobs, &with_ending(&self.blobs, &self.aside), true)?;
        }
        rename(&self.staged_blobs, &self.blobs, false)?;
        rename(&self.staged_database, &self.database, false)?;
        for path in [self.database.parent(), self.blobs.parent()].into_iter().flatten() {
            sync_folder(path).map_err(file(path))?;
        }
        fs::remove_file(&mark).map_err(file(&mark))?;
        Ok(replaced)
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Copies every blob that the database refers to, and looks whether each is what its name says.
async fn copy_blobs(folder: &Path, manifest: &Manifest, restored: &Survey, to: &Path) -> Result<(), BackupError> {
    let from = folder.join(BLOBS);
    let (keys, missing) = (restored.blobs.clone(), manifest.missing.clone());
    let to = to.to_owned();
    let damaged = on_disk(move || {
        fs::create_dir_all(&to)?;
        fs::File::create(to.join(PLACE))?.sync_all()?;
        let mut damaged = Vec::new();
        for (key, _) in keys {
            match copy_blob(&from, &to, &key) {
                Ok(true) => {}
                Ok(false) => damaged.push(format!("the picture {} is not what it was", key.0)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if !missing.contains(&key) {
                        damaged.push(format!("the picture {} is missing", key.0));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        let spool = from.join(Drawer::Spool.folder());
        if let Ok(entries) = fs::read_dir(&spool) {
            for entry in entries {
                let entry = entry?;
                export::copy(&entry.path(), &to.join(Drawer::Spool.folder()).join(entry.file_name()))?;
            }
        }
        export::sync_folders(&to)?;
        Ok(damaged)
    })
    .await?;
    if damaged.is_empty() {
        Ok(())
    } else {
        Err(BackupError::Damaged(damaged))
    }
}

fn copy_blob(from: &Path, to: &Path, key: &BlobKey) -> io::Result<bool> {
    let (Ok(from), Ok(to)) = (export::file_of(from, key), export::file_of(to, key)) else {
        return Ok(false);
    };
    let bytes = fs::read(from)?;
    if digest::hex(&Sha256::digest(&bytes)) != key.0 {
        return Ok(false);
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&to, bytes)?;
    fs::File::open(&to)?.sync_all()?;
    Ok(true)
}

fn told(manifest: &Manifest, restored: &Survey, past: &Past, given_up: u64, replaced: bool) -> String {
    let row = |table: &str| {
        let found = restored.counts.iter().find(|(name, _)| name == table);
        found.map_or(0, |(_, count)| *count)
    };
    let mut said = vec![format!(
        "The backup as of {} is in place: {} sources, {} variations, {} shares. The books balance.",
        manifest.made_at,
        row("sources"),
        row("variations"),
        row("shares"),
    )];
    if !manifest.missing.is_empty() {
        said.push(format!(
            "{} pictures were missing already when the backup was made.",
            manifest.missing.len()
        ));
    }
    if given_up > 0 {
        said.push(format!(
            "{given_up} calls were open in the backup. Whether they were made afterwards cannot be known: they are booked in full \
             and not made again."
        ));
    }
    said.push(match past {
        Past::Nothing => format!(
            "There was no database to ask: what people deleted after {} is back.",
            manifest.made_at
        ),
        Past::Another => format!(
            "The database that was here belongs to another instance: what people deleted after {} is back.",
            manifest.made_at
        ),
        Past::Unreadable(why) => format!(
            "What was deleted and spent after {} cannot be known from the database that was here ({why}): what people deleted \
             since is back.",
            manifest.made_at
        ),
        Past::Known(since) => format!(
            "{} deletions made since the backup were made again. {} booked since are not in its books: caps may be reached later \
             than they should be.",
            since.deletions.len(),
            number::money(Lang::En, since.booked),
        ),
    });
    if replaced {
        said.push("What was here is kept aside, under names that end in “.replaced-” and the moment. Delete it when it is not needed any more: it holds what people deleted.".to_owned());
    }
    said.join("\n")
}
