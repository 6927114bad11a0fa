//! The page as a document: its language, its status, what style sheets cannot know.

use crate::domain::text::Lang;
use leptos::web_sys::HtmlElement;

/// The language of the page: on the server the request's, in the browser that of `<html lang>`.
#[must_use]
pub fn lang() -> Lang {
    #[cfg(feature = "ssr")]
    {
        leptos::prelude::use_context().unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    {
        leptos::prelude::document()
            .document_element()
            .and_then(|root| root.get_attribute("lang"))
            .and_then(|tag| Lang::from_tag(&tag))
            .unwrap_or_default()
    }
}

/// Answers with this HTTP status. Does nothing in the browser.
pub fn set_status(status: http::StatusCode) {
    #[cfg(feature = "ssr")]
    {
        if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
            options.set_status(status);
        }
    }
    #[cfg(not(feature = "ssr"))]
    {
        let _ = status;
    }
}

/// Sets a custom property of an element's style. The content policy allows it here, but no `style` attribute.
pub fn set_property(element: &HtmlElement, name: &str, value: &str) {
    #[cfg(feature = "hydrate")]
    {
        let _ = element.style().set_property(name, value);
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (element, name, value);
    }
}

/// Closes a popover that stands open.
pub fn close_popover(element: &HtmlElement) {
    #[cfg(feature = "hydrate")]
    {
        let _ = element.hide_popover();
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = element;
    }
}

/// The absolute form of an address on this site, by the host that was asked for. Addresses are absolute already where
/// the public address is configured.
#[must_use]
pub fn absolute(address: &str) -> String {
    match origin() {
        Some(origin) if address.starts_with('/') => format!("{origin}{address}"),
        _ => address.to_owned(),
    }
}

fn origin() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let parts = leptos::prelude::use_context::<http::request::Parts>()?;
        let host = parts.headers.get(http::header::HOST)?.to_str().ok()?;
        Some(format!("http://{host}"))
    }
    #[cfg(not(feature = "ssr"))]
    {
        leptos::prelude::window().location().origin().ok()
    }
}
