//! A release binary: where it is, what is linked into it, and which C library it needs.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use object::read::elf::{ElfFile64, FileHeader};
use object::{Endianness, Object, ObjectSegment, ObjectSymbol, SymbolKind};

/// What no function links: entropy that takes 400 million instructions to gather, clients for credentials that Lambda does not
/// use, and what describes types.
const FORBIDDEN: [&str; 4] = ["jent_", "aws_sdk_sso", "aws_sdk_sts", "schemars"];

/// The most that is loaded of a binary, in bytes, which keeps archives under 2.6 MB: they are 48 % of that.
const LOADED: u64 = 5_400_000;

/// The glibc of Amazon Linux 2023.
const GLIBC: (u32, u32) = (2, 34);

/// The binary of a function.
pub fn path(function: &str) -> PathBuf {
    named_by("GUILDHALL_BINARIES").join(function)
}

/// The path that a variable names.
pub fn named_by(name: &str) -> PathBuf {
    variable(name).unwrap_or_else(|| panic!("{name} is not set: run .ci/test-artefacts")).into()
}

/// A variable, by which the scripts that run this tell what they have built and found.
#[expect(clippy::disallowed_methods, reason = "the environment of a test, not of a function")]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Fails the test where a function's binary links what it must not, is too large, or would not start on Amazon Linux 2023.
pub fn assert_sound(function: &str) {
    let bytes = fs::read(path(function)).unwrap();
    let elf: ElfFile64<'_, Endianness> = ElfFile64::parse(&*bytes).unwrap();
    // Without those that name a source file: code may be looked at by the linker and left out.
    let symbols = elf.symbols().filter(|symbol| symbol.kind() != SymbolKind::File);
    let symbols: Vec<_> = symbols.filter_map(|symbol| symbol.name().ok()).collect();
    assert!(!symbols.is_empty(), "{function} is stripped, so nothing can be seen of it");
    for forbidden in FORBIDDEN {
        let linked = symbols.iter().find(|symbol| symbol.contains(forbidden));
        assert_eq!(linked, None, "{function} links {forbidden}");
    }
    let loaded: u64 = elf.segments().map(|segment| segment.file_range().1).sum();
    assert!(loaded <= LOADED, "{function} loads {loaded} bytes");
    for version in versions(&elf) {
        let Some(numbers) = version.strip_prefix("GLIBC_") else { continue };
        let (major, minor) = numbers.split_once('.').unwrap();
        // Some versions have a third part, of long ago.
        let minor = minor.split('.').next().unwrap();
        let needed = (major.parse().unwrap(), minor.parse().unwrap());
        assert!(needed <= GLIBC, "{function} needs {version}");
    }
}

/// The versions of symbols that a binary needs of its libraries.
fn versions(elf: &ElfFile64<'_, Endianness>) -> Vec<String> {
    let (endian, data) = (elf.endian(), elf.data());
    let sections = elf.elf_header().sections(endian, data).unwrap();
    let (mut libraries, strings) = sections.gnu_verneed(endian, data).unwrap().unwrap();
    let strings = sections.strings(endian, data, strings).unwrap();
    let mut versions = Vec::new();
    while let Some((_, mut needed)) = libraries.next().unwrap() {
        while let Some(version) = needed.next().unwrap() {
            let name = version.name(endian, strings).unwrap();
            versions.push(String::from_utf8(name.to_vec()).unwrap());
        }
    }
    assert!(!versions.is_empty());
    versions
}
