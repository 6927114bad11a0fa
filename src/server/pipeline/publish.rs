//! Variation → share: a page for one result or a set, with pictures made for it. Never more open than asked.

use crate::{
    api::{
        ErrorCode,
        shares::{GalleryCard, GalleryPage, Share, ShareSettings, ShareView, SharedItem, SharedPage},
    },
    domain::{
        id::{ShareId, VariationId, VisitorId},
        limits::{MAX_SHARE_ITEMS, MAX_TITLE_CHARS, MIN_SIDE, PREVIEW_SIDE},
        share::Visibility,
        source::Format,
        spec::{ProviderName, Size},
    },
    server::{
        blobs::Hold,
        cursor, digest,
        failure::{Failure, Outcome},
        imaging::{self, Pixels, Quality},
        password, room,
        session::Caller,
        state::App,
        store::{BlobRef, PageAsk, ShareItemRow, ShareRow, StoreError, Timestamp, VariationRow},
    },
};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// The size of preview cards that the networks agree on.
const CARD: Size = Size::new(1200, 630);
/// The ground photographs stand on.
const NEUTRAL_GREY: [u8; 4] = [138, 138, 138, 255];
/// Cards on one page of the gallery.
const GALLERY_PAGE: u32 = 48;

/// Makes a share.
pub async fn create(app: &App, caller: &Caller, ids: Vec<VariationId>, settings: ShareSettings) -> Outcome<Share> {
    let owner = caller.owner()?;
    let mut seen = std::collections::BTreeSet::new();
    if ids.is_empty() || ids.len() > MAX_SHARE_ITEMS || !ids.iter().all(|id| seen.insert(id)) {
        return Err(Failure::new(ErrorCode::ShareItems).field("variation_ids"));
    }
    let mut variations = Vec::with_capacity(ids.len());
    for id in &ids {
        variations.push(app.store.variation(&owner, id).await?);
    }
    let now = app.clock.now();
    let blank = Switches {
        allow_download: true,
        ..Switches::default()
    };
    let switches = blank.with(&settings, now)?;
    let password_hash = match settings.password.filter(|password| !password.is_empty()) {
        None => None,
        Some(password) => Some(password::hash(app, password).await?),
    };
    let _room = app.promise_room(room::SMALL_BYTES * ids.len() as u64).await?;
    let _hold = app.blobs.hold().await;
    let card = card(app, &variations[0]).await?;
    let row = ShareRow {
        id: app.share_id(),
        slug: fresh_slug(app),
        title: switches.title.clone(),
        visibility: switches.visibility,
        expires_at: switches.expires_at,
        password_hash,
        show_original: switches.show_original,
        show_prompt: switches.show_prompt,
        show_price: switches.show_price,
        allow_download: switches.allow_download,
        allow_remix: switches.allow_remix,
        card,
        items: items(app, &owner, &variations, &switches).await?,
        owner,
        created_at: now,
    };
    app.store.insert_share(&row).await?;
    Ok(to_api(app, &row))
}

/// Changes what a share shows; what is left out stays.
pub async fn update(app: &App, caller: &Caller, id: &ShareId, settings: ShareSettings) -> Outcome<Share> {
    let owner = caller.owner()?;
    let mut row = app.store.share(&owner, id).await?;
    let switches = Switches::of(&row).with(&settings, app.clock.now())?;
    match settings.password.as_deref() {
        None => {}
        Some("") => row.password_hash = None,
        Some(password) => row.password_hash = Some(password::hash(app, password.to_owned()).await?),
    }
    let hold = app.blobs.hold().await;
    let mut variations = Vec::with_capacity(row.items.len());
    for item in &row.items {
        variations.push(app.store.variation(&owner, &item.variation).await?);
    }
    row.items = items(app, &owner, &variations, &switches).await?;
    row.title.clone_from(&switches.title);
    row.visibility = switches.visibility;
    row.expires_at = switches.expires_at;
    row.show_original = switches.show_original;
    row.show_prompt = switches.show_prompt;
    row.show_price = switches.show_price;
    row.allow_download = switches.allow_download;
    row.allow_remix = switches.allow_remix;
    replace(app, row, hold).await
}

/// Gives a share a new address; the old one ends at once.
pub async fn rotate(app: &App, caller: &Caller, id: &ShareId) -> Outcome<Share> {
    let mut row = app.store.share(&caller.owner()?, id).await?;
    row.slug = fresh_slug(app);
    let hold = app.blobs.hold().await;
    replace(app, row, hold).await
}

async fn replace(app: &App, row: ShareRow, hold: Hold) -> Outcome<Share> {
    let freed = app.store.update_share(&row).await?;
    // The rows are written: what they left free goes now, not with the next sweep.
    drop(hold);
    app.blobs.sweep(&*app.store, &freed).await?;
    Ok(to_api(app, &row))
}

/// Draws the preview card of a share anew, after it lost a result.
pub async fn redraw_card(app: &App, mut row: ShareRow) -> Outcome<()> {
    let Some(first) = row.items.first() else {
        return Ok(());
    };
    let variation = app.store.variation(&row.owner, &first.variation).await?;
    let hold = app.blobs.hold().await;
    row.card = card(app, &variation).await?;
    replace(app, row, hold).await.map(drop)
}

/// Ends a share at once.
pub async fn revoke(app: &App, caller: &Caller, id: &ShareId) -> Outcome<()> {
    let freed = app.store.revoke_share(&caller.owner()?, id).await?;
    app.blobs.sweep_soon(&*app.store, &freed).await;
    Ok(())
}

/// The owner's shares.
pub async fn list(app: &App, caller: &Caller, variation: Option<&VariationId>) -> Outcome<Vec<Share>> {
    let Some(owner) = caller.visitor() else {
        return Ok(Vec::new());
    };
    let rows = app.store.shares(&owner, variation).await?;
    Ok(rows.iter().map(|row| to_api(app, row)).collect())
}

/// The share of a slug, if whoever asks may see it. Unknown, ended and revoked are the same.
///
/// Gives nothing for the inside when it asks for a password and `grant` does not open it.
pub async fn open(app: &App, slug: &str, grant: Option<&str>) -> Outcome<Result<ShareRow, Locked>> {
    let row = app.store.open_share(slug, app.clock.now()).await?;
    let opened = match &row.password_hash {
        None => true,
        Some(hash) => grant.is_some_and(|grant| grant.as_bytes().ct_eq(grant_for(app, slug, hash).as_bytes()).into()),
    };
    Ok(if opened { Ok(row) } else { Err(Locked) })
}

/// A share that asks for its password first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked;

/// Checks a share's password. Gives the value of the cookie that opens it from now on, while the password stays.
pub async fn unlock(app: &App, slug: &str, password: String) -> Outcome<String> {
    let row = app.store.open_share(slug, app.clock.now()).await?;
    let Some(hash) = row.password_hash else {
        return Ok(String::new());
    };
    if password::verify(app, password, hash.clone()).await? {
        Ok(grant_for(app, slug, &hash))
    } else {
        Err(Failure::new(ErrorCode::SharePasswordWrong).field("password"))
    }
}

/// The name of the cookie that opens a share.
#[must_use]
pub fn grant_cookie_name(slug: &str) -> String {
    format!("pochoir-share-{slug}")
}

fn grant_for(app: &App, slug: &str, hash: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&app.secret.0).unwrap_or_else(|_| unreachable!("any length is a key"));
    for part in ["share grant", slug, hash] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    digest::hex(&mac.finalize().into_bytes())
}

/// What a visitor of the page gets.
pub async fn view(app: &App, slug: &str, grant: Option<&str>) -> Outcome<ShareView> {
    let Ok(row) = open(app, slug, grant).await? else {
        return Ok(ShareView::Locked);
    };
    let at = |index: usize, role: &str| format!("/s/{}/{index}/{role}", row.slug);
    let items = row.items.iter().enumerate().map(|(index, item)| SharedItem {
        picture_url: at(index, "picture"),
        download_url: item.download.as_ref().map(|_| at(index, "download")),
        original_url: item.original.as_ref().map(|_| at(index, "original")),
        width: item.width,
        height: item.height,
        prompt: row.show_prompt.then(|| item.prompt.clone()),
        spent_micros: row.show_price.then_some(item.spent),
        demo: item.provider == ProviderName::Demo,
        understood: row.show_prompt.then(|| item.understood.clone()).flatten(),
    });
    Ok(ShareView::Open(SharedPage {
        title: row.title.clone(),
        items: items.collect(),
        allow_download: row.allow_download,
        created_at: row.created_at.to_string(),
        url: app.public_url(&format!("/s/{}", row.slug)),
        card_url: app.public_url(&format!("/s/{}/card", row.slug)),
        listed: row.visibility == Visibility::Public,
        slug: row.slug,
    }))
}

/// The public shares.
pub async fn gallery(app: &App, from: Option<String>) -> Outcome<GalleryPage> {
    let ask = PageAsk {
        before: from.as_deref().map(cursor::read).transpose()?,
        limit: GALLERY_PAGE + 1,
        ..PageAsk::default()
    };
    let mut rows = app.store.public_shares(app.clock.now(), &ask).await?;
    let next_cursor = cursor::next(&mut rows, GALLERY_PAGE, |row| (row.created_at, row.id.as_str()));
    let cards = rows.into_iter().filter_map(|row| {
        let first = row.items.first()?;
        Some(GalleryCard {
            href: format!("/s/{}", row.slug),
            thumb_url: format!("/s/{}/0/thumb", row.slug),
            count: u32::try_from(row.items.len()).unwrap_or(u32::MAX),
            width: first.width,
            height: first.height,
            demo: first.provider == ProviderName::Demo,
            title: row.title,
        })
    });
    Ok(GalleryPage {
        cards: cards.collect(),
        next_cursor,
    })
}

/// The settings of a share, checked.
#[derive(Debug, Clone, Default)]
struct Switches {
    title: Option<String>,
    visibility: Visibility,
    expires_at: Option<Timestamp>,
    show_original: bool,
    show_prompt: bool,
    show_price: bool,
    allow_download: bool,
    allow_remix: bool,
}

impl Switches {
    fn of(row: &ShareRow) -> Self {
        Self {
            title: row.title.clone(),
            visibility: row.visibility,
            expires_at: row.expires_at,
            show_original: row.show_original,
            show_prompt: row.show_prompt,
            show_price: row.show_price,
            allow_download: row.allow_download,
            allow_remix: row.allow_remix,
        }
    }

    fn with(self, asked: &ShareSettings, now: Timestamp) -> Outcome<Self> {
        let title = match asked.title.as_deref().map(str::trim) {
            None => self.title,
            Some("") => None,
            Some(title) if title.chars().count() > MAX_TITLE_CHARS => {
                return Err(Failure::new(ErrorCode::ShareTitleTooLong).field("title"));
            }
            Some(title) => Some(title.to_owned()),
        };
        let expires_at = match asked.expires_at.as_deref() {
            None => self.expires_at,
            Some("") => None,
            Some(text) => {
                let moment: Timestamp = text
                    .parse()
                    .map_err(|_| Failure::new(ErrorCode::Malformed).field("expires_at"))?;
                if moment <= now {
                    return Err(Failure::new(ErrorCode::ShareExpired).field("expires_at"));
                }
                Some(moment)
            }
        };
        Ok(Self {
            title,
            visibility: asked.visibility.unwrap_or(self.visibility),
            expires_at,
            show_original: asked.show_original.unwrap_or(self.show_original),
            show_prompt: asked.show_prompt.unwrap_or(self.show_prompt),
            show_price: asked.show_price.unwrap_or(self.show_price),
            allow_download: asked.allow_download.unwrap_or(self.allow_download),
            allow_remix: asked.allow_remix.unwrap_or(self.allow_remix),
        })
    }
}

/// The pictures made for a share. What is hidden has no picture there.
async fn items(
    app: &App,
    owner: &VisitorId,
    variations: &[VariationRow],
    switches: &Switches,
) -> Outcome<Vec<ShareItemRow>> {
    let mut items = Vec::with_capacity(variations.len());
    for variation in variations {
        let original = if switches.show_original {
            match app.store.source(owner, &variation.source).await {
                Ok(source) => Some(source.preview),
                // Its owner deleted it meanwhile.
                Err(StoreError::NotFound) => None,
                Err(error) => return Err(error.into()),
            }
        } else {
            None
        };
        items.push(ShareItemRow {
            variation: variation.id.clone(),
            picture: variation.preview.clone(),
            thumb: variation.thumb.clone(),
            download: switches.allow_download.then(|| variation.composed.clone()),
            original,
            width: variation.width,
            height: variation.height,
            prompt: variation.prompt.clone(),
            spent: variation.spent,
            provider: variation.provider,
            understood: variation.understood.clone(),
        });
    }
    Ok(items)
}

/// The picture of the preview card: the result on neutral grey.
async fn card(app: &App, variation: &VariationRow) -> Outcome<BlobRef> {
    // The preview of something long and thin is too thin to be read as a picture.
    let preview = Size::new(variation.width, variation.height).within(PREVIEW_SIDE);
    let (file, pixels) = if preview.width.min(preview.height) >= MIN_SIDE {
        (&variation.preview, preview.pixels())
    } else {
        (
            &variation.composed,
            u64::from(variation.width) * u64::from(variation.height),
        )
    };
    let file = app.blobs.get(&file.key).await?;
    let bytes = app
        .pool
        .run(pixels * 4 + CARD.pixels() * 8, move || draw_card(&file))
        .await??;
    Ok(app.blobs.put(bytes, Format::Jpeg.content_type()).await?)
}

fn draw_card(file: &[u8]) -> Outcome<Bytes> {
    let picture = imaging::decode(file)?;
    let full = picture.size();
    let fits_width = u64::from(full.width) * u64::from(CARD.height) >= u64::from(full.height) * u64::from(CARD.width);
    let scale = |a: u32, b: u32, c: u32| {
        u32::try_from(u64::from(a) * u64::from(b) / u64::from(c.max(1)))
            .unwrap_or(a)
            .max(1)
    };
    let size = if fits_width {
        Size::new(CARD.width, scale(full.height, CARD.width, full.width))
    } else {
        Size::new(scale(full.width, CARD.height, full.height), CARD.height)
    };
    let picture = imaging::resize(&picture, size);
    let mut rgba: Vec<u8> = NEUTRAL_GREY
        .iter()
        .copied()
        .cycle()
        .take(CARD.width as usize * CARD.height as usize * 4)
        .collect();
    let (left, top) = (
        (CARD.width - size.width) as usize / 2,
        (CARD.height - size.height) as usize / 2,
    );
    for (y, row) in picture.rgba().chunks_exact(size.width as usize * 4).enumerate() {
        let start = ((top + y) * CARD.width as usize + left) * 4;
        for (under, over) in rgba[start..start + row.len()]
            .chunks_exact_mut(4)
            .zip(row.chunks_exact(4))
        {
            let alpha = u32::from(over[3]);
            for channel in 0..3 {
                let mixed = u32::from(over[channel]) * alpha + u32::from(under[channel]) * (255 - alpha);
                under[channel] = u8::try_from((mixed + 127) / 255).unwrap_or(255);
            }
        }
    }
    let card = Pixels::new(CARD, rgba)?;
    Ok(imaging::encode(&card, Format::Jpeg, Quality::Lossy(85))?)
}

fn fresh_slug(app: &App) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(app.random.bytes::<18>())
}

fn to_api(app: &App, row: &ShareRow) -> Share {
    Share {
        id: row.id.clone(),
        slug: row.slug.clone(),
        url: app.public_url(&format!("/s/{}", row.slug)),
        title: row.title.clone(),
        variation_ids: row.items.iter().map(|item| item.variation.clone()).collect(),
        visibility: row.visibility,
        expires_at: row.expires_at.map(|moment| moment.to_string()),
        has_password: row.password_hash.is_some(),
        show_original: row.show_original,
        show_prompt: row.show_prompt,
        show_price: row.show_price,
        allow_download: row.allow_download,
        allow_remix: row.allow_remix,
        created_at: row.created_at.to_string(),
    }
}
