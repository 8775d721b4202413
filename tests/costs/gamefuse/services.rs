//! Services: a game's server, whose key is looked up with the user that it calls for.

use functions::dialect::Dialect;
use functions::routes::ALL;

use crate::till::Till;

/// A key that is not the game's, everywhere where one can be given.
pub async fn play(till: &Till) {
    let ada = till.world.user("ada").await;
    let mut service = till.world.service_for(&ada);
    service.credentials[1].1.push('x');
    for route in ALL.iter().filter(|route| Dialect::of(route.path) == Dialect::GameFuse) {
        let path = route.path.replace("{id}", "1").replace("{group_id}", "1").replace("{user_id}", "1");
        let (_, row) = till.measure(service.send(route.method.clone(), &path, None)).await;
        // Where anybody may call, the headers are not looked at.
        if row.case != "InvalidParameter" {
            till.refused("ServiceKeyInvalid", service.send(route.method.clone(), &path, None)).await;
        }
    }
}
