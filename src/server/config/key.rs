//! Secrets that cannot be printed, and where they come from.

use super::settings;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use std::{
    fmt, io,
    path::{Path, PathBuf},
};
use subtle::ConstantTimeEq as _;

/// A secret: a provider's key, a token. It has no `Display`, no `Serialize`, and its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Key(SecretString);

/// Why a text cannot be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret is one line of printable ASCII characters without spaces")]
pub struct BadKey;

impl Key {
    /// Takes a secret; white space around it is not part of it.
    ///
    /// # Errors
    /// [`BadKey`] when it could not stand in a header.
    pub fn new(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadKey);
        }
        Ok(Self(SecretString::from(text.to_owned())))
    }

    /// The value of a header that carries it after `scheme`, marked so that clients do not print it.
    #[must_use]
    pub fn header(&self, scheme: &str) -> HeaderValue {
        let text = format!("{scheme}{}", self.0.expose_secret());
        // `new` took printable ASCII only, and schemes are constants of ours.
        let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// Whether `text` is this secret, compared in constant time.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// Whether both are the same secret, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.is(other.0.expose_secret())
    }

    /// A text without this secret in it: gateways repeat what they were sent.
    #[must_use]
    pub fn hidden_in(&self, text: &str) -> String {
        text.replace(self.0.expose_secret(), "…")
    }

    /// How many characters it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.expose_secret().len()
    }
}

/// A secret and the place it was read from, so that it can be read again while the program runs.
#[derive(Debug, Clone)]
pub struct KeySource {
    key: Key,
    place: Place,
}

/// Where a secret was found.
#[derive(Debug, Clone)]
enum Place {
    /// In the environment of the process, which does not change, or made by the program itself.
    Process,
    /// In a file of its own, named by `…_FILE`.
    File(PathBuf),
    /// In the settings file, under this key.
    Settings(PathBuf, String),
}

/// Why a secret could not be read again. Says nothing of what stands there.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The file cannot be read.
    #[error("the file cannot be read ({})", .0.kind())]
    File(#[from] io::Error),
    /// The settings file cannot be read.
    #[error("{0}")]
    Settings(String),
    /// It is not there any more.
    #[error("it does not stand in the settings file any more")]
    Gone,
    /// What stands there is no secret.
    #[error(transparent)]
    Bad(#[from] BadKey),
}

impl KeySource {
    /// A secret that stays as it is for as long as the program runs.
    #[must_use]
    pub const fn fixed(key: Key) -> Self {
        Self {
            key,
            place: Place::Process,
        }
    }

    pub(super) const fn in_file(key: Key, file: PathBuf) -> Self {
        Self {
            key,
            place: Place::File(file),
        }
    }

    pub(super) const fn in_settings(key: Key, file: PathBuf, name: String) -> Self {
        Self {
            key,
            place: Place::Settings(file, name),
        }
    }

    /// The secret as it was at start.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The file that is looked at, if it can change at all.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::Process => None,
            Place::File(file) | Place::Settings(file, _) => Some(file),
        }
    }

    /// Reads it again. Waits for the disk.
    ///
    /// # Errors
    /// [`Unread`]: then the former one is all there is.
    pub fn read_again(&self) -> Result<Key, Unread> {
        let text = match &self.place {
            Place::Process => return Ok(self.key.clone()),
            Place::File(file) => std::fs::read_to_string(file)?,
            Place::Settings(file, name) => settings::text_in(file, name)
                .map_err(Unread::Settings)?
                .ok_or(Unread::Gone)?,
        };
        Ok(Key::new(&text)?)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = Key::new(" canary-7f3a\n").expect("a key");
        assert!(!format!("{key:?} {:?} {:#?}", key.header("Bearer "), Some(&key)).contains("canary"));
        assert_eq!(key.hidden_in("bad key canary-7f3a."), "bad key ….");
        assert!(key.is("canary-7f3a") && !key.is("canary-7f3b"));
        assert_eq!(key.header("Bearer ").to_str().ok(), Some("Bearer canary-7f3a"));
    }

    #[test]
    fn a_key_is_read_again_where_it_was_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = || Key::new("canary-first").expect("a key");
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).expect("written");
            file
        };
        let fixed = KeySource::fixed(key());
        assert!(fixed.file().is_none() && fixed.read_again().is_ok_and(|it| it.is_same(&key())));

        let source = KeySource::in_file(key(), write("key", "canary-second\n"));
        assert!(source.read_again().is_ok_and(|it| it.is("canary-second")));
        write("key", "two words");
        assert!(matches!(source.read_again(), Err(Unread::Bad(_))));
        std::fs::remove_file(folder.path().join("key")).expect("removed");
        assert!(matches!(source.read_again(), Err(Unread::File(_))));

        let settings = write("pochoir.toml", "openai_api_key = \"canary-third\"\n");
        let source = KeySource::in_settings(key(), settings, "openai_api_key".to_owned());
        assert!(source.read_again().is_ok_and(|it| it.is("canary-third")));
        write("pochoir.toml", "contact = \"me\"\n");
        assert!(matches!(source.read_again(), Err(Unread::Gone)));
        write("pochoir.toml", "openai_api_key = \"canary-half");
        let unread = source.read_again().expect_err("half a line");
        assert!(
            !format!("{unread} {unread:?} {source:?}").contains("canary"),
            "{unread:?}"
        );
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_key() {
        for text in ["", "  ", "two words", "two\nlines", "clé"] {
            assert!(matches!(Key::new(text), Err(BadKey)), "{text}");
        }
    }
}
