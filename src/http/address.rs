//! Where a request came from.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use ipnet::IpNet;

/// A listed proxy told an address that is none: refused, since limits by address would not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proxy sent an X-Forwarded-For header that is not a list of addresses")]
pub struct AddressError;

/// The client's address: the peer's, or, when the peer is a listed proxy, the last address in `X-Forwarded-For` that is
/// not itself a listed proxy. What stands to the left of it was written by the client and is not believed.
pub fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted_proxies: &[IpNet],
) -> Result<IpAddr, AddressError> {
    let peer = peer.to_canonical();
    let trusted = |address: &IpAddr| trusted_proxies.iter().any(|net| net.contains(address));
    if !trusted(&peer) {
        return Ok(peer);
    }
    let mut client = peer;
    // Several headers are one list (RFC 9110 section 5.3); the nearest proxy wrote the last entry.
    for value in headers.get_all("x-forwarded-for").iter().rev() {
        let value = value.to_str().map_err(|_| AddressError)?;
        for entry in value.rsplit(',') {
            client = parse(entry.trim())?;
            if !trusted(&client) {
                return Ok(client);
            }
        }
    }
    Ok(client)
}

/// An address as far as it tells one customer from another: of IPv6 that is a network of 64 bits, which everyone has for
/// oneself (RFC 6177), so that a limit by address cannot be walked around within it.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        canonical @ IpAddr::V4(_) => canonical,
    }
}

/// The name under which a limit counts an address.
#[must_use]
pub fn network_name(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| network(address).to_string())
}

/// An address, with or without a port, as proxies write it.
fn parse(entry: &str) -> Result<IpAddr, AddressError> {
    let address = entry
        .parse::<IpAddr>()
        .or_else(|_| entry.parse::<std::net::SocketAddr>().map(|socket| socket.ip()));
    address
        .map(|address| address.to_canonical())
        .map_err(|_| AddressError)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| {
                (
                    http::header::HeaderName::from_static("x-forwarded-for"),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    fn client(peer: &str, values: &[&str]) -> Result<String, AddressError> {
        let proxies = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client_address(peer.parse().unwrap(), &told(values), &proxies).map(|address| address.to_string())
    }

    #[test]
    fn a_stranger_cannot_tell_another_address() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), Ok("203.0.113.9".into()));
        assert_eq!(
            client("203.0.113.9", &["not an address"]),
            Ok("203.0.113.9".into())
        );
    }

    #[test]
    fn a_listed_proxy_tells_who_it_speaks_for() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), Ok("198.51.100.1".into()));
        assert_eq!(
            client("10.0.0.1", &["198.51.100.1:4711"]),
            Ok("198.51.100.1".into())
        );
        assert_eq!(
            client("10.0.0.1", &["[2001:db8::1]:443"]),
            Ok("2001:db8::1".into())
        );
        assert_eq!(
            client("::ffff:10.0.0.1", &["198.51.100.1"]),
            Ok("198.51.100.1".into())
        );
        assert_eq!(client("10.0.0.1", &[]), Ok("10.0.0.1".into()));
    }

    #[test]
    fn what_the_client_wrote_before_the_proxies_is_not_believed() {
        assert_eq!(
            client("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"]),
            Ok("198.51.100.1".into())
        );
        assert_eq!(
            client("10.0.0.1", &["1.2.3.4", "198.51.100.1", "10.0.0.2"]),
            Ok("198.51.100.1".into())
        );
        assert_eq!(
            client("10.0.0.1", &["nonsense, 198.51.100.1"]),
            Ok("198.51.100.1".into())
        );
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn an_address_that_cannot_be_read_is_refused() {
        for value in [
            "",
            "unknown",
            "1.2.3.4.5",
            "198.51.100.1,",
            "_hidden",
            "198.51.100.1 10.0.0.1",
        ] {
            assert_eq!(client("10.0.0.1", &[value]), Err(AddressError), "{value:?}");
        }
    }
}
