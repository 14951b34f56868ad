//! Which addresses and names belong to no public internet: of these nobody outside is ever asked, for the question
//! alone would tell of the inside of a network, and no answer could be about it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The blocks that are not globally reachable, the narrower before the wider
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry/>, RFC 6890).
const V4: [(Ipv4Addr, u32, &str); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "An address of this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "A private address"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "An address shared behind a carrier's NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "A loopback address"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "A link-local address"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "A private address"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "An address reserved for protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "An address for documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "A former 6to4 relay's address"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "A private address"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "An address for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "An address for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "An address for documentation"),
    (Ipv4Addr::new(233, 252, 0, 0), 24, "A multicast address for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "A multicast address"),
    (Ipv4Addr::new(255, 255, 255, 255), 32, "The broadcast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "A reserved address"),
];

/// The same for IPv6 (<https://www.iana.org/assignments/iana-ipv6-special-registry/>). Of the rest, only `2000::/3` is
/// given out (<https://www.iana.org/assignments/ipv6-address-space/>).
const V6: [(Ipv6Addr, u32, &str); 13] = [
    (Ipv6Addr::UNSPECIFIED, 128, "The unspecified address"),
    (Ipv6Addr::LOCALHOST, 128, "The loopback address"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "An address of a local NAT64"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "An address whose packets are discarded"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "A Teredo address"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "An address reserved for protocols"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "An address for documentation"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "An address for documentation"),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16, "An address for segment routing"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "A private address"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "A link-local address"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "A former site-local address"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "A multicast address"),
];

/// Endings of names that the public DNS does not have (RFC 6761, 6762 with its appendix G, 7686, 8375, 9476;
/// <https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en>
/// for `internal`). Those under `arpa` hold addresses, which may be private.
const NAMES: [(&str, &str); 16] = [
    ("onion", "The name of an onion service"),
    ("home.arpa", "A name for local use"),
    ("arpa", "A name of the internet's infrastructure"),
    ("localhost", "A name for local use"),
    ("localdomain", "A name for local use"),
    ("local", "A name for local use"),
    ("internal", "A name for local use"),
    ("intranet", "A name for local use"),
    ("private", "A name for local use"),
    ("corp", "A name for local use"),
    ("home", "A name for local use"),
    ("lan", "A name for local use"),
    ("alt", "A name outside the DNS"),
    ("test", "A name for tests"),
    ("example", "A name for documentation"),
    ("invalid", "A name that cannot exist"),
];

/// Whether the address is reachable over the public internet: not private, loopback, link-local, shared, multicast,
/// reserved or for documentation. An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64) is what that is.
pub fn is_public(ip: IpAddr) -> bool {
    address(ip).is_none()
}

/// What kind of address it is and its block, if it is no public one.
pub(super) fn address(ip: IpAddr) -> Option<String> {
    match ip {
        IpAddr::V4(ip) => {
            let of = |(block, bits, _): &(Ipv4Addr, u32, &str)| (ip.to_bits() ^ block.to_bits()) >> (32 - bits) == 0;
            V4.iter().find(|block| of(block)).map(|(block, bits, what)| format!("{what} ({block}/{bits})"))
        }
        IpAddr::V6(ip) => match carried(ip) {
            Some(carried) => address(carried.into()),
            None => {
                let of =
                    |(block, bits, _): &(Ipv6Addr, u32, &str)| (ip.to_bits() ^ block.to_bits()) >> (128 - bits) == 0;
                let block = V6.iter().find(|block| of(block));
                let named = block.map(|(block, bits, what)| format!("{what} ({block}/{bits})"));
                let is_given_out = ip.to_bits() >> 125 == 1;
                named.or((!is_given_out).then(|| "A reserved address (outside 2000::/3)".to_owned()))
            }
        },
    }
}

/// The IPv4 address that an IPv6 address carries: mapped (`::ffff:0:0/96`), 6to4 (`2002::/16`, RFC 3056) or the
/// well-known NAT64 prefix (`64:ff9b::/96`, RFC 6052).
fn carried(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(of(high, low))
        }
        _ => None,
    }
}

/// What kind of name it is, if the public DNS does not have it. `name` is in canonical form.
pub(super) fn name(name: &str) -> Option<String> {
    let ends = |ending: &str| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    NAMES.iter().find(|(ending, _)| ends(ending)).map(|(ending, what)| format!("{what} (.{ending})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_special_block_is_known_by_its_first_and_last_address() {
        for (first, last) in [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.0.2.0", "192.0.2.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"),
            ("224.0.0.0", "239.255.255.255"),
            ("240.0.0.0", "255.255.255.255"),
            ("::", "::1"),
            ("::10.0.0.1", "::8.8.8.8"),
            ("::ffff:10.0.0.1", "::ffff:192.168.1.1"),
            ("64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8"),
            ("2002:a00:1::1", "2002:c0a8:101::1"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("3fff::", "3fff:fff::"),
            ("4000::", "fbff::"),
            ("fc00::", "fdff:ffff::"),
            ("fe80::", "febf:ffff::"),
            ("fec0::", "ff02::1"),
        ] {
            assert!(!is_public(first.parse().unwrap()), "{first}");
            assert!(!is_public(last.parse().unwrap()), "{last}");
        }
    }

    #[test]
    fn their_neighbours_are_public() {
        for ip in [
            "1.0.0.0",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
            "2001:200::",
            "2001:4860:4860::8888",
            "2606::1",
            "3ffe::1",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn what_is_local_is_named_with_its_block() {
        let told = |ip: &str| address(ip.parse().unwrap()).unwrap_or_default();
        assert_eq!(told("10.1.2.3"), "A private address (10.0.0.0/8)");
        assert_eq!(told("::ffff:192.168.0.9"), "A private address (192.168.0.0/16)");
        assert_eq!(told("fd00::1"), "A private address (fc00::/7)");
        assert_eq!(told("255.255.255.255"), "The broadcast address (255.255.255.255/32)");
        assert_eq!(told("8000::1"), "A reserved address (outside 2000::/3)");
    }

    #[test]
    fn names_for_local_use_are_known_by_whole_labels() {
        assert_eq!(name("dc1.corp.internal").unwrap(), "A name for local use (.internal)");
        assert_eq!(name("4.3.2.10.in-addr.arpa").unwrap(), "A name of the internet's infrastructure (.arpa)");
        for public in ["notlocal.com", "internal.example.com", "mylan.net", "shop.homes"] {
            assert_eq!(name(public), None, "{public}");
        }
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_judged_as_what_it_carries(bits: u32) {
            let ip = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(is_public(ip.into()), is_public(ip.to_ipv6_mapped().into()));
            let standard = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
                || ip.is_documentation() || ip.is_broadcast() || ip.is_unspecified();
            prop_assert!(!(standard && is_public(ip.into())));
        }
    }
}
