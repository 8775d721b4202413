//! Ports of this machine: free ones, and whether somebody listens already.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes to listen on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many ports were looked at.
static LOOKED_AT: AtomicU16 = AtomicU16::new(0);

/// So many addresses that are free.
pub fn free<const N: usize>() -> [SocketAddr; N] {
    [0; N].map(|_| {
        loop {
            // The system hands out none of these by itself, which another test may be given meanwhile; and another run has others.
            let begin = std::process::id() as u16 % 8000;
            let place = begin.wrapping_add(LOOKED_AT.fetch_add(1, Ordering::Relaxed));
            let address = SocketAddr::from(([127, 0, 0, 1], 20_000 + place % 12_000));
            if TcpListener::bind(address).is_ok() {
                return address;
            }
        }
    })
}

/// Waits until the process listens; fails the test where it does not.
pub fn await_listener(process: &mut Child, address: SocketAddr) {
    let deadline = Instant::now() + PATIENCE;
    while TcpStream::connect(address).is_err() {
        assert_eq!(process.try_wait().unwrap(), None, "the process has ended");
        assert!(Instant::now() < deadline, "nobody listens on {address}");
        thread::sleep(Duration::from_millis(5));
    }
}
