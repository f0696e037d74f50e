//! Ports for programs that tests start.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below what the system gives to those that ask for any port, so that nobody takes one between this answer and its use.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// The first of `number` free ports of loopback in a row, which no other test of this run is given.
pub(crate) fn free_ports(number: u16) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Runs that share a machine begin at places of their own.
    let own = u16::try_from(std::process::id() % 600).unwrap() * 20;
    loop {
        let place = own.wrapping_add(NEXT.fetch_add(number, Ordering::Relaxed)) % (COUNT - number);
        let first = FIRST + place;
        let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if (first..first + number).all(free) {
            return first;
        }
    }
}
