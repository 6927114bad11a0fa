//! Animation frames.

/// Runs `draw` before the next frame. Does nothing on the server.
pub fn next_frame(draw: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        if let Some(window) = web_sys::window() {
            let draw = Closure::once_into_js(draw);
            let _ = window.request_animation_frame(draw.unchecked_ref());
        }
    }
    #[cfg(not(feature = "hydrate"))]
    drop(draw);
}
