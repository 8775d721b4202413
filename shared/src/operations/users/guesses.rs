//! Guesses at a password: how many there may be, and from where.
//!
//! Each is counted before the password is looked at, so that guesses at the same time cannot slip past, and taken back
//! when it was right. Accounts are told apart by the name or address that was typed, so nothing here tells whether there is one.
//!
//! An address is a stranger to an account until somebody has signed in from there. All strangers share a counter of the
//! account, so that a thousand addresses guess no more than a few; who comes from a known address does not meet it, so
//! strangers cannot lock the owner out. They share one of their address as well, which bounds how many accounts can be tried.

use std::net::IpAddr;

use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::domain::ids::GameId;
use crate::error::Error;
use crate::operations::gate::{Gate, Limit, Passed};
use crate::store::keys::Key;
use crate::store::rows::KnownAddress;
use crate::store::write::{Seconds, Write};

/// From one address at one account. Who tries to remember needs less, and who guesses gets through a thousand passwords a day.
const FROM_ADDRESS: Limit = Limit { most: 10, window: 15 * 60 };

/// From all strangers at one account. A few new devices need less, and a thousand addresses get no further than three would.
const OF_STRANGERS: Limit = Limit { most: 100, window: 60 * 60 };

/// From one address at all accounts to which it is a stranger. A school, whose pupils share one, needs less, and a list of
/// stolen passwords is tried at thousands of accounts a day and not at millions.
const AT_ADDRESS: Limit = Limit { most: 300, window: 60 * 60 };

/// How long an address stays known after a sign-in.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A sign-in renews that once a day.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// One guess at the password of one account. Where it comes from may be unknown; then it is a stranger's.
pub(super) struct Guess {
    now: Timestamp,
    from_address: Option<Gate>,
    of_strangers: Gate,
    at_address: Option<Gate>,
    /// Where the table has it that the address is known.
    pub(super) known_key: Option<Key>,
}

impl Guess {
    /// A guess that is made now, at the account that is known by that claim: a name that reads like an address is another one.
    pub(super) fn new(
        app: &App,
        game: GameId,
        claim: &Key,
        address: Option<IpAddr>,
    ) -> Result<Self, Error> {
        let now = app.now();
        let account = app.keys.fingerprint(&claim.pk)?;
        let address = address.map(|address| app.keys.fingerprint(&network(address))).transpose()?;
        let from_address = address.as_ref().map(|address| {
            Gate::new(FROM_ADDRESS, now, |window| {
                Key::guesses_from(game, &account, address, window)
            })
        });
        let at_address = address.as_ref().map(|address| {
            Gate::new(AT_ADDRESS, now, |window| Key::guesses_at_address(game, address, window))
        });
        Ok(Self {
            now,
            from_address: from_address.transpose()?,
            of_strangers: Gate::new(OF_STRANGERS, now, |window| {
                Key::guesses_of_strangers(game, &account, window)
            })?,
            at_address: at_address.transpose()?,
            known_key: address.map(|address| Key::known_address(game, &account, &address)),
        })
    }

    /// Counts it among the guesses from its address at its account.
    pub(super) async fn count(&self, app: &App) -> Result<Passed, Error> {
        Gate::pass(self.from_address.as_ref(), app, self.now).await
    }

    /// Counts it among all strangers' at the account, and from its address at all accounts, unless the address is known.
    ///
    /// What one of the two refuses, the other has counted; how often that can be is bounded by [`Guess::count`].
    pub(super) async fn count_stranger(
        &self,
        app: &App,
        known: Option<&KnownAddress>,
    ) -> Result<Passed, Error> {
        if known.is_some() {
            return Ok(Ok(()));
        }
        let of_strangers = Gate::pass(Some(&self.of_strangers), app, self.now);
        let at_address = Gate::pass(self.at_address.as_ref(), app, self.now);
        let (of_strangers, at_address) = try_join(of_strangers, at_address).await?;
        Ok(of_strangers.and(at_address))
    }

    /// What a right guess changes at its account: it was none, and its address is known from now on.
    pub(super) fn take_back(&self, known: Option<&KnownAddress>) -> Result<Vec<Write>, Error> {
        let of_strangers = Some(&self.of_strangers).filter(|_| known.is_none());
        let gates = self.from_address.iter().chain(of_strangers);
        let mut writes: Vec<_> = gates.map(|gate| gate.counter.lower()).collect();
        let until = self.now.checked_add(KNOWN_FOR).map_err(Error::internal)?;
        let is_fresh =
            |known: &KnownAddress| until.duration_since(known.expires_at) < RENEWED_AFTER;
        if let Some(key) = &self.known_key
            && !known.is_some_and(is_fresh)
        {
            let renew = Write::upsert::<KnownAddress>(key.clone());
            writes.push(renew.set("expires_at", Seconds(until)));
        }
        Ok(writes)
    }

    /// The same among the guesses from its address at all accounts. Everybody who signs in from there meets in that counter,
    /// so it is no part of a transaction; where it cannot be lowered, there is one guess less until its window is over.
    pub(super) async fn take_back_at_address(&self, app: &App, is_taken_back: bool) {
        if let Some(gate) = self.at_address.as_ref().filter(|_| is_taken_back) {
            let _lowered_or_not = app.store.lower(&gate.counter).await;
        }
    }
}

/// What stands for an address: of the newer kind whoever has one has 2^64 of them, which are one network.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}/64", u128::from(address) >> 64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_are_one() {
        for (one, other, is_same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true),
            ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ] {
            let [one, other] = [one, other].map(|text| network(text.parse().unwrap()));
            assert_eq!(one == other, is_same, "{one} {other}");
        }
    }
}
