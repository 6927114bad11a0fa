//! Who is calling: cookie or bearer token ↔ visitor, their language and theme.
//!
//! A visitor is made by the first successful write, never by a GET: acts that write call [`Caller::become_visitor`] once
//! everything else was checked, right before they write. The middleware in `http/session` makes a `Caller` for each
//! request and afterwards sets the cookie that `become_visitor` left.

use super::{
    failure::{Failure, Outcome},
    state::App,
};
use crate::{
    api::{ErrorCode, session::Theme},
    domain::{id::VisitorId, text::Lang},
};
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

/// Who makes this request. Cheap to clone; clones share the session they may begin.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their language: cookie, else `Accept-Language`, else the instance's.
    pub lang: Lang,
    /// The theme they chose.
    pub theme: Option<Theme>,
    session: Arc<Mutex<Session>>,
}

/// What is known of the session, and the token to be handed out.
#[derive(Debug, Default)]
struct Session {
    visitor: Option<VisitorId>,
    fresh_token: Option<Token>,
}

/// A session token. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A token from 32 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        use base64::Engine as _;
        Self(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What is compared and kept: the token itself is nowhere but with its visitor.
    #[must_use]
    pub fn hash(presented: &str) -> [u8; 32] {
        Sha256::digest(presented.as_bytes()).into()
    }

    /// The text that goes into the cookie. Nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Caller {
    /// A caller whose session, if there is one, belongs to `visitor`.
    #[must_use]
    pub fn new(lang: Lang, theme: Option<Theme>, visitor: Option<VisitorId>) -> Self {
        Self {
            lang,
            theme,
            session: Arc::new(Mutex::new(Session {
                visitor,
                fresh_token: None,
            })),
        }
    }

    /// The visitor, if the caller is one already.
    #[must_use]
    pub fn visitor(&self) -> Option<VisitorId> {
        self.lock().visitor.clone()
    }

    /// The visitor, or "not found": somebody without a session owns nothing.
    pub fn owner(&self) -> Outcome<VisitorId> {
        self.visitor().ok_or(Failure::new(ErrorCode::NotFound))
    }

    /// The visitor, made now if there is none. Call it when nothing but the write itself can still fail.
    pub async fn become_visitor(&self, app: &App) -> Outcome<VisitorId> {
        if let Some(visitor) = self.visitor() {
            return Ok(visitor);
        }
        let (visitor, token) = (app.visitor_id(), Token::from_random(app.random.bytes()));
        app.store
            .create_visitor(&visitor, &Token::hash(token.expose()), app.clock.now())
            .await?;
        let mut session = self.lock();
        session.visitor = Some(visitor.clone());
        session.fresh_token = Some(token);
        Ok(visitor)
    }

    /// The token of a session that began with this request, to be set as a cookie.
    #[must_use]
    pub fn fresh_token(&self) -> Option<Token> {
        self.lock().fresh_token.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
