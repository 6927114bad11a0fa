//! Pages: rendered by `web`, with everything they find in their context.

use super::headers;
use crate::{
    server::{session::Caller, state::AppState},
    web::app::{App, shell},
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{header, request::Parts},
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{
    AxumRouteListing, ErrorHandler, LeptosRoutes as _, ResponseOptions, generate_route_list_with_exclusions,
};
use std::{convert::Infallible, future::Future, sync::LazyLock};

/// What every page and every server function finds in its context: the application, the caller, their language and
/// theme, the headers.
pub fn contexts(app: AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        provide_context(app.clone());
        if let Some(parts) = use_context::<Parts>() {
            if let Some(caller) = parts.extensions.get::<Caller>().cloned() {
                provide_context(caller.lang);
                provide_context(caller.theme);
                provide_context(caller);
            }
            provide_context(parts.headers);
        }
        if let (Some(nonce), Some(answer)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Some(policy) = headers::page(&nonce)
        {
            answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// The routes of `web`. Asked for once in a process: while Leptos collects them, no resource loads anywhere, and a page that
/// is being rendered for another router of this process would never be answered.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
    // Server functions have routes of their own, with a limit and errors in the caller's language.
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    generate_route_list_with_exclusions(App, Some(functions.collect()))
});

/// A page for each route of `web`.
pub fn routes(app: AppState) -> Router<AppState> {
    let options = options();
    let pages = PAGES.clone();
    let shell = {
        let options = options.clone();
        move || shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(&options, pages, contexts(app), shell)
        .with_state(options)
}

/// The page for addresses where nothing is.
pub fn not_found(
    app: AppState,
) -> impl tower::Service<
    Request,
    Response = Response<Body>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    ErrorHandler::new_with_context(contexts(app), shell, options())
}

/// Names of the browser half's files.
fn options() -> LeptosOptions {
    LeptosOptions::builder().output_name("pochoir").build()
}
