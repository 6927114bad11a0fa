//! Node, Playwright and a Chromium: what the tests in a browser need.

use super::{output, tally::Counts};
use crate::{command, metadata::Project, progress, site};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A Chromium that Playwright can drive.
pub struct Browser {
    folder: PathBuf,
    notes: PathBuf,
    npx: PathBuf,
    node: PathBuf,
}

impl Browser {
    /// Finds or fetches what is needed; an error says what is missing and how to get it.
    pub fn get(project: &Project) -> Result<Self> {
        const NODE: &str = "they need Node 20 or later with npm (https://nodejs.org, or `apt-get install nodejs npm`)";
        let browser = Self {
            folder: project.root.join("end2end"),
            notes: project.notes_dir(),
            npx: command::find("npx").context(NODE)?,
            node: command::find("node").context(NODE)?,
        };
        let npm = command::find("npm").context(NODE)?;
        ensure!(
            is_recent(&command::read(Command::new(&browser.node).arg("--version"))?),
            NODE
        );
        browser.install(&npm)?;
        browser.ensure_chromium()?;
        Ok(browser)
    }

    /// `npm ci`, unless it was done for this very lock file.
    fn install(&self, npm: &Path) -> Result<()> {
        let lock = fs::read(self.folder.join("package-lock.json"))?;
        let done = self.folder.join("node_modules/.installed-from");
        if fs::read(&done).ok().as_deref() == Some(&*lock) {
            return Ok(());
        }
        progress::step("installing Playwright");
        command::run(Command::new(npm).arg("ci").current_dir(&self.folder))
            .context("`npm ci` in end2end/ must work; it needs the npm registry")?;
        Ok(fs::write(done, lock)?)
    }

    fn ensure_chromium(&self) -> Result<()> {
        if self.has_chromium() {
            return Ok(());
        }
        progress::step("downloading Chromium for Playwright");
        let fetched = command::run(self.playwright().args(["install", "chromium"]));
        if fetched.is_ok() && self.has_chromium() {
            return Ok(());
        }
        bail!(
            "they need a Chromium and Playwright could not download its own; \
             `apt-get install chromium` gives one, and END2END_CHROMIUM=/path/to/it names any other"
        )
    }

    /// Whether the browser the tests would take starts at all.
    fn has_chromium(&self) -> bool {
        const SCRIPT: &str = "import { executablePath } from './chromium.mjs'; console.log(executablePath() ?? '')";
        let asked = command::read(
            Command::new(&self.node)
                .args(["--input-type=module", "--eval", SCRIPT])
                .current_dir(&self.folder),
        );
        asked.is_ok_and(|path| {
            !path.trim().is_empty() && command::read(Command::new(path.trim()).arg("--version")).is_ok()
        })
    }

    /// Whether a spec could have a test of that name.
    pub fn has_test(&self, name: &str) -> bool {
        let specs = self.folder.join("tests");
        site::list(&specs)
            .unwrap_or_default()
            .iter()
            .any(|spec| fs::read_to_string(specs.join(spec)).is_ok_and(|text| text.contains(name)))
    }

    /// The end-to-end tests of this server.
    pub fn end_to_end(&self, server: &Path, filter: Option<&str>) -> Command {
        let mut command = self.playwright();
        command
            .arg("test")
            .env("END2END_BINARY", server)
            .env("END2END_REPORT", self.report());
        if let Some(filter) = filter {
            command.args(["--grep", &escape(filter), "--pass-with-no-tests"]);
        }
        command
    }

    /// Runs them and reads the report.
    pub fn run_end_to_end(&self, command: &mut Command) -> Result<Counts> {
        let report = self.report();
        fs::create_dir_all(&self.notes)?;
        if report.exists() {
            fs::remove_file(&report)?;
        }
        let finished = command::run(command);
        let counts = output::of_playwright(&report)?;
        if counts.failed == 0 {
            finished?;
        }
        Ok(counts)
    }

    /// Serves a wasm test with its runner and opens it in the browser.
    pub fn run_wasm(&self, runner: &mut Command) -> Result<Counts> {
        let mut server = Server::start(
            runner
                .env("NO_HEADLESS", "1")
                .env("WASM_BINDGEN_TEST_ADDRESS", "127.0.0.1:0"),
        )?;
        let Some(address) = server.address()? else {
            // Nothing to serve: every test was filtered out.
            return Ok(Counts::default());
        };
        output::of_libtest(
            Command::new(&self.node)
                .args(["web-tests.mjs", &address])
                .current_dir(&self.folder),
        )
    }

    fn playwright(&self) -> Command {
        let mut command = Command::new(&self.npx);
        command.args(["--no-install", "playwright"]).current_dir(&self.folder);
        command
    }

    fn report(&self) -> PathBuf {
        self.notes.join("end2end.json")
    }
}

/// The runner of wasm tests serves until it is ended.
struct Server {
    process: Child,
    /// Held open: the runner dies of a line that nobody takes.
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(runner: &mut Command) -> Result<Self> {
        let mut process = runner
            .stdout(Stdio::piped())
            .spawn()
            .context("the runner of the wasm tests cannot be started")?;
        let output = process.stdout.take().context("the output is not piped")?;
        Ok(Self {
            process,
            output: BufReader::new(output),
        })
    }

    fn address(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        while self.output.read_line(&mut line)? > 0 {
            if let Some(at) = line.find("http://") {
                return Ok(Some(line[at..].trim().to_owned()));
            }
            if line.contains("no tests to run") {
                return Ok(None);
            }
            line.clear();
        }
        bail!(
            "the runner of the wasm tests ended without serving ({})",
            self.process.wait()?
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nobody to tell.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether Node says a version that Playwright and the rest take: `v20.20.2`.
fn is_recent(version: &str) -> bool {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok())
        .is_some_and(|major| major >= 20)
}

/// A filter is words, not a pattern.
fn escape(words: &str) -> String {
    let mut pattern = String::new();
    for letter in words.chars() {
        if r"\^$.|?*+()[]{}/".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_18_is_too_old() {
        assert!(is_recent("v20.20.2\n"));
        assert!(!is_recent("v18.19.0\n"));
        assert!(!is_recent("what?"));
    }

    #[test]
    fn a_filter_is_words_not_a_pattern() {
        assert_eq!(escape("what? (all)"), r"what\? \(all\)");
    }
}
