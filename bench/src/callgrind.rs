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
    /// Counts a function's instructions, with so many warm events.
    ///
    /// # Errors
    /// [`Failure`] where Callgrind is not there or the function fails.
    pub async fn count(
        binary: &Path,
        variables: &Variables,
        events: &mut impl Iterator<Item = Value>,
        warm: u32,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let mut profiles = Vec::new();
        for count in [0, 1, 1 + warm] {
            let events: Vec<_> = events.by_ref().take(count as usize).collect();
            profiles.push(Profile::record(binary, variables, events, folder).await?);
        }
        let [none, one, many] = &profiles[..] else { return Err("a profile is missing".into()) };
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

/// A function of the program.
#[derive(Default)]
struct Function {
    /// Instructions of Guildhall's own.
    own: f64,
    /// Instructions that nobody in particular is responsible for.
    neutral: f64,
    /// Who calls it, with the instructions that these calls took.
    calls: HashMap<Caller, f64>,
}

/// Where a call comes from.
#[derive(PartialEq, Eq, Hash)]
enum Caller {
    Guildhall,
    Platform,
    /// A function that nobody in particular is responsible for.
    Neutral(String),
}

impl Profile {
    async fn record(
        binary: &Path,
        variables: &Variables,
        events: Vec<Value>,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let file = folder.join("callgrind.out");
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
        let place = Caller::at(function, file);
        if let Some(callee) = callee {
            let called = self.functions.entry(callee).or_default();
            *called.calls.entry(place).or_default() += cost;
            return;
        }
        self.total += cost;
        let counted = self.functions.entry(function.to_owned()).or_default();
        match place {
            Caller::Guildhall => counted.own += cost,
            Caller::Platform => {}
            Caller::Neutral(_) => counted.neutral += cost,
        }
    }

    /// Instructions of Guildhall's own code. What nobody in particular is responsible for, such as allocation and JSON,
    /// counts for its callers, in proportion.
    fn own(&self) -> f64 {
        let mut shares: HashMap<&str, f64> = HashMap::new();
        // Each round carries the answer one call further; deeper chains than this hold nothing worth counting.
        for _ in 0..40 {
            let share = |function: &Function| {
                let own = function.calls.iter().map(|(caller, cost)| match caller {
                    Caller::Guildhall => *cost,
                    Caller::Platform => 0.0,
                    Caller::Neutral(name) => cost * shares.get(name.as_str()).unwrap_or(&0.0),
                });
                let all: f64 = function.calls.values().sum();
                if all > 0.0 { own.sum::<f64>() / all } else { 0.0 }
            };
            let next =
                self.functions.iter().map(|(name, function)| (name.as_str(), share(function)));
            shares = next.collect();
        }
        let own = |(name, function): (&String, &Function)| {
            function.own + function.neutral * shares.get(name.as_str()).unwrap_or(&0.0)
        };
        self.functions.iter().map(own).sum()
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

impl Caller {
    /// Who is responsible for code of that file in that function: the file's crate, or else the function's.
    fn at(function: &str, file: &str) -> Self {
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
        let name = function.trim_start_matches(['<', '&', '(']);
        let name = name.split("::").next().unwrap_or_default();
        // `functions/src/serve.rs`, `.../hyper-1.12.0/src/client.rs`
        let folder = file.split_once("/src/").map_or("", |(before, _)| before);
        let folder = folder.rsplit('/').next().unwrap_or_default();
        let guildhall = |krate: &str| GUILDHALL.contains(&krate);
        let platform = |krate: &str| PLATFORM.iter().any(|prefix| krate.starts_with(prefix));
        match () {
            () if guildhall(folder) => Self::Guildhall,
            () if platform(folder) => Self::Platform,
            () if guildhall(name) => Self::Guildhall,
            () if platform(name) => Self::Platform,
            () => Self::Neutral(function.to_owned()),
        }
    }
}
