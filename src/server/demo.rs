//! The demo providers: a loopback server that speaks the vendors' wire formats, without any AI.
//!
//! It runs in-process when no key is set, and alone as `pochoir demo-providers`. The same client code talks to it and
//! to the vendors over HTTP, so it is strict about what it accepts and exact in what it answers. What it says of a
//! picture was measured ([`look`]); what it paints are real picture operations chosen by the words of the prompt
//! ([`lexicon`], [`paint`]). It uses `domain` and `imaging`, never `store` or `pipeline`: it must stay an independent
//! witness of what a provider was asked and what that cost.
//!
//! - To add an endpoint: a file here with its wire format, a route in [`router`].
//! - To add a style: a file below `paint/`, its words in `lexicon/words.rs`, its name in `plan.rs`.
//! - To add a way to fail: a field of `control::Fault`.

mod azure_openai;
mod control;
mod fields;
mod images;
mod lexicon;
mod look;
mod models;
mod moderations;
mod oklab;
mod paint;
mod picture;
mod plan;
mod refusal;
mod request;
mod responses;
mod safety;
mod vision;

use crate::{
    domain::{catalogue::Catalogue, money::Micros},
    server::clock::{Clock, SystemClock},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::HeaderValue,
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use figment::{
    Figment,
    providers::{Format as _, Toml},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The most a request may hold: sixteen pictures at the sizes people send, with room.
const BODY_LIMIT_BYTES: usize = 256 * 1024 * 1024;
/// Pictures worked on at once; painting takes one core each.
const BRUSHES: usize = 2;

/// How the demo server behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct DemoOptions {
    /// Whether `/control/*` is there: the fault script, recorded requests and counters, for tests.
    pub control: bool,
}

/// What every handler shares.
#[derive(Debug)]
struct Desk {
    /// Models and prices, as compiled in: an operator's own prices do not change what the witness counts.
    catalogue: Catalogue,
    /// For `created`.
    clock: SystemClock,
    /// Numbers the requests.
    requests: AtomicU64,
    /// Held while a picture is worked on.
    brushes: Semaphore,
    /// The fault script and what was recorded; only with `--control`.
    control: Option<control::Script>,
    /// Cancelled when the server closes, so that hanging answers let go.
    closing: CancellationToken,
}

impl Desk {
    /// Runs picture work on a thread of its own; nothing when it was lost, which is answered as a server error.
    async fn work<T: Send + 'static>(&self, task: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _brush = self.brushes.acquire().await.ok()?;
        tokio::task::spawn_blocking(task).await.ok()
    }

    /// The models that write, with their prices for a million tokens sent and written. One may stand here twice.
    fn writers(&self) -> impl Iterator<Item = (&str, (Micros, Micros))> {
        let describes = self.catalogue.vision.openai.iter();
        let describes = describes.map(|prices| (prices.model.as_str(), (prices.text_in, prices.text_out)));
        let refines = self.catalogue.refine.iter();
        describes.chain(refines.map(|prices| (prices.model.as_str(), (prices.text_in, prices.text_out))))
    }

    /// Seconds since 1970.
    fn now_s(&self) -> i64 {
        self.clock.now().as_second()
    }
}

/// Every endpoint; the state is inside.
///
/// # Panics
/// When the compiled-in catalogue cannot be read, which a test rules out.
pub fn router(options: DemoOptions) -> Router {
    build(options, CancellationToken::new())
}

/// Serves until `shutdown`.
pub async fn serve(
    listener: tokio::net::TcpListener,
    options: DemoOptions,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let app = build(options, shutdown.clone());
    axum::serve(listener, app)
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
}

fn build(options: DemoOptions, closing: CancellationToken) -> Router {
    let desk = Arc::new(Desk {
        catalogue: catalogue(),
        clock: SystemClock,
        requests: AtomicU64::new(0),
        brushes: Semaphore::new(BRUSHES),
        control: options.control.then(control::Script::default),
        closing,
    });
    let providers = Router::new()
        .route("/computervision/imageanalysis:analyze", post(vision::analyze))
        .route("/vision/v3.2/analyze", post(vision::older::analyze))
        .route("/vision/v3.2/describe", post(vision::older::describe))
        .route("/v1/images/generations", post(images::generate))
        .route("/v1/images/edits", post(images::edit))
        .route("/v1/responses", post(responses::create))
        .route("/v1/moderations", post(moderations::create))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{id}", get(models::one))
        .route("/openai/v1/images/generations", post(azure_openai::generate_v1))
        .route("/openai/v1/images/edits", post(azure_openai::edit_v1))
        .route(
            "/openai/deployments/{deployment}/images/generations",
            post(azure_openai::generate_deployed),
        )
        .route(
            "/openai/deployments/{deployment}/images/edits",
            post(azure_openai::edit_deployed),
        )
        .fallback(images::not_found)
        .method_not_allowed_fallback(images::method_not_allowed)
        // Outermost is last: the name first, then the script.
        .layer(middleware::from_fn_with_state(desk.clone(), control::play))
        .layer(middleware::from_fn_with_state(desk.clone(), name_request))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES));
    let app = if options.control {
        providers.nest("/control", control::router())
    } else {
        providers
    };
    app.with_state(desk)
}

/// The catalogue as compiled in.
fn catalogue() -> Catalogue {
    Figment::from(Toml::string(include_str!("providers/catalogue.toml")))
        .extract()
        .expect("the compiled-in catalogue can be read")
}

/// The number of a request, from which the names of what is answered are made.
#[derive(Debug, Clone, Copy)]
struct RequestNumber(u64);

/// Gives every request its name, on both vendors' headers.
async fn name_request(State(desk): State<Arc<Desk>>, mut request: Request, next: Next) -> Response {
    let number = desk.requests.fetch_add(1, Ordering::Relaxed) + 1;
    let name = format!("req_demo{number:012}");
    request.extensions_mut().insert(RequestNumber(number));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert("x-request-id", value.clone());
        response.headers_mut().insert("apim-request-id", value);
    }
    response
}

#[cfg(test)]
mod tests;
