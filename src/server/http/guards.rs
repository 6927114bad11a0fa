//! Requests that go no further: a foreign `Host`, something forwarded to an instance that is for this machine only, and
//! changes asked for by another site.
//!
//! - *Host*: a foreign name may have been pointed at this machine so that a page elsewhere reads it (DNS rebinding).
//! - *Forwarded*: a tunnel or proxy opens to others what was meant for one person with a real key.
//! - *Cross-site*: tower-http's layer (`csrf`) judges `Sec-Fetch-Site` and `Origin`; here its answer gets our words.

use super::{preferences, problem};
use crate::{
    api::ErrorCode,
    domain::text::Lang,
    server::config::{Audience, Config, Http},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// What the guards go by.
#[derive(Debug, Clone)]
pub struct Rules {
    http: Http,
    audience: Audience,
    default_language: Lang,
}

impl Rules {
    /// The rules of these settings.
    #[must_use]
    pub fn of(config: &Config) -> Arc<Self> {
        Arc::new(Self {
            http: config.http.clone(),
            audience: config.access.audience,
            default_language: config.default_language,
        })
    }
}

/// What proxies add. None is trusted: the settings know the address people use.
static FORWARDED: [HeaderName; 8] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
];

/// Lets through what may pass.
pub async fn guard(State(rules): State<Arc<Rules>>, mut request: Request, next: Next) -> Response {
    let lang = preferences::lang(request.headers(), rules.default_language);
    if !knows_host(&rules.http, &request) {
        return problem::answer(ErrorCode::UnknownHost, lang);
    }
    let forwarded = FORWARDED.iter().any(|name| request.headers().contains_key(name));
    if forwarded && rules.audience == Audience::ThisMachine {
        return problem::answer(ErrorCode::ThisMachineOnly, lang);
    }
    for name in &FORWARDED {
        request.headers_mut().remove(name);
    }
    let response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_some() {
        return problem::answer(ErrorCode::CrossSite, lang);
    }
    response
}

/// Every name by which the request calls us must be ours, and there must be one.
fn knows_host(http: &Http, request: &Request) -> bool {
    let in_target = request.uri().authority().map(axum::http::uri::Authority::as_str);
    let mut hosts = in_target.into_iter().chain(host_lines(request.headers())).peekable();
    request.headers().get_all(header::HOST).iter().count() <= 1
        && hosts.peek().is_some()
        && hosts.all(|host| http.allows_host(host))
}

fn host_lines(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    // What cannot be read is no name of ours.
    headers
        .get_all(header::HOST)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
}

/// Refuses changes that another site asks for.
///
/// # Panics
///
/// Never: a public URL is an origin.
pub fn cross_site(http: &Http) -> CsrfLayer {
    let layer = CsrfLayer::new();
    match &http.public_url {
        Some(url) => layer
            .add_trusted_origin(url.origin())
            .expect("the settings made an origin of the public URL"),
        None => layer,
    }
}
