//! Waiting.

/// Waits. On the server it does not.
pub async fn sleep_ms(ms: i32) {
    #[cfg(feature = "hydrate")]
    {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            if let Some(window) = web_sys::window() {
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
            }
        });
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = ms;
        std::future::ready(()).await;
    }
}

/// A repeated call. Dropping it ends it.
#[derive(Debug)]
pub struct Interval {
    #[cfg(feature = "hydrate")]
    handle: i32,
    #[cfg(feature = "hydrate")]
    _tick: wasm_bindgen::closure::Closure<dyn FnMut()>,
}

/// Calls `on_tick` every `ms` milliseconds. `None` on the server.
pub fn every_ms(ms: i32, on_tick: impl Fn() + 'static) -> Option<Interval> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        let tick = Closure::<dyn FnMut()>::new(on_tick);
        let handle = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), ms)
            .ok()?;
        Some(Interval { handle, _tick: tick })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (ms, on_tick);
        None
    }
}

#[cfg(feature = "hydrate")]
impl Drop for Interval {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.handle);
        }
    }
}
