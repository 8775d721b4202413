//! Addresses on the Internet: which of them may be called by whoever names one.

use std::net::IpAddr;

/// Whether an address is one of the public Internet's: no network's own, no machine's own, and none that stands for such a
/// one. What is not known to be public is not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            // By IANA's registry of special purposes, and all that is no unicast.
            let is_special = matches!(
                (a, b, c),
                (0 | 10 | 127, _, _)
                    | (100, 64..=127, _)
                    | (169, 254, _)
                    | (172, 16..=31, _)
                    | (192, 0, 0 | 2)
                    | (192, 88, 99)
                    | (192, 168, _)
                    | (198, 18 | 19, _)
                    | (198, 51, 100)
                    | (203, 0, 113)
                    | (224..=255, _, _)
            );
            !is_special
        }
        IpAddr::V6(address) => {
            // 2000::/3 is what has been given away; in it, 2001::/23 and 2002::/16 are for protocols that carry other
            // addresses, 2001:db8::/32 and 3fff::/20 for documentation. Mapped and translated addresses lie elsewhere.
            let [first, second, ..] = address.segments();
            let is_special = match first {
                0x2001 => second < 0x0200 || second == 0x0db8,
                0x2002 => true,
                0x3fff => second < 0x1000,
                _ => false,
            };
            (0x2000..0x4000).contains(&first) && !is_special
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_of_the_public_internet_is_told_from_what_is() {
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 \
            169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 \
            198.20.0.0 223.255.255.255 2606:4700::1111 2001:4860:4860::8888 2a00:1450::1 2001:200::1 3ffe::1 3fff:1000::1";
        for address in public.split_whitespace() {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let special = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255 \
            169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 \
            198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 \
            :: ::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 \
            100::1 2001::1 2001:10::1 2001:20::1 2001:db8::1 2002:a9fe:a9fe::1 3fff::1 3fff:fff:: fc00::1 fd00:ec2::254 \
            fe80::1 fec0::1 ff02::1 5f00::1 4000::1";
        for address in special.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
