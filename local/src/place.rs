//! Where the server is reached, from this machine and from others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Where the server listens, and how it is spoken to.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub address: SocketAddr,
    pub is_encrypted: bool,
}

impl Place {
    /// How programs of this machine reach the server.
    pub fn url(self) -> String {
        let here = match self.address {
            address if !address.ip().is_unspecified() => address.ip(),
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        self.url_at(here)
    }

    /// How other machines reach the server, where they do.
    pub fn url_elsewhere(self) -> Option<String> {
        self.address.ip().is_unspecified().then(outside_address)?.map(|ip| self.url_at(ip))
    }

    /// The names and addresses under which clients of this game reach the server. Some of PlayFab's SDKs put the title's id
    /// before the host.
    pub fn names(self, game_id: u32) -> Vec<String> {
        let mut names = vec!["localhost".to_owned(), format!("{game_id}.localhost")];
        let here = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let address = Some(self.address.ip()).filter(|ip| !ip.is_loopback());
        let elsewhere =
            address.and_then(|ip| if ip.is_unspecified() { outside_address() } else { Some(ip) });
        names.extend(here.into_iter().chain(elsewhere).map(|ip: IpAddr| ip.to_string()));
        names
    }

    fn url_at(self, ip: IpAddr) -> String {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        format!("{scheme}://{}", SocketAddr::new(ip, self.address.port()))
    }
}

/// The address at which other machines reach this one, where it has a network.
fn outside_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // Nothing is sent: the system only says from where it would be. The address is reserved for documentation.
    socket.connect((Ipv4Addr::new(203, 0, 113, 7), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback()).then_some(address)
}
