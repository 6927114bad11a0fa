//! The mark and the few icons, drawn in the colour of the text.

use leptos::prelude::*;

/// The mark: a stencil.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark-sign" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
            <path
                fill="currentColor"
                fill-rule="evenodd"
                d="M1 1h30v30H1zM14.600 7v18C10.200 24.300 7 20.500 7 16s3.200-8.300 7.600-9zM17.400 7C21.800 7.700 25 11.500 25 16s-3.200 8.300-7.600 9z"
            />
        </svg>
    }
    .into_any()
}

/// A line icon of 20 × 20.
#[component]
pub fn Icon(
    /// The outline, as the `d` of a path.
    d: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d=d fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>
        </svg>
    }
    .into_any()
}

/// Three lines.
pub const MENU: &str = "M3 5.500h14M3 10h14M3 14.500h14";
/// A crescent.
pub const MOON: &str = "M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300z";
/// A sun.
pub const SUN: &str = "M13.500 10a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0zM10 2v1.500M10 16.500V18M18 10h-1.500M3.500 10H2M15.700 4.300l-1.100 1.100M5.400 14.600l-1.100 1.100M15.700 15.700l-1.100-1.100M5.400 5.400 4.300 4.300";
