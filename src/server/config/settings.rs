//! The settings by name, and how they are read: all of them first, then every problem at once.

use super::{Key, KeySource};
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format as _, Toml},
    value::{Dict, Map, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display},
    path::{Path, PathBuf},
};

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Its name in the environment.
    name: &'static str,
    /// What it is when nobody says anything.
    default: Option<&'static str>,
    /// Whether its value is never shown. Secrets can also come from a file, named by the setting with `_FILE` after it.
    secret: bool,
}

const fn plain(name: &'static str) -> Setting {
    Setting {
        name,
        default: None,
        secret: false,
    }
}

const fn with(name: &'static str, default: &'static str) -> Setting {
    Setting {
        name,
        default: Some(default),
        secret: false,
    }
}

const fn secret(name: &'static str) -> Setting {
    Setting {
        name,
        default: None,
        secret: true,
    }
}

/// Every setting, in the order `check-config` prints them.
pub(super) const SETTINGS: &[Setting] = &[
    with("POCHOIR_ADDR", "127.0.0.1:3000"),
    plain("POCHOIR_PUBLIC_URL"),
    with("POCHOIR_DATA_DIR", "./data"),
    plain("POCHOIR_DATABASE_URL"),
    plain("POCHOIR_BLOB_URL"),
    plain("POCHOIR_STORAGE_MAX"),
    with("POCHOIR_STOP_PATIENCE", "8"),
    plain("POCHOIR_RETENTION_DAYS"),
    plain("POCHOIR_ACCESS"),
    secret("POCHOIR_ADMIN_TOKEN"),
    plain("POCHOIR_TRUSTED_PROXY"),
    with("POCHOIR_BUDGET_DAY", "2.00"),
    with("POCHOIR_BUDGET_MONTH", "20.00"),
    with("POCHOIR_BUDGET_VISITOR_DAY", "1.00"),
    with("POCHOIR_TIMEZONE", "UTC"),
    plain("POCHOIR_CATALOGUE"),
    with("POCHOIR_CONCURRENCY", "4"),
    plain("POCHOIR_LIMITS"),
    plain("POCHOIR_CONTACT"),
    with("POCHOIR_DEFAULT_LANGUAGE", "en"),
    plain("POCHOIR_METRICS_ADDR"),
    with("POCHOIR_LOG", "info"),
    secret("OPENAI_API_KEY"),
    with("OPENAI_BASE_URL", "https://api.openai.com/v1"),
    plain("AZURE_OPENAI_ENDPOINT"),
    secret("AZURE_OPENAI_API_KEY"),
    secret("AZURE_OPENAI_AD_TOKEN"),
    plain("AZURE_OPENAI_DEPLOYMENTS"),
    with("AZURE_OPENAI_API_STYLE", "v1"),
    plain("AZURE_VISION_ENDPOINT"),
    secret("AZURE_VISION_KEY"),
    with("AZURE_VISION_TIER", "s1"),
];

/// Settings that have their name already and no effect yet: set, they are refused. Take a line away with the work
/// that makes its setting count.
const NOT_YET: &[&str] = &[
    "POCHOIR_RETENTION_DAYS",
    "POCHOIR_ADMIN_TOKEN",
    "POCHOIR_TRUSTED_PROXY",
    "POCHOIR_LIMITS",
    "POCHOIR_METRICS_ADDR",
];

/// What the settings file is called as a place.
const SETTINGS_FILE: &str = "file";

/// The key of a setting in `pochoir.toml`: `POCHOIR_ADDR` is `addr`, `OPENAI_API_KEY` is `openai_api_key`.
fn file_key(name: &str) -> String {
    name.strip_prefix("POCHOIR_").unwrap_or(name).to_ascii_lowercase()
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The setting at fault.
    pub setting: String,
    /// What is wrong with it. Never repeats its value.
    pub words: String,
}

/// Everything that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigProblems(pub Vec<Problem>);

impl Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings cannot be used:")?;
        for problem in &self.0 {
            write!(f, "\n  {}: {}", problem.setting, problem.words)?;
        }
        Ok(())
    }
}

/// A setting as it counts, for `check-config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effective {
    pub(super) name: &'static str,
    pub(super) shown: String,
    pub(super) origin: String,
}

/// A place where settings come from.
struct Place {
    name: &'static str,
    values: Dict,
}

impl Place {
    fn new(name: &'static str, values: impl Iterator<Item = (String, String)>) -> Self {
        let values = values
            .map(|(key, value)| (key, Value::from(value)))
            .collect::<BTreeMap<_, _>>();
        Self { name, values }
    }
}

impl Provider for Place {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// Reads settings and collects what is wrong with them.
pub(super) struct Reader {
    figment: Figment,
    problems: Vec<Problem>,
    from_files: BTreeSet<&'static str>,
    /// The settings file, if one was named.
    file: Option<PathBuf>,
}

impl Reader {
    /// Puts the three places together.
    pub(super) fn new(env: impl Iterator<Item = (String, String)>, file: Option<&Path>) -> Self {
        let mut problems = Vec::new();
        let known: BTreeMap<String, String> = SETTINGS
            .iter()
            .flat_map(|setting| {
                let secret_file = setting.secret.then(|| format!("{}_FILE", setting.name));
                [Some(setting.name.to_owned()), secret_file].into_iter().flatten()
            })
            .map(|name| (name.clone(), file_key(&name)))
            .collect();

        let defaults = SETTINGS
            .iter()
            .filter_map(|setting| Some((file_key(setting.name), setting.default?.to_owned())));
        let mut figment = Figment::from(Place::new("default", defaults));

        if let Some(path) = file {
            match read_file(path) {
                Ok(dict) => {
                    for key in dict.keys().filter(|key| !known.values().any(|known| known == *key)) {
                        problems.push(Problem {
                            setting: path.display().to_string(),
                            words: format!("there is no setting “{key}”"),
                        });
                    }
                    let named = dict
                        .into_iter()
                        .filter(|(key, _)| known.values().any(|known| known == key));
                    figment = figment.merge(Place {
                        name: SETTINGS_FILE,
                        values: named.collect(),
                    });
                }
                Err(words) => problems.push(Problem {
                    setting: path.display().to_string(),
                    words,
                }),
            }
        }

        let mut said = BTreeMap::new();
        for (name, value) in env {
            if let Some(key) = known.get(&name) {
                // Set but empty is how compose files write "not set".
                if !value.trim().is_empty() {
                    said.insert(key.clone(), value);
                }
            } else if name.starts_with("POCHOIR_") {
                problems.push(Problem {
                    setting: name,
                    words: "there is no such setting".to_owned(),
                });
            }
        }
        figment = figment.merge(Place::new("environment", said.into_iter()));

        let mut reader = Self {
            figment,
            problems,
            from_files: BTreeSet::new(),
            file: file.map(Path::to_owned),
        };
        for name in NOT_YET {
            if reader.is_said(name) {
                reader.refuse(name, "this version does not have it yet; take it away to start");
            }
        }
        reader
    }

    /// Whether somebody set it, rather than the default.
    pub(super) fn is_said(&self, name: &str) -> bool {
        let origin = |key: &str| self.figment.find_metadata(key).map(|metadata| metadata.name.as_ref());
        let key = file_key(name);
        let file = format!("{key}_file");
        [key, file]
            .iter()
            .any(|key| origin(key).is_some_and(|place| place != "default"))
    }

    /// Its text, trimmed; numbers and switches of the file as they are written.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let value = self.figment.find_value(&file_key(name)).ok()?;
        let text = match &value {
            Value::String(_, text) => text.trim().to_owned(),
            Value::Char(_, letter) => letter.to_string(),
            Value::Bool(_, switch) => switch.to_string(),
            Value::Num(_, number) => match (number.to_i128(), number.to_u128(), number.to_f64()) {
                (Some(whole), _, _) => whole.to_string(),
                (None, Some(whole), _) => whole.to_string(),
                (None, None, Some(decimal)) => decimal.to_string(),
                (None, None, None) => String::new(),
            },
            Value::Array(_, items) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                match texts {
                    Some(texts) => texts.join(","),
                    None => return self.no_text(name),
                }
            }
            Value::Empty(..) | Value::Dict(..) => return self.no_text(name),
        };
        (!text.is_empty()).then_some(text)
    }

    fn no_text(&mut self, name: &str) -> Option<String> {
        self.refuse(name, "a text was expected");
        None
    }

    /// Its value as `parse` reads it. What `parse` refuses becomes a problem.
    pub(super) fn parsed<T, E: Display>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(name)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(words) => {
                self.refuse(name, words);
                None
            }
        }
    }

    /// A secret, from the setting itself or from the file that `…_FILE` names.
    pub(super) fn secret(&mut self, name: &'static str) -> Option<Key> {
        self.key_source(name).map(|source| source.key().clone())
    }

    /// The same, with the place it was found in.
    pub(super) fn key_source(&mut self, name: &'static str) -> Option<KeySource> {
        let file = format!("{name}_FILE");
        let (text, own_file) = match (self.text(name), self.text(&file)) {
            (Some(_), Some(_)) => {
                self.refuse(&file, format!("{name} is set too; set one of them"));
                return None;
            }
            (Some(text), None) => (text, None),
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(text) => {
                    self.from_files.insert(name);
                    (text, Some(PathBuf::from(path)))
                }
                Err(error) => {
                    self.refuse(&file, format!("the file cannot be read ({})", error.kind()));
                    return None;
                }
            },
            (None, None) => return None,
        };
        let key = match Key::new(&text) {
            Ok(key) => key,
            Err(words) => {
                self.refuse(name, words);
                return None;
            }
        };
        let place = self.figment.find_metadata(&file_key(name));
        let in_settings = place.is_some_and(|place| place.name == SETTINGS_FILE);
        Some(match (own_file, &self.file) {
            (Some(file), _) => KeySource::in_file(key, file),
            (None, Some(file)) if in_settings => KeySource::in_settings(key, file.clone(), file_key(name)),
            (None, _) => KeySource::fixed(key),
        })
    }

    /// Notes a problem.
    pub(super) fn refuse(&mut self, name: &str, words: impl Display) {
        self.problems.push(Problem {
            setting: name.to_owned(),
            words: words.to_string(),
        });
    }

    /// The effective values, or everything that is wrong.
    pub(super) fn finish(mut self) -> Result<Vec<Effective>, ConfigProblems> {
        let effective = SETTINGS.iter().map(|setting| self.effective(setting)).collect();
        if self.problems.is_empty() {
            Ok(effective)
        } else {
            Err(ConfigProblems(self.problems))
        }
    }

    fn effective(&mut self, setting: &Setting) -> Effective {
        let key = file_key(setting.name);
        let value = self.text(setting.name);
        let from_file = self.from_files.contains(setting.name);
        let origin = if from_file {
            format!("{}_FILE", setting.name)
        } else {
            let metadata = self.figment.find_metadata(&key);
            metadata.map_or_else(|| "default".to_owned(), |metadata| metadata.name.to_string())
        };
        let shown = match value {
            _ if from_file => "set, not shown".to_owned(),
            Some(_) if setting.secret => "set, not shown".to_owned(),
            Some(text) => text,
            None => "not set".to_owned(),
        };
        Effective {
            name: setting.name,
            shown,
            origin,
        }
    }
}

/// The keys and values of `pochoir.toml`.
fn read_file(path: &Path) -> Result<Dict, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("the file cannot be read ({})", error.kind()))?;
    // The parser quotes the line at fault, which may hold a secret: only say that there is one.
    let not_toml = |_| "the file is not TOML: each line is written name = \"value\"".to_owned();
    let dict: Dict = Figment::from(Toml::string(&text)).extract().map_err(not_toml)?;
    // Made anew, the values forget that reading: otherwise nobody could tell afterwards that they came from the file.
    dict.into_iter()
        .map(|(key, value)| Ok((key, Value::serialize(value).map_err(not_toml)?)))
        .collect()
}

/// The text that stands under a key of `pochoir.toml` now.
pub(super) fn text_in(path: &Path, key: &str) -> Result<Option<String>, String> {
    let dict = read_file(path)?;
    Ok(dict.get(key).and_then(Value::as_str).map(ToOwned::to_owned))
}
