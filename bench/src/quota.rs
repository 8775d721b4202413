//! The share of a CPU that Lambda gives a function by its memory, as a quota of a control group of Linux.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Failure;

/// The memory, in MB, with which a function has one whole core.
pub const WHOLE_CORE: u64 = 1769;

/// How often the quota is there anew, as on Lambda.
pub const PERIOD: Duration = Duration::from_millis(20);

/// A control group whose processes have a quota. When this is dropped they have none, and the group is gone.
pub struct Quota {
    version: Version,
    group: PathBuf,
}

/// Which of the two interfaces the kernel offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Quota {
    /// Makes a control group, by whichever interface there is.
    ///
    /// # Errors
    /// [`Failure`] where there is none, or this user may not write there.
    pub fn open() -> Result<Self, Failure> {
        Self::open_in(Path::new("/sys/fs/cgroup"))
    }

    fn open_in(root: &Path) -> Result<Self, Failure> {
        let name = format!("guildhall-bench-{}", std::process::id());
        let controllers = fs::read_to_string(root.join("cgroup.controllers")).unwrap_or_default();
        let (version, parent) = if controllers.split_whitespace().any(|name| name == "cpu") {
            (Version::Two, root.to_owned())
        } else if root.join("cpu").is_dir() {
            (Version::One, root.join("cpu"))
        } else {
            let root = root.display();
            return Err(format!("{root} has no control groups for the CPU, of v1 or v2").into());
        };
        let explain = |error| {
            format!("no quota of the CPU can be set in {}, try as root: {error}", parent.display())
        };
        if version == Version::Two {
            // Most systems have done so at their start.
            fs::write(parent.join("cgroup.subtree_control"), "+cpu").map_err(explain)?;
        }
        let group = parent.join(name);
        fs::create_dir(&group).map_err(explain)?;
        Ok(Self { version, group })
    }

    /// Gives the group what Lambda gives a function with so many MB.
    ///
    /// # Errors
    /// [`Failure`] where the kernel does not take it.
    pub fn set(&self, memory: u64) -> Result<(), Failure> {
        let (quota, period) = (share(memory), PERIOD.as_micros());
        match self.version {
            Version::One => {
                self.write("cpu.cfs_period_us", &period.to_string())?;
                self.write("cpu.cfs_quota_us", &quota.to_string())
            }
            Version::Two => self.write("cpu.max", &format!("{quota} {period}")),
        }
    }

    /// Puts a process under the quota, with all of its threads.
    ///
    /// # Errors
    /// [`Failure`] where the kernel does not.
    pub fn limit(&self, process: u32) -> Result<(), Failure> {
        self.write("cgroup.procs", &process.to_string())
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Failure> {
        let file = self.group.join(file);
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()).into())
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        let left = fs::read_to_string(self.group.join("cgroup.procs")).unwrap_or_default();
        if let Some(parent) = self.group.parent() {
            // A group goes only when it is empty.
            for process in left.lines() {
                let _gone_or_ended = fs::write(parent.join("cgroup.procs"), process);
            }
        }
        if let Err(error) = fs::remove_dir(&self.group) {
            eprintln!("{} is left: {error}", self.group.display());
        }
    }
}

/// The microseconds of each period in which a function with so many MB may compute.
fn share(memory: u64) -> u128 {
    PERIOD.as_micros() * u128::from(memory) / u128::from(WHOLE_CORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quota_grows_with_memory_up_to_a_whole_core() {
        assert_eq!([128, 256, 512, 1024, 1769].map(share), [1447, 2894, 5788, 11_577, 20_000]);
    }

    #[test]
    fn either_interface_is_written_as_it_wants() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("cpu")).unwrap();
        let quota = Quota::open_in(root).unwrap();
        assert!(quota.group.starts_with(root.join("cpu")));
        quota.set(512).unwrap();
        let written = |file: &str| fs::read_to_string(quota.group.join(file)).unwrap();
        assert_eq!(written("cpu.cfs_period_us"), "20000");
        assert_eq!(written("cpu.cfs_quota_us"), "5788");

        fs::write(root.join("cgroup.controllers"), "cpuset cpu io\n").unwrap();
        let quota = Quota::open_in(root).unwrap();
        assert_eq!(quota.group.parent().unwrap(), root);
        quota.set(512).unwrap();
        quota.limit(17).unwrap();
        let written = |file: &str| fs::read_to_string(quota.group.join(file)).unwrap();
        assert_eq!(written("cpu.max"), "5788 20000");
        assert_eq!(written("cgroup.procs"), "17");
    }

    #[test]
    fn where_there_is_no_interface_the_reader_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let failure = Quota::open_in(folder.path()).err().unwrap().to_string();
        assert!(failure.contains("no control groups for the CPU"), "{failure}");
        fs::write(folder.path().join("cgroup.controllers"), "cpu").unwrap();
        fs::create_dir(folder.path().join("cgroup.subtree_control")).unwrap();
        let failure = Quota::open_in(folder.path()).err().unwrap().to_string();
        assert!(failure.contains("try as root"), "{failure}");
    }
}
