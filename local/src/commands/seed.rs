//! `guildhall seed`: games that look as if people had played for two months.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use shared::App;
use shared::app::system_clock;
use shared::auth::passwords::Passwords;
use shared::domain::ids::GameId;
use shared::limits::Limits;

use super::values::whole;
use crate::deliveries::{Discarding, outbox};
use crate::demo::Demo;
use crate::engine::Engine;
use crate::folder::Folder;
use crate::manual_clock::ManualClock;
use crate::progress::progress;
use crate::seed::api::{Api, Person};
use crate::seed::{self, PASSWORD, words};
use crate::state::Log;
use crate::stream::Feed;
use crate::{ServerError, app};

/// How far back the oldest guild reaches.
const PAST: SignedDuration = SignedDuration::from_hours(60 * 24);

/// The youngest guild is older than what still waits for an answer in it.
const YOUNGEST: SignedDuration = SignedDuration::from_hours(8 * 24);

/// How many to make of what, and where.
#[derive(Debug, Args)]
pub struct SeedOptions {
    /// The folder that keeps the data; it is made where there is none
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// How many guilds each game gets, besides those that it has
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = whole::<u32>(1..=100_000))]
    groups: u32,
    /// How many members a guild has on average
    #[arg(long, value_name = "M", default_value_t = 12, value_parser = whole::<u32>(1..=400))]
    members: u32,
    /// How many games; the first is the demo game, all others are new
    #[arg(long, value_name = "G", default_value_t = 1, value_parser = whole::<u32>(1..=100))]
    games: u32,
    /// The same seed tells the same story; ids and secrets differ
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = whole::<u64>(0..=u64::MAX))]
    seed: u64,
}

/// Fills the folder.
///
/// # Errors
/// [`ServerError`] where the folder cannot be used, or a call does not succeed.
pub async fn run(options: SeedOptions) -> Result<(), ServerError> {
    let folder = Folder::open(&options.data)?;
    let engine = Engine::open(Some(&folder.database()?))?;
    let now = system_clock()();
    let clock = ManualClock::at(now - PAST);
    // Everybody's password is the same, and known.
    let passwords = Passwords::cheap();
    let (client, limits) = (engine.client(), Limits::default());
    let (clock_reader, outbox) = (clock.reader(), outbox(Discarding));
    let app = app::open(client, Some(&folder), limits, clock_reader, passwords, outbox).await?;
    let app = Arc::new(app);
    let seeder = Seeder {
        api: Api::new(app.clone(), clock)?,
        feed: Feed::open(&app, engine.database().clone())?,
        rng: Rng::with_seed(options.seed),
        now,
        app,
    };
    seeder.run(&options, &folder).await
}

struct Seeder {
    app: Arc<App>,
    api: Api,
    feed: Feed,
    rng: Rng,
    now: Timestamp,
}

impl Seeder {
    async fn run(mut self, options: &SeedOptions, folder: &Folder) -> Result<(), ServerError> {
        let SeedOptions { data, groups, members, games, .. } = options;
        let place = data.display();
        let which = match games {
            1 => "the demo game".to_owned(),
            games => format!("each of {games} games"),
        };
        println!("Adding {groups} guilds of about {members} members to {which} in {place}");
        let began = Instant::now();
        for number in 0..options.games {
            self.api.set_time(self.now - PAST);
            let game = match number.checked_sub(1) {
                None => Demo::open(&self.app, "", Some(&folder.demo_game())).await?,
                Some(number) => Demo::make(&self.app, "", words::game(number)).await?,
            };
            let name = self.fill(options, &game).await?;
            println!(
                "Game {} has {} guilds more; sign in as {name}@example.com with the password {PASSWORD}",
                game.game_id, options.groups
            );
            if number > 0 {
                println!("  game token  {}\n  secret key  {}", game.game_token, game.secret_key);
            }
        }
        println!(
            "\nDone in {} s. Serve them: guildhall --data '{place}'",
            began.elapsed().as_secs()
        );
        Ok(())
    }

    /// Fills a game, and tells who is in the first of its guilds.
    async fn fill(&mut self, options: &SeedOptions, game: &Demo) -> Result<String, ServerError> {
        let id = GameId::try_from(i64::from(game.game_id))?;
        // Most are in one guild, some in two, and the first of all founds a few.
        let count = (options.groups * options.members * 2 / 3).max(8);
        let bar = progress(u64::from(count + options.groups));
        bar.set_message("people");
        let mut people = Vec::new();
        let mut first = None;
        for _ in 0..count {
            let (person, name) =
                seed::sign_up(&self.api, &mut self.rng, id, &game.game_token).await?;
            first.get_or_insert(name);
            people.push(person);
            bar.inc(1);
        }
        bar.set_message("guilds");
        for number in 0..options.groups {
            self.found(options, &people, number).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(first.unwrap_or_default())
    }

    async fn found(
        &mut self,
        options: &SeedOptions,
        people: &[Person],
        number: u32,
    ) -> Result<(), ServerError> {
        let (least, most) = (options.members.div_ceil(3), options.members * 5 / 3);
        let members = self.rng.u32(least..=most.max(least)) as usize;
        let mut chosen = self.rng.choose_multiple(people, members + 4);
        self.rng.shuffle(&mut chosen);
        let mut chosen: Vec<Person> = chosen.into_iter().copied().collect();
        if number.is_multiple_of(10)
            && let Some(first) = people.first()
        {
            chosen.retain(|person| person != first);
            chosen.insert(0, *first);
        }
        let Some((founder, others)) = chosen.split_first() else { return Ok(()) };
        let waiting = self.rng.usize(..4).min(others.len());
        let (strangers, recruits) = others.split_at(waiting);
        let recruits = &recruits[..recruits.len().min(members.saturating_sub(1))];
        let age = self.rng.i64(YOUNGEST.as_secs()..PAST.as_secs());
        let founded = self.now - SignedDuration::from_secs(age);
        let times = (founded, self.now);
        seed::found(&self.api, &mut self.rng, *founder, recruits, strangers, times).await?;
        self.relay().await
    }

    /// Writes the history, as the server does while it serves.
    async fn relay(&mut self) -> Result<(), ServerError> {
        let log: Log = Arc::new(drop);
        while self.feed.deliver(&self.app, &log).await? > 0 {}
        Ok(())
    }
}
