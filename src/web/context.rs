//! What every page finds in its context: the language and the session.

use crate::{
    api::{
        ApiError,
        session::{Session, get_session},
    },
    domain::{money::Micros, text::Lang},
    web::platform,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The session as a resource, asked again at every change of page so that what is left stays true.
#[derive(Debug, Clone, Copy)]
pub struct SessionResource(pub Resource<Result<Session, ApiError>>);

/// What is left today, known more recently than with the session: the studio hears of it with every price.
#[derive(Debug, Clone, Copy)]
pub struct LeftToday(pub RwSignal<Option<Micros>>);

/// Puts the language into the context and returns it. Called once, by the root.
pub fn provide_lang() -> Lang {
    let lang = platform::page::lang();
    provide_context(lang);
    lang
}

/// Puts the session into the context. Called once, inside the router.
pub fn provide_session() -> SessionResource {
    let path = use_location().pathname;
    let session = SessionResource(Resource::new_blocking(move || path.get(), |_| get_session()));
    provide_context(session);
    provide_context(LeftToday(RwSignal::new(None)));
    session
}

/// The language of the page.
#[must_use]
pub fn use_lang() -> Lang {
    use_context().unwrap_or_default()
}

/// The session of the page.
///
/// # Panics
///
/// Outside of the root component, where no session is provided.
#[must_use]
pub fn use_session() -> Resource<Result<Session, ApiError>> {
    expect_context::<SessionResource>().0
}

/// What is left today, where a page knows better than the session. Nothing outside of the root component.
#[must_use]
pub fn use_left_today() -> RwSignal<Option<Micros>> {
    use_context::<LeftToday>().map_or_else(|| RwSignal::new(None), |left| left.0)
}
