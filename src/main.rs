//! Memory → arguments → telemetry → settings → serve. Nothing else: see `server::cli`.

use pochoir::server::{allocator, cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Where a program may not be started again, it keeps more memory than it needs, and that is all.
    let _ = allocator::give_back();
    serve()
}

#[tokio::main]
async fn serve() -> ExitCode {
    cli::run().await
}
