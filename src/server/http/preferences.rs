//! What a browser says about its person: language and theme. Read from every request, written by two forms.

use super::cookies;
use crate::{api::session::Theme, domain::text::Lang};
use axum::http::{HeaderMap, header};

/// The cookie of the chosen language.
pub const LANG_COOKIE: &str = "pochoir-lang";
/// The cookie of the chosen theme.
pub const THEME_COOKIE: &str = "pochoir-theme";

/// The language of whoever asks: what they chose, else what their browser prefers, else the instance's.
#[must_use]
pub fn lang(headers: &HeaderMap, instance: Lang) -> Lang {
    let chosen = cookies::read(headers, LANG_COOKIE).and_then(Lang::from_tag);
    let preferred = || {
        let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Lang::from_accept_language(accepted)
    };
    chosen.or_else(preferred).unwrap_or(instance)
}

/// The theme they chose, if they did.
#[must_use]
pub fn theme(headers: &HeaderMap) -> Option<Theme> {
    match cookies::read(headers, THEME_COOKIE)? {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// Whether a page is wanted rather than data: a browser that submits a form.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accept| accept.to_str().ok())
        .flat_map(|accept| accept.split(','))
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().expect("a header")))
            .collect()
    }

    #[test]
    fn a_choice_goes_before_the_browser_and_the_browser_before_the_instance() {
        let none = headers(&[]);
        assert_eq!(lang(&none, Lang::Fr), Lang::Fr);
        let browser = headers(&[(header::ACCEPT_LANGUAGE, "fr-FR,fr;q=0.9")]);
        assert_eq!(lang(&browser, Lang::En), Lang::Fr);
        let chosen = headers(&[
            (header::ACCEPT_LANGUAGE, "fr"),
            (header::COOKIE, "a=b; pochoir-lang=en"),
        ]);
        assert_eq!(lang(&chosen, Lang::Fr), Lang::En);
    }

    #[test]
    fn only_browsers_want_pages() {
        assert!(wants_page(&headers(&[(
            header::ACCEPT,
            "text/html,application/xhtml+xml;q=0.9"
        )])));
        for accept in ["*/*", "application/json", "text/htmlx"] {
            assert!(!wants_page(&headers(&[(header::ACCEPT, accept)])), "{accept}");
        }
    }
}
