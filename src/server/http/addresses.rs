//! Addresses of this server that came in with a request: kept only if a browser stays here, whatever it makes of them.

use reqwest::Url;

/// Longest address that is led back to, in bytes.
const MAX_BYTES: usize = 8 * 1024;
/// Something to resolve paths against. It is never written.
const HERE: &str = "http://here.invalid/";

/// The path with these pairs in its query, in place of earlier ones of the same names; an `error` of an earlier try is
/// gone in any case. Nothing when it would lead elsewhere.
#[must_use]
pub fn with_query<'a>(address: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let mut url = here(address)?;
    let pairs: Vec<_> = pairs.into_iter().collect();
    let kept: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| name != "error" && pairs.iter().all(|(known, _)| known != name))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(pairs);
    if url.query() == Some("") {
        url.set_query(None);
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = url
        .fragment()
        .map(|fragment| format!("#{fragment}"))
        .unwrap_or_default();
    Some(format!("{}{query}{fragment}", url.path()))
}

/// The address, read as browsers read it: they take `\` for `/`, drop tabs and line ends, and resolve dots.
fn here(address: &str) -> Option<Url> {
    let here = Url::parse(HERE).ok()?;
    let url = here.join(address).ok()?;
    let ours = address.len() <= MAX_BYTES
        && address.starts_with('/')
        && url.origin() == here.origin()
        // `/.//elsewhere` becomes `//elsewhere`, which is another host.
        && !url.path().starts_with("//");
    ours.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_ours_stay() {
        for (address, kept) in [
            ("/", "/"),
            ("/library?q=a%20b", "/library?q=a+b"),
            ("/studio/1#results", "/studio/1#results"),
            ("/?error=malformed", "/"),
            ("/a/../library", "/library"),
        ] {
            assert_eq!(with_query(address, []).as_deref(), Some(kept), "{address}");
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for address in [
            "",
            "library",
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "/\\elsewhere.example/",
            "\\\\elsewhere.example/",
            "/\t/elsewhere.example/",
            "\t//elsewhere.example/",
            "/.//elsewhere.example/",
            "/a/..//elsewhere.example/",
            "javascript:alert(1)",
            "/%0d%0a/../\n//elsewhere.example",
        ] {
            let kept = with_query(address, []);
            assert!(
                kept.as_deref().is_none_or(|kept| kept.starts_with('/')
                    && !kept.starts_with("//")
                    && !kept.contains(['\\', '\r', '\n', '\t'])),
                "{address:?} became {kept:?}"
            );
        }
        assert_eq!(with_query("//elsewhere.example/", []), None);
        assert_eq!(with_query("/.//elsewhere.example/", []), None);
    }

    #[test]
    fn what_was_typed_replaces_what_was_there() {
        let pairs = [("error", "wish_missing"), ("wish", "a & b")];
        assert_eq!(
            with_query("/studio/1?wish=old&error=x&tab=2", pairs).as_deref(),
            Some("/studio/1?tab=2&error=wish_missing&wish=a+%26+b")
        );
    }
}
