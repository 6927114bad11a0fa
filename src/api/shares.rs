//! Shares: pages for results, made and taken back by their owner; and what visitors of such a page get.

use super::{ApiError, variations::Understood};
use crate::domain::{
    id::{ShareId, VariationId},
    money::Micros,
    share::Visibility,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

/// A share as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// The unguessable part of its address.
    pub slug: String,
    /// Its address: absolute when the public URL is configured, else a path.
    pub url: String,
    /// Its heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it shows, in order.
    pub variation_ids: Vec<VariationId>,
    /// Who finds it.
    pub visibility: Visibility,
    /// When it ends, RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Whether it asks for a password.
    pub has_password: bool,
    /// Shows the original, for comparison.
    pub show_original: bool,
    /// Shows the prompt.
    pub show_prompt: bool,
    /// Shows the price.
    pub show_price: bool,
    /// Lets visitors download the picture.
    pub allow_download: bool,
    /// Lets visitors start from the picture.
    pub allow_remix: bool,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
}

/// What a share shows and to whom. Missing switches take the defaults: all off but `allow_download`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareSettings {
    /// Who finds it.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// When it ends, RFC 3339.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// Asks visitors for it. An empty one takes the password away.
    #[serde(default)]
    pub password: Option<String>,
    /// Its heading.
    #[serde(default)]
    pub title: Option<String>,
    /// Shows the original.
    #[serde(default)]
    pub show_original: Option<bool>,
    /// Shows the prompt.
    #[serde(default)]
    pub show_prompt: Option<bool>,
    /// Shows the price.
    #[serde(default)]
    pub show_price: Option<bool>,
    /// Lets visitors download.
    #[serde(default)]
    pub allow_download: Option<bool>,
    /// Lets visitors start from it.
    #[serde(default)]
    pub allow_remix: Option<bool>,
}

/// What a visitor of a share gets: nothing that is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedPage {
    /// The unguessable part of its address.
    pub slug: String,
    /// Its heading.
    pub title: Option<String>,
    /// The results, in order.
    pub items: Vec<SharedItem>,
    /// Lets visitors download.
    pub allow_download: bool,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
    /// Absolute address of the page, for preview cards; a path when no public URL is configured.
    pub url: String,
    /// Absolute address of the preview card's picture.
    pub card_url: String,
    /// Whether search engines may list it.
    pub listed: bool,
}

/// One result on a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedItem {
    /// The picture made for the share, at most 1600 pixels.
    pub picture_url: String,
    /// The full-resolution file, where downloading is allowed.
    pub download_url: Option<String>,
    /// The original, where it is shown.
    pub original_url: Option<String>,
    /// Pixels across of the full picture.
    pub width: u32,
    /// Pixels down of the full picture.
    pub height: u32,
    /// The prompt, where it is shown.
    pub prompt: Option<String>,
    /// The price, where it is shown.
    pub spent_micros: Option<Micros>,
    /// Whether the demo painted it.
    pub demo: bool,
    /// What the demo understood, where the prompt is shown.
    pub understood: Option<Understood>,
}

/// A visitor's view of a share: the page, or the question for its password. Unknown, ended and revoked look the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum ShareView {
    /// What there is to see.
    Open(SharedPage),
    /// It asks for a password first.
    Locked,
}

/// One card of the gallery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryCard {
    /// The share's address.
    pub href: String,
    /// A small picture.
    pub thumb_url: String,
    /// Its heading.
    pub title: Option<String>,
    /// How many results it shows.
    pub count: u32,
    /// Pixels across of the first picture.
    pub width: u32,
    /// Pixels down of the first picture.
    pub height: u32,
    /// Whether the demo painted it.
    pub demo: bool,
}

/// A page of the gallery, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryPage {
    /// The cards.
    pub cards: Vec<GalleryCard>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Makes a page for one result or a set of up to 24. Answers 201.
#[server(prefix = "/api", endpoint = "shares/create", input = Json)]
pub async fn create_share(
    variation_ids: Vec<VariationId>,
    #[server(flatten)] settings: ShareSettings,
) -> Result<Share, ApiError> {
    crate::server::endpoints::shares::create(variation_ids, settings).await
}

/// Changes what it shows; fields that are left out stay.
#[server(prefix = "/api", endpoint = "shares/update", input = Json)]
pub async fn update_share(id: ShareId, #[server(flatten)] settings: ShareSettings) -> Result<Share, ApiError> {
    crate::server::endpoints::shares::update(id, settings).await
}

/// Gives it a new address; the old one ends at once.
#[server(prefix = "/api", endpoint = "shares/rotate", input = Json)]
pub async fn rotate_share(id: ShareId) -> Result<Share, ApiError> {
    crate::server::endpoints::shares::rotate(id).await
}

/// Ends it at once.
#[server(prefix = "/api", endpoint = "shares/revoke", input = Json)]
pub async fn revoke_share(id: ShareId) -> Result<(), ApiError> {
    crate::server::endpoints::shares::revoke(id).await
}

/// The caller's shares, newest first; those of one variation when it is named.
#[server(prefix = "/api", endpoint = "shares/list", input = GetUrl)]
pub async fn list_shares(variation_id: Option<VariationId>) -> Result<Vec<Share>, ApiError> {
    crate::server::endpoints::shares::list(variation_id).await
}

/// What a visitor of `/s/{slug}` gets.
#[server(prefix = "/api", endpoint = "shares/view", input = GetUrl)]
pub async fn view_share(slug: String) -> Result<ShareView, ApiError> {
    crate::server::endpoints::shares::view(slug).await
}

/// The public shares, newest first.
#[server(prefix = "/api", endpoint = "gallery/page", input = GetUrl)]
pub async fn list_gallery(cursor: Option<String>) -> Result<GalleryPage, ApiError> {
    crate::server::endpoints::shares::gallery(cursor).await
}
