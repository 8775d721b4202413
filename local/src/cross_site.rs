//! Tells the programs of this machine from web pages: a page that a browser shows can send requests to every port of the
//! machine that the browser runs on.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::uri::Authority;
use http::{Extensions, HeaderMap, HeaderValue, header};

/// Whether a request with these extensions was sent on this machine, by whatever program.
pub fn is_from_this_machine(extensions: &Extensions) -> bool {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    // Without a peer, the request came through no socket at all.
    peer.is_none_or(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
}

/// Whether a web page may have sent a request with these headers.
///
/// A browser adds `Origin` or `Sec-Fetch-Site` to what a page sends to another site, and no page can prevent that. A page
/// can make this machine its own site, by a name that leads here once the page is loaded (DNS rebinding); then the
/// request names that host. Addresses cannot be turned round like that, and nobody owns `localhost`.
pub fn may_be_from_a_page(headers: &HeaderMap) -> bool {
    let is_from_a_browser =
        headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    is_from_a_browser || !headers.get_all(header::HOST).iter().all(is_an_address)
}

/// Whether a request with these headers is from a program, or from a page that was loaded from the very host that it asks.
///
/// Browsers say `same-origin` of such a page, and `none` where somebody typed the address. An old browser may say nothing;
/// then `Origin`, where there is one, must be this host. The host is an address or `localhost`, as above.
pub fn is_from_no_other_page(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (host, more) = (hosts.next(), hosts.next());
    if more.is_some() || !host.is_none_or(is_an_address) {
        return false;
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_same_site = site.is_none_or(|site| [&b"same-origin"[..], b"none"].contains(&site));
    let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    let is_ours = |origin: &[u8]| {
        let named = [&b"http://"[..], b"https://"].iter().find_map(|it| origin.strip_prefix(*it));
        host.is_some() && named == host.map(HeaderValue::as_bytes)
    };
    is_same_site && origin.is_none_or(is_ours)
}

fn is_an_address(host: &HeaderValue) -> bool {
    let Ok(authority) = Authority::try_from(host.as_bytes()) else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let parse = |(name, value): &(&'static str, &'static str)| {
            (name.parse().unwrap(), HeaderValue::from_static(value))
        };
        pairs.iter().map(parse).collect()
    }

    #[test]
    fn programs_name_an_address_or_localhost() {
        for host in ["127.0.0.1:3000", "localhost", "LocalHost:80", "[::1]:3000", "172.17.0.1:4"] {
            assert!(!may_be_from_a_page(&headers(&[("host", host)])), "{host}");
        }
        assert!(!may_be_from_a_page(&headers(&[])), "as of HTTP/1.0, which no browser speaks");
    }

    #[test]
    fn pages_name_where_they_are_from_or_a_host_of_their_own() {
        let here = ("host", "127.0.0.1:3000");
        for marked in [
            ("origin", "https://game.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:3000"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-origin"),
        ] {
            assert!(may_be_from_a_page(&headers(&[here, marked])), "{marked:?}");
        }
        for host in [
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "a b",
            "",
        ] {
            assert!(may_be_from_a_page(&headers(&[("host", host)])), "{host}");
        }
        let mut doubled = headers(&[here]);
        doubled.append("host", HeaderValue::from_static("evil.example"));
        assert!(may_be_from_a_page(&doubled));
        assert!(!is_from_no_other_page(&doubled));
    }

    #[test]
    fn a_page_of_this_host_is_told_from_all_others() {
        let here = ("host", "127.0.0.1:3000");
        for ours in [
            vec![],
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "none")],
            vec![("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-origin")],
            vec![("origin", "https://127.0.0.1:3000")],
        ] {
            assert!(
                is_from_no_other_page(&headers(&[vec![here], ours.clone()].concat())),
                "{ours:?}"
            );
        }
        for others in [
            vec![("sec-fetch-site", "cross-site")],
            // Another port of this machine.
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![("origin", "http://127.0.0.1:3001")],
            vec![("origin", "http://127.0.0.1:3000.evil.example")],
        ] {
            assert!(
                !is_from_no_other_page(&headers(&[vec![here], others.clone()].concat())),
                "{others:?}"
            );
        }
        let rebound = [("host", "rebound.example:3000"), ("sec-fetch-site", "same-origin")];
        assert!(!is_from_no_other_page(&headers(&rebound)));
        assert!(!is_from_no_other_page(&headers(&[("origin", "http://127.0.0.1:3000")])));
    }
}
