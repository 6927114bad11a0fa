//! `run`: build what changed, then become the server.

use crate::{arguments::Arguments, build, metadata::Project, progress};
use anyhow::{Context, Result, bail};
use std::{
    io::ErrorKind,
    net::{TcpListener, ToSocketAddrs},
    path::Path,
    process::{Command, ExitCode},
};

/// Builds and serves.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<ExitCode> {
    let kind = build::Kind::of(arguments.switch("--release"));
    let addr = address(project, &mut arguments)?;
    arguments.finish()?;
    ensure_free(&addr)?;
    let server = build::everything(project, kind)?;
    progress::step(&format!("starting the server on http://{addr}"));
    serve(project, &server, &addr)
}

/// The option, else the setting the server reads, else the metadata.
fn address(project: &Project, arguments: &mut Arguments) -> Result<String> {
    let usual = std::env::var("POCHOIR_ADDR").unwrap_or_else(|_| project.site_addr.clone());
    match (arguments.value("--addr")?, arguments.number("--port")?) {
        (Some(_), Some(_)) => bail!("--addr and --port cannot be given together"),
        (Some(addr), None) => Ok(addr),
        (None, Some(port)) => {
            let host = usual.rsplit_once(':').map_or(usual.as_str(), |(host, _)| host);
            Ok(format!("{host}:{port}"))
        }
        (None, None) => Ok(usual),
    }
}

/// A taken port is said before anything is compiled.
fn ensure_free(addr: &str) -> Result<()> {
    let sockets: Vec<_> = addr
        .to_socket_addrs()
        .with_context(|| format!("`{addr}` is no address; write it like 127.0.0.1:3000"))?
        .collect();
    match TcpListener::bind(&*sockets) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{addr} is taken: another program listens there; stop it, or choose another port with `--port`")
        }
        Err(error) => Err(error).with_context(|| format!("nothing can listen on {addr}")),
    }
}

fn serve(project: &Project, server: &Path, addr: &str) -> Result<ExitCode> {
    let mut command = Command::new(server);
    command
        .arg("serve")
        .env("POCHOIR_ADDR", addr)
        .env("LEPTOS_OUTPUT_NAME", &project.output_name)
        .env("LEPTOS_SITE_ROOT", &project.site_root)
        .env("LEPTOS_SITE_PKG_DIR", &project.site_pkg_dir)
        .env("LEPTOS_SITE_ADDR", addr);
    become_program(&mut command).with_context(|| format!("{} cannot be started", server.display()))
}

/// Signals reach the server itself.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    let status = command.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_said_in_words() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = held.local_addr().unwrap().to_string();
        let error = ensure_free(&addr).unwrap_err().to_string();
        assert!(error.contains("is taken") && error.contains("--port"), "{error}");
        drop(held);
        ensure_free(&addr).unwrap();
    }

    #[test]
    fn an_address_without_port_is_refused_in_words() {
        let error = format!("{:#}", ensure_free("localhost").unwrap_err());
        assert!(error.contains("127.0.0.1:3000"), "{error}");
    }
}
