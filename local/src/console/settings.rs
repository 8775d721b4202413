//! What the page is told about where it is.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use serde_json::{Value, json};

use crate::demo::Demo;
use crate::inspector::Inspector;

/// A console: what it shows, and to whom.
#[derive(Clone)]
pub struct Console {
    /// The API, where it is not the server that serves the page.
    pub(super) api: Option<Api>,
    /// The demo game's id and token, but never its secret key.
    demo: Option<(u32, String)>,
    pub(super) inspector: Option<Inspector>,
}

impl Console {
    /// The console of the local server.
    pub fn here(demo: &Demo, inspector: Option<Inspector>) -> Self {
        Self { api: None, demo: Some((demo.game_id, demo.game_token.clone())), inspector }
    }

    /// A console for an API that answers elsewhere.
    pub fn of(api: Api) -> Self {
        Self { api: Some(api), demo: None, inspector: None }
    }

    /// What the page is told; where it is not for somebody at this machine, neither the demo game nor the inspector.
    pub(super) fn settings(&self, is_for_here: bool) -> Value {
        let demo = self.demo.as_ref().filter(|_| is_for_here);
        json!({
            "api": self.api.as_ref().map(ToString::to_string),
            "demo": demo.map(|(id, token)| json!({ "game_id": id, "game_token": token })),
            "inspector": is_for_here && self.inspector.is_some(),
        })
    }
}

/// Where an API answers.
#[derive(Debug, Clone)]
pub struct Api {
    origin: String,
    path: String,
}

impl Api {
    /// Its scheme, host and port: nothing that could mean more in a header.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl FromStr for Api {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str =
            "it must be an address such as https://api.example.com or http://127.0.0.1:3000";
        let uri: Uri = text.parse().map_err(|_| SHAPE)?;
        let scheme =
            uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or(SHAPE)?;
        let authority = uri.authority().ok_or(SHAPE)?.as_str();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-.:[]".contains(letter);
        if !authority.chars().all(is_plain) {
            return Err("its host must be a name or an address, with a port at most");
        }
        if uri.query().is_some() {
            return Err("it must end before the question mark: paths are added to it");
        }
        let path = uri.path().trim_end_matches('/');
        Ok(Self { origin: format!("{scheme}://{authority}"), path: path.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host_and_perhaps_a_path() {
        for (text, origin, whole) in [
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("https://api.example.com/", "https://api.example.com", "https://api.example.com"),
            ("https://x.example/dev/", "https://x.example", "https://x.example/dev"),
            ("http://[::1]:80", "http://[::1]:80", "http://[::1]:80"),
        ] {
            let api: Api = text.parse().unwrap();
            assert_eq!((api.origin(), api.to_string().as_str()), (origin, whole));
        }
        for text in [
            "",
            "api.example.com",
            "ftp://x.example",
            "https://",
            "/api",
            "https://a;script-src *",
            "https://me:secret@x.example",
            "https://x.example;b",
            "https://x.example?a=b",
            "https://x.example,b",
        ] {
            assert!(text.parse::<Api>().is_err(), "{text}");
        }
    }
}
