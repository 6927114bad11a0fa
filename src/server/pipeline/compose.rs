//! Description + wish → prompt. Free; the rules are in `domain::prompt`.

use crate::{
    api::ErrorCode,
    domain::{
        description::Stances,
        id::{MaskId, SourceId},
        limits::MAX_WISH_CHARS,
        order::Way,
        prompt::{self, Ingredients, Intent, Likeness, NoPrompt, Prompt},
        style::Style,
        text::Lang,
    },
    server::{
        failure::{Failure, Outcome},
        session::Caller,
        state::App,
    },
};

/// What is to be joined.
#[derive(Debug, Clone)]
pub struct Compose {
    /// Whose description.
    pub source_id: SourceId,
    /// What is wished.
    pub wish: String,
    /// What the person wants to do.
    pub intent: Option<Intent>,
    /// A style preset's id.
    pub style: Option<String>,
    /// What the person set on facts.
    pub stances: Stances,
    /// Which way.
    pub way: Way,
    /// The stencil, so that removed things in the hole are not spoken of.
    pub mask_id: Option<MaskId>,
    /// The prompt's language; the caller's unless said.
    pub language: Option<Lang>,
    /// How close to stay.
    pub likeness: Likeness,
}

/// Joins the stored description, if there is one, with a wish.
pub async fn compose(app: &App, caller: &Caller, ask: Compose) -> Outcome<Prompt> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, &ask.source_id).await?;
    if ask.wish.chars().count() > MAX_WISH_CHARS {
        return Err(Failure::new(ErrorCode::WishTooLong).field("wish"));
    }
    let style = match ask.style.as_deref().filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => Some(Style::find(id).ok_or(Failure::new(ErrorCode::StyleUnknown).field("style"))?),
    };
    let hole = match &ask.mask_id {
        None => None,
        Some(id) => Some(app.store.mask(&owner, &source.id, id).await?.bounds),
    };
    let known = app.store.description(&owner, &source.id).await?;
    let prompt = prompt::compose(&Ingredients {
        description: known.as_ref().map(|row| &row.description),
        wish: &ask.wish,
        intent: ask.intent,
        style,
        stances: &ask.stances,
        way: ask.way,
        hole,
        likeness: ask.likeness,
        language: ask.language.unwrap_or(caller.lang),
    });
    prompt.map_err(|nothing| match nothing {
        NoPrompt::WishMissing => Failure::new(ErrorCode::WishMissing).field("wish"),
        NoPrompt::NothingToPaint => Failure::new(ErrorCode::NothingToPaint).field("wish"),
    })
}
