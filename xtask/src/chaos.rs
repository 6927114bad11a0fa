//! `chaos`: the long stories of `tests/server/chaos`, one at a time: many starts at once against room for few, and sudden ends
//! at a hundred moments. The short ones are part of `test`.

use crate::{arguments::Arguments, command, metadata::Project, progress};
use anyhow::Result;

/// Tells them.
pub fn run(project: &Project, arguments: Arguments) -> Result<()> {
    arguments.finish()?;
    progress::step("chaos: this takes several minutes");
    let mut cargo = command::cargo(project);
    cargo.args([
        "test",
        "--package",
        &project.package,
        "--test",
        "server",
        "--no-default-features",
    ]);
    cargo.args(["--features", &project.bin_features.join(",")]);
    cargo.args(["--", "chaos::", "--test-threads", "1"]);
    command::run(cargo.env("XTASK_TEST_FULL", "1"))
}
