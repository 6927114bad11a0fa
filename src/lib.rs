//! Pochoir: variations of a picture, with a stencil.
//!
//! Four rooms, each with its own rule (docs/ARCHITECTURE.md has the reasons):
//!
//! | room | what it holds | compiled for |
//! | --- | --- | --- |
//! | [`domain`] | what the product knows: pure rules and types | server and browser |
//! | [`api`] | what the browser may ask: server functions, request and answer types, errors | server and browser |
//! | [`server`] | how it is done: HTTP, pipeline, providers, store, pictures | server only |
//! | [`web`] | what people see: pages, components, studio, editor | server (rendering) and browser |
//!
//! Arrows point one way: `web → api → server → domain`, and everyone may use `domain`.

pub mod api;
pub mod domain;
pub mod web;

#[cfg(feature = "ssr")]
pub mod server;

/// Takes over the page that the server rendered. The browser's entry point.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(web::app::App);
}
