//! Text fields that lose nothing: what was typed before the page came alive is adopted, not overwritten.

use leptos::{html, prelude::*};

/// Binds a textarea to a text. What stands in it when the page comes alive wins; afterwards the field is only written
/// when the text differs, so that the caret stays where it is.
pub fn bind_textarea(field: NodeRef<html::Textarea>, text: RwSignal<String>) {
    Effect::new(move |before: Option<bool>| {
        let wanted = text.get();
        let Some(element) = field.get() else { return false };
        let standing = element.value();
        let first = before != Some(true);
        if standing != wanted {
            if first && !standing.is_empty() {
                text.set(standing);
            } else {
                element.set_value(&wanted);
            }
        }
        true
    });
}

/// Shows a text in a textarea, writing it only when it differs.
pub fn show_in_textarea(field: NodeRef<html::Textarea>, text: impl Fn() -> String + 'static) {
    Effect::new(move |_| {
        let wanted = text();
        if let Some(element) = field.get()
            && element.value() != wanted
        {
            element.set_value(&wanted);
        }
    });
}
