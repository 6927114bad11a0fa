//! Arguments → telemetry → settings → serve. Nothing else: see `server::cli`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    pochoir::server::cli::run().await
}
