//! Makes a module of each function's `main`, with a symbol by which the linker finds it.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

/// The mains, from this package.
const MAINS: &str = "../functions/src/bin";

#[expect(clippy::disallowed_methods, reason = "what cargo tells a build script, and no function")]
fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={MAINS}");
    let mut files: Vec<_> =
        fs::read_dir(MAINS)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut modules = String::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        let main = fs::read_to_string(&file)?;
        // Inside of another file, documentation of a file is none, and its `main` is called from outside.
        let main = main.replace("//!", "//").replace("\nfn main()", "\npub fn main()");
        writeln!(modules, "mod {name} {{\n{main}\n    crate::entry!(guildhall_{name});\n}}")
            .map_err(io::Error::other)?;
    }
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&folder).join("mains.rs"), modules)
}
