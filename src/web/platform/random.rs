//! Randomness from the browser, for idempotency keys.

/// 128 random bits in hexadecimal digits. `None` when the browser has no source of randomness, and on the server.
#[must_use]
pub fn random_key() -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use std::fmt::Write;
        let mut bytes = [0_u8; 16];
        web_sys::window()?
            .crypto()
            .ok()?
            .get_random_values_with_u8_array(&mut bytes)
            .ok()?;
        Some(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        None
    }
}
