//! Tells the programs of this machine from web pages: a page that a browser shows can send requests to every port of the
//! machine that the browser runs on.

use std::net::IpAddr;

use http::uri::Authority;
use http::{HeaderMap, HeaderValue, header};

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
    }
}
