//! The modules of a crate, one for each file, and the arrows between them: which file names something of which other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The place of a module in its crate; the crate's own is empty.
pub type Module = Vec<String>;

/// All modules of a crate, each with those that it names.
pub type Graph = BTreeMap<Module, BTreeSet<Module>>;

/// All Rust files below a folder of the workspace, with their paths from there.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    walk(&root, &root, &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

/// The modules of the crate whose sources are in `folder`, and their arrows.
pub fn graph(folder: &str) -> Graph {
    let sources = sources(folder).into_iter().filter(|(path, _)| !is_binary(path));
    let files: BTreeMap<Module, String> =
        sources.map(|(path, source)| (module(&path), without_comments(&source))).collect();
    let mut aliases = BTreeMap::new();
    let mut named = BTreeMap::<&Module, Vec<Module>>::new();
    for (module, source) in &files {
        for (is_public_use, path) in paths(module, source, &files) {
            if is_public_use {
                let alias = module.iter().chain(path.last()).cloned().collect();
                aliases.insert(alias, path);
            } else {
                named.entry(module).or_default().push(path);
            }
        }
    }
    let arrows = |module: &Module| {
        let named = named.get(module).into_iter().flatten();
        named.map(|path| home(path, &aliases, &files)).filter(|home| home != module).collect()
    };
    files.keys().map(|module| (module.clone(), arrows(module))).collect()
}

/// Whether the file is the root of a crate of its own, which nothing can name.
fn is_binary(path: &str) -> bool {
    path == "main.rs" || path.starts_with("bin/")
}

fn module(path: &str) -> Module {
    let mut parts: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    parts.pop_if(|last| last == "mod" || last == "lib");
    parts
}

fn without_comments(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split(" //").next().unwrap_or_default().to_owned() + "\n").collect()
}

/// All paths within the crate that a module's source names, each from the crate's root; and whether it only passes them on.
fn paths(module: &Module, source: &str, files: &BTreeMap<Module, String>) -> Vec<(bool, Module)> {
    let parent = module.split_last().map_or_else(Module::new, |(_, parent)| parent.to_vec());
    let mut roots = vec![
        ("crate".to_owned(), Module::new()),
        ("self".to_owned(), module.clone()),
        ("super".to_owned(), parent),
    ];
    let is_child = |child: &Module| child.split_last().is_some_and(|(_, of)| of == module);
    let children = files.keys().filter(|child| is_child(child));
    roots.extend(children.map(|child| (child[module.len()].clone(), child.clone())));
    let mut found = paths_from(source, &roots);
    // A module that is in scope is a root as well.
    let in_scope = found.iter().filter(|(_, path)| files.contains_key(path));
    let in_scope = in_scope.filter_map(|(_, path)| Some((path.last()?.clone(), path.clone())));
    let more: Vec<_> = in_scope.filter(|root| !roots.contains(root)).collect();
    found.extend(paths_from(source, &more));
    found
}

/// The same of the paths that begin with one of these words, each of which stands for a module.
fn paths_from(source: &str, roots: &[(String, Module)]) -> Vec<(bool, Module)> {
    let mut found = Vec::new();
    for (word, root) in roots {
        for (place, _) in source.match_indices(&format!("{word}::")) {
            let before = &source[..place];
            if before.ends_with(|letter: char| letter.is_alphanumeric() || "_:".contains(letter)) {
                continue;
            }
            let mut named = Vec::new();
            read_path(&source[place + word.len() + 2..], root.clone(), &mut named);
            let is_public_use = before.ends_with("pub use ") || before.ends_with("pub(crate) use ");
            found.extend(named.into_iter().map(|path| (is_public_use, path)));
        }
    }
    found
}

/// Reads what follows `path::`, a name or a tree of names in braces, and tells what of the text is left.
fn read_path<'t>(text: &'t str, mut path: Module, found: &mut Vec<Module>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
            let left = read_path(rest, path.clone(), found);
            assert!(left.len() < rest.len(), "not a tree of names: {rest}");
            rest = left;
        }
    }
    let end = text.find(|letter: char| !letter.is_alphanumeric() && !"_*".contains(letter));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if name != "self" {
        path.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(rest) if !name.is_empty() => read_path(rest, path, found),
        Some(_) | None => {
            found.push(path);
            // Behind a name in a tree there may be `as another`.
            rest.strip_prefix(" as ").map_or(rest, |rest| {
                rest.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_')
            })
        }
    }
}

/// The module in which what `path` names is written, wherever it is passed on.
fn home(
    path: &[String],
    aliases: &BTreeMap<Module, Module>,
    files: &BTreeMap<Module, String>,
) -> Module {
    for length in (1..=path.len()).rev() {
        if let Some(actual) = aliases.get(&path[..length]) {
            let whole = [actual.as_slice(), &path[length..]].concat();
            return home(&whole, aliases, files);
        }
    }
    let longest = (0..=path.len()).rev().map(|length| &path[..length]);
    longest.map(<[String]>::to_vec).find(|module| files.contains_key(module)).unwrap()
}

/// The first circle that there is.
pub fn circle(graph: &Graph) -> Option<Vec<Module>> {
    graph.keys().find_map(|start| way(graph, start, start))
}

/// The shortest way along arrows from one module to another, both included.
fn way(graph: &Graph, from: &Module, to: &Module) -> Option<Vec<Module>> {
    let mut ways: Vec<Vec<Module>> = vec![vec![from.clone()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in graph.get(way.last()?).into_iter().flatten() {
                let mut way = way.clone();
                way.push(next.clone());
                if next == to {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

/// The same graph with folders in place of modules, where they are nested deeper than that.
pub fn folded(graph: &Graph, depth: usize) -> Graph {
    let fold = |module: &Module| module.iter().take(depth).cloned().collect::<Module>();
    let mut folded = Graph::new();
    for (module, arrows) in graph {
        let home = fold(module);
        let arrows = arrows.iter().map(fold).filter(|folder| *folder != home);
        folded.entry(home.clone()).or_default().extend(arrows);
    }
    folded
}
