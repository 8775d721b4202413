//! Instructions, counted by Callgrind: the one measure that is the same in every run.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::Failure;
use crate::process::{Process, Variables};

/// Instructions by phase, in thousands.
#[derive(Debug, Clone, Copy)]
pub struct Instructions {
    /// From `exec` until the function wants its first event.
    pub init: f64,
    /// The first event.
    pub first: f64,
    /// One more event.
    pub warm: f64,
    /// What part of a warm event is Guildhall's own code, and what that calls of the standard and other libraries; the
    /// rest is of the AWS SDK, the Lambda runtime, HTTP and TLS.
    pub own: f64,
}

impl Instructions {
    /// Counts a function's instructions, with so many warm events. Each phase is counted so many times, since a busy machine
    /// may keep a function from connecting in time: it does less than usual before its first event then, and more in all,
    /// as it connects later or once more.
    ///
    /// # Errors
    /// [`Failure`] where Callgrind is not there or the function fails.
    pub async fn count(
        binary: &Path,
        variables: &Variables,
        events: &mut impl Iterator<Item = Value>,
        warm: u32,
        times: usize,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let mut phases = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..times {
            for (runs, count) in phases.iter_mut().zip([0, 1, 1 + warm as usize]) {
                let events: Vec<_> = events.by_ref().take(count).collect();
                runs.push(Profile::record(binary, variables, events, folder).await?);
            }
        }
        for runs in &mut phases {
            runs.sort_by(|one, other| one.total.total_cmp(&other.total));
        }
        let [[.., none], [one, ..], [many, ..]] = phases.each_ref().map(Vec::as_slice) else {
            return Err("nothing was counted".into());
        };
        let all = many.total - one.total;
        Ok(Self {
            init: none.total / 1e3,
            first: (one.total - none.total) / 1e3,
            warm: all / f64::from(warm) / 1e3,
            own: (many.own() - one.own()) / all,
        })
    }

    /// From `exec` to the first answer.
    pub fn cold(&self) -> f64 {
        self.init + self.first
    }
}

/// What Callgrind wrote about one run.
#[derive(Default)]
struct Profile {
    total: f64,
    functions: HashMap<String, Function>,
}

/// A function of the program, with what was inlined into it.
#[derive(Default)]
struct Function {
    /// Instructions of Guildhall's code.
    guildhall: f64,
    /// Instructions of the platform's code.
    platform: f64,
    /// Instructions of the standard library and others that both use.
    common: f64,
    /// Who calls it, with the instructions that these calls took.
    calls: HashMap<Place, f64>,
}

/// Whose code is at some place.
#[derive(PartialEq, Eq, Hash)]
enum Place {
    Guildhall,
    Platform,
    /// Anybody's, in that function.
    Common(String),
}

impl Profile {
    async fn record(
        binary: &Path,
        variables: &Variables,
        events: Vec<Value>,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let name = binary.file_name().unwrap_or_default().display();
        let file = folder.join(format!("{name}.{}", events.len()));
        let out = format!("--callgrind-out-file={}", file.display());
        let binary = binary.to_str().ok_or("the binary's path is not text")?;
        let command = ["valgrind", "--quiet", "--tool=callgrind", &out, binary];
        let mut process = Process::start(&command, variables).await?;
        for event in events {
            process.runtime.invoke(event).await?;
        }
        process.stop().await?;
        Ok(Self::read(&std::fs::read_to_string(file)?))
    }

    /// Reads Callgrind's format: names are written once, with a number, and then only the number.
    fn read(text: &str) -> Self {
        let mut profile = Self::default();
        let (mut files, mut names) = (HashMap::new(), HashMap::new());
        let (mut file, mut function, mut callee) = (String::new(), String::new(), None);
        for line in text.lines() {
            match line.split_once('=') {
                // Code of other files is inlined into a function: `fi` begins it, `fe` ends it.
                Some(("fl" | "fi" | "fe", name)) => file = expand(name, &mut files),
                Some(("cfi" | "cfl", name)) => _ = expand(name, &mut files),
                Some(("fn", name)) => function = expand(name, &mut names),
                Some(("cfn", name)) => callee = Some(expand(name, &mut names)),
                Some(_) => {}
                None => {
                    let begins = |first: char| first.is_ascii_digit() || "+-*".contains(first);
                    let cost = line.split_whitespace().nth(1).and_then(|cost| cost.parse().ok());
                    if let Some(cost) = cost.filter(|_| line.starts_with(begins)) {
                        profile.count(&function, &file, callee.take(), cost);
                    }
                }
            }
        }
        profile
    }

    /// Counts instructions at a place, or of a call from there.
    fn count(&mut self, function: &str, file: &str, callee: Option<String>, cost: f64) {
        let place = match crate_of_file(file).and_then(is_guildhall) {
            Some(true) => Place::Guildhall,
            Some(false) => Place::Platform,
            None => Place::Common(function.to_owned()),
        };
        if let Some(callee) = callee {
            let called = self.functions.entry(callee).or_default();
            *called.calls.entry(place).or_default() += cost;
            return;
        }
        self.total += cost;
        let counted = self.functions.entry(function.to_owned()).or_default();
        match place {
            Place::Guildhall => counted.guildhall += cost,
            Place::Platform => counted.platform += cost,
            Place::Common(_) => counted.common += cost,
        }
    }

    /// Instructions of Guildhall's own code. Common code, such as allocation and JSON, counts for whoever it is inlined
    /// into or called by, in proportion.
    fn own(&self) -> f64 {
        let mut shares: HashMap<&str, f64> = HashMap::new();
        // Each round carries the answer one call further; deeper chains than this hold nothing worth counting.
        for _ in 0..40 {
            let next = self.functions.iter().map(|(name, function)| {
                let share = function.share(name).unwrap_or_else(|| function.callers_share(&shares));
                (name.as_str(), share)
            });
            shares = next.collect();
        }
        let own = |(name, function): (&String, &Function)| {
            function.guildhall + function.common * shares.get(name.as_str()).unwrap_or(&0.0)
        };
        self.functions.iter().map(own).sum()
    }
}

impl Function {
    /// What part of its common code is Guildhall's, if the rest of it or its name tells.
    fn share(&self, name: &str) -> Option<f64> {
        let named = self.guildhall + self.platform;
        if named > 0.0 {
            return Some(self.guildhall / named);
        }
        let is_guildhall = is_guildhall(crate_of_function(name))?;
        Some(if is_guildhall { 1.0 } else { 0.0 })
    }

    /// The same, as its callers have it.
    fn callers_share(&self, shares: &HashMap<&str, f64>) -> f64 {
        let own = self.calls.iter().map(|(caller, cost)| match caller {
            Place::Guildhall => *cost,
            Place::Platform => 0.0,
            Place::Common(name) => cost * shares.get(name.as_str()).unwrap_or(&0.0),
        });
        let all: f64 = self.calls.values().sum();
        if all > 0.0 { own.sum::<f64>() / all } else { 0.0 }
    }
}

/// The name that `text`, `(number) name` or `(number)`, stands for.
fn expand(text: &str, names: &mut HashMap<String, String>) -> String {
    let (number, name) = text.split_once(' ').unwrap_or((text, ""));
    if name.is_empty() {
        return names.get(number).cloned().unwrap_or_default();
    }
    names.insert(number.to_owned(), name.to_owned());
    name.to_owned()
}

/// The crate that a source file is of: `functions/src/serve.rs`, `.../hyper-1.12.0/src/client.rs`.
fn crate_of_file(file: &str) -> Option<&str> {
    let (folder, _) = file.rsplit_once("/src/")?;
    folder.rsplit('/').next()
}

/// The crate that a function's name begins with.
fn crate_of_function(name: &str) -> &str {
    let name = name.trim_start_matches(['<', '&', '(']);
    name.split("::").next().unwrap_or_default()
}

/// Whether a crate is Guildhall's or else the platform's: the AWS SDK, the Lambda runtime, HTTP and TLS. Others are nobody's
/// in particular.
fn is_guildhall(name: &str) -> Option<bool> {
    const GUILDHALL: [&str; 2] = ["functions", "shared"];
    const PLATFORM: [&str; 13] = [
        "aws-",
        "aws_",
        "h2",
        "http-body",
        "http_body",
        "hyper",
        "lambda_",
        "mio",
        "ring",
        "rustls",
        "tokio",
        "tower",
        "tracing",
    ];
    if GUILDHALL.contains(&name) {
        return Some(true);
    }
    PLATFORM.iter().any(|prefix| name.starts_with(prefix)).then_some(false)
}
