//! Every link of a page to a file of this repository leads there, and to a heading, where it names one; every file of Rust that
//! a page names is there.

use std::path::{Component, Path, PathBuf};

use crate::file;
use crate::modules::sources;

/// The pages: at the root, in docs and its guides, and beside the examples.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let folders = ["", "docs", "docs/guides", "examples"];
    let entries = folders.iter().flat_map(|folder| {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        entries.map(move |entry| Path::new(folder).join(entry.unwrap().file_name()))
    });
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

fn read(path: &Path) -> String {
    file(path.to_str().unwrap())
}

/// The page's text without its blocks of code.
fn prose(page: &str) -> String {
    page.split("```").step_by(2).collect()
}

/// The names by which GitHub knows the page's headings.
fn headings(page: &str) -> Vec<String> {
    let text = prose(page);
    let lines = text.lines().filter(|line| line.starts_with('#'));
    let plain = lines.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let kept = |character: &char| character.is_alphanumeric() || " -_".contains(*character);
    plain
        .map(|heading| heading.chars().filter(kept).collect::<String>().replace(' ', "-"))
        .collect()
}

/// `path` without steps back.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, component| {
        match component {
            Component::ParentDir => drop(normal.pop()),
            step @ (Component::Normal(_) | Component::Prefix(_) | Component::RootDir) => {
                normal.push(step)
            }
            Component::CurDir => {}
        }
        normal
    })
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let pages = pages();
    assert!(pages.len() > 15, "{pages:?}");
    let mut broken = Vec::new();
    for page in pages {
        let text = prose(&read(&page));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => page.clone(),
                path => normal(&page.parent().unwrap().join(path)),
            };
            let leads = root.join(&target).exists()
                && (heading.is_empty()
                    || headings(&read(&target)).iter().any(|name| name == heading));
            if !leads {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_file_of_rust_that_a_page_names_is_there() {
    let folders = ["bench", "bundle", "functions", "local", "shared", "tests"];
    let paths = folders.iter().flat_map(|folder| {
        sources(folder).into_iter().map(move |(path, _)| format!("/{folder}/{path}"))
    });
    let paths: Vec<String> = paths.collect();
    let mut missing = Vec::new();
    for page in pages() {
        let text = prose(&read(&page));
        let words = text.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
        for name in words.filter(|word| word.ends_with(".rs")) {
            let ending = format!("/{name}");
            if !paths.iter().any(|path| path.ends_with(&ending)) {
                missing.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
