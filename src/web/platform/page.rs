//! The page as a document: its language.

use crate::domain::text::Lang;

/// The language of the page: on the server the request's, in the browser that of `<html lang>`.
#[cfg(feature = "ssr")]
#[must_use]
pub fn lang() -> Lang {
    leptos::prelude::use_context().unwrap_or_default()
}

/// The language of the page: on the server the request's, in the browser that of `<html lang>`.
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn lang() -> Lang {
    leptos::prelude::document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .and_then(|tag| Lang::from_tag(&tag))
        .unwrap_or_default()
}
