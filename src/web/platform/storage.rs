//! What the browser keeps for this person: drafts. Losing it loses comfort, never work that was paid for.

#[cfg(feature = "hydrate")]
fn local() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is kept under this key.
#[must_use]
pub fn read(key: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        local()?.get_item(key).ok()?
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = key;
        None
    }
}

/// Keeps a text under this key. `false` when there is no room or the browser does not allow it.
pub fn write(key: &str, text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        local().is_some_and(|storage| storage.set_item(key, text).is_ok())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (key, text);
        false
    }
}

/// Forgets what is kept under this key.
pub fn remove(key: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(storage) = local() {
        let _ = storage.remove_item(key);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = key;
}
