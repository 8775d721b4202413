//! To which addresses a message may go. Whoever registers a webhook names a host, and what that stands for may be a machine of
//! our own network, today or tomorrow: so it is looked at each time, and the very address that was looked at is called.

use std::net::SocketAddr;

use shared::domain::address::is_public;
use shared::domain::delivery::Problem;

/// The addresses that may be called of those that a host's name stands for, in the order in which they are tried.
///
/// A name that stands for anything that is not public is refused as a whole: no honest one does. Where `allows_local`, a host
/// may also be this machine.
///
/// # Errors
/// [`Problem::NameNotFound`], [`Problem::AddressNotPublic`].
pub fn callable(resolved: Vec<SocketAddr>, allows_local: bool) -> Result<Vec<SocketAddr>, Problem> {
    if resolved.is_empty() {
        return Err(Problem::NameNotFound);
    }
    let is_local = resolved.iter().all(|address| address.ip().is_loopback());
    let are_public = resolved.iter().all(|address| is_public(address.ip()));
    let are_callable = are_public || allows_local && is_local;
    if !are_callable {
        return Err(Problem::AddressNotPublic);
    }
    let mut callable = resolved;
    // Functions have no way to addresses of version 6, unless somebody makes one.
    callable.sort_by_key(SocketAddr::is_ipv6);
    Ok(callable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str], allows_local: bool) -> Result<Vec<String>, Problem> {
        let resolved = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let callable = callable(resolved, allows_local)?;
        Ok(callable.iter().map(SocketAddr::to_string).collect())
    }

    #[test]
    fn a_name_must_stand_for_public_addresses_alone() {
        assert_eq!(check(&[], false), Err(Problem::NameNotFound));
        let both = check(&["[2606:4700::1]:443", "1.1.1.1:443"], false).unwrap();
        assert_eq!(both, ["1.1.1.1:443", "[2606:4700::1]:443"]);
        for bad in [
            "127.0.0.1:443",
            "10.1.2.3:443",
            "169.254.169.254:443",
            "[::1]:443",
            "[::ffff:10.0.0.1]:443",
            "[fd00::1]:443",
        ] {
            assert_eq!(check(&[bad], false), Err(Problem::AddressNotPublic), "{bad}");
            assert_eq!(
                check(&["1.1.1.1:443", bad], false),
                Err(Problem::AddressNotPublic),
                "{bad}"
            );
        }
    }

    #[test]
    fn for_development_a_name_may_stand_for_this_machine_and_for_no_other_of_the_network() {
        assert_eq!(check(&["[::1]:80", "127.0.0.1:80"], true).unwrap().len(), 2);
        for bad in [
            &["10.1.2.3:80"][..],
            &["169.254.169.254:80"],
            &["127.0.0.1:80", "10.0.0.1:80"],
            &["[::ffff:127.0.0.1]:80"],
        ] {
            assert_eq!(check(bad, true), Err(Problem::AddressNotPublic), "{bad:?}");
        }
    }
}
