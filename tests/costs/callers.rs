//! Callers: what the page says of all endpoints at once.

use functions::dialect::{Dialect, is_for_server};
use functions::routes::ALL;
use local::costs::units::Units;

use crate::till::Till;

/// The path of a route, with an id wherever there is one.
fn path(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Who brings neither a token nor parameters costs nothing.
pub async fn strangers(till: &Till) {
    let nobody = till.world.nobody();
    for route in ALL {
        let (_, row) =
            till.measure(nobody.send(route.method.clone(), &path(route.path), None)).await;
        let refused_for_nothing = (true, 0, "", Units::default());
        assert_eq!((row.is_refused, row.round_trips, &*row.calls, row.units), refused_for_nothing);
    }
}

/// A service's key is looked up, wherever one can be given, for a round trip and two units to read.
pub async fn services(till: &Till) {
    let mut service = till.world.service_for(&till.world.user("ada").await);
    for (_, value) in
        service.credentials.iter_mut().filter(|(name, _)| *name == "service-key-token")
    {
        value.push('x');
    }
    for route in ALL.iter().filter(|route| Dialect::of(route.path) == Dialect::GameFuse) {
        let (_, row) =
            till.measure(service.send(route.method.clone(), &path(route.path), None)).await;
        // Where anybody may call, no key is looked at.
        if row.case != "InvalidParameter" {
            // Where no user is asked for, it is looked up alone.
            let (calls, read) =
                if is_for_server(route) { ("GetItem", 1.0) } else { ("BatchGetItem", 2.0) };
            let expected = ("ServiceKeyInvalid", 1, calls, Units { read, write: 0.0 });
            assert_eq!((&*row.case, row.round_trips, &*row.calls, row.units), expected);
        }
    }
}
