//! Certificates like those of AWS's endpoints: RSA of 2048 bits, and three in the chain.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, run};

/// The files of a chain whose last certificate is for `localhost`.
pub struct Certificates {
    /// What a client has to trust.
    pub root: PathBuf,
    /// What a server shows: its own certificate and the one that signed it.
    pub chain: PathBuf,
    /// The server's key.
    pub key: PathBuf,
}

impl Certificates {
    /// Makes new ones in `folder`, by the `openssl` command.
    ///
    /// # Errors
    /// [`Failure`] where `openssl` is not there or fails.
    pub fn make(folder: &Path) -> Result<Self, Failure> {
        certify(folder, "root", None, true)?;
        certify(folder, "intermediate", Some("root"), true)?;
        certify(folder, "server", Some("intermediate"), false)?;
        let chain = folder.join("chain.pem");
        let shown = ["server.pem", "intermediate.pem"].map(|name| std::fs::read(folder.join(name)));
        let [server, intermediate] = shown;
        std::fs::write(&chain, [server?, intermediate?].concat())?;
        Ok(Self { root: folder.join("root.pem"), chain, key: folder.join("server.key") })
    }
}

/// An authority may sign others; whatever is none is for `localhost`.
fn certify(folder: &Path, name: &str, by: Option<&str>, authority: bool) -> Result<(), Failure> {
    let constraints = if authority { "critical,CA:TRUE" } else { "critical,CA:FALSE" };
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder).args(["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-sha256"]);
    openssl.args(["-days", "2", "-subj", &format!("/CN={name}")]);
    openssl.args(["-addext", &format!("basicConstraints={constraints}")]);
    if !authority {
        openssl.args(["-addext", "subjectAltName=DNS:localhost"]);
    }
    openssl.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]);
    if let Some(by) = by {
        openssl.args(["-CA", &format!("{by}.pem"), "-CAkey", &format!("{by}.key")]);
    }
    run(&mut openssl)?;
    Ok(())
}
