//! The router and the order of the layers.
//!
//! From the outside in: a line in the log and a net for panics → headers → patience with whoever is still sending → host,
//! forwarding and cross-site → the site's files, or compression → who asks → the handler. To add a plain route: its line
//! in [`plain`], its row in docs/API.md.

use super::{
    http::{
        events, forms, functions,
        guards::{self, Rules},
        headers, health, masks, media, pages, patience, preferences, problem, session, shares,
        site::Site,
        trace, upload,
    },
    state::AppState,
};
use crate::api::ErrorCode;
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::Method,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::{CompressionLevel, compression::CompressionLayer};

/// Largest form, in bytes: a wish, a title and a few names.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// Everything that is served.
pub fn router(app: &AppState, site: Site) -> Router {
    let recognise = from_fn_with_state(app.clone(), session::recognise);
    let compress = CompressionLayer::new().quality(CompressionLevel::Fastest);

    let words = functions::routes()
        .merge(pages::routes(app.clone()))
        .layer(compress.clone());
    let known = plain()
        .layer(Extension(site.clone()))
        .merge(words)
        .layer(recognise.clone())
        // Whoever asks whether it lives is answered without asking the database who they are.
        .merge(health_checks());

    let nothing_here = ServiceBuilder::new()
        .layer(recognise)
        .layer(compress)
        .service(pages::not_found(app.clone()));
    let elsewhere = move |State(app): State<AppState>, request: Request| {
        let (site, nothing_here) = (site.clone(), nothing_here.clone());
        async move {
            if let Some(file) = site
                .answer(request.method(), request.uri().path(), request.headers())
                .await
            {
                return file;
            }
            if !matches!(*request.method(), Method::GET | Method::HEAD) {
                let lang = preferences::lang(request.headers(), app.config.default_language);
                return problem::answer(ErrorCode::NotFound, lang);
            }
            match nothing_here.oneshot(request).await {
                Ok(page) => page.into_response(),
                Err(never) => match never {},
            }
        }
    };

    Router::new()
        .merge(known)
        .method_not_allowed_fallback(wrong_method)
        .fallback(elsewhere)
        .with_state(app.clone())
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.clone(), trace::follow))
                .layer(from_fn(headers::add))
                .layer(from_fn(patience::hear_out))
                .layer(from_fn_with_state(Rules::of(&app.config), guards::guard))
                .layer(guards::cross_site(&app.config.http)),
        )
}

/// Whether it lives, and whether it can work.
fn health_checks() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
}

/// Routes that are neither pages nor server functions: bytes, streams, and forms that work without script.
fn plain() -> Router<AppState> {
    let files = Router::new()
        .route("/api/sources", post(upload::upload))
        .route("/api/sources/{id}/masks", post(masks::upload))
        // Counted by the handlers, which say so in words.
        .layer(DefaultBodyLimit::disable());
    let forms = Router::new()
        .route("/forms/language", post(forms::language))
        .route("/forms/theme", post(forms::theme))
        .route("/forms/describe", post(forms::describe))
        .route("/forms/paint", post(forms::paint))
        .route("/forms/again", post(forms::again))
        .route("/forms/source/delete", post(forms::delete_source))
        .route("/forms/variation/delete", post(forms::delete_variation))
        .route("/forms/recompose", post(forms::recompose))
        .route("/forms/share", post(forms::share))
        .route("/forms/share/revoke", post(forms::revoke))
        .route("/forms/share/unlock", post(forms::unlock))
        .route("/forms/use-as-source", post(forms::use_as_source))
        .route("/forms/sample", post(forms::sample))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
    Router::new()
        .route("/api/events", get(events::of_visitor))
        .route("/api/jobs/{id}/events", get(events::of_job))
        .route("/media/sources/{id}/{role}", get(media::of_source))
        .route("/media/jobs/{id}/{place}", get(media::of_job))
        .route("/media/variations/{id}/{role}", get(media::of_variation))
        .route("/s/{slug}/card", get(shares::card))
        .route("/s/{slug}/{index}/{role}", get(shares::picture))
        .merge(files)
        .merge(forms)
}

async fn wrong_method(State(app): State<AppState>, request: Request) -> Response {
    let lang = preferences::lang(request.headers(), app.config.default_language);
    problem::answer(ErrorCode::WrongMethod, lang)
}
