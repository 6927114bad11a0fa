//! The browser half in a browser: rules that server and page must agree on to the bit, computed by wasm.
//!
//! `cargo xtask test` builds this for wasm and opens it in Chromium. To add a test: a `#[wasm_bindgen_test]` in the file of
//! its room.

#![cfg(target_arch = "wasm32")]

mod domain;
mod platform;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
