//! Delete a group: it exists for nobody then. Its rows are swept later.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::GroupId;
use crate::domain::rules::groups::{self, NameClaim};
use crate::domain::scene::Scene;
use crate::error::Error;
use crate::operations::scene::{Reads, decide};

/// Deletes a group, whose name most likely is claimed as that says.
pub async fn delete_group<'a>(
    call: &Call<'a>,
    group: GroupId,
    claim: NameClaim,
) -> Result<Decision<'a, ()>, Error> {
    // A name that is claimed has to be read to be given back.
    let assumed = (!claim.is_made(&call.app.limits))
        .then(|| Scene::assumed(group).and_admin(call.caller.actor()));
    decide(call, assumed, Reads::of(call, group), groups::delete).await
}
