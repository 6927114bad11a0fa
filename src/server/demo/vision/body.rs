//! What both versions check of a request before looking: key, content type, size of the file and of the picture.

use super::refusal::Refusal;
use crate::{domain::spec::Size, server::demo::picture};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};

/// Sides are more than the first and less than the second.
const SIDE_PIXELS: (u32, u32) = (50, 16_000);

/// Any key in `Ocp-Apim-Subscription-Key` will do, but for those that begin with `bad`.
pub(super) fn check_key(headers: &HeaderMap) -> Result<(), Refusal> {
    let key = headers
        .get("ocp-apim-subscription-key")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if key.is_empty() || key.starts_with("bad") {
        return Err(Refusal::key());
    }
    Ok(())
}

/// The bytes of the picture, at most so many. An address is refused: nothing is fetched here.
pub(super) async fn read(headers: &HeaderMap, body: Body, most_bytes: usize) -> Result<Bytes, Refusal> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("application/json") {
        let message = "The image URL is not accessible: addresses are never fetched here; send the bytes of the \
                       picture as application/octet-stream.";
        return Err(Refusal::request("InvalidImageUrl", message));
    }
    if !content_type.starts_with("application/octet-stream") {
        return Err(Refusal::media_type());
    }
    let wrong_size = || {
        let message = format!("The image size is not allowed to be zero or larger than {most_bytes} bytes.");
        Refusal::request("InvalidImageSize", message)
    };
    let bytes = axum::body::to_bytes(body, most_bytes).await.map_err(|_| wrong_size())?;
    if bytes.is_empty() { Err(wrong_size()) } else { Ok(bytes) }
}

/// The size of the picture, within the vendor's bounds; `inner` names what is told of one that is not.
pub(super) fn measure(bytes: &[u8], inner: &'static str) -> Result<Size, Refusal> {
    let size = picture::measure(bytes).map_err(|_| Refusal::not_a_picture())?;
    let (least, most) = SIDE_PIXELS;
    if [size.width, size.height]
        .iter()
        .any(|side| *side <= least || *side >= most)
    {
        let message = format!(
            "The image dimension is not allowed to be smaller than {least} and larger than {most}; it is {size}."
        );
        return Err(Refusal::request(inner, message));
    }
    Ok(size)
}
