//! The folder that keeps the data between runs. It holds secrets, so nobody but its owner reads what is in it.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use shared::auth::keys::Keys;
use shared::entropy::Entropy;

use crate::ServerError;

const CERTIFICATE: &str = "certificate.json";
const DATABASE: &str = "dynamodb.sqlite";
const DEMO_GAME: &str = "demo.json";
const LOCK: &str = "lock";
const SIGNING_KEY: &str = "signing-key";

/// All of its files, with SQLite's own.
const FILES: [&str; 7] = [
    CERTIFICATE,
    DATABASE,
    "dynamodb.sqlite-wal",
    "dynamodb.sqlite-shm",
    DEMO_GAME,
    LOCK,
    SIGNING_KEY,
];

/// A folder that is there.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Held as long as the folder is used. The stream of its database is for one reader alone.
    _lock: File,
}

impl Folder {
    /// Opens the folder at `path`, or makes it.
    ///
    /// # Errors
    /// [`ServerError`] where it cannot be used, or another process uses it.
    pub fn open(path: &Path) -> Result<Self, ServerError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| about(path, error))?;
        // An earlier server let everybody read them.
        for file in FILES {
            withdraw_from_others(&path.join(file))?;
        }
        let lock = path.join(LOCK);
        let lock = private_file().open(&lock).map_err(|error| about(&lock, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(format!(
                "{} is used by another guildhall: stop that one first, or name another folder",
                path.display()
            )
            .into()),
            Err(TryLockError::Error(error)) => Err(about(path, error)),
        }
    }

    /// The database's file, which is made where it is missing: SQLite would let everybody read it. What SQLite puts beside
    /// it gets the same rights.
    ///
    /// # Errors
    /// [`ServerError`] where it cannot be used.
    pub fn database(&self) -> Result<PathBuf, ServerError> {
        let file = self.path.join(DATABASE);
        private_file().open(&file).map_err(|error| about(&file, error))?;
        Ok(file)
    }

    /// The file that remembers the demo game.
    pub fn demo_game(&self) -> PathBuf {
        self.path.join(DEMO_GAME)
    }

    /// The file that remembers the certificate.
    pub fn certificate(&self) -> PathBuf {
        self.path.join(CERTIFICATE)
    }

    /// The key that signs tokens, which outlive a restart as the data does; a new one where there is none yet.
    ///
    /// # Errors
    /// [`ServerError`] where it cannot be kept, or what is kept is no key.
    pub fn signing_key(&self, entropy: &Entropy) -> Result<String, ServerError> {
        let file = self.path.join(SIGNING_KEY);
        let Some(key) = read(&file)? else {
            let key = entropy.secret().map_err(|_| "no randomness is to be had")?;
            write_private(&file, key.as_bytes())?;
            return Ok(key);
        };
        match String::from_utf8(key) {
            Ok(key) if key.len() >= Keys::MIN_BYTES => Ok(key),
            Ok(_) | Err(_) => Err(format!(
                "{} holds no signing key: put back what was there, or delete the file, and players sign in once more",
                file.display()
            )
            .into()),
        }
    }
}

/// What is in a file; nothing where there is no file, or an empty one, which has nothing to lose.
///
/// # Errors
/// [`ServerError`] where it cannot be read.
pub fn read(file: &Path) -> Result<Option<Vec<u8>>, ServerError> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes).filter(|bytes| !bytes.is_empty())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(about(file, error)),
    }
}

/// Writes a file that only its owner can read: the whole of it, or, where that is cut short, nothing.
///
/// # Errors
/// [`ServerError`] where it cannot be written.
pub fn write_private(file: &Path, bytes: &[u8]) -> Result<(), ServerError> {
    let failed = |error| about(file, error);
    // Whoever names a pipe or a terminal wants it written to, and not another file in its place.
    if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::write(file, bytes).map_err(failed);
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let unfinished = PathBuf::from(name);
    let mut opened = private_file().truncate(true).open(&unfinished).map_err(failed)?;
    opened.write_all(bytes).and_then(|()| opened.sync_all()).map_err(failed)?;
    withdraw_from_others(&unfinished)?;
    fs::rename(&unfinished, file).map_err(failed)
}

/// Opens a file to write to, and makes one that is missing for its owner alone.
fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Lets nobody but its owner read a file, if it is there.
fn withdraw_from_others(file: &Path) -> Result<(), ServerError> {
    #[cfg(unix)]
    {
        let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        match fs::set_permissions(file, owner_only) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(about(file, error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// What is wrong with a file, and what to do about it.
pub(crate) fn about(file: &Path, error: std::io::Error) -> ServerError {
    let (file, kind) = (file.display(), error.kind());
    if [ErrorKind::AlreadyExists, ErrorKind::NotADirectory].contains(&kind) {
        return format!("{file} is a file, and must be a folder: name another one").into();
    }
    if kind == ErrorKind::NotFound {
        return format!("{file} lies in no folder: make that first, or name another place").into();
    }
    format!("{file} cannot be used ({error}): see who may write there, or name another place")
        .into()
}
