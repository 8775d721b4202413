//! The life of one guild, from its founding until now.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::api::{Api, Person, number};
use super::words;
use crate::ServerError;

/// What lies between the last thing that happened and now.
const QUIET: SignedDuration = SignedDuration::from_mins(20);

/// Whoever asked or was invited longer ago has been forgotten by now.
const WAITING: SignedDuration = SignedDuration::from_hours(6 * 24);

/// A guild, while it lives.
struct Guild<'a> {
    api: &'a Api,
    rng: &'a mut Rng,
    id: i64,
    is_open: bool,
    admins: Vec<Person>,
    members: Vec<Person>,
    level: u32,
    time: Timestamp,
}

/// Founds a guild at that time, and lets these recruits live in it until `now`, when these strangers wait for an answer.
///
/// # Errors
/// [`ServerError`] where a call does not succeed.
pub async fn found(
    api: &Api,
    rng: &mut Rng,
    founder: Person,
    recruits: &[Person],
    strangers: &[Person],
    (founded, now): (Timestamp, Timestamp),
) -> Result<(), ServerError> {
    let is_open = rng.u8(..10) < 4;
    let size = [10, 25, 50, 100, 200, 500].into_iter().find(|size| recruits.len() + 1 < *size);
    api.set_time(founded);
    let group = json!({
        "name": words::guild(rng), "group_type": words::one(rng, words::KINDS),
        "max_group_size": size.unwrap_or(1000), "can_auto_join": is_open,
        "searchable": rng.u8(..10) > 0,
    });
    let group = api.call(Some(founder), "POST /api/v3/groups", &group).await?;
    let mut guild = Guild {
        api,
        rng,
        id: number(&group, "id")?,
        is_open,
        admins: vec![founder],
        members: Vec::new(),
        level: 1,
        time: founded,
    };
    guild.introduce_itself().await?;
    let until = now - QUIET - WAITING / 2;
    let turns = i32::try_from(recruits.len())? + 1;
    for recruit in recruits {
        guild.pass(until.duration_since(founded).as_secs() / i64::from(turns), until);
        guild.enter(*recruit).await?;
        guild.live().await?;
    }
    guild.keep_waiting(strangers, now).await
}

impl Guild<'_> {
    /// Lets about so many seconds pass, and not more than until then.
    fn pass(&mut self, seconds: i64, until: Timestamp) {
        let about = self.rng.i64(seconds / 4..=seconds.max(4));
        self.time = (self.time + SignedDuration::from_secs(about)).min(until);
        self.api.set_time(self.time);
    }

    /// Lets a few minutes pass, since nobody answers at once.
    fn wait_a_little(&mut self) {
        let minutes = SignedDuration::from_mins(self.rng.i64(1..20));
        self.time += minutes;
        self.api.set_time(self.time);
    }

    fn admin(&mut self) -> Person {
        let which = self.rng.usize(..self.admins.len());
        self.admins[which]
    }

    async fn call(&self, who: Person, call: &str, body: Value) -> Result<Value, ServerError> {
        self.api.call(Some(who), call, &body).await
    }

    async fn introduce_itself(&mut self) -> Result<(), ServerError> {
        let attribute = |key: &str, value: &str| json!({ "key": key, "value": value });
        let mut attributes = vec![
            attribute("motto", words::one(self.rng, words::MOTTOES)),
            attribute("region", words::one(self.rng, words::REGIONS)),
            attribute("language", words::one(self.rng, words::LANGUAGES)),
            json!({ "key": "level", "value": "1", "others_can_edit": true }),
        ];
        self.rng.shuffle(&mut attributes[..3]);
        let path = format!("POST /api/v3/groups/{}/add_attribute", self.id);
        let founder = self.admins[0];
        self.call(founder, &path, json!({ "attributes": attributes })).await?;
        if self.rng.bool() {
            let role =
                json!({ "Group": self.entity(), "RoleId": "officers", "RoleName": "Officers" });
            self.call(founder, "POST /Group/CreateRole", role).await?;
        }
        Ok(())
    }

    /// The group, as PlayFab names it.
    fn entity(&self) -> Value {
        json!({ "Id": format!("{:016X}", self.id), "Type": "group" })
    }

    /// Somebody comes in, by whichever way there is.
    async fn enter(&mut self, who: Person) -> Result<(), ServerError> {
        const CONNECT: &str = "POST /api/v3/group_connections";
        let admin = self.admin();
        if self.is_open {
            self.call(who, CONNECT, json!({ "group_id": self.id })).await?;
        } else {
            let is_invited = self.rng.u8(..10) < 3;
            let (asks, answers) = if is_invited { (admin, who) } else { (who, admin) };
            let body = json!({ "group_id": self.id, "user_id": who.id });
            let connection = number(&self.call(asks, CONNECT, body).await?, "id")?;
            self.wait_a_little();
            let status = if self.rng.u8(..10) == 0 { "declined" } else { "accepted" };
            let path = format!("PUT /api/v3/group_connections/{connection}");
            self.call(answers, &path, json!({ "status": status })).await?;
            if status == "declined" {
                return Ok(());
            }
        }
        self.members.push(who);
        Ok(())
    }

    /// What happens in a guild between two arrivals, most often nothing.
    async fn live(&mut self) -> Result<(), ServerError> {
        self.wait_a_little();
        match self.rng.u8(..20) {
            0..4 => self.rise().await,
            4 | 5 if self.members.len() > 3 => self.lose_somebody().await,
            6 if self.members.len() > 4 => self.remove_somebody().await,
            7 | 8 if !self.members.is_empty() && self.admins.len() < 4 => self.promote().await,
            _ => Ok(()),
        }
    }

    async fn rise(&mut self) -> Result<(), ServerError> {
        self.level += 1;
        let path = format!("PATCH /api/v3/groups/{}/modify_attribute", self.id);
        let admin = self.admin();
        self.call(admin, &path, json!({ "key": "level", "value": self.level.to_string() })).await?;
        Ok(())
    }

    fn take_a_member(&mut self) -> Person {
        let which = self.rng.usize(..self.members.len());
        self.members.swap_remove(which)
    }

    async fn lose_somebody(&mut self) -> Result<(), ServerError> {
        let member = self.take_a_member();
        let path = format!("DELETE /api/v3/group_connections/leave/{}", self.id);
        self.call(member, &path, Value::Null).await?;
        Ok(())
    }

    async fn remove_somebody(&mut self) -> Result<(), ServerError> {
        let (admin, member) = (self.admin(), self.take_a_member());
        let path = format!("PUT /api/v3/group_connections/remove_member/{}", member.id);
        self.call(admin, &path, json!({ "group_id": self.id })).await?;
        Ok(())
    }

    async fn promote(&mut self) -> Result<(), ServerError> {
        let (admin, member) = (self.admin(), self.take_a_member());
        let path = format!("PUT /api/v3/group_connections/make_admin/{}", member.id);
        self.call(admin, &path, json!({ "group_id": self.id })).await?;
        self.admins.push(member);
        Ok(())
    }

    /// Some have asked in the last days or were invited, and wait for an answer.
    async fn keep_waiting(
        &mut self,
        strangers: &[Person],
        now: Timestamp,
    ) -> Result<(), ServerError> {
        self.time = now - WAITING / 2;
        for stranger in strangers {
            self.pass(WAITING.as_secs() / 20, now - QUIET);
            let asks = if self.is_open || self.rng.bool() { self.admin() } else { *stranger };
            let body = json!({ "group_id": self.id, "user_id": stranger.id });
            self.call(asks, "POST /api/v3/group_connections", body).await?;
        }
        Ok(())
    }
}
