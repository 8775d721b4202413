//! Ports of this machine: free ones, and whether somebody listens already.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes to listen on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many addresses that are free.
pub fn free<const N: usize>() -> [SocketAddr; N] {
    // All are held until all are known, so that they differ.
    let listeners = [0; N].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
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
