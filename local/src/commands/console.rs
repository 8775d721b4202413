//! `guildhall console`: the console alone, on this machine, for an API that answers elsewhere.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;
use tokio::net::TcpListener;

use super::options::PORTS;
use super::serve::{explain, serve_until_told};
use super::values::whole;
use crate::ServerError;
use crate::console::{self, Api, Console};
use crate::serving::Listener;
use crate::signals::Signals;

/// Which API, and where to serve the console.
#[derive(Debug, Args)]
pub struct ConsoleOptions {
    /// Where the API answers, such as https://abc123.execute-api.us-east-1.amazonaws.com
    ///
    /// The browser calls it by itself, so its AllowedOrigins must name the console's address, or be *.
    #[arg(long, value_name = "URL")]
    api: Api,
    /// The port of this machine to serve the console on; 0 takes a free one
    #[arg(long, default_value_t = 3001, value_parser = whole::<u16>(0..=PORTS))]
    port: u16,
}

/// Serves the console until a signal comes.
///
/// # Errors
/// [`ServerError`] where the port cannot be used.
pub async fn run(options: ConsoleOptions) -> Result<(), ServerError> {
    // This machine alone: whoever opens the page trusts it with a secret key.
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let listener = TcpListener::bind(address).await.map_err(|error| explain(address, &error))?;
    let url = format!("http://{}", listener.local_addr()?);
    let api = options.api;
    let greeting = format!("The console for {api} answers at {url}");
    let router = console::router(Console::of(api))?;
    let signals = Signals::listen()?;
    println!("{greeting}");
    serve_until_told(Listener::from(listener), router, signals).await;
    Ok(())
}
