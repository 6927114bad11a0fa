//! The program itself, started as an operator starts it, and demo providers of its own with their fault script.

use super::{Person, until};
use pochoir::server::{demo::DemoOptions, providers::ensure_crypto, serve::Demo};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The program with these arguments and settings, and nothing of the environment of whoever runs the tests.
pub fn program(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_pochoir"));
    program
        .args(arguments)
        .env_clear()
        .envs(settings.iter().copied())
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null());
    program
}

pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A program that was started, and the address it printed. It ends with the test.
pub struct Running {
    pub child: Child,
    pub address: String,
}

impl Running {
    pub fn start(arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut child = program(arguments, settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        // Read on, so that it never waits for a reader.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        Self { child, address }
    }

    pub fn serve(folder: &Path, demo: &Demo, more: &[(&str, &str)]) -> Self {
        let base = format!("{}v1", demo.address);
        let folder = folder.display().to_string();
        let mut settings = vec![
            ("POCHOIR_ADDR", "127.0.0.1:0"),
            ("POCHOIR_DATA_DIR", folder.as_str()),
            ("OPENAI_API_KEY", "sk-test"),
            ("OPENAI_BASE_URL", base.as_str()),
        ];
        settings.extend(more);
        Self::start(&["serve"], &settings)
    }

    pub fn person(&self) -> Person {
        Person::at(self.address.clone())
    }

    /// Asks it to stop, as a service manager does; gives its exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().expect("kill").success());
        self.child.wait().expect("an end").code()
    }

    /// Ends it without a word.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("an end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Demo providers of their own, and the way to their fault script.
pub struct Providers {
    pub demo: Demo,
    control: Person,
}

impl Providers {
    pub async fn start() -> Self {
        ensure_crypto();
        let demo = Demo::start(DemoOptions { control: true })
            .await
            .expect("the demo providers");
        let control = Person::at(demo.address.as_str().trim_end_matches('/').to_owned());
        Self { demo, control }
    }

    /// The next picture is not answered before [`Self::release`].
    pub async fn hold_one(&self) {
        self.hold("/images/").await;
    }

    /// The next request whose path has this part is not answered before [`Self::release`].
    pub async fn hold(&self, path: &str) {
        let fault = json!({ "path": path, "hold": true, "times": 1 });
        self.control.post("/control/faults", &fault).await;
    }

    pub async fn release(&self) {
        self.control.post("/control/release", &Value::Null).await;
    }

    /// Waits until this many requests are held.
    pub async fn held(&self, many: u64) {
        until("requests are held", async || {
            (self.counters().await["held"] == many).then_some(())
        })
        .await;
    }

    /// How many pictures were asked for.
    pub async fn painted(&self) -> Value {
        self.counters().await["by_path"]["/v1/images/edits"].clone()
    }

    /// Queues a fault.
    pub async fn play(&self, fault: Value) {
        let answer = self.control.post("/control/faults", &fault).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }

    /// Where they are, without a slash at the end.
    pub fn address(&self) -> String {
        self.demo.address.as_str().trim_end_matches('/').to_owned()
    }

    /// What arrived, in order.
    pub async fn requests(&self) -> Vec<Value> {
        let mut answer = self.control.get("/control/requests").await.json();
        serde_json::from_value(answer["requests"].take()).expect("requests")
    }

    pub async fn counters(&self) -> Value {
        self.control.get("/control/counters").await.json()
    }
}
