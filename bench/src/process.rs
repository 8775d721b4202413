//! A function as a process, and what the kernel says about it.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::Failure;
use crate::runtime_api::RuntimeApi;

/// What a function finds in its environment.
pub type Variables = Vec<(&'static str, String)>;

/// A running function.
pub struct Process {
    /// Where its events come from.
    pub runtime: RuntimeApi,
    /// The kernel's number for it.
    pub id: u32,
    child: Child,
}

/// What a function has used since it started.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// CPU time of all its threads, in milliseconds.
    pub cpu: f64,
    /// Page faults that needed no reading.
    pub faults: u64,
    /// The most memory that it has held at once, in kB.
    pub peak_memory: u64,
    /// Its threads now.
    pub threads: u64,
}

impl Process {
    /// Starts `command` with nothing but these variables, and waits until it wants an event.
    ///
    /// # Errors
    /// [`Failure`] where it does not start.
    pub async fn start(command: &[&str], variables: &Variables) -> Result<Self, Failure> {
        let mut runtime = RuntimeApi::serve().await?;
        let (program, arguments) = command.split_first().ok_or("there is nothing to start")?;
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", &runtime.address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let id = child.id().ok_or("the function ended at once")?;
        tokio::select! {
            ready = runtime.ready() => ready?,
            ended = child.wait() => return Err(format!("{program} does not start: {}", ended?).into()),
        }
        Ok(Self { runtime, id, child })
    }

    /// What the function has used so far.
    ///
    /// # Errors
    /// [`Failure`] where the kernel tells nothing about it.
    pub fn usage(&self) -> Result<Usage, Failure> {
        let folder = Path::new("/proc").join(self.id.to_string());
        let status = fs::read_to_string(folder.join("status"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number =
                line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
            number
                .and_then(|number| number.parse::<u64>().ok())
                .ok_or("the kernel says less than usual")
        };
        let stat = fs::read_to_string(folder.join("stat"))?;
        // The second field is a name that may have spaces; the tenth is the count.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let faults =
            fields.split_whitespace().nth(7).ok_or("the kernel counts no faults")?.parse()?;
        let mut nanoseconds = 0.0;
        for thread in fs::read_dir(folder.join("task"))? {
            let schedule = fs::read_to_string(thread?.path().join("schedstat"))?;
            nanoseconds += schedule.split_whitespace().next().unwrap_or("0").parse::<f64>()?;
        }
        let peak_memory = field("VmHWM")?;
        Ok(Usage { cpu: nanoseconds / 1e6, faults, peak_memory, threads: field("Threads")? })
    }

    /// Ends it as Lambda does.
    ///
    /// # Errors
    /// [`Failure`] where it does not end.
    pub async fn stop(mut self) -> Result<(), Failure> {
        crate::run(std::process::Command::new("kill").arg(self.id.to_string()))?;
        self.child.wait().await?;
        Ok(())
    }
}
