//! The multipart form of `images/edits`: `image` once or `image[]` up to sixteen times, `mask`, and texts.

use super::house::House;
use crate::{
    domain::spec::Size,
    server::demo::{
        paint::{Canvas, Hole},
        picture,
        refusal::Refusal,
    },
};
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
};
use serde_json::{Map, Value};

/// Pictures sent along, at most.
const IMAGES: usize = 16;
/// A picture's file is smaller than this.
const IMAGE_BYTES: usize = 50 * 1024 * 1024;
/// A mask's file is smaller than this.
const MASK_BYTES: usize = 4 * 1024 * 1024;

/// The form as it came, files not yet looked into.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub fields: Map<String, Value>,
    images: Vec<Bytes>,
    mask: Option<Bytes>,
}

/// The pictures of an edit.
#[derive(Debug)]
pub(super) struct Pictures {
    /// The first, which is painted over.
    pub first: Canvas,
    /// The sizes of all, as they came: they are what is charged.
    pub sizes: Vec<Size>,
    /// Where the first may change.
    pub hole: Option<Hole>,
}

impl Form {
    /// Reads the parts.
    pub(super) async fn read(request: Request, house: &House) -> Result<Self, Refusal> {
        let unreadable = || Refusal::unreadable("Could not parse multipart form.");
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
        let mut form = Self::default();
        // `image` is one file; `image[]` is a list, even of one.
        let mut bare = false;
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let content_type = part.content_type().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|_| unreadable())?;
            match name.as_str() {
                "image" | "image[]" | "mask" if !is_file => return Err(Refusal::wrong_type(&name, "a file")),
                "image" | "image[]" => {
                    if (name == "image" && !form.images.is_empty()) || bare {
                        let message = "Send one picture as 'image', several as 'image[]'.";
                        return Err(Refusal::invalid("duplicate_parameter", &name, message));
                    }
                    bare = name == "image";
                    check_file(&name, content_type.as_deref(), &bytes, IMAGE_BYTES, house)?;
                    form.images.push(bytes);
                }
                "mask" => {
                    if form.mask.is_some() {
                        let message = "Duplicate parameter: 'mask'.";
                        return Err(Refusal::invalid("duplicate_parameter", "mask", message));
                    }
                    check_file("mask", content_type.as_deref(), &bytes, MASK_BYTES, house)?;
                    form.mask = Some(bytes);
                }
                "markup" => {
                    let message = "The parameter 'markup' is not offered here.";
                    return Err(Refusal::invalid("unsupported_parameter", "markup", message));
                }
                _ if is_file => return Err(Refusal::unknown(&name)),
                _ => {
                    let text = String::from_utf8(bytes.to_vec()).map_err(|_| Refusal::wrong_type(&name, "UTF-8"))?;
                    if form.fields.insert(name.clone(), Value::String(text)).is_some() {
                        let message = format!("Duplicate parameter: '{name}'.");
                        return Err(Refusal::invalid("duplicate_parameter", &name, message));
                    }
                }
            }
        }
        if form.images.len() > IMAGES {
            let message = format!("Invalid 'image': array too long. Expected an array with maximum length {IMAGES}.");
            return Err(Refusal::invalid("array_above_max_length", "image", message));
        }
        Ok(form)
    }

    /// Looks into the files. Heavy: not for the threads that answer.
    pub(super) fn pictures(self) -> Result<Pictures, Refusal> {
        let bad = |param: &str| {
            let message = format!("Invalid image file or mode for '{param}', please check your image file.");
            Refusal::invalid("invalid_image_file", param, message)
        };
        let first = self.images.first().ok_or_else(|| Refusal::missing("image"))?;
        let first = picture::decode(first).map_err(|_| bad("image"))?;
        let mut sizes = vec![first.size()];
        for other in &self.images[1..] {
            sizes.push(picture::measure(other).map_err(|_| bad("image"))?);
        }
        let hole = match self.mask {
            None => None,
            Some(mask) => {
                let hole = picture::decode_mask(&mask).map_err(|problem| match problem {
                    picture::MaskProblem::NotPng => {
                        let message = "Invalid mask image format - the mask must be a PNG.";
                        Refusal::invalid("invalid_image_format", "mask", message)
                    }
                    picture::MaskProblem::Unreadable => bad("mask"),
                    picture::MaskProblem::NoAlpha => {
                        let message = "Invalid mask image format - the mask must have an alpha channel.";
                        Refusal::invalid("invalid_image_format", "mask", message)
                    }
                })?;
                if hole.size() != first.size() {
                    let message = "Invalid mask image format - mask size does not match image size.";
                    return Err(Refusal::invalid("invalid_image_format", "mask", message));
                }
                Some(hole)
            }
        };
        Ok(Pictures { first, sizes, hole })
    }
}

/// What can be said of a file before looking into it.
fn check_file(
    name: &str,
    content_type: Option<&str>,
    bytes: &Bytes,
    limit_bytes: usize,
    house: &House,
) -> Result<(), Refusal> {
    let name = name.trim_end_matches("[]");
    let content_type = content_type.unwrap_or("application/octet-stream");
    let (known, told): (&[&str], _) = if house.knows_webp() {
        (
            &["image/jpeg", "image/png", "image/webp"],
            "'image/jpeg', 'image/png', and 'image/webp'",
        )
    } else {
        (&["image/jpeg", "image/png"], "'image/jpeg' and 'image/png'")
    };
    if !known.contains(&content_type) {
        let message = format!(
            "Invalid file '{name}': unsupported mimetype ('{content_type}'). Supported file formats are {told}."
        );
        return Err(Refusal::invalid("unsupported_file_mimetype", name, message));
    }
    if bytes.is_empty() {
        return Err(Refusal::invalid(
            "empty_image_file",
            name,
            format!("Invalid file '{name}': empty."),
        ));
    }
    if bytes.len() >= limit_bytes {
        let message = format!("Invalid file '{name}': it must be smaller than {limit_bytes} bytes.");
        return Err(Refusal::invalid("image_file_too_large", name, message));
    }
    Ok(())
}
