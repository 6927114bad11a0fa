//! The files of `public/`, served as they are.

use crate::{
    metadata::Project,
    site::{Site, list},
};
use anyhow::{Context, Result};
use std::fs;

/// Copies them into the site.
pub fn copy(project: &Project, site: &mut Site) -> Result<()> {
    if !project.assets_dir.exists() {
        return Ok(());
    }
    for name in list(&project.assets_dir)? {
        let path = project.assets_dir.join(&name);
        let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        site.put(&name, &bytes)?;
    }
    Ok(())
}
