//! Invite codes: make, list, open, close and delete them, and become a member by one.

use futures_util::future::{join, try_join};
use jiff::{SignedDuration, Timestamp};

use crate::Call;
use crate::auth::codes::InviteCode;
use crate::auth::secrets::Secret;
use crate::decision::Decision;
use crate::domain::code::{Code, Note};
use crate::domain::ids::{CodeId, ConnectionId, GroupId, UserId};
use crate::domain::permissions::{Action, allows};
use crate::domain::role::RoleId;
use crate::domain::rules::codes;
use crate::domain::scene::{Context, Scene};
use crate::domain::time::end_of;
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::gate::{Gate, Limit};
use crate::operations::scene::{Reads, counted_from, decide_assumed, decide_on};
use crate::store::keys::{self, Key};
use crate::store::range::Range;
use crate::store::write::{PRESENT, Write};

/// Of one user at codes. Who types one wrong needs less, and nobody guesses 69 bits by as many.
const BY_USER: Limit = Limit { most: 20, window: 15 * 60 };

/// What is wanted of a new code.
#[derive(Debug, Clone, Default)]
pub struct NewCode {
    /// How many it may let in.
    pub max_uses: Option<u32>,
    /// For how long it is good.
    pub lifetime: Option<SignedDuration>,
    /// The role that it gives.
    pub role_id: Option<RoleId>,
    pub note: Option<Note>,
}

/// Creates a code, and tells it: nobody else ever is.
pub async fn create_code<'a>(
    call: &Call<'a>,
    group: GroupId,
    new: NewCode,
) -> Result<Decision<'a, (Code, InviteCode)>, Error> {
    let (code_id, invite) = match call.found.code.get() {
        Some(drawn) => *drawn,
        None => {
            let drawn = (call.app.entropy.id()?, InviteCode::new(group, call.app.entropy.bytes()?));
            *call.found.code.get_or_init(|| drawn)
        }
    };
    let actor = call.caller.actor();
    let code = Code {
        group_id: group,
        code_id,
        code_hash: invite.hash(),
        uses: 0,
        max_uses: new.max_uses,
        valid_until: new.lifetime.map(|lifetime| end_of(call.now, lifetime)),
        role_id: new.role_id,
        note: new.note,
        is_open: true,
        creator_id: actor.user().filter(|_| !actor.is_title()),
        created_at: call.now,
    };
    let rule = |scene: &Scene, context: &Context<'_>| codes::create(scene, context, &code);
    // Most groups have few codes, and who makes one most likely is an admin.
    let assumed = Scene::assumed(group).and_admin(actor).and_role(code.role_id.as_ref());
    if let Some(decision) = decide_assumed(call, &assumed, rule)? {
        return Ok(decision.map(move |()| (code, invite)));
    }
    let scene = Reads::of(call, group).code(call, &code.code_hash).read(call).await?;
    if scene.codes.contains_key(&code.code_hash) {
        // An attempt that was never answered has made it since.
        let is_there = Write::check(Key::code(call.game(), group, &code.code_hash)).when(PRESENT);
        return Ok(Decision::writing((code, invite), vec![is_there]));
    }
    let decision = match decide_on(call, scene.clone(), rule).await {
        Err(Error::Refused(Refusal::TooManyCodes)) => {
            // Some of those that are counted may have gone by themselves.
            let codes = known_at(call, group, counted_from(call)?).await?;
            let count = u32::try_from(codes.len()).map_err(Error::internal)?;
            decide_on(call, Scene { counted_codes: Some(count), ..scene }, rule).await?
        }
        decided => decided?,
    };
    Ok(decision.map(move |()| (code, invite)))
}

/// Lists a group's codes, the oldest first.
pub async fn list_codes(call: &Call<'_>, group: GroupId) -> Result<Vec<Code>, Error> {
    let (scene, mut codes) = try_join(Reads::of(call, group).read(call), all(call, group)).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListCodes, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    codes.sort_by_key(|code| (code.created_at, code.code_id));
    Ok(codes)
}

/// Opens or closes a code.
pub async fn update_code<'a>(
    call: &Call<'a>,
    group: GroupId,
    id: CodeId,
    is_open: bool,
) -> Result<Decision<'a, Code>, Error> {
    let scene = with_codes(call, group).await?;
    decide_on(call, scene, |scene, context| codes::update(scene, context, id, is_open)).await
}

/// Deletes a code.
pub async fn delete_code<'a>(
    call: &Call<'a>,
    group: GroupId,
    id: CodeId,
) -> Result<Decision<'a, ()>, Error> {
    let scene = with_codes(call, group).await?;
    decide_on(call, scene, |scene, context| codes::delete(scene, context, id)).await
}

/// What came of a code.
#[derive(Debug)]
pub struct Redeemed {
    pub connection: ConnectionId,
    /// The group that the code is of.
    pub group: GroupId,
    /// Who is a member now.
    pub user: User,
}

/// Makes a user a member by the code that they have typed; where a group is named, by one of that group alone.
///
/// What was typed wrong and what never was a code, or is one no more, nobody can tell apart.
pub async fn redeem_code<'a>(
    call: &Call<'a>,
    user: UserId,
    typed: &Secret,
    of: Option<GroupId>,
) -> Result<Decision<'a, Redeemed>, Error> {
    let invite = InviteCode::read(typed).filter(|code| of.is_none_or(|of| of == code.group()));
    let invite = invite.ok_or(Refusal::CodeNotFound)?;
    let (group, hash) = (invite.group(), invite.hash());
    let id = call.app.entropy.id()?;
    let gate = (call.turn == 0)
        .then(|| {
            let key = |window| Key::guesses_at_codes(call.game(), user, window);
            Gate::new(BY_USER, call.now, key)
        })
        .transpose()?;
    let reads = Reads::of(call, group).members([user]).doors(call, [user]).users(call, [user]);
    let reads = reads.code(call, &hash).belongings(call, [user]);
    let (scene, counted) =
        join(reads.read(call), Gate::pass(gate.as_ref(), call.app, call.now)).await;
    counted??;
    let scene = match scene {
        // Whoever has a code is told nothing else about a group that is gone.
        Err(Error::Refused(Refusal::GroupNotFound)) => return Err(Refusal::CodeNotFound.into()),
        scene => scene?,
    };
    let user_row = scene.users.get(&user).cloned().ok_or(Refusal::UserNotFound)?;
    let decision =
        decide_on(call, scene, |scene, context| codes::redeem(scene, context, user, &hash, id));
    Ok(decision.await?.map(move |connection| Redeemed { connection, group, user: user_row }))
}

/// All codes of a group that are known still.
async fn all(call: &Call<'_>, group: GroupId) -> Result<Vec<Code>, Error> {
    known_at(call, group, call.now).await
}

/// All codes of a group that were known at that time; DynamoDB deletes the others when it gets to them.
async fn known_at(call: &Call<'_>, group: GroupId, time: Timestamp) -> Result<Vec<Code>, Error> {
    let partition = keys::group_partition(call.game(), group);
    let mut codes: Vec<Code> = call.app.store.query(Range::prefix(partition, keys::CODE)).await?;
    codes.retain(|code| code.is_known(time));
    Ok(codes)
}

/// A scene with all codes: they lie by their hashes, and admins name them by their ids.
async fn with_codes(call: &Call<'_>, group: GroupId) -> Result<Scene, Error> {
    let (mut scene, codes) = try_join(Reads::of(call, group).read(call), all(call, group)).await?;
    scene.codes = codes.into_iter().map(|code| (code.code_hash.clone(), code)).collect();
    Ok(scene)
}
