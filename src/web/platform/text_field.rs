//! Text fields that lose nothing: what was typed before the page came alive is adopted, not overwritten.

use leptos::{html, prelude::*};

/// Binds a textarea to a text. What stands in it when the page comes alive wins over an empty text; afterwards the
/// field is only written when the text differs, so that the caret stays where it is.
pub fn bind_textarea(field: NodeRef<html::Textarea>, text: RwSignal<String>) {
    Effect::new(move |before: Option<bool>| {
        let wanted = text.get();
        let Some(element) = field.get() else { return false };
        let standing = element.value();
        if before != Some(true) && wanted.is_empty() && !standing.is_empty() {
            text.set(standing);
        } else if standing != wanted {
            element.set_value(&wanted);
        }
        true
    });
}
