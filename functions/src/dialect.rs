//! The dialects, for answers that no endpoint gives.

use bytes::Bytes;
use http::{HeaderMap, Response};
use shared::Error;
use shared::domain::permissions::{Requirement, requirement};

use crate::http::Route;
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

/// The folders of PlayFab's operations. Most of them have none here, and whoever asks for one is told so in PlayFab's way.
const PLAYFAB: &[&str] = &[
    "Addon",
    "Admin",
    "Authentication",
    "Catalog",
    "Client",
    "CloudScript",
    "Event",
    "Experimentation",
    "File",
    "Group",
    "Insights",
    "Inventory",
    "Leaderboard",
    "Lobby",
    "Locale",
    "Match",
    "Matchmaker",
    "MultiplayerServer",
    "Object",
    "Party",
    "Profile",
    "PubSub",
    "Segment",
    "Server",
    "Statistic",
];

impl Dialect {
    /// The dialect in which somebody asks for `path`. PlayFab's clients write its folders in any letter case.
    pub fn of(path: &str) -> Self {
        let folder = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let is_playfab = folder.is_some_and(|(folder, _)| {
            PLAYFAB.iter().any(|known| folder.eq_ignore_ascii_case(known))
        });
        if is_playfab { Self::PlayFab } else { Self::GameFuse }
    }

    /// The header of an answer that names its request.
    pub fn request_id_header(self) -> &'static str {
        match self {
            Self::GameFuse => "x-request-id",
            Self::PlayFab => "x-requestid",
        }
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

/// Whether a route is for the game's own server alone, which comes with its secret key and never with a token.
pub fn is_for_server(route: &Route) -> bool {
    let is_of_title = |action| requirement(action) == Requirement::Title;
    Dialect::of(route.path) == Dialect::GameFuse && route.actions.iter().copied().all(is_of_title)
}
