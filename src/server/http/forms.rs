//! Forms that work without script: urlencoded posts that call the same acts as the server functions and lead on with 303.
//!
//! What fails leads back to where it was asked, with `?error=CODE` and what was typed. `back` is a path of ours or it is
//! nothing.

use super::{addresses, cookies, preferences, site::Site};
use crate::{
    api::{ErrorCode, jobs::StartAnswer, shares::ShareSettings},
    domain::{
        after_care::Wanted,
        catalogue::Effort,
        id::{ShareId, SourceId, VariationId},
        order::Way,
        text::Lang,
    },
    server::{
        endpoints::{descriptions, jobs, shares, sources, variations},
        failure::{Failure, Outcome},
        pipeline::{again, intake, publish, start::SimplePaint},
        session::Caller,
        state::AppState,
    },
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{State, rejection::FormRejection},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use std::str::FromStr;

/// What a form carries; a name may come more than once.
pub type Fields = Result<Form<Vec<(String, String)>>, FormRejection>;

/// The fields of a form that could be read; of any other, none, which every form calls malformed.
fn fields(sent: Fields) -> Sent {
    Sent(sent.map(|Form(fields)| fields).unwrap_or_default())
}

struct Sent(Vec<(String, String)>);

impl Sent {
    /// A field as it was typed.
    fn typed(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// A field that says something.
    fn said(&self, name: &str) -> Option<&str> {
        Some(self.typed(name).trim()).filter(|text| !text.is_empty())
    }

    /// A switch: a browser leaves those out that are off.
    fn on(&self, name: &str) -> bool {
        self.said(name).is_some()
    }

    /// An identifier; a text that is none names nothing.
    fn id<T: FromStr>(&self, name: &str) -> Outcome<T> {
        let text = self.said(name).ok_or(Failure::new(ErrorCode::Malformed))?;
        text.parse().map_err(|_| Failure::new(ErrorCode::NotFound))
    }

    /// The same for one that may be left out.
    fn id_or_none<T: FromStr>(&self, name: &str) -> Outcome<Option<T>> {
        self.said(name).map(|_| self.id(name)).transpose()
    }

    /// A whole number that may be left out; what is none is refused as one out of range is.
    fn number(&self, name: &'static str, otherwise: ErrorCode) -> Outcome<Option<i64>> {
        let parsed = self.said(name).map(str::parse).transpose();
        parsed.map_err(|_| Failure::new(otherwise).field(name))
    }

    /// One of the words that a field may hold.
    fn word<T: serde::de::DeserializeOwned>(&self, name: &str) -> Outcome<Option<T>> {
        let Some(text) = self.said(name) else { return Ok(None) };
        serde_json::from_value(text.into())
            .map(Some)
            .map_err(|_| Failure::new(ErrorCode::Malformed).log(format_args!("the form's {name}")))
    }

    /// Where it wants to go back to, if that is here.
    fn back(&self, otherwise: &str) -> String {
        addresses::with_query(self.typed("back"), [])
            .or_else(|| addresses::with_query(otherwise, []))
            .unwrap_or_else(|| "/".to_owned())
    }
}

/// Leads on. The address is one of ours.
#[must_use]
pub fn see_other(address: &str) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::try_from(address).unwrap_or(HeaderValue::from_static("/"));
    answer.headers_mut().insert(header::LOCATION, location);
    answer
}

/// Leads on, or back with the code and what was typed.
pub fn lead<'a>(outcome: Outcome<String>, back: &str, typed: impl IntoIterator<Item = (&'a str, &'a str)>) -> Response {
    match outcome {
        Ok(address) => see_other(&address),
        Err(failure) => {
            let code = failure.code.code();
            // Writes the log; the sentence is the page's.
            let _ = failure.into_api(Lang::En);
            let typed = typed.into_iter().filter(|(_, text)| !text.is_empty());
            let address = addresses::with_query(back, [("error", code)].into_iter().chain(typed));
            see_other(address.as_deref().unwrap_or("/"))
        }
    }
}

/// `POST /forms/language`: `lang`, `back`.
pub async fn language(State(app): State<AppState>, sent: Fields) -> Response {
    let sent = fields(sent);
    let chosen = sent.said("lang").and_then(Lang::from_tag).map(Lang::tag);
    remember(&app, preferences::LANG_COOKIE, chosen, &sent)
}

/// `POST /forms/theme`: `theme` (`light`, `dark`, or nothing to follow the system), `back`.
pub async fn theme(State(app): State<AppState>, sent: Fields) -> Response {
    let sent = fields(sent);
    let chosen = match sent.typed("theme") {
        "light" => Some("light"),
        "dark" => Some("dark"),
        "" => Some(""),
        _ => None,
    };
    remember(&app, preferences::THEME_COOKIE, chosen, &sent)
}

fn remember(app: &AppState, name: &str, chosen: Option<&str>, sent: &Sent) -> Response {
    let back = sent.back("/");
    let Some(chosen) = chosen else {
        return lead(Err(ErrorCode::Malformed.into()), &back, []);
    };
    let mut answer = see_other(&back);
    if let Some(cookie) = cookies::write(name, chosen, app.config.http.secure_cookies()) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// `POST /forms/describe`: `source_id`, `closer?`. Leads to the studio.
pub async fn describe(State(app): State<AppState>, Extension(caller): Extension<Caller>, sent: Fields) -> Response {
    let sent = fields(sent);
    let act = async {
        let source: SourceId = sent.id("source_id")?;
        descriptions::create_as(&app, &caller, &source, None, sent.on("closer")).await?;
        Ok(format!("/studio/{source}"))
    };
    lead(act.await, &studio_of(&sent), [])
}

/// `POST /forms/paint`: `source_id`, `wish`, `style?`, `way`, `effort`, `idempotency_key`. Leads to the studio, or to the
/// variation that the same inputs gave before.
pub async fn paint(State(app): State<AppState>, Extension(caller): Extension<Caller>, sent: Fields) -> Response {
    let sent = fields(sent);
    let act = async {
        let source_id: SourceId = sent.id("source_id")?;
        let ask = SimplePaint {
            source_id: source_id.clone(),
            wish: sent.typed("wish").to_owned(),
            style: sent.said("style").map(str::to_owned),
            way: sent.word("way")?.unwrap_or(Way::Restyle),
            effort: sent.word::<Effort>("effort")?.unwrap_or_default(),
            idempotency_key: sent.typed("idempotency_key").to_owned(),
        };
        Ok(match jobs::paint_simply(&app, &caller, ask).await? {
            StartAnswer::Started { .. } => format!("/studio/{source_id}"),
            StartAnswer::Repeat { repeat_of } => format!("/variations/{repeat_of}"),
        })
    };
    let typed = ["wish", "style", "way", "effort"].map(|name| (name, sent.typed(name)));
    lead(act.await, &studio_of(&sent), typed)
}

/// `POST /forms/again`: `variation_id`, `how` (`finish` or `high_quality`), `idempotency_key`. Leads to the studio, or to the
/// variation that the same inputs gave before.
pub async fn again(State(app): State<AppState>, Extension(caller): Extension<Caller>, sent: Fields) -> Response {
    let sent = fields(sent);
    let page = match sent.id::<VariationId>("variation_id") {
        Ok(id) => format!("/variations/{id}"),
        Err(_) => "/library".to_owned(),
    };
    let act = async {
        let orders = again::orders(&app, &caller, &sent.id("variation_id")?).await?;
        // Painting the same again is what the second button says.
        let (order, allow_repeat) = match sent.typed("how") {
            "finish" => (orders.finish, false),
            "high_quality" => (orders.high_quality, true),
            _ => return Err(Failure::new(ErrorCode::Malformed)),
        };
        let order = order.ok_or(Failure::new(ErrorCode::QualityRefused))?;
        let source_id = order.source_id.clone();
        let key = Some(sent.typed("idempotency_key").to_owned());
        Ok(match jobs::start_as(&app, &caller, order, key, allow_repeat).await? {
            StartAnswer::Started { .. } => format!("/studio/{source_id}"),
            StartAnswer::Repeat { repeat_of } => format!("/variations/{repeat_of}"),
        })
    };
    lead(act.await, &page, [])
}

/// The studio of the source that a form names, if it names one.
fn studio_of(sent: &Sent) -> String {
    match sent.id::<SourceId>("source_id") {
        Ok(source) => format!("/studio/{source}"),
        Err(_) => "/".to_owned(),
    }
}

/// `POST /forms/source/delete`: `id`. Leads to the library.
pub async fn delete_source(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    sent: Fields,
) -> Response {
    let sent = fields(sent);
    let act = async {
        sources::delete_as(&app, &caller, &sent.id("id")?).await?;
        Ok("/library".to_owned())
    };
    lead(act.await, &sent.back("/library"), [])
}

/// `POST /forms/recompose`: `id`, `feather`, `grow`, `colour_match`, `mask_id?`, `history_mask_id?`, or `whole`. Leads to the
/// new variation.
pub async fn recompose(State(app): State<AppState>, Extension(caller): Extension<Caller>, sent: Fields) -> Response {
    let sent = fields(sent);
    let page = match sent.id::<VariationId>("id") {
        Ok(id) => format!("/variations/{id}"),
        Err(_) => "/library".to_owned(),
    };
    let act = async {
        let whole = sent.on("whole");
        let wanted = Wanted {
            feather: sent.number("feather", ErrorCode::FeatherRefused)?,
            grow: sent.number("grow", ErrorCode::GrowRefused)?,
            // Not sent when it is off, unlike by a script.
            colour_match: Some(whole || sent.on("colour_match")),
            mask_id: sent.id_or_none("mask_id")?,
            history_mask_id: sent.id_or_none("history_mask_id")?,
            whole: Some(whole),
        };
        let made = variations::recompose_as(&app, &caller, &sent.id("id")?, wanted).await?;
        Ok(format!("/variations/{}", made.id))
    };
    let typed = ["feather", "grow"].map(|name| (name, sent.typed(name)));
    lead(act.await, &page, typed)
}

/// `POST /forms/variation/delete`: `id`. Leads to the library.
pub async fn delete_variation(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    sent: Fields,
) -> Response {
    let sent = fields(sent);
    let act = async {
        variations::delete_as(&app, &caller, &sent.id("id")?).await?;
        Ok("/library".to_owned())
    };
    lead(act.await, &sent.back("/library"), [])
}

/// `POST /forms/share`: `variation_id` (one or more), `visibility`, `title`, `password`, `expires_at` and the switches,
/// each on when it is sent. Leads to the variation, where the share is listed.
pub async fn share(State(app): State<AppState>, Extension(caller): Extension<Caller>, sent: Fields) -> Response {
    let sent = fields(sent);
    let first = sent.typed("variation_id").to_owned();
    let page = match first.parse::<VariationId>() {
        Ok(id) => format!("/variations/{id}"),
        Err(_) => "/library".to_owned(),
    };
    let act = async {
        let ids = sent.0.iter().filter(|(name, _)| name == "variation_id");
        let ids = ids.map(|(_, id)| id.parse().map_err(|_| Failure::new(ErrorCode::NotFound)));
        let settings = ShareSettings {
            visibility: sent.word("visibility")?,
            expires_at: sent.said("expires_at").map(str::to_owned),
            password: Some(sent.typed("password").to_owned()).filter(|password| !password.is_empty()),
            title: sent.said("title").map(str::to_owned),
            show_original: Some(sent.on("show_original")),
            show_prompt: Some(sent.on("show_prompt")),
            show_price: Some(sent.on("show_price")),
            allow_download: Some(sent.on("allow_download")),
            allow_remix: Some(sent.on("allow_remix")),
        };
        let share = shares::create_as(&app, &caller, ids.collect::<Outcome<_>>()?, settings).await?;
        Ok(format!("{page}?shared={}", share.id))
    };
    lead(act.await, &page, [("title", sent.typed("title"))])
}

/// `POST /forms/share/revoke`: `id`, `back`.
pub async fn revoke(State(app): State<AppState>, Extension(caller): Extension<Caller>, sent: Fields) -> Response {
    let sent = fields(sent);
    let back = sent.back("/library");
    let act = async {
        let id: ShareId = sent.id("id")?;
        shares::revoke_as(&app, &caller, &id).await?;
        Ok(back.clone())
    };
    lead(act.await, &back, [])
}

/// `POST /forms/share/unlock`: `slug`, `password`. Leads to the share; a cookie opens it from now on.
pub async fn unlock(State(app): State<AppState>, sent: Fields) -> Response {
    let sent = fields(sent);
    let slug = sent.typed("slug");
    // Ours are URL-safe Base64; anything else is no share, and must not become a cookie's name.
    let plain = !slug.is_empty()
        && slug
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !plain {
        return lead(Err(ErrorCode::NotFound.into()), "/", []);
    }
    let page = format!("/s/{slug}");
    match shares::unlock_as(&app, slug, sent.typed("password").to_owned()).await {
        Ok(grant) => {
            let mut answer = see_other(&page);
            let name = publish::grant_cookie_name(slug);
            if let Some(cookie) = cookies::write(&name, &grant, app.config.http.secure_cookies()) {
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
            answer
        }
        Err(failure) => lead(Err(failure), &page, []),
    }
}

/// `POST /forms/use-as-source`: `variation_id`. Leads to the studio of the new source.
pub async fn use_as_source(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    sent: Fields,
) -> Response {
    let sent = fields(sent);
    let act = async {
        let variation: VariationId = sent.id("variation_id")?;
        let source = sources::from_variation_as(&app, &caller, &variation).await?;
        Ok(format!("/studio/{}", source.id))
    };
    let page = match sent.id::<VariationId>("variation_id") {
        Ok(id) => format!("/variations/{id}"),
        Err(_) => "/library".to_owned(),
    };
    lead(act.await, &page, [])
}

/// `POST /forms/sample`: `name`. One of the sample pictures becomes a source like any upload.
pub async fn sample(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Extension(site): Extension<Site>,
    sent: Fields,
) -> Response {
    let sent = fields(sent);
    let act = async {
        let name = sent.said("name").ok_or(Failure::new(ErrorCode::Malformed))?;
        let picture = site.bytes(&format!("/samples/{name}.jpg")).await;
        let picture = picture.ok_or(Failure::new(ErrorCode::NotFound))?;
        let source = intake::take(&app, &caller, picture).await?;
        Ok(format!("/studio/{}", source.id))
    };
    lead(act.await, "/", [])
}
