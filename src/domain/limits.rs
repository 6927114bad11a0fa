//! What we take: sizes of pictures, texts and sets. One place, used by the server, the browser and the texts.

/// Unfinished pictures of one order, at most: what OpenAI's `partial_images` takes.
pub const MAX_PARTIALS: u8 = 3;
/// Largest upload, in bytes.
pub const MAX_UPLOAD_BYTES: u64 = 20 * 1024 * 1024;
/// Most pixels of a picture.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Longest side, in pixels.
pub const MAX_SIDE: u32 = 16_000;
/// Shortest side, in pixels.
pub const MIN_SIDE: u32 = 50;
/// Most bytes a picture may take once decoded.
pub const MAX_DECODED_BYTES: u64 = 160_000_000;
/// Most progressive scans of a JPEG.
pub const MAX_SCANS: u32 = 64;
/// Most scans × pixels of a JPEG: what a decoder has to walk through.
pub const MAX_SCAN_PIXELS: u64 = 1_600_000_000;
/// Longest side of the preview, in pixels.
pub const PREVIEW_SIDE: u32 = 1600;
/// Longest side of the thumbnail, in pixels.
pub const THUMB_SIDE: u32 = 400;
/// Longest wish, in characters.
pub const MAX_WISH_CHARS: usize = 4_000;
/// Longest prompt, in characters: the providers' own bound.
pub const MAX_PROMPT_CHARS: usize = 32_000;
/// Most pictures on one share.
pub const MAX_SHARE_ITEMS: usize = 24;
/// Longest title of a share, in characters.
pub const MAX_TITLE_CHARS: usize = 120;
/// Largest mask file we take, in bytes.
pub const MAX_MASK_BYTES: u64 = 20 * 1024 * 1024;
/// Most facts of a description that a person may keep.
pub const MAX_FACTS: usize = 200;
/// Longest caption or fact, in characters.
pub const MAX_FACT_CHARS: usize = 500;
/// Widest feather of after-care, in pixels of the source.
pub const MAX_FEATHER_PX: u32 = 250;
/// Most that after-care grows or shrinks a hole by, in pixels of the source.
pub const MAX_GROW_PX: u32 = 250;
/// Most orders that are started as one.
pub const MAX_DIRECTIONS: usize = 4;
/// Longest idempotency key, in bytes.
pub const MAX_IDEMPOTENCY_KEY_BYTES: usize = 200;
