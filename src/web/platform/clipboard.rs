//! The clipboard.

/// Copies a text. `false` when the browser does not allow it.
pub async fn copy_text(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        let Some(window) = web_sys::window() else {
            return false;
        };
        let clipboard = window.navigator().clipboard();
        // Not there on plain http except for this machine.
        if wasm_bindgen::JsValue::from(clipboard.clone()).is_undefined() {
            return false;
        }
        wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text))
            .await
            .is_ok()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        std::future::ready(false).await
    }
}
