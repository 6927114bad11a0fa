//! Secrets that cannot be printed.

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;
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
    fn what_cannot_stand_in_a_header_is_no_key() {
        for text in ["", "  ", "two words", "two\nlines", "clé"] {
            assert!(matches!(Key::new(text), Err(BadKey)), "{text}");
        }
    }
}
