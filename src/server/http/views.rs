//! Pictures that are drawn when they are asked for and kept nowhere: difference and cut-out of a variation. To its owner
//! only, like every picture of theirs.

use super::{
    conditional,
    media::{PICTURE_POLICY, plain_name, wants_download},
    problem,
};
use crate::server::{
    failure::{Failure, Outcome},
    pipeline::recompose::{self, View},
    session::Caller,
    state::App,
    store::VariationRow,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};

/// Draws a view of a variation; `?download` to keep it.
pub async fn answer(
    app: &App,
    variation: VariationRow,
    view: View,
    query: Option<&str>,
    method: &Method,
    asked: &HeaderMap,
    caller: &Caller,
) -> Response {
    send(app, &variation, view, query, method, asked, caller)
        .await
        .unwrap_or_else(|failure| problem::answer(failure, caller.lang))
}

async fn send(
    app: &App,
    variation: &VariationRow,
    view: View,
    query: Option<&str>,
    method: &Method,
    asked: &HeaderMap,
    caller: &Caller,
) -> Outcome<Response> {
    // Everything it is drawn from is named by its bytes or never changes; how it is drawn changes with the version.
    let version = env!("CARGO_PKG_VERSION");
    let etag = format!("\"{}-{view:?}-{version}\"", variation.id);
    let etag = HeaderValue::try_from(etag).map_err(Failure::internal)?;
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    headers.insert(header::ETAG, etag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    headers.insert(header::CONTENT_SECURITY_POLICY, PICTURE_POLICY);
    // A view that does not exist is not fresh either.
    if recompose::care_of(variation).is_some() && conditional::is_fresh(asked, &etag) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(answer);
    }
    let drawn = recompose::draw(app, &caller.owner()?, variation, view).await?;
    let headers = answer.headers_mut();
    let format = view.format();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CONTENT_LENGTH, drawn.len().into());
    if wants_download(query) {
        let kind = match view {
            View::Difference | View::DifferencePreview => "difference",
            View::CutOut => "cut-out",
        };
        let name = plain_name(kind, variation.id.as_str());
        let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
        let disposition = HeaderValue::try_from(disposition).map_err(Failure::internal)?;
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if *method != Method::HEAD {
        *answer.body_mut() = Body::from(drawn);
    }
    Ok(answer)
}
