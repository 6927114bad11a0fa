//! Brotli and gzip siblings of what can be made smaller, so that the server never compresses a site file.

use crate::site::Site;
use anyhow::{Context, Result};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// What shrinks. Pictures and woff2 fonts are compressed already.
const COMPRESSIBLE: &[&str] = &[
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Makes the siblings of every file in the site; those that are newer than their file stay.
pub fn siblings(site: &mut Site) -> Result<()> {
    for name in site.files() {
        if !is_compressible(&name) {
            continue;
        }
        let (brotli, gzip) = (with_suffix(&name, ".br"), with_suffix(&name, ".gz"));
        if is_newer(site, &brotli, &name) && is_newer(site, &gzip, &name) {
            site.keep(brotli);
            site.keep(gzip);
            continue;
        }
        let bytes = fs::read(site.path(&name))?;
        site.put(brotli, &brotli_of(&bytes).context("brotli failed")?)?;
        site.put(gzip, &gzip_of(&bytes).context("gzip failed")?)?;
    }
    Ok(())
}

fn is_compressible(name: &Path) -> bool {
    name.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| COMPRESSIBLE.contains(&extension))
}

fn with_suffix(name: &Path, suffix: &str) -> PathBuf {
    let mut name = name.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn is_newer(site: &Site, sibling: &Path, file: &Path) -> bool {
    let modified = |name: &Path| fs::metadata(site.path(name)).and_then(|found| found.modified());
    matches!((modified(sibling), modified(file)), (Ok(sibling), Ok(file)) if sibling >= file)
}

fn brotli_of(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut output = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut output, &settings)?;
    Ok(output)
}

fn gzip_of(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn siblings_unpack_to_the_file() {
        let root = &crate::site::empty_folder("compress");
        let mut site = Site::open(root).unwrap();
        let text = "stencil ".repeat(400);
        site.put("page.html", text.as_bytes()).unwrap();
        site.put("picture.jpg", b"already small").unwrap();
        siblings(&mut site).unwrap();
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(fs::File::open(root.join("page.html.gz")).unwrap())
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*fs::read(root.join("page.html.br")).unwrap(), &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        assert!(!root.join("picture.jpg.br").exists());
    }

    #[test]
    fn pruning_removes_the_siblings_of_an_earlier_release() {
        let root = &crate::site::empty_folder("prune");
        let mut release = Site::open(root).unwrap();
        release.put("pkg/a.js", b"let a = 1;").unwrap();
        siblings(&mut release).unwrap();
        assert!(root.join("pkg/a.js.br").exists());
        let mut debug = Site::open(root).unwrap();
        debug.put("pkg/a.js", b"let a = 1;").unwrap();
        debug.prune().unwrap();
        assert!(root.join("pkg/a.js").exists());
        assert!(!root.join("pkg/a.js.br").exists());
    }
}
