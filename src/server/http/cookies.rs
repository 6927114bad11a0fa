//! Cookies, in and out.

use axum::http::{HeaderMap, HeaderValue, header};

/// How long a browser is asked to keep one; none keeps it longer.
pub const LONG_SECONDS: u32 = 400 * 24 * 60 * 60;

/// The value of a cookie.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// A cookie that no script sees and no other site's post carries. An empty value forgets it.
#[must_use]
pub fn write(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    let age = if value.is_empty() { 0 } else { LONG_SECONDS };
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    let mut cookie = HeaderValue::try_from(text).ok()?;
    cookie.set_sensitive(true);
    Some(cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let line = "xpochoir=1; pochoir=2;pochoir-lang=fr".parse().expect("a header");
        let headers = HeaderMap::from_iter([(header::COOKIE, line)]);
        assert_eq!(read(&headers, "pochoir"), Some("2"));
        assert_eq!(read(&headers, "pochoir-lang"), Some("fr"));
        assert_eq!(read(&headers, "pochoi"), None);
    }

    #[test]
    fn a_value_cannot_add_a_header() {
        assert_eq!(write("a", "b\r\nSet-Cookie: c=d", false), None);
    }
}
