//! Keys for the whole page.

/// A key that was pressed, with what was held.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are the browser's own flags")]
pub struct KeyPress {
    /// The character or name the key produced, so that it fits every layout.
    pub key: String,
    /// Shift was held.
    pub shift: bool,
    /// Ctrl or Cmd was held.
    pub command: bool,
    /// Alt was held.
    pub alt: bool,
    /// It repeats because the key is held down.
    pub repeat: bool,
    /// The person is typing a text: shortcuts stay silent.
    pub typing: bool,
}

/// A listener. Dropping it takes it away.
#[derive(Debug)]
pub struct KeyListener {
    #[cfg(feature = "hydrate")]
    target: web_sys::EventTarget,
    #[cfg(feature = "hydrate")]
    listener: wasm_bindgen::closure::Closure<dyn FnMut(web_sys::KeyboardEvent)>,
}

/// Calls `on_key` for every key pressed on the page; `true` keeps the browser from acting on it. `None` on the server.
pub fn listen(on_key: impl Fn(&KeyPress) -> bool + 'static) -> Option<KeyListener> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        let target: web_sys::EventTarget = web_sys::window()?.document()?.into();
        let listener = Closure::<dyn FnMut(web_sys::KeyboardEvent)>::new(move |event: web_sys::KeyboardEvent| {
            if on_key(&KeyPress::of(&event)) {
                event.prevent_default();
            }
        });
        target
            .add_event_listener_with_callback("keydown", listener.as_ref().unchecked_ref())
            .ok()?;
        Some(KeyListener { target, listener })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = on_key;
        None
    }
}

#[cfg(feature = "hydrate")]
impl KeyPress {
    /// Reads the browser's event.
    #[must_use]
    pub fn of(event: &web_sys::KeyboardEvent) -> Self {
        use wasm_bindgen::JsCast;
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
            .is_some_and(|element| match element.tag_name().as_str() {
                "TEXTAREA" | "SELECT" => true,
                "INPUT" => {
                    let kind = element.get_attribute("type").unwrap_or_default();
                    !matches!(kind.as_str(), "radio" | "checkbox" | "range" | "button" | "submit")
                }
                _ => element.is_content_editable(),
            });
        Self {
            key: event.key(),
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            repeat: event.repeat(),
            typing: typing || event.is_composing(),
        }
    }
}

#[cfg(feature = "hydrate")]
impl Drop for KeyListener {
    fn drop(&mut self) {
        use wasm_bindgen::JsCast;
        let _ = self
            .target
            .remove_event_listener_with_callback("keydown", self.listener.as_ref().unchecked_ref());
    }
}
