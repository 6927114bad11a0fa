//! The visitor's clock, for elapsed times. Never part of what the server renders.

/// Milliseconds since 1970 by the visitor's clock; 0 on the server.
#[must_use]
pub fn now_ms() -> f64 {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Date::now()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        0.0
    }
}

/// Milliseconds since 1970 of an RFC 3339 time; nothing when it cannot be read, and on the server.
#[must_use]
pub fn parse_ms(time: &str) -> Option<f64> {
    #[cfg(feature = "hydrate")]
    {
        let ms = js_sys::Date::parse(time);
        ms.is_finite().then_some(ms)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = time;
        None
    }
}
