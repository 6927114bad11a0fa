//! Parameters by name, read as strictly as the vendor documents them; null counts as absent, as with the vendor.

use super::refusal::Refusal;
use serde_json::{Map, Value};

/// The parameters of a request or of an object in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    given: &'a Map<String, Value>,
    /// What stands before a name where a refusal tells it: the way to an object within the request.
    path: &'a str,
    /// Whether they came in a form, where every value is a text.
    form: bool,
}

impl<'a> Fields<'a> {
    /// Of a JSON body.
    pub(super) const fn of_json(given: &'a Map<String, Value>) -> Self {
        Self {
            given,
            path: "",
            form: false,
        }
    }

    /// Of a form.
    pub(super) const fn of_form(given: &'a Map<String, Value>) -> Self {
        Self {
            given,
            path: "",
            form: true,
        }
    }

    /// Of an object within a JSON body, told as `path` and a point before each name.
    pub(super) const fn within(given: &'a Map<String, Value>, path: &'a str) -> Self {
        Self {
            given,
            path,
            form: false,
        }
    }

    /// A name as it is told.
    pub(super) fn told(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Refuses what is not in the list.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.given.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Refusal::unknown(&self.told(name))),
            None => Ok(()),
        }
    }

    /// Whether it is there and not null.
    pub(super) fn given(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// What is there and not null.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::wrong_type(&self.told(name), "a string")),
        }
    }

    /// One of these texts.
    pub(super) fn one_of(&self, name: &str, known: &[&str]) -> Result<Option<&'a str>, Refusal> {
        match self.text(name)? {
            Some(text) if !known.contains(&text) => {
                let quoted: Vec<String> = known.iter().map(|known| format!("'{known}'")).collect();
                Err(Refusal::value(&self.told(name), text, &quoted.join(", ")))
            }
            text => Ok(text),
        }
    }

    /// A whole number between bounds.
    pub(super) fn number(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Refusal> {
        let number = match self.value(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) if self.form => text.parse().ok(),
            Some(_) => None,
        };
        let name = &self.told(name);
        let number = number.ok_or_else(|| Refusal::wrong_type(name, "an integer"))?;
        if number < least {
            let message = format!("Invalid '{name}': integer below minimum value. Expected a value >= {least}.");
            return Err(Refusal::invalid("integer_below_min_value", name, message));
        }
        if number > most {
            let message = format!("Invalid '{name}': integer above maximum value. Expected a value <= {most}.");
            return Err(Refusal::invalid("integer_above_max_value", name, message));
        }
        Ok(Some(number))
    }

    /// Yes or no.
    pub(super) fn switch(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(Value::String(text)) if self.form && text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if self.form && text == "false" => Ok(Some(false)),
            Some(_) => Err(Refusal::wrong_type(&self.told(name), "a boolean")),
        }
    }

    /// An object.
    pub(super) fn object(&self, name: &str) -> Result<Option<&'a Map<String, Value>>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(fields)),
            Some(_) => Err(Refusal::wrong_type(&self.told(name), "an object")),
        }
    }

    /// A name of at most so many characters.
    pub(super) fn short_text(&self, name: &str, most: usize) -> Result<Option<&'a str>, Refusal> {
        match self.text(name)? {
            Some(text) if text.chars().count() > most => {
                let name = self.told(name);
                let message = format!("Invalid '{name}': string too long. Expected a maximum length of {most}.");
                Err(Refusal::invalid("string_above_max_length", &name, message))
            }
            text => Ok(text),
        }
    }
}
