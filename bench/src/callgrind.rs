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
    /// Instructions of its own.
    own: f64,
    /// Who calls it, with the instructions that these calls took.
    callers: HashMap<String, f64>,
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
        let mut names = HashMap::new();
        let (mut function, mut callee, mut is_call) = (String::new(), String::new(), false);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                function = expand(name, &mut names);
            } else if let Some(name) = line.strip_prefix("cfn=") {
                callee = expand(name, &mut names);
            } else if line.starts_with("calls=") {
                is_call = true;
            } else if line
                .starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first))
            {
                let cost = line.split_whitespace().nth(1).and_then(|cost| cost.parse().ok());
                let cost: f64 = cost.unwrap_or_default();
                if std::mem::take(&mut is_call) {
                    let callers = &mut profile.functions.entry(callee.clone()).or_default().callers;
                    *callers.entry(function.clone()).or_default() += cost;
                } else {
                    profile.functions.entry(function.clone()).or_default().own += cost;
                    profile.total += cost;
                }
            }
        }
        profile
    }

    /// Instructions of Guildhall's own code. What nobody in particular is responsible for, such as allocation and JSON,
    /// counts for its callers, in proportion.
    fn own(&self) -> f64 {
        let mut shares: HashMap<&str, f64> = HashMap::new();
        // Each round carries the answer one call further; deeper chains than this hold nothing worth counting.
        for _ in 0..40 {
            let next = self.functions.iter().map(|(name, function)| {
                let share = Whose::of(name).share().unwrap_or_else(|| {
                    let calls: f64 = function.callers.values().sum();
                    let own = function.callers.iter().map(|(caller, cost)| {
                        cost * shares.get(caller.as_str()).copied().unwrap_or_default()
                    });
                    if calls > 0.0 { own.sum::<f64>() / calls } else { 0.0 }
                });
                (name.as_str(), share)
            });
            shares = next.collect();
        }
        self.functions.iter().map(|(name, function)| function.own * shares[name.as_str()]).sum()
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

/// Who is responsible for a function.
enum Whose {
    Guildhall,
    Platform,
    Callers,
}

impl Whose {
    fn of(function: &str) -> Self {
        const GUILDHALL: [&str; 2] = ["functions::", "shared::"];
        const PLATFORM: [&str; 11] = [
            "aws_",
            "http_body",
            "hyper",
            "lambda_",
            "mio::",
            "ring::",
            "rustls",
            "tokio",
            "tower",
            "tracing",
            "webpki::",
        ];
        let name = function.trim_start_matches(['<', '&', '(']);
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        match () {
            () if begins(&GUILDHALL) => Self::Guildhall,
            () if begins(&PLATFORM) => Self::Platform,
            () => Self::Callers,
        }
    }

    fn share(&self) -> Option<f64> {
        match self {
            Self::Guildhall => Some(1.0),
            Self::Platform => Some(0.0),
            Self::Callers => None,
        }
    }
}
