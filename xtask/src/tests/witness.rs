//! Witnesses in Python: the vendors' own SDKs and an independent decoder, against the program as it runs.

use super::{output, tally::Counts};
use crate::{command, metadata::Project, progress};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A suite: what people read, and its modules in `tests/witness`.
pub struct Suite {
    /// For people.
    pub name: &'static str,
    modules: &'static [&'static str],
    /// What stands in the names of tests that are made while they are loaded.
    made: &'static [&'static str],
}

/// Every suite.
pub const SUITES: [Suite; 2] = [
    Suite {
        name: "official SDKs",
        modules: &[
            "test_sdk",
            "test_sdk_azure_openai",
            "test_sdk_azure_vision",
            "test_sdk_faults",
            "test_sdk_moderations",
            "test_sdk_responses",
            "test_requests",
        ],
        made: &[],
    },
    Suite {
        name: "pictures against Pillow",
        modules: &["test_pictures"],
        made: &["turned_", "profile_"],
    },
];

impl Suite {
    /// Whether it could have a test of that name.
    pub fn has_test(&self, project: &Project, name: &str) -> bool {
        let says = |module: &&str| {
            let file = folder(project).join(module).with_extension("py");
            fs::read_to_string(file).is_ok_and(|text| text.contains(name))
        };
        self.made.iter().any(|part| name.contains(part)) || self.modules.iter().any(says)
    }
}

/// A Python of our own, with the packages the witnesses need.
pub struct Witness {
    python: PathBuf,
    folder: PathBuf,
}

fn folder(project: &Project) -> PathBuf {
    project.root.join("tests/witness")
}

impl Witness {
    /// Finds or makes it; an error says what is missing and how to get it.
    pub fn get(project: &Project) -> Result<Self> {
        const PYTHON: &str = "they need Python 3.10 or later with venv (https://www.python.org, or \
                              `apt-get install python3 python3-venv`)";
        let system = command::find("python3").context(PYTHON)?;
        ensure!(
            is_recent(&command::read(Command::new(&system).arg("--version")).context(PYTHON)?),
            PYTHON
        );
        let folder = folder(project);
        let environment = project.notes_dir().join("witness");
        let python = environment.join(if cfg!(windows) {
            "Scripts/python.exe"
        } else {
            "bin/python"
        });
        let witness = Self { python, folder };
        witness.install(&system, &environment, PYTHON)?;
        Ok(witness)
    }

    /// Makes the environment, unless it was made for this very list of packages.
    fn install(&self, system: &Path, environment: &Path, remedy: &'static str) -> Result<()> {
        let list = self.folder.join("requirements.txt");
        let wanted = fs::read(&list)?;
        let done = environment.join("installed-from");
        if fs::read(&done).ok().as_deref() == Some(&*wanted) {
            return Ok(());
        }
        progress::step("installing the SDKs and Pillow");
        command::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(environment)).context(remedy)?;
        command::run(
            Command::new(&self.python)
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--requirement",
                ])
                .arg(&list),
        )
        .context("`pip install` of tests/witness/requirements.txt must work; it needs the Python package index")?;
        Ok(fs::write(done, wanted)?)
    }

    /// Runs a suite against this program.
    pub fn run(&self, suite: &Suite, program: &Path, full: bool, filter: Option<&str>) -> Result<Counts> {
        let mut command = Command::new(&self.python);
        command
            .arg("run.py")
            .args(suite.modules)
            .args(filter.map(|filter| format!("-k{filter}")))
            .current_dir(&self.folder)
            .env("POCHOIR_BINARY", program)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        if full {
            command.env("XTASK_TEST_FULL", "1");
        }
        output::of_libtest(&mut command)
    }
}

/// The program as the tests of the server half built it.
pub fn build_program(project: &Project) -> Result<PathBuf> {
    let mut cargo = command::cargo(project);
    cargo.args(["build", "--package", &project.package, "--bin", &project.package]);
    cargo.args(["--no-default-features", "--features", &project.bin_features.join(",")]);
    cargo
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit());
    command::executables(&command::read(&mut cargo)?)?
        .pop()
        .context("cargo did not name the program")
}

/// Whether Python says a version that the packages take: `Python 3.11.7`.
fn is_recent(version: &str) -> bool {
    let mut numbers = version
        .trim()
        .trim_start_matches("Python ")
        .split('.')
        .map_while(|number| number.parse::<u32>().ok());
    matches!((numbers.next(), numbers.next()), (Some(3), Some(10..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_3_9_is_too_old() {
        assert!(is_recent("Python 3.11.7\n"));
        assert!(!is_recent("Python 3.9.2\n"));
        assert!(!is_recent("Python 2.7.18\n"));
        assert!(!is_recent("what?"));
    }
}
