//! `guildhall serve`: Guildhall on this machine, with an embedded DynamoDB and a demo game.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::process::exit;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use axum::Router;
use shared::App;
use shared::app::system_clock;
use shared::auth::keys::Keys;
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::store::Store;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::options::ServeOptions;
use crate::console::{self, Console};
use crate::demo::Demo;
use crate::engine::Engine;
use crate::folder::Folder;
use crate::inspector::{Inspector, watched};
use crate::server::router;
use crate::serving::{Patience, serve};
use crate::signals::Signals;
use crate::state::Log;
use crate::stream::Feed;
use crate::{ServerError, table};

/// How long requests under way may take once the server is told to stop: longer than any of them does by itself.
const GRACE: Duration = Duration::from_secs(7);

/// Serves until a signal comes.
///
/// # Errors
/// [`ServerError`] where the address, the folder or the demo game's file cannot be used.
pub async fn run(options: ServeOptions) -> Result<(), ServerError> {
    // First of all, so that another server's data is left alone where it runs already.
    let address = SocketAddr::from((options.host, options.port));
    let listener = TcpListener::bind(address).await.map_err(|error| explain(address, &error))?;
    let base_url = base_url(listener.local_addr()?);

    let folder = options.data.as_deref().map(Folder::open).transpose()?;
    let file = folder.as_ref().map(Folder::database).transpose()?;
    let engine = Engine::start(Ipv4Addr::LOCALHOST.into(), file.as_deref())?;
    let inspector = (!options.no_inspector).then(Inspector::new).transpose()?;
    let client = match inspector {
        Some(_) => watched(&engine.client()?),
        None => engine.client()?,
    };
    let app = Arc::new(open(client, folder.as_ref(), options.limits.into()).await?);
    let remembered = folder.as_ref().map(Folder::demo_game);
    let demo = Demo::open(&app, &base_url, remembered.as_deref()).await?;
    if let Some(file) = &options.demo_file {
        demo.write(file)?;
    }

    // Nobody takes metrics from this log.
    let log: Log = Arc::new(|record| println!("{}", record.line(None)));
    let feed = Feed::open(&app, engine.database().clone())?;
    let page = Console::here(&demo, inspector.clone());
    let router = router(app.clone(), log.clone(), inspector)?.merge(console::router(page)?);
    let signals = Signals::listen()?;
    println!("{}", demo.greeting(engine.url()));
    tokio::select! {
        () = serve_until_told(listener, router, signals) => Ok(()),
        never = feed.run(&app, &log, |failure| eprintln!("{failure}; it is tried again")) => match never {},
    }
}

/// Why there is no serving at `address`, and what to do about it.
pub(super) fn explain(address: SocketAddr, error: &io::Error) -> String {
    let port = address.port();
    if error.kind() == ErrorKind::AddrInUse {
        return format!(
            "port {port} is in use, perhaps by another guildhall: stop that, or choose another port by --port, where 0 takes a free one"
        );
    }
    format!("{address} cannot be served on ({error}): see --host and --port")
}

/// How programs of this machine reach what is served at `address`.
fn base_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

async fn open(client: Client, folder: Option<&Folder>, limits: Limits) -> Result<App, ServerError> {
    const TABLE: &str = "guildhall";
    table::create_if_missing(&client, TABLE).await?;
    let entropy = Entropy::system();
    let key = match folder {
        Some(folder) => folder.signing_key(&entropy)?,
        None => entropy.secret().map_err(|_| "no randomness is to be had")?,
    };
    Ok(App {
        store: Store::new(client, TABLE.to_owned(), entropy.clone()),
        keys: Keys::new(key.as_bytes(), None)?,
        passwords: Passwords::default(),
        limits,
        clock: system_clock(),
        entropy,
    })
}

/// Serves until a signal comes, and then until the requests under way are answered, or take too long. A second signal ends
/// the process at once.
pub(super) async fn serve_until_told(listener: TcpListener, router: Router, mut signals: Signals) {
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { stopped.await.unwrap_or(()) };
    let mut serving = pin!(serve(listener, router, Patience::default(), stopped));
    tokio::select! {
        () = &mut serving => return,
        () = signals.next() => drop(stop),
    }
    tokio::select! {
        () = &mut serving => {}
        () = sleep(GRACE) => eprintln!("requests were cut off that had not ended after {GRACE:?}"),
        // As a shell tells of a process that Ctrl-C has ended.
        () = signals.next() => exit(130),
    }
}
