//! Whether npm put here what is pinned. Part of the build script; the tests of `assets` include it, too.

use std::fs;
use std::path::Path;

/// Whether `modules` holds these files, of the packages that `pins` (a `package-lock.json`) names: npm writes down what it
/// put, with the digests that it checked. Files of another release may lie there under the same names.
pub(crate) fn has_pinned(modules: &Path, pins: &[u8], files: &[&str]) -> bool {
    let Ok(installed) = fs::read(modules.join(".package-lock.json")) else { return false };
    let packages = |lock: &[u8]| {
        let lock: serde_json::Value = serde_json::from_slice(lock).ok()?;
        let packages = lock["packages"].as_object()?.iter();
        let packages = packages.filter(|(name, _)| !name.is_empty());
        Some(packages.map(|(name, it)| (name.clone(), it["integrity"].clone())).collect::<Vec<_>>())
    };
    let pinned = packages(pins);
    pinned.is_some() && packages(&installed) == pinned && files.iter().all(|file| modules.join(file).exists())
}
