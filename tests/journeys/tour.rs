//! README's tour, run as its reader runs it.

use std::process::{Command, Stdio};

use super::program::{Installation, Server};
use crate::support::project_file;

/// The shell blocks between the tour's heading and the next one.
fn tour(readme: &str) -> String {
    let section = readme.split("\n## ").find(|section| section.starts_with("A tour")).expect("the tour");
    section.split("```sh\n").skip(1).map(|block| block.split("```").next().expect("an end")).collect()
}

#[test]
fn the_readmes_tour_runs() {
    let installation = Installation::new();
    let mut command = installation.command(&["serve"]);
    command.env_remove("USHER_SIGNING__SALTS").env_remove("USHER_PASSWORDS__MEMORY_KIB");
    let server = Server::start(command);
    let listen = server.url.trim_start_matches("http://");
    let script = tour(&project_file("README.md")).replace("cargo run -q --", "usher");
    assert!(script.lines().count() > 10, "the tour is gone: {script}");
    let script = script.replace("127.0.0.1:8080", listen);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_usher")).parent().expect("a directory");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("a path"));
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(installation.dir.path())
        .env("PATH", path)
        .env("USHER_DATA_DIR", installation.data())
        .env("USHER_HTTP__LISTEN", listen)
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{error}");
    for step in
        ["\"role\":\"visitor\"", "\"role\":\"user\"", "alice_01", "disabled", "当前用户不存在或者已被禁用"]
    {
        assert!(said.contains(step), "no {step} in: {said}\n{error}");
    }
}
