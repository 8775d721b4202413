//! `cargo run`: Guildhall on this machine.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use local::demo::Demo;
use local::engine::Engine;
use local::server::{Log, router};
use local::stream::Feed;
use local::{Failure, table};
use shared::App;
use shared::app::system_clock;
use shared::auth::keys::Keys;
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::store::Store;
use tokio::net::TcpListener;

/// Serves every route of Guildhall on 127.0.0.1, with an embedded DynamoDB and a demo game.
#[derive(Parser)]
#[command(name = "guildhall", version)]
struct Options {
    /// The port to serve on; 0 takes a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// A folder that keeps the data; without it, everything is gone at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A file to write the demo game's facts to, as JSON
    #[arg(long, value_name = "FILE")]
    demo_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let data = options.data.as_deref();
    if let Some(folder) = data {
        std::fs::create_dir_all(folder)?;
    }
    let file = data.map(|folder| folder.join("dynamodb.sqlite"));
    let engine = Engine::start(Ipv4Addr::LOCALHOST.into(), file.as_deref())?;
    let app = Arc::new(open(&engine, data).await?);

    // The port is taken before anything is told about it.
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let remembered = data.map(|folder| folder.join("demo.json"));
    let demo = Demo::open(&app, &base_url, remembered.as_deref()).await?;
    if let Some(file) = &options.demo_file {
        demo.write(file)?;
    }
    // Nobody takes metrics from this log.
    let log: Log = Arc::new(|record| println!("{}", record.line(None)));
    let feed = Feed::open(&app, engine.database().clone())?;
    let router = router(app.clone(), log.clone())?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    println!("{}", demo.greeting());

    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(stopped()) => served?,
        fed = feed.run(&app, &log) => fed?,
    }
    Ok(())
}

async fn open(engine: &Engine, data: Option<&Path>) -> Result<App, Failure> {
    const TABLE: &str = "guildhall";
    let client = engine.client()?;
    table::create_if_missing(&client, TABLE).await?;
    let entropy = Entropy::system();
    let key = signing_key(&entropy, data)?;
    Ok(App {
        store: Store::new(client, TABLE.to_owned(), entropy.clone()),
        keys: Keys::new(key.as_bytes(), None)?,
        passwords: Passwords::default(),
        limits: Limits::default(),
        clock: system_clock(),
        entropy,
    })
}

/// The key that signs tokens; it is kept with the data, so that tokens outlive a restart as the data does.
fn signing_key(entropy: &Entropy, data: Option<&Path>) -> Result<String, Failure> {
    let fresh = || entropy.secret().map_err(|_| "no randomness is to be had");
    let Some(file) = data.map(|folder| folder.join("signing-key")) else { return Ok(fresh()?) };
    if !file.exists() {
        write_secret(&file, &fresh()?)?;
    }
    Ok(std::fs::read_to_string(&file)?)
}

/// Writes a file that only its owner can read.
fn write_secret(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(file)?.write_all(text.as_bytes())?)
}

/// Ctrl-C, or the polite way to end a process.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(_) => interrupted.await.unwrap_or(()),
        }
    }
    #[cfg(not(unix))]
    interrupted.await.unwrap_or(());
}
