//! The effective catalogue.

use super::{context, told};
use crate::{
    api::ApiError,
    domain::catalogue::Catalogue,
    server::{failure::Outcome, pipeline::prices::Factors, state::App},
};

/// What can be ordered here.
pub async fn get() -> Result<Catalogue, ApiError> {
    let (app, caller) = context()?;
    told(&caller, effective(&app).await)
}

/// The catalogue as it is today: prices as they are sold by, ends as the first painter told them.
async fn effective(app: &App) -> Outcome<Catalogue> {
    let mut catalogue = Factors::load(app).await?.effective(&app.catalogue);
    let painter = app.providers.painter_name(None);
    app.providers.endings.mark(painter, &mut catalogue, &app.today_utc());
    Ok(catalogue)
}
