//! The documentation, word for word: the commands of docs/API.md are run in order by a shell with `curl`, against a fresh
//! instance; every test that docs/PROVIDERS.md names is there.

use crate::harness::{TestApp, pictures};
use std::{path::Path, process::Command};

/// The shell blocks of the documentation, joined.
fn commands() -> String {
    let docs = include_str!("../../docs/API.md");
    let mut commands = String::from("set -eu\n");
    for block in docs.split("```sh\n").skip(1) {
        let (block, _) = block.split_once("```").expect("a closed block");
        // Each block is shown before it is run, so that a failure says where it was.
        for line in block.lines() {
            commands.push_str(line);
            commands.push('\n');
        }
    }
    commands
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_commands_do_what_they_say() {
    if !Command::new("curl")
        .arg("--version")
        .output()
        .is_ok_and(|curl| curl.status.success())
    {
        println!("left out: there is no curl on this machine");
        return;
    }
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("photo.jpg"), pictures::jpeg(640, 480)).expect("a photograph");
    std::fs::write(folder.path().join("mask.png"), pictures::mask(640, 480)).expect("a mask");
    let mut shell = Command::new("bash");
    shell
        .args(["-x", "-o", "pipefail", "-c", &commands()])
        .current_dir(folder.path())
        .env("POCHOIR", format!("http://{}", app.address))
        .env("no_proxy", "*");
    let run = tokio::task::spawn_blocking(move || shell.output())
        .await
        .expect("a thread")
        .expect("a shell");
    assert!(
        run.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    let result = image::open(folder.path().join("result.png")).expect("the result");
    assert!(result.width() > 0);
    app.finish().await;
}

/// The tests a text names: `path::name` between backticks.
fn named(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.split('`').skip(1).step_by(2);
    let tests = quoted.filter_map(|words| words.rsplit_once("::"));
    tests
        .filter(|(path, _)| [".rs", ".py"].iter().any(|ending| path.ends_with(ending)))
        .collect()
}

#[test]
fn every_row_about_providers_names_a_test_that_exists() {
    let docs = include_str!("../../docs/PROVIDERS.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, name) in named(docs) {
        let text = std::fs::read_to_string(root.join(path)).unwrap_or_else(|_| panic!("there is no {path}"));
        let declared = [format!("fn {name}("), format!("def {name}(")];
        assert!(
            declared.iter().any(|line| text.contains(line)),
            "there is no {name} in {path}"
        );
    }
    let rows = docs.lines().filter(|line| line.starts_with('|'));
    let mut checked = 0;
    let mut in_tests = false;
    for row in rows {
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
        if last == "test" {
            in_tests = true;
        } else if in_tests && !last.starts_with("---") {
            assert!(!named(last).is_empty(), "no test: {row}");
            checked += 1;
        }
    }
    assert!(checked > 40, "the tables were found: {checked} rows");
}
