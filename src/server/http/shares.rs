//! `GET /s/{slug}/…`: the pictures made for a share, to whoever may see the page. Nothing that the page hides is here,
//! and an unknown, ended, revoked or locked share all answer alike.

use super::{
    cookies,
    media::{self, Served},
};
use crate::{
    api::ErrorCode,
    server::{
        failure::{Failure, Outcome},
        pipeline::publish,
        session::Caller,
        state::AppState,
        store::{BlobRef, ShareRow},
    },
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, Method},
    response::Response,
};

/// `GET /s/{slug}/{index}/{role}`: `picture`, `thumb`, and where the owner allows it `download` and `original`.
pub async fn picture(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path((slug, index, role)): Path<(String, String, String)>,
    method: Method,
    asked: HeaderMap,
) -> Response {
    let find = async {
        let share = open(&app, &slug, &asked).await?;
        let index: usize = index.parse().map_err(|_| Failure::new(ErrorCode::NotFound))?;
        let item = share.items.get(index).ok_or(Failure::new(ErrorCode::NotFound))?;
        let blob = match role.as_str() {
            "picture" => Some(&item.picture),
            "thumb" => Some(&item.thumb),
            "download" if share.allow_download => item.download.as_ref(),
            "original" if share.show_original => item.original.as_ref(),
            _ => None,
        };
        let blob = blob.ok_or(Failure::new(ErrorCode::NotFound))?;
        Ok(served(blob, index + 1, role == "download"))
    };
    media::answer(&app.blobs, find.await, &method, &asked, &caller).await
}

/// `GET /s/{slug}/card`: the picture of the preview that networks show beside a link.
pub async fn card(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(slug): Path<String>,
    method: Method,
    asked: HeaderMap,
) -> Response {
    let find = async { Ok(served(&open(&app, &slug, &asked).await?.card, 0, false)) };
    media::answer(&app.blobs, find.await, &method, &asked, &caller).await
}

fn served(blob: &BlobRef, number: usize, attachment: bool) -> Served {
    Served {
        blob: blob.clone(),
        name: format!("pochoir-{number}"),
        attachment,
    }
}

async fn open(app: &AppState, slug: &str, asked: &HeaderMap) -> Outcome<ShareRow> {
    let grant = cookies::read(asked, &publish::grant_cookie_name(slug));
    let opened = publish::open(app, slug, grant).await?;
    opened.map_err(|publish::Locked| Failure::new(ErrorCode::NotFound))
}
