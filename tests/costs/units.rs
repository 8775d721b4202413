//! What a call to DynamoDB was seen to consume.

use local::costs::units::{Units, of_steps};
use serde_json::Value;
use tests::Call;

/// What the answer to `call` says.
pub fn of(call: &Call) -> Units {
    let consumed = call.consumed();
    let sum = |units: fn(&Value) -> &Value| {
        consumed.iter().map(|table| units(table).as_f64().unwrap()).sum::<f64>()
    };
    let steps = call.request()["TransactItems"].as_array().map_or(0, Vec::len);
    if steps > 0 && !consumed.is_empty() {
        let on_table = sum(|table| &table["Table"]["CapacityUnits"]);
        assert_eq!(on_table, of_steps(steps), "an item is larger than 1 KB: {}", call.body);
    }
    let said = (!consumed.is_empty()).then(|| sum(|table| &table["CapacityUnits"]));
    Units::of(&call.operation, steps, said)
        .unwrap_or_else(|| panic!("nobody has said what {} consumes", call.operation))
}
