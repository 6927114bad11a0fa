//! Files a person chose, dropped or pasted.

/// A file on the visitor's machine.
#[derive(Debug, Clone)]
pub struct LocalFile {
    /// Its name.
    pub name: String,
    /// What the browser takes it for, such as `image/png`; empty when it does not know.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    #[cfg(feature = "hydrate")]
    pub(super) blob: web_sys::Blob,
}

#[cfg(feature = "hydrate")]
impl LocalFile {
    /// A file of the browser's.
    #[must_use]
    pub fn of(file: &web_sys::File) -> Self {
        Self::from_blob(file.clone().into(), &file.name())
    }

    /// Bytes made in the browser.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size in bytes, below 2^53"
    )]
    pub fn from_blob(blob: web_sys::Blob, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            media_type: blob.type_(),
            bytes: blob.size() as u64,
            blob,
        }
    }

    fn list(files: Option<web_sys::FileList>) -> Vec<Self> {
        let Some(files) = files else { return Vec::new() };
        (0..files.length())
            .filter_map(|at| files.get(at))
            .map(|file| Self::of(&file))
            .collect()
    }
}

/// The files chosen in the input that sent this event.
#[must_use]
pub fn from_input(event: &leptos::ev::Event) -> Vec<LocalFile> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
            .map(|input| LocalFile::list(input.files()))
            .unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Vec::new()
    }
}

/// The files that stand in this input already, chosen before the page came alive.
#[must_use]
pub fn from_field(field: &leptos::web_sys::HtmlInputElement) -> Vec<LocalFile> {
    #[cfg(feature = "hydrate")]
    {
        LocalFile::list(field.files())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = field;
        Vec::new()
    }
}

/// The files dropped with this event.
#[must_use]
pub fn from_drop(event: &leptos::ev::DragEvent) -> Vec<LocalFile> {
    #[cfg(feature = "hydrate")]
    {
        event
            .data_transfer()
            .map(|data| LocalFile::list(data.files()))
            .unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Vec::new()
    }
}

/// The files pasted with this event.
#[must_use]
pub fn from_paste(event: &leptos::ev::ClipboardEvent) -> Vec<LocalFile> {
    #[cfg(feature = "hydrate")]
    {
        event
            .clipboard_data()
            .map(|data| LocalFile::list(data.files()))
            .unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Vec::new()
    }
}
