//! The words after `cargo xtask`.

use anyhow::{Context, Result, bail};

/// What was typed and not read yet.
pub struct Arguments {
    left: Vec<String>,
}

impl Arguments {
    /// Those of this process.
    pub fn from_command_line() -> Self {
        Self::new(std::env::args().skip(1))
    }

    fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self {
            left: words.into_iter().collect(),
        }
    }

    /// The first word.
    pub fn command(&mut self) -> Option<String> {
        (!self.left.is_empty()).then(|| self.left.remove(0))
    }

    /// Whether this switch was given.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|word| word != name);
        self.left.len() != before
    }

    /// The value of an option, written `--name value` or `--name=value`.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let prefix = format!("{name}=");
        let Some(at) = self
            .left
            .iter()
            .position(|word| word == name || word.starts_with(&prefix))
        else {
            return Ok(None);
        };
        let word = self.left.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at == self.left.len() {
            bail!("{name} needs a value");
        }
        Ok(Some(self.left.remove(at)))
    }

    /// The value of an option as a number.
    pub fn number(&mut self, name: &str) -> Result<Option<u16>> {
        self.value(name)?
            .map(|text| {
                text.parse()
                    .with_context(|| format!("{name} must be a number from 0 to 65535, not `{text}`"))
            })
            .transpose()
    }

    /// One more word that is no option.
    pub fn word(&mut self) -> Option<String> {
        let at = self.left.iter().position(|word| !word.starts_with('-'))?;
        Some(self.left.remove(at))
    }

    /// Refuses what nobody read.
    pub fn finish(self) -> Result<()> {
        if let Some(word) = self.left.first() {
            bail!("`{word}` is not understood here; `cargo xtask help` lists what is");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &[&str]) -> Arguments {
        Arguments::new(words.iter().map(ToString::to_string))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let mut spaced = arguments(&["run", "--port", "4000"]);
        assert_eq!(spaced.command().as_deref(), Some("run"));
        assert_eq!(spaced.number("--port").unwrap(), Some(4000));
        spaced.finish().unwrap();
        let mut joined = arguments(&["run", "--port=4001"]);
        joined.command();
        assert_eq!(joined.number("--port").unwrap(), Some(4001));
        joined.finish().unwrap();
    }

    #[test]
    fn a_missing_value_a_bad_number_and_a_leftover_are_refused() {
        assert!(arguments(&["--port"]).number("--port").is_err());
        assert!(arguments(&["--port", "many"]).number("--port").is_err());
        assert!(arguments(&["--prot"]).finish().is_err());
    }

    #[test]
    fn switches_and_words_may_come_in_any_order() {
        let mut given = arguments(&["money", "--full"]);
        assert!(given.switch("--full"));
        assert!(!given.switch("--full"));
        assert_eq!(given.word().as_deref(), Some("money"));
        given.finish().unwrap();
    }
}
