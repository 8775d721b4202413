//! The options of `guildhall serve`.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use clap::builder::TypedValueParser;
use jiff::SignedDuration;
use shared::limits::Limits;

use super::values::{address, whole};

/// The largest number of a port.
pub const PORTS: u64 = 65_535;

/// Where to serve, what to keep, and the limits.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// The port to serve on; 0 takes a free one
    #[arg(long, default_value_t = 3000, value_parser = whole::<u16>(0..=PORTS))]
    pub port: u16,
    /// The address to serve on; 0.0.0.0 is all of this machine's
    ///
    /// At 127.0.0.1 only programs of this machine reach the server. At another address everybody who reaches that can call
    /// every route, and nothing is encrypted without --tls: choose it only in a network that you trust. Functions without a route, such
    /// as create-game, are invoked at 127.0.0.1 or localhost alone all the same, which 0.0.0.0 serves too, and the embedded
    /// DynamoDB answers nowhere else.
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into(), value_parser = address)]
    pub host: IpAddr,
    /// Serves HTTPS, by a certificate that is made for it
    ///
    /// Clients have to trust that certificate: --certificate-file writes it. It is for localhost, GAME_ID.localhost, and the
    /// addresses at which the server is reached. With --data it is kept.
    #[arg(long)]
    pub tls: bool,
    /// A file to write the certificate to, as PEM
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub certificate_file: Option<PathBuf>,
    /// A folder that keeps the data; without it, everything is gone at the end
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A file to write the demo game's facts to, as JSON; its secret key is among them, so only you can read it
    #[arg(long, value_name = "FILE")]
    pub demo_file: Option<PathBuf>,
    /// Keeps no requests for the console's inspector to show
    #[arg(long)]
    pub no_inspector: bool,
    /// The limits.
    #[command(flatten)]
    pub limits: LimitOptions,
}

impl ServeOptions {
    /// The words by which curl trusts the certificate, with a space after them; none where there is no certificate.
    pub fn trust(&self) -> String {
        match (self.tls, &self.certificate_file) {
            (false, _) => String::new(),
            (true, None) => "--insecure ".to_owned(),
            (true, Some(file)) => format!("--cacert '{}' ", file.display()),
        }
    }
}

/// What template.yaml lets a deployment decide, by the same names and within the same bounds.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitOptions {
    /// The largest max_group_size, and its default
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = whole::<u32>(1..=Limits::GROUP_SIZE.into()))]
    max_group_size: u32,
    /// How many groups a player may be in; 0 for any number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u32>(0..=Limits::GROUPS_PER_PLAYER.into()))]
    max_groups_per_player: u32,
    /// How long an application stays pending
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = whole::<i64>(1..=365))]
    application_lifetime_days: i64,
    /// How long an invitation stays pending
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = whole::<i64>(1..=365))]
    invitation_lifetime_days: i64,
    /// Gives a game's groups different names
    #[arg(long)]
    unique_group_names: bool,
    /// Shows the e-mail addresses of members to each other
    #[arg(long)]
    show_emails: bool,
    /// Over how many partitions of an index the list of groups is spread; never lower it for data that is kept
    #[arg(long, value_name = "N", default_value_t = NonZeroU32::MIN, value_parser = whole::<u32>(1..=Limits::DIRECTORY_SHARDS.into()).try_map(NonZeroU32::try_from))]
    directory_shards: NonZeroU32,
}

impl From<LimitOptions> for Limits {
    fn from(options: LimitOptions) -> Self {
        let days = |days| SignedDuration::from_hours(24 * days);
        Self {
            group_size: options.max_group_size,
            groups_per_player: options.max_groups_per_player,
            application_lifetime: days(options.application_lifetime_days),
            invitation_lifetime: days(options.invitation_lifetime_days),
            unique_group_names: options.unique_group_names,
            show_emails: options.show_emails,
            directory_shards: options.directory_shards,
            local_webhooks: true,
            ..Self::default()
        }
    }
}
