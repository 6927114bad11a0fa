//! Cookie or bearer token → [`Caller`], for everything but the site's files; afterwards the cookie of a session that
//! began with this request.

use super::{cookies, preferences, problem};
use crate::{
    api::ErrorCode,
    server::{
        failure::{Failure, Outcome},
        session::{Caller, Token},
        state::AppState,
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

/// Finds out who asks.
pub async fn recognise(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let caller = match caller_of(&app, request.headers()).await {
        Ok(caller) => caller,
        Err(failure) => {
            let lang = preferences::lang(request.headers(), app.config.default_language);
            return problem::answer(failure, lang);
        }
    };
    request.extensions_mut().insert(caller.clone());
    let mut response = next.run(request).await;
    let http = &app.config.http;
    let cookie = |token: Token| cookies::write(http.cookie_name(), token.expose(), http.secure_cookies());
    if let Some(cookie) = caller.fresh_token().and_then(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn caller_of(app: &AppState, headers: &HeaderMap) -> Outcome<Caller> {
    let visitor = if let Some(presented) = bearer(headers) {
        // Whoever shows a token means to be somebody: a stranger's token is not the same as none.
        let visitor = app.store.visitor_by_token(&Token::hash(presented)).await?;
        Some(visitor.ok_or(Failure::new(ErrorCode::TokenUnknown))?)
    } else if let Some(presented) = cookies::read(headers, app.config.http.cookie_name()) {
        app.store.visitor_by_token(&Token::hash(presented)).await?
    } else {
        None
    };
    let lang = preferences::lang(headers, app.config.default_language);
    Ok(Caller::new(lang, preferences::theme(headers), visitor))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
