//! The style sheets: one file with what `main.css` imports, without comments and indentation.
//!
//! `main.css` holds only the order of the layers and one import a line, which is all that is read here. A full minifier was
//! measured: after brotli it saves one percent more, and takes half a minute to compile on a new machine.

use crate::{metadata::Project, site::Site};
use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

/// Bundles them into the site.
pub fn bundle(project: &Project, site: &mut Site) -> Result<()> {
    let css = read(&project.style_file)?;
    let name = format!("{}/{}.css", project.site_pkg_dir, project.output_name);
    site.put(name, css.as_bytes())
}

fn read(main: &Path) -> Result<String> {
    let sheet = |path: &Path| {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        compact(&text).with_context(|| format!("{} has a comment or a text without an end", path.display()))
    };
    let mut bundled = String::new();
    for line in sheet(main)?.lines() {
        if let Some((file, layer)) = import(line) {
            let imported = sheet(&main.with_file_name(file))?;
            for part in ["@layer ", layer, "{\n", &imported, "}\n"] {
                bundled.push_str(part);
            }
        } else if line.starts_with("@layer ") && line.ends_with(';') {
            bundled.push_str(line);
            bundled.push('\n');
        } else {
            bail!(
                "{} holds the order of layers and lines like `@import url(\"file.css\") layer(name);` only, but also: {line}",
                main.display()
            );
        }
    }
    Ok(bundled)
}

/// File and layer of an import.
fn import(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("@import url(\"")?;
    let (file, rest) = rest.split_once("\") layer(")?;
    Some((file, rest.strip_suffix(");")?))
}

/// Without comments, indentation and empty lines; what stands between quotes stays. `None` when a comment or a text does
/// not end.
fn compact(css: &str) -> Option<String> {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(['/', '"', '\'', '\n']) {
        kept.push_str(&rest[..at]);
        let found = &rest[at..];
        let taken = match found.as_bytes()[0] {
            b'/' if found.starts_with("/*") => {
                rest = &found[found[2..].find("*/")? + 4..];
                continue;
            }
            quote @ (b'"' | b'\'') => end_of_text(found, quote)?,
            b'\n' => {
                kept.truncate(kept.trim_end_matches([' ', '\t', '\n']).len());
                kept.push('\n');
                rest = found.trim_start();
                continue;
            }
            _ => 1,
        };
        kept.push_str(&found[..taken]);
        rest = &found[taken..];
    }
    kept.push_str(rest);
    Some(kept.trim_start().to_owned())
}

/// How long the quoted text at the start is, quotes included.
fn end_of_text(text: &str, quote: u8) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' {
            bytes.next();
        } else if byte == quote {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_bundled_into_their_layers_and_comments_go() {
        let folder = crate::site::empty_folder("style");
        fs::write(
            folder.join("main.css"),
            "/* Order. */\n@layer base, pages;\n\n@import url(\"base.css\") layer(base);\n",
        )
        .unwrap();
        fs::write(
            folder.join("base.css"),
            "/* ink\n * red */\nbody {\n  color: #f00; /* red */\n}\n",
        )
        .unwrap();
        assert_eq!(
            read(&folder.join("main.css")).unwrap(),
            "@layer base, pages;\n@layer base{\nbody {\ncolor: #f00;\n}\n}\n"
        );
    }

    #[test]
    fn what_is_quoted_stays() {
        let css = "a { content: \"/* \\\" */\n  x\"; background: url('//a/*') }";
        assert_eq!(compact(css).unwrap(), css);
        assert_eq!(compact("a { b: c / d }").unwrap(), "a { b: c / d }");
        assert_eq!(compact("a { } /* no end"), None);
        assert_eq!(compact("a { content: \"no end }"), None);
    }

    #[test]
    fn a_missing_import_and_a_rule_of_its_own_are_named() {
        let folder = crate::site::empty_folder("style-broken");
        let main = folder.join("main.css");
        fs::write(&main, "@import url(\"gone.css\") layer(base);\n").unwrap();
        let error = format!("{:#}", read(&main).unwrap_err());
        assert!(error.contains("gone.css"), "{error}");
        fs::write(&main, "body { color: red }\n").unwrap();
        let error = format!("{:#}", read(&main).unwrap_err());
        assert!(error.contains("body { color: red }"), "{error}");
    }
}
