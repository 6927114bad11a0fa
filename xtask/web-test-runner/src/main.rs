//! The test runner of wasm-bindgen, built from the lock file instead of installed, so that its version always fits.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
