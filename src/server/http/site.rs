//! The files of the site: scripts, styles, fonts, pictures of ours. From the folder where the build leaves them, or from
//! inside the binary (feature `embed-site`), already compressed. Only files there, only GET and HEAD.

use super::{conditional, headers};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// Where the files are.
#[derive(Debug, Clone)]
pub enum Site {
    /// In a folder.
    Folder(PathBuf),
    /// Inside the binary.
    #[cfg(feature = "embed-site")]
    Embedded,
}

#[cfg(feature = "embed-site")]
#[derive(rust_embed::RustEmbed)]
#[folder = "target/site"]
struct Embedded;

/// Read so that cargo compiles this anew when the files changed; set by `cargo xtask build --release`.
#[cfg(feature = "embed-site")]
const _: Option<&str> = option_env!("SITE_DIGEST");

/// A file and the hash of its bytes.
struct File {
    bytes: Bytes,
    hash: String,
}

/// How a file is packed, best first, and the ending of its name then.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

impl Site {
    /// The files of this binary: inside it, else where the build leaves them (`LEPTOS_SITE_ROOT`).
    #[must_use]
    pub fn of_this_binary() -> Self {
        #[cfg(feature = "embed-site")]
        {
            Self::Embedded
        }
        #[cfg(not(feature = "embed-site"))]
        {
            Self::Folder(std::env::var_os("LEPTOS_SITE_ROOT").map_or_else(|| "target/site".into(), PathBuf::from))
        }
    }

    /// The answer, if this is a file of ours.
    pub async fn answer(&self, method: &Method, path: &str, asked: &HeaderMap) -> Option<Response> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let name = name_of(path)?;
        let content_type = content_type(&name)?;
        let (encoding, file) = self.best(&name, asked).await?;
        let mut answer = Response::new(Body::empty());
        let out = answer.headers_mut();
        let etag = HeaderValue::try_from(format!("\"{}{}\"", file.hash, encoding.unwrap_or_default())).ok()?;
        let fresh = conditional::is_fresh(asked, &etag);
        out.insert(header::ETAG, etag);
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control(&name)));
        if content_type != "image/svg+xml" {
            out.insert(header::CONTENT_SECURITY_POLICY, headers::SITE_FILE);
        }
        if fresh {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return Some(answer);
        }
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        out.insert(header::CONTENT_LENGTH, file.bytes.len().into());
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if *method == Method::GET {
            *answer.body_mut() = Body::from(file.bytes);
        }
        Some(answer)
    }

    /// The bytes of a file of ours, as they are.
    pub async fn bytes(&self, path: &str) -> Option<Bytes> {
        Some(self.read(&name_of(path)?).await?.bytes)
    }

    /// The smallest form that the browser takes.
    async fn best(&self, name: &str, asked: &HeaderMap) -> Option<(Option<&'static str>, File)> {
        for (encoding, ending) in PACKED {
            if takes(asked, encoding)
                && let Some(file) = self.read(&format!("{name}{ending}")).await
            {
                return Some((Some(encoding), file));
            }
        }
        Some((None, self.read(name).await?))
    }

    async fn read(&self, name: &str) -> Option<File> {
        match self {
            Self::Folder(folder) => {
                let file = inside(folder, name).await?;
                let bytes = Bytes::from(tokio::fs::read(file).await.ok()?);
                let hash = hex(&Sha256::digest(&bytes));
                Some(File { bytes, hash })
            }
            #[cfg(feature = "embed-site")]
            Self::Embedded => {
                let file = <Embedded as rust_embed::RustEmbed>::get(name)?;
                let bytes = match file.data {
                    std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                    std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
                };
                let hash = hex(&file.metadata.sha256_hash());
                Some(File { bytes, hash })
            }
        }
    }
}

fn hex(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The file, if it is inside the folder once every link is followed.
async fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(folder.join(name)).await.ok()?;
    let is_file = tokio::fs::metadata(&file).await.is_ok_and(|entry| entry.is_file());
    (is_file && file.starts_with(&folder)).then_some(file)
}

/// The name of the file that an address means. Our names are plain: anything that would need care is none of them.
fn name_of(path: &str) -> Option<String> {
    let name = path.strip_prefix('/')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    name.split('/').all(plain).then(|| name.to_owned())
}

/// What a file is, by the ending of its name. Other endings are not served.
fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// A name with a hash in it never changes its contents; any other is asked for again.
fn cache_control(name: &str) -> &'static str {
    let hashed = name.rsplit('/').next().is_some_and(|file| {
        file.split(['.', '-'])
            .skip(1)
            .any(|part| part.len() >= 16 && part.bytes().any(|byte| byte.is_ascii_digit()))
    });
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    }
}

/// Whether the browser takes this encoding.
fn takes(asked: &HeaderMap, encoding: &str) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            let refused = parts
                .filter_map(|parameter| parameter.strip_prefix("q="))
                .any(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0));
            named && !refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn asking(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a header"))])
    }

    fn folder() -> (tempfile::TempDir, Site) {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("site");
        std::fs::create_dir_all(folder.join("pkg")).expect("a folder");
        std::fs::write(outer.path().join("secret.txt"), "secret").expect("a file");
        std::fs::write(folder.join("pkg/a.js"), "plain").expect("a file");
        std::fs::write(folder.join("pkg/a.js.br"), "packed").expect("a file");
        std::fs::write(folder.join("notes.md"), "notes").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(outer.path().join("secret.txt"), folder.join("link.txt")).expect("a link");
        (outer, Site::Folder(folder))
    }

    async fn get(site: &Site, path: &str, asked: &HeaderMap) -> Option<(Response<()>, Bytes)> {
        let (parts, body) = site.answer(&Method::GET, path, asked).await?.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Some((Response::from_parts(parts, ()), body))
    }

    #[tokio::test]
    async fn packed_for_those_who_take_it() {
        let (_keep, site) = folder();
        let plain = get(&site, "/pkg/a.js", &HeaderMap::new()).await.expect("a file");
        assert_eq!(plain.1, "plain");
        assert!(plain.0.headers().get(header::CONTENT_ENCODING).is_none());
        let packed = asking(header::ACCEPT_ENCODING, "gzip, br");
        let packed = get(&site, "/pkg/a.js", &packed).await.expect("a file");
        assert_eq!(packed.1, "packed");
        assert_eq!(packed.0.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(
            packed.0.headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
        assert_ne!(packed.0.headers()[header::ETAG], plain.0.headers()[header::ETAG]);
        let refused = asking(header::ACCEPT_ENCODING, "br;q=0");
        assert_eq!(get(&site, "/pkg/a.js", &refused).await.expect("a file").1, "plain");
    }

    #[tokio::test]
    async fn a_browser_that_has_it_gets_no_bytes() {
        let (_keep, site) = folder();
        let first = get(&site, "/pkg/a.js", &HeaderMap::new()).await.expect("a file");
        let etag = first.0.headers()[header::ETAG].to_str().expect("text").to_owned();
        let (again, body) = get(&site, "/pkg/a.js", &asking(header::IF_NONE_MATCH, &etag))
            .await
            .expect("a file");
        assert_eq!((again.status(), body.len()), (StatusCode::NOT_MODIFIED, 0));
    }

    #[tokio::test]
    async fn nothing_outside_of_the_folder_and_nothing_unknown() {
        let (_keep, site) = folder();
        for path in [
            "/../secret.txt",
            "/pkg/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/link.txt",
            "//secret.txt",
            "/pkg",
            "/pkg/",
            "/",
            "/notes.md",
            "/pkg/a.js.br",
            "/.hidden.txt",
        ] {
            assert!(get(&site, path, &HeaderMap::new()).await.is_none(), "{path}");
        }
        assert!(
            site.answer(&Method::POST, "/pkg/a.js", &HeaderMap::new())
                .await
                .is_none()
        );
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(cache_control("pkg/pochoir.0f3a9c2b7d1e4f60.js").contains("immutable"));
        for name in [
            "pkg/pochoir.js",
            "pkg/pochoir_bg.wasm",
            "fonts/instrument-sans.woff2",
            "styles/woodblock.webp",
        ] {
            assert!(cache_control(name).contains("no-cache"), "{name}");
        }
    }
}
