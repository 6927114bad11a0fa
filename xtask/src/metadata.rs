//! The project as its `Cargo.toml` describes it: `[package.metadata.leptos]`, which cargo-leptos reads too.

use crate::command;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where things are and what they are called.
pub struct Project {
    /// The package that is the product.
    pub package: String,
    /// The folder of the workspace.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Cargo's target folder for the browser half.
    pub front_target: PathBuf,
    /// The name of the script, wasm and style files.
    pub output_name: String,
    /// The folder the server serves.
    pub site_root: PathBuf,
    /// The folder of script, wasm and style below it, as in an address.
    pub site_pkg_dir: String,
    /// The style sheet that imports the others.
    pub style_file: PathBuf,
    /// Files that are served as they are.
    pub assets_dir: PathBuf,
    /// Where the server listens unless told otherwise.
    pub site_addr: String,
    /// The features of the server half.
    pub bin_features: Vec<String>,
    /// The features of the browser half.
    pub lib_features: Vec<String>,
    /// The profile of the browser half of a release.
    pub lib_profile_release: String,
}

impl Project {
    /// Asks cargo.
    pub fn read() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let text = command::read(
            std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
                .args([
                    "metadata",
                    "--no-deps",
                    "--offline",
                    "--format-version",
                    "1",
                    "--manifest-path",
                ])
                .arg(&manifest),
        )?;
        Self::from_metadata(&serde_json::from_str(&text).context("cargo's metadata cannot be read")?)
    }

    fn from_metadata(metadata: &Value) -> Result<Self> {
        let root = PathBuf::from(text(metadata, "workspace_root")?);
        let (package, leptos) = metadata["packages"]
            .as_array()
            .into_iter()
            .flatten()
            .find_map(|package| Some((package, package["metadata"].get("leptos")?)))
            .context("no package has [package.metadata.leptos] in its Cargo.toml")?;
        Ok(Self {
            package: text(package, "name")?,
            target: text(metadata, "target_directory")?.into(),
            output_name: text(leptos, "output-name")?,
            site_root: root.join(text(leptos, "site-root")?),
            site_pkg_dir: text(leptos, "site-pkg-dir")?,
            style_file: root.join(text(leptos, "style-file")?),
            assets_dir: root.join(text(leptos, "assets-dir")?),
            site_addr: text(leptos, "site-addr")?,
            bin_features: texts(leptos, "bin-features")?,
            lib_features: texts(leptos, "lib-features")?,
            front_target: root.join(text(leptos, "front-target-dir")?),
            lib_profile_release: text(leptos, "lib-profile-release")?,
            root,
        })
    }

    /// Our own notes about what is up to date.
    pub fn notes_dir(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

fn text(table: &Value, key: &str) -> Result<String> {
    table[key]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("`{key}` is missing"))
}

fn texts(table: &Value, key: &str) -> Result<Vec<String>> {
    table[key]
        .as_array()
        .with_context(|| format!("`{key}` is missing"))?
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .with_context(|| format!("`{key}` must be a list of texts"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_package_with_leptos_metadata_is_found_among_others() {
        let leptos = json!({
            "output-name": "pochoir", "site-root": "target/site", "site-pkg-dir": "pkg", "style-file": "style/main.css",
            "assets-dir": "public", "site-addr": "127.0.0.1:3000", "bin-features": ["ssr"], "lib-features": ["hydrate"],
            "lib-profile-release": "wasm-release", "front-target-dir": "target/front",
        });
        let project = Project::from_metadata(&json!({
            "workspace_root": "/p", "target_directory": "/p/target",
            "packages": [{"name": "xtask", "metadata": null}, {"name": "pochoir", "metadata": {"leptos": leptos}}],
        }))
        .unwrap();
        assert_eq!(project.package, "pochoir");
        assert_eq!(project.style_file, Path::new("/p/style/main.css"));
        assert_eq!(project.bin_features, ["ssr"]);
    }

    #[test]
    fn a_missing_key_is_named() {
        let metadata = json!({
            "workspace_root": "/p", "target_directory": "/p/target",
            "packages": [{"name": "pochoir", "metadata": {"leptos": {"output-name": "pochoir"}}}],
        });
        let error = Project::from_metadata(&metadata).err().unwrap();
        assert!(error.to_string().contains("site-root"), "{error}");
    }
}
