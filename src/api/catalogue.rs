//! The effective catalogue.

use super::ApiError;
use crate::domain::catalogue::Catalogue;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Models, sizes, qualities, formats, end dates, defaults and prices as they apply here.
#[server(prefix = "/api", endpoint = "catalogue/get", input = GetUrl)]
pub async fn get_catalogue() -> Result<Catalogue, ApiError> {
    crate::server::endpoints::catalogue::get().await
}
