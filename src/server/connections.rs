//! How many connections are open, from where, and no more than there should be.
//!
//! Whoever opens connections and leaves them open takes file descriptors and memory from all others, before a single request
//! could be counted. So a connection is counted as it comes, before the TLS handshake, and gives its place back when its
//! socket is closed, however that happens: the place is part of the stream.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::http::network;
use crate::op::House;

/// The hook of the listener: refuses a connection for which there is no place, by closing it.
#[derive(Debug, Clone)]
pub(super) struct Bounded(Arc<Connections>);

/// The open connections of one listener.
#[derive(Debug)]
struct Connections {
    house: Arc<House>,
    /// In all: what was configured, or less where the process may not open so many files.
    total: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    /// By network, as [`network`] has it; those without connections are not in it, so that it cannot grow for ever.
    by_network: BTreeMap<IpAddr, usize>,
}

/// Which bound was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Full {
    Address,
    Total,
}

/// One connection that is counted; dropped, it is no longer.
#[derive(Debug)]
struct Place {
    connections: Arc<Connections>,
    /// None for a listed proxy.
    network: Option<IpAddr>,
}

/// A connection with its place.
#[derive(Debug)]
pub(super) struct Counted {
    stream: TcpStream,
    _place: Place,
}

impl Bounded {
    /// At most `total` connections, and from one address as many as are configured.
    pub(super) fn new(house: &Arc<House>, total: usize) -> Self {
        Self(Arc::new(Connections {
            house: Arc::clone(house),
            total,
            open: Mutex::default(),
        }))
    }

    fn count(&self, stream: TcpStream) -> io::Result<Counted> {
        let peer = stream.peer_addr()?.ip().to_canonical();
        match self.0.take(peer) {
            Ok(place) => Ok(Counted {
                stream,
                _place: place,
            }),
            Err(full) => {
                let bound = match full {
                    Full::Address => "address",
                    Full::Total => "total",
                };
                self.0.house.metrics.count_connection_refused(bound);
                tracing::info!(%peer, bound, "a connection too many was closed");
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        }
    }
}

impl Connections {
    fn take(self: &Arc<Self>, peer: IpAddr) -> Result<Place, Full> {
        let server = &self.house.config.server;
        let is_proxy = server.trusted_proxies.iter().any(|proxy| proxy.contains(&peer));
        let network = (!is_proxy).then(|| network(peer));
        self.open()
            .add(network, self.total, server.connections_per_address)?;
        self.house.metrics.connections.inc();
        Ok(Place {
            connections: Arc::clone(self),
            network,
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn add(&mut self, network: Option<IpAddr>, total: usize, per_address: usize) -> Result<(), Full> {
        if self.total >= total {
            return Err(Full::Total);
        }
        if let Some(network) = network {
            let of_network = self.by_network.get(&network).copied().unwrap_or_default();
            if of_network >= per_address {
                return Err(Full::Address);
            }
            self.by_network.insert(network, of_network + 1);
        }
        self.total += 1;
        Ok(())
    }

    fn remove(&mut self, network: Option<IpAddr>) {
        self.total = self.total.saturating_sub(1);
        let Some(network) = network else {
            return;
        };
        match self.by_network.get_mut(&network) {
            Some(of_network) if *of_network > 1 => *of_network -= 1,
            _ => {
                self.by_network.remove(&network);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(self.network);
        self.connections.house.metrics.connections.dec();
    }
}

impl<S> Accept<TcpStream, S> for Bounded {
    type Stream = Counted;
    type Service = S;
    type Future = Ready<io::Result<(Counted, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.count(stream).map(|counted| (counted, service)))
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_without_connections_is_forgotten() {
        let mut open = Open::default();
        let network = |last| Some(IpAddr::from([192, 0, 2, last]));
        assert_eq!(open.add(network(1), 4, 2), Ok(()));
        assert_eq!(open.add(network(1), 4, 2), Ok(()));
        assert_eq!(open.add(network(1), 4, 2), Err(Full::Address));
        assert_eq!(open.add(network(2), 4, 2), Ok(()));
        assert_eq!(open.add(None, 4, 2), Ok(()));
        assert_eq!(open.add(network(3), 4, 2), Err(Full::Total));
        assert_eq!(open.add(None, 4, 2), Err(Full::Total));
        for network in [network(1), network(1), network(2), None] {
            open.remove(network);
        }
        assert_eq!((open.total, open.by_network.len()), (0, 0));
    }
}
