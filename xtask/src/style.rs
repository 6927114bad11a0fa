//! The style sheets: one file with what `main.css` imports, minified.

use crate::{metadata::Project, site::Site};
use anyhow::{Context, Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
};
use std::path::Path;

/// Bundles them into the site.
pub fn bundle(project: &Project, site: &mut Site) -> Result<()> {
    let css = read(&project.style_file)?;
    let name = format!("{}/{}.css", project.site_pkg_dir, project.output_name);
    site.put(name, css.as_bytes())
}

fn read(main: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(main)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("the styles of {} cannot be read", main.display()))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("the styles cannot be minified: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..PrinterOptions::default()
        })
        .context("the styles cannot be printed")?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn imports_are_bundled_into_their_layers_and_comments_go() {
        let folder = crate::site::empty_folder("style");
        fs::write(
            folder.join("main.css"),
            "@layer base;\n@import \"base.css\" layer(base);\n",
        )
        .unwrap();
        fs::write(folder.join("base.css"), "/* ink */\nbody { color: #ff0000 }\n").unwrap();
        assert_eq!(read(&folder.join("main.css")).unwrap(), "@layer base{body{color:red}}");
    }

    #[test]
    fn a_missing_import_names_the_file() {
        let folder = crate::site::empty_folder("style-broken");
        fs::write(folder.join("main.css"), "@import \"gone.css\";\n").unwrap();
        let error = format!("{:#}", read(&folder.join("main.css")).unwrap_err());
        assert!(error.contains("main.css"), "{error}");
    }
}
