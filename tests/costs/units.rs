//! What a call to DynamoDB consumes, in request units.

use std::ops::AddAssign;

use serde_json::Value;
use tests::Call;

/// Request units of a table on demand.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Units {
    /// To read: one for each 4 KB, half of that from an index, which may lag.
    pub read: f64,
    /// To write: one for each KB, two in a transaction; and one for each KB that changes in an index.
    pub write: f64,
}

impl AddAssign for Units {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.write += other.write;
    }
}

impl Units {
    /// What the answer to `call` says.
    ///
    /// The embedded engine follows DynamoDB's rules:
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>.
    pub fn of(call: &Call) -> Self {
        let consumed = call.consumed();
        let sum = |units: fn(&Value) -> &Value| {
            consumed.iter().map(|table| units(table).as_f64().unwrap()).sum::<f64>()
        };
        let total = sum(|table| &table["CapacityUnits"]);
        match call.operation.as_str() {
            "GetItem" | "BatchGetItem" | "Query" => Self { read: total, write: 0.0 },
            // Where a row lies already, the answer says nothing: AWS charges by its size, and these are no larger than 1 KB.
            "PutItem" if consumed.is_empty() => Self { read: 0.0, write: 1.0 },
            "BatchWriteItem" | "PutItem" | "UpdateItem" => Self { read: 0.0, write: total },
            "TransactWriteItems" => {
                let steps = steps_of(call);
                if consumed.is_empty() {
                    return Self { read: 0.0, write: steps };
                }
                let on_table = sum(|table| &table["Table"]["CapacityUnits"]);
                assert_eq!(on_table, steps, "an item is larger than 1 KB: {}", call.body);
                Self { read: 0.0, write: total }
            }
            operation => panic!("nobody has said what {operation} consumes"),
        }
    }
}

/// What the steps of a transaction consume on the table, where no item is larger than 1 KB, which committed ones prove.
///
/// It also stands for a transaction that is cancelled, whose answer says nothing. AWS says that a single write whose
/// condition fails is charged by the size of the item that lies there, for one unit at least:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html>; and that a transaction
/// writes each item twice, to prepare and to commit:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html>.
/// It does not say that a cancelled one is charged for less, so the dearer reading is taken.
fn steps_of(call: &Call) -> f64 {
    2.0 * call.request()["TransactItems"].as_array().unwrap().len() as f64
}
