//! `guildhall serve`: Guildhall on this machine, with an embedded DynamoDB and a demo game.

use std::io::{self, ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::process::exit;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use shared::app::system_clock;
use shared::auth::passwords::Passwords;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::options::ServeOptions;
use crate::certificate::Certificate;
use crate::console::{self, Console};
use crate::deliveries::{Deliveries, outbox};
use crate::demo::Demo;
use crate::engine::Engine;
use crate::folder::{Folder, write_private};
use crate::inspector::{Inspector, watched};
use crate::place::Place;
use crate::server::router;
use crate::serving::{Listener, Patience, serve};
use crate::signals::Signals;
use crate::state::Log;
use crate::stream::Feed;
use crate::{ServerError, app};

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
    let place = Place { address: listener.local_addr()?, is_encrypted: options.tls };

    let folder = options.data.as_deref().map(Folder::open).transpose()?;
    let file = folder.as_ref().map(Folder::database).transpose()?;
    let engine = Engine::open(file.as_deref())?;
    let endpoint = engine.serve(Ipv4Addr::LOCALHOST.into())?;
    let inspector = (!options.no_inspector).then(Inspector::new).transpose()?;
    let client = match inspector {
        Some(_) => watched(&engine.client()),
        None => engine.client(),
    };
    let (clock, passwords) = (system_clock(), Passwords::default());
    let limits = options.limits.into();
    // Not by the client that is watched: what waits is nobody's request.
    let deliveries = Deliveries::open(engine.client()).await?;
    let outbox = outbox(deliveries.clone());
    let app = app::open(client, folder.as_ref(), limits, clock, passwords, outbox).await?;
    let app = Arc::new(app);
    let remembered = folder.as_ref().map(Folder::demo_game);
    let demo = Demo::open(&app, &place.url(), remembered.as_deref()).await?;
    if let Some(file) = &options.demo_file {
        demo.write(file)?;
    }

    // Nobody takes metrics from this log.
    let log: Log = Arc::new(|record| {
        // Whoever reads the log may be gone, which is no reason to answer nobody.
        let _written_or_not = writeln!(io::stdout(), "{}", record.line(None));
    });
    let feed = Feed::open(&app, engine.database().clone())?;
    let page = Console::here(&demo, inspector.clone());
    let router = router(app.clone(), log.clone(), inspector)?.merge(console::router(page)?);
    let signals = Signals::listen()?;
    let listener = match options.tls {
        true => by_tls(listener, &options, folder.as_ref(), place.names(demo.game_id), app.now())?,
        false => Listener::from(listener),
    };
    println!("{}", demo.greeting(endpoint.url(), &options.trust()));
    if let Some(elsewhere) = place.url_elsewhere() {
        println!("Other machines of this network reach it at {elsewhere}");
    }
    tokio::select! {
        () = serve_until_told(listener, router, signals) => Ok(()),
        never = deliveries.run(&app, &log) => match never {},
        never = feed.run(&app, &log, |failure| eprintln!("{failure}; it is tried again")) => match never {},
    }
}

/// The same by TLS, with a certificate for those names, which is kept where the data is.
fn by_tls(
    listener: TcpListener,
    options: &ServeOptions,
    folder: Option<&Folder>,
    names: Vec<String>,
    now: Timestamp,
) -> Result<Listener, ServerError> {
    let remembered = folder.map(Folder::certificate);
    let certificate = Certificate::open(names, now, remembered.as_deref())?;
    if let Some(file) = &options.certificate_file {
        write_private(file, certificate.pem.as_bytes())?;
    }
    Ok(Listener::by_tls(listener, certificate.acceptor()?))
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

/// Serves until a signal comes, and then until the requests under way are answered, or take too long. A second signal ends
/// the process at once.
pub(super) async fn serve_until_told(listener: Listener, router: Router, mut signals: Signals) {
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
