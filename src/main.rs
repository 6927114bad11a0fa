//! Memory → arguments → telemetry → settings → serve. Nothing else: see `server::cli`.

use pochoir::server::{allocator, cli};
use std::process::ExitCode;
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    // Where a program may not be started again, it keeps more memory than it needs, and that is all.
    let _ = allocator::give_back();
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            cli::complain(&format!("no threads to work with: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(cli::run());
    // Picture work that nobody waits for any more does not hold up the end.
    runtime.shutdown_background();
    code
}
