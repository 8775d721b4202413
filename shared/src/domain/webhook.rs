//! Webhooks: where a game's own server is told what happens in its groups.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{IntoEnumIterator, IntoStaticStr};
use url::{Host, Url};

use crate::domain::address::is_public;
use crate::domain::event::EventType;
use crate::domain::ids::WebhookId;
use crate::domain::text::{BadText, line, lines};

lines! {
    /// What a webhook is for, in its owner's words: 1 to 200 characters.
    WebhookDescription(200, line);
}

/// Where something is sent: an absolute address by HTTPS; by HTTP only on this machine, where that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// The most bytes.
    pub const MAX: usize = 1000;

    /// Reads an address, in the form in which it is then used.
    ///
    /// Names are not looked up here: what they stand for may change, and is checked whenever something is sent.
    ///
    /// # Errors
    /// [`BadText`] for what is no such address.
    pub fn read(text: &str, allows_local: bool) -> Result<Self, BadText> {
        let text = line(text, Self::MAX)?;
        let url = Url::parse(&text).map_err(|_| BadText::Form("an absolute URL in ASCII"))?;
        let host = url.host().ok_or(BadText::Form("an absolute URL with a host"))?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(BadText::Form("a URL without a user, a password and a fragment"));
        }
        let is_local = allows_local && is_local(&host);
        if !(url.scheme() == "https" || url.scheme() == "http" && is_local) {
            return Err(BadText::Form("a URL that begins with https://"));
        }
        let address = match host {
            Host::Ipv4(address) => Some(IpAddr::from(address)),
            Host::Ipv6(address) => Some(IpAddr::from(address)),
            Host::Domain(_) => None,
        };
        if address.is_some_and(|address| !is_public(address)) && !is_local {
            return Err(BadText::Form("a URL whose host can be reached from the Internet"));
        }
        match String::from(url) {
            url if url.len() > Self::MAX => {
                Err(BadText::TooLong { max: Self::MAX, unit: "characters" })
            }
            url => Ok(Self(url)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a host is this machine itself.
fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

/// Which events a webhook is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct WebhookTypes(Option<BTreeSet<EventType>>);

impl WebhookTypes {
    /// What stands for all of them.
    pub const ALL: &'static str = "*";

    /// Whether such events are among them.
    pub fn include(&self, event_type: EventType) -> bool {
        self.0.as_ref().is_none_or(|types| types.contains(&event_type))
    }
}

impl TryFrom<Vec<String>> for WebhookTypes {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        if names.iter().any(|name| name == Self::ALL) {
            return Ok(Self(None));
        }
        let types = names.iter().map(|name| name.parse()).collect::<Result<_, _>>();
        types.map(|types| Self(Some(types))).map_err(|_| {
            let known: Vec<_> = EventType::iter().map(EventType::name).collect();
            format!("must be a list of some of {}, or [\"*\"]", known.join(", "))
        })
    }
}

impl From<WebhookTypes> for Vec<String> {
    fn from(types: WebhookTypes) -> Self {
        match types.0 {
            None => vec![WebhookTypes::ALL.to_owned()],
            Some(types) => types.into_iter().map(|known| known.name().to_owned()).collect(),
        }
    }
}

/// What a webhook's messages are signed with: 256 random bits, as Standard Webhooks writes them. Its `Debug` hides it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SigningSecret(String);

impl SigningSecret {
    /// What such secrets begin with.
    pub const PREFIX: &'static str = "whsec_";

    /// The secret whose bytes are these, in base64.
    pub fn new(base64: &str) -> Self {
        Self(format!("{}{base64}", Self::PREFIX))
    }

    /// The secret itself: to sign, or to tell it to whom it belongs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningSecret(..)")
    }
}

/// Why nothing is sent to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Disabled {
    /// The game's server has asked for it.
    Asked,
    /// The receiver has answered 410: it is gone for good.
    Gone,
}

impl Disabled {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A webhook, but for its secret, which only its making and its sending know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub webhook_id: WebhookId,
    pub receiver_url: WebhookUrl,
    pub event_types: WebhookTypes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_description: Option<WebhookDescription>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_because: Option<Disabled>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// How often it has changed.
    pub revision: u32,
}

impl Webhook {
    /// Whether such an event is to be sent to it.
    pub fn wants(&self, event_type: EventType) -> bool {
        self.disabled_because.is_none() && self.event_types.include(event_type)
    }
}

/// What sending to a webhook takes.
#[derive(Debug, Clone, Deserialize)]
pub struct Receiver {
    pub webhook_id: WebhookId,
    pub receiver_url: WebhookUrl,
    #[serde(default)]
    pub disabled_because: Option<Disabled>,
    pub revision: u32,
    pub signing_secret: SigningSecret,
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn problem(text: &str, allows_local: bool) -> Option<String> {
        WebhookUrl::read(text, allows_local).err().map(|problem| problem.to_string())
    }

    #[test]
    fn a_url_is_https_and_whole_and_names_no_machine_of_a_network() {
        for good in [
            "https://game.example.com",
            "https://game.example.com:8443/hooks?of=guilds",
            "https://1.1.1.1/",
        ] {
            assert_eq!(problem(good, false), None, "{good}");
        }
        for bad in [
            "",
            "game.example.com",
            "/hooks",
            "http://game.example.com",
            "ftp://game.example.com",
            "https://",
            "https://user@game.example.com",
            "https://:pass@game.example.com",
            "https://game.example.com/#part",
            "https://b\u{fc}cher.example",
            "https://127.0.0.1",
            "http://127.0.0.1:8080",
            "https://0x7f.1",
            "https://2130706433",
            "https://[::1]",
            "https://[::ffff:169.254.169.254]",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1",
            "https://[fd00:ec2::254]/",
            "javascript:alert(1)",
        ] {
            assert!(problem(bad, false).is_some(), "{bad}");
        }
        assert!(
            problem(&format!("https://game.example.com/{}", "a".repeat(1000)), false).is_some()
        );
    }

    #[test]
    fn a_url_is_as_long_as_it_is_in_the_form_in_which_it_is_used() {
        let filled = |length| format!("https://game.example.com/{}", "a".repeat(length));
        assert_eq!(filled(975).len(), WebhookUrl::MAX);
        assert_eq!(problem(&filled(975), false), None);
        // In use, this character is three.
        assert_eq!(problem(&format!("{}<", filled(972)), false), None);
        for length in [973, 974] {
            assert!(problem(&format!("{}<", filled(length)), false).is_some(), "{length}");
        }
    }

    #[test]
    fn an_address_of_this_machine_is_taken_for_development_alone() {
        for local in ["http://127.0.0.1:8080/hooks", "http://localhost:1", "https://[::1]:3000/"] {
            assert_eq!(problem(local, true), None, "{local}");
            assert!(problem(local, false).is_some() || local.contains("localhost"), "{local}");
        }
        for other in [
            "http://10.0.0.1",
            "https://10.0.0.1",
            "http://game.example.com",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(problem(other, true).is_some(), "{other}");
        }
    }

    #[test]
    fn types_are_all_or_those_that_are_named() {
        let all: WebhookTypes = from_value(json!(["member.left", "*"])).unwrap();
        assert_eq!((json!(all), json!(WebhookTypes::default())), (json!(["*"]), json!(["*"])));
        let some: WebhookTypes =
            from_value(json!(["member.left", "member.joined", "member.left"])).unwrap();
        assert_eq!(json!(some), json!(["member.joined", "member.left"]));
        assert!(some.include(EventType::MemberLeft) && !some.include(EventType::GroupCreated));
        assert!(all.include(EventType::GroupCreated));
        assert!(from_value::<WebhookTypes>(json!(["member.lefft"])).is_err());
    }

    #[test]
    fn a_secret_does_not_show() {
        assert_eq!(format!("{:?}", SigningSecret::new("c2VjcmV0")), "SigningSecret(..)");
    }
}
