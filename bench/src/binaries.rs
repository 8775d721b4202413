//! The binaries: built as they are deployed, and looked at as files.

use std::path::{Path, PathBuf};
use std::process::Command;

use libdeflater::{CompressionLvl, Compressor};
use serde_json::Value;

use crate::{Failure, run};

/// A function's binary.
#[derive(Debug, Clone)]
pub struct Binary {
    /// With its symbols, which tell whose instructions were run.
    pub with_symbols: PathBuf,
    /// As it is deployed.
    pub stripped: PathBuf,
    /// Of the deployed one, in kB.
    pub size: u64,
    /// Of the archive that is uploaded, in kB.
    pub zip: u64,
    /// Addresses that the loader has to write before `main`.
    pub relocations: u64,
}

/// Builds these functions as they are deployed, and strips copies of them into `folder`.
///
/// # Errors
/// [`Failure`] where a tool is not there or fails.
pub fn functions(names: &[&str], folder: &Path) -> Result<Vec<Binary>, Failure> {
    let linked = folder.join("linked");
    let mut link = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../bundle/link"));
    // The lines tell whose code was inlined where; they do not change it.
    succeed(link.arg(&linked).args(names).env("SYMBOLS", "lines"))?;
    names.iter().map(|name| inspect(&linked.join(name), &folder.join(name))).collect()
}

/// Builds these yardsticks in the same profile, and strips copies of them into `folder`.
///
/// # Errors
/// [`Failure`] where a tool is not there or fails.
pub fn yardsticks(names: &[&str], folder: &Path) -> Result<Vec<Binary>, Failure> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--package", "yardsticks"]);
    cargo.args(["--config", "profile.release.strip = false"]);
    cargo.args(["--config", "profile.release.debug = 'line-tables-only'"]);
    succeed(cargo.args(names.iter().flat_map(|name| ["--bin", name])))?;
    let metadata = ["metadata", "--format-version=1", "--no-deps", "--locked"];
    let metadata: Value =
        serde_json::from_slice(&run(Command::new(env!("CARGO")).args(metadata))?)?;
    let target = metadata["target_directory"].as_str().ok_or("cargo names no target folder")?;
    let release = Path::new(target).join("release");
    names.iter().map(|name| inspect(&release.join(name), &folder.join(name))).collect()
}

/// Runs a build, whose progress is shown.
fn succeed(build: &mut Command) -> Result<(), Failure> {
    let program = build.get_program().to_string_lossy().into_owned();
    match build.status()?.success() {
        true => Ok(()),
        false => Err(format!("{program} fails").into()),
    }
}

fn inspect(binary: &Path, stripped: &Path) -> Result<Binary, Failure> {
    run(Command::new("strip").arg("-o").arg(stripped).arg(binary))?;
    let bytes = std::fs::read(stripped)?;
    // As bundle/pack does.
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut deflated = vec![0; compressor.deflate_compress_bound(bytes.len())];
    let deflated = compressor.deflate_compress(&bytes, &mut deflated)?;
    let relocations = run(Command::new("readelf").args(["--relocs", "--wide"]).arg(stripped))?;
    let relocations = String::from_utf8_lossy(&relocations);
    Ok(Binary {
        with_symbols: binary.to_owned(),
        stripped: stripped.to_owned(),
        size: bytes.len() as u64 / 1000,
        zip: deflated as u64 / 1000,
        relocations: relocations.lines().filter(|line| line.contains(" R_")).count() as u64,
    })
}
