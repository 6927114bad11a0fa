//! docs/API.md, word for word: its commands are run in order by a shell with `curl`, against a fresh instance.

use crate::harness::{TestApp, pictures};
use std::process::Command;

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
