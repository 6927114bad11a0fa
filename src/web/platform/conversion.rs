//! Pictures that the browser can decode and the server does not take (HEIC in Safari, AVIF, BMP) become JPEG or PNG
//! before they are sent.

use super::local_file::LocalFile;

/// Media types the server takes as they are.
pub const TAKEN: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/// Whether the server takes this file as it is. One whose type the browser does not know is left to the server.
#[must_use]
pub fn is_taken(media_type: &str) -> bool {
    media_type.is_empty() || TAKEN.contains(&media_type)
}

/// The same picture in a format the server takes. `None` when the browser cannot decode it, and on the server.
pub async fn convert(file: &LocalFile) -> Option<LocalFile> {
    #[cfg(feature = "hydrate")]
    {
        browser::convert(file).await
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = file;
        std::future::ready(None).await
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::LocalFile;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

    pub(super) async fn convert(file: &LocalFile) -> Option<LocalFile> {
        let window = web_sys::window()?;
        let decoding = window.create_image_bitmap_with_blob(&file.blob).ok()?;
        let bitmap: ImageBitmap = JsFuture::from(decoding).await.ok()?.dyn_into().ok()?;
        let canvas: HtmlCanvasElement = window.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(bitmap.width());
        canvas.set_height(bitmap.height());
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0).ok()?;
        bitmap.close();
        // Photographs come as HEIC and stay small as JPEG; what may be transparent stays lossless.
        let photograph = matches!(file.media_type.as_str(), "image/heic" | "image/heif");
        let (media_type, ending) = if photograph {
            ("image/jpeg", "jpg")
        } else {
            ("image/png", "png")
        };
        let blob = encode(&canvas, media_type).await?;
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
        Some(LocalFile::from_blob(blob, &format!("{stem}.{ending}")))
    }

    async fn encode(canvas: &HtmlCanvasElement, media_type: &str) -> Option<Blob> {
        let encoded = js_sys::Promise::new(&mut |resolve, reject| {
            let done = Closure::once_into_js(move |blob: JsValue| {
                let _ = resolve.call1(&JsValue::NULL, &blob);
            });
            let begun = canvas.to_blob_with_type_and_encoder_options(
                done.unchecked_ref(),
                media_type,
                &JsValue::from_f64(0.95),
            );
            if begun.is_err() {
                let _ = reject.call0(&JsValue::NULL);
            }
        });
        JsFuture::from(encoded).await.ok()?.dyn_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_types_are_left_to_the_server() {
        assert!(is_taken("image/png"));
        assert!(is_taken(""));
        assert!(!is_taken("image/heic"));
        assert!(!is_taken("application/pdf"));
    }
}
