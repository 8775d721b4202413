//! The dialects, for answers that no endpoint gives.

use bytes::Bytes;
use http::{HeaderMap, Response};
use shared::Error;

use crate::playfab::endpoint::wants_errors_as_success;
use crate::{gamefuse, playfab};

/// A dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// REST, `/api/v3/...`
    GameFuse,
    /// RPC, `/Group/...` and its siblings.
    PlayFab,
}

impl Dialect {
    /// The dialect in which somebody asks for `path`.
    pub fn of(path: &str) -> Self {
        let is_playfab = ["/Group/", "/Client/", "/Authentication/"]
            .iter()
            .any(|folder| path.starts_with(folder));
        if is_playfab { Self::PlayFab } else { Self::GameFuse }
    }

    /// The answer to a request that failed.
    pub fn respond(self, headers: &HeaderMap, error: Error) -> Response<Bytes> {
        match self {
            Self::GameFuse => gamefuse::error::respond(&error, gamefuse::error::status),
            Self::PlayFab => {
                playfab::error::respond(&error.into(), wants_errors_as_success(headers))
            }
        }
    }
}
