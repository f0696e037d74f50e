//! Addresses from which nothing good is expected, of a list that an operator gives.

use std::net::IpAddr;
use std::path::Path;

use ipnet::{IpNet, Ipv4Net};

use super::files::FileError;

/// How many bits stand before an IPv4 address that is written in IPv6 (RFC 4291 section 2.5.5.2).
const MAPPED: u8 = 96;

/// The list. Of each version ranges that neither meet nor touch, in their order, so that one is found by halves among hundreds of
/// thousands.
#[derive(Debug, Default)]
pub(super) struct BadAddresses {
    four: Vec<(u32, u32)>,
    six: Vec<(u128, u128)>,
}

impl BadAddresses {
    pub(super) fn read(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path).map_err(|fault| FileError::Read(path.to_owned(), fault))?;
        Self::parse(&text).map_err(|(line, entry)| FileError::Line(path.to_owned(), line, entry))
    }

    /// The list of a text; else the line that is none, counted from 1, and what stands there.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut list = Self::default();
        for (line, number) in text.lines().zip(1..) {
            let entry = line.split('#').next().unwrap_or_default().trim();
            if entry.is_empty() {
                continue;
            }
            match network(entry) {
                Some(IpNet::V4(net)) => list.four.push((net.network().into(), net.broadcast().into())),
                Some(IpNet::V6(net)) => list.six.push((net.network().into(), net.broadcast().into())),
                None => return Err((number, entry.chars().take(80).collect())),
            }
        }
        let after = |last: u32| last.saturating_add(1);
        list.four = joined(list.four, after);
        list.six = joined(list.six, |last| last.saturating_add(1));
        Ok(list)
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => is_within(&self.four, address.into()),
            IpAddr::V6(address) => is_within(&self.six, address.into()),
        }
    }
}

/// The network of an entry; an IPv4 one that is written in IPv6 is one of IPv4.
fn network(entry: &str) -> Option<IpNet> {
    let network: IpNet = match entry.parse() {
        Ok(network) => network,
        Err(_) => entry.parse::<IpAddr>().ok()?.into(),
    };
    if let IpNet::V6(six) = network
        && let Some(four) = six.network().to_ipv4_mapped()
        && let Some(bits) = six.prefix_len().checked_sub(MAPPED)
    {
        return Ipv4Net::new(four, bits).ok().map(IpNet::V4);
    }
    Some(network)
}

fn is_within<T: Copy + Ord>(ranges: &[(T, T)], address: T) -> bool {
    let after = ranges.partition_point(|(from, _)| *from <= address);
    let before = after.checked_sub(1).and_then(|place| ranges.get(place));
    before.is_some_and(|(_, until)| address <= *until)
}

/// The same addresses in as few ranges as there can be.
fn joined<T: Copy + Ord>(mut ranges: Vec<(T, T)>, after: impl Fn(T) -> T) -> Vec<(T, T)> {
    ranges.sort_unstable();
    let mut joined: Vec<(T, T)> = Vec::with_capacity(ranges.len());
    for (from, until) in ranges {
        match joined.last_mut() {
            Some((_, last)) if from <= after(*last) => *last = until.max(*last),
            _ => joined.push((from, until)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has(list: &BadAddresses, address: &str) -> bool {
        list.contains(address.parse().unwrap())
    }

    #[test]
    fn addresses_and_networks_of_both_versions_are_found_and_nothing_beside_them() {
        let text = "# from the exchange\n192.0.2.7\n\n198.51.100.64/26 # scanners\n198.51.100.70\r\n2001:db8:1::/48\n\
                    2001:db8:2::7\n  203.0.113.255  \n255.255.255.255\n::ffff:203.0.113.0/120\n";
        let list = BadAddresses::parse(text).unwrap();
        for bad in [
            "192.0.2.7",
            "::ffff:192.0.2.7",
            "198.51.100.64",
            "198.51.100.127",
            "2001:db8:1:ffff::1",
            "2001:db8:2::7",
            "203.0.113.0",
            "203.0.113.255",
            "255.255.255.255",
        ] {
            assert!(has(&list, bad), "{bad}");
        }
        for good in [
            "192.0.2.6",
            "192.0.2.8",
            "198.51.100.63",
            "198.51.100.128",
            "2001:db8:2::6",
            "2001:db8:2::8",
            "203.0.112.255",
            "0.0.0.0",
            "::",
        ] {
            assert!(!has(&list, good), "{good}");
        }
        // All of IPv6 is not all of IPv4.
        let six = BadAddresses::parse("::/0").unwrap();
        assert!(has(&six, "2001:db8::1") && !has(&six, "192.0.2.7") && !has(&six, "::ffff:192.0.2.7"));
        assert!(!has(&BadAddresses::parse("# nothing\n").unwrap(), "192.0.2.7"));
    }

    #[test]
    fn what_is_no_address_is_told_with_its_line() {
        for (text, line, entry) in [
            ("192.0.2.7\nbad.example\n", 2, "bad.example"),
            ("\n#\n192.0.2.0/33", 3, "192.0.2.0/33"),
            ("192.0.2.7 198.51.100.7", 1, "192.0.2.7 198.51.100.7"),
            ("192.0.2.256", 1, "192.0.2.256"),
            ("192.0.2.0-192.0.2.9", 1, "192.0.2.0-192.0.2.9"),
        ] {
            assert_eq!(
                BadAddresses::parse(text).unwrap_err(),
                (line, entry.to_owned()),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_list_holds_what_any_of_its_networks_does(
            nets in proptest::collection::vec((any::<u32>(), 8_u8..=32), 0..40), others in proptest::collection::vec(any::<u32>(), 20)
        ) {
            let nets: Vec<Ipv4Net> = nets.into_iter().map(|(bits, length)| Ipv4Net::new(bits.into(), length).unwrap()).collect();
            let text: Vec<String> = nets.iter().map(ToString::to_string).collect();
            let list = BadAddresses::parse(&text.join("\n")).unwrap();
            let edges = nets.iter().flat_map(|net| {
                let (first, last) = (u32::from(net.network()), u32::from(net.broadcast()));
                [first, last, first.wrapping_sub(1), last.wrapping_add(1)]
            });
            for bits in edges.chain(others) {
                let address = std::net::Ipv4Addr::from(bits);
                let expected = nets.iter().any(|net| net.contains(&address));
                prop_assert_eq!(list.contains(address.into()), expected, "{}", address);
            }
        }
    }
}
