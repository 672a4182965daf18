//! Puts what the admin's pages load into the program, under names that change with the content.
//!
//! What comes from npm is pinned by `templates/assets/package-lock.json`. It is taken from `templates/assets/node_modules`
//! if that is there and is what is pinned, else fetched by `npm ci` into a directory of the build that is named by the
//! pins, else left out: the pages then work as plain forms. `REQUIRE_WEB_ASSETS=1` makes that an error.

#[path = "build/npm.rs"]
mod npm;

use std::error::Error;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Name, type, and where npm puts it.
const FETCHED: [(&str, &str, &str); 1] = [("htmx.js", "text/javascript", "htmx.org/dist/htmx.min.js")];

/// Our own.
const OWN: [(&str, &str); 4] = [
    ("admin.css", "text/css; charset=utf-8"),
    ("admin.js", "text/javascript"),
    ("icon.svg", "image/svg+xml"),
    ("icons.svg", "image/svg+xml"),
];

const PINS: [&str; 2] = ["package.json", "package-lock.json"];

fn main() -> Result<(), Box<dyn Error>> {
    let own = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../templates/assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed={}", own.display());
    println!("cargo:rerun-if-env-changed=REQUIRE_WEB_ASSETS");
    let mut code = String::from("pub(super) const ASSETS: &[Asset] = &[\n");
    for (name, kind) in OWN {
        add(&mut code, &out, name, kind, &fs::read(own.join(name))?)?;
    }
    if let Some(modules) = modules(&own, &out) {
        for (name, kind, file) in FETCHED {
            add(&mut code, &out, name, kind, &fs::read(modules.join(file))?)?;
        }
    } else if env::var_os("REQUIRE_WEB_ASSETS").is_some_and(|value| !value.is_empty()) {
        return Err("no web assets: install npm, or run `npm ci` in templates/assets".into());
    } else {
        println!(
            "cargo:warning=npm is missing: the admin's pages work without JavaScript. Install it, or run `npm ci` in templates/assets elsewhere."
        );
    }
    fs::write(out.join("assets.rs"), code + "];\n")?;
    Ok(())
}

fn add(code: &mut String, out: &Path, name: &str, kind: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    let (stem, extension) = name.split_once('.').ok_or("a file has an extension")?;
    let hash = hasher.finish();
    fs::write(out.join(name), bytes)?;
    writeln!(
        code,
        "Asset {{ name: {name:?}, file: \"{stem}.{hash:016x}.{extension}\", kind: {kind:?}, bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\")) }},"
    )?;
    Ok(())
}

/// Where npm's packages are.
fn modules(own: &Path, out: &Path) -> Option<PathBuf> {
    let pins = fs::read(own.join("package-lock.json")).ok()?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&pins);
    let fetched = out.join(format!("npm-{:016x}", hasher.finish()));
    let complete = |modules: &PathBuf| npm::has_pinned(modules, &pins, &FETCHED.map(|(_, _, file)| file));
    [own.join("node_modules"), fetched.join("node_modules")]
        .into_iter()
        .find(complete)
        .or_else(|| fetch(own, &fetched).filter(complete))
}

fn fetch(own: &Path, directory: &Path) -> Option<PathBuf> {
    fs::create_dir_all(directory).ok()?;
    for file in PINS {
        fs::copy(own.join(file), directory.join(file)).ok()?;
    }
    let fetched = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(directory)
        .status();
    fetched.is_ok_and(|status| status.success()).then(|| directory.join("node_modules"))
}
