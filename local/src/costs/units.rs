//! What a call to DynamoDB consumes, in request units.

use std::ops::AddAssign;

use serde::Serialize;

/// Request units of a table on demand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
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
    /// What a call of `operation` consumes whose answer says `consumed`, or says nothing; a transaction has `steps`. Nothing
    /// where nobody has said it of that operation.
    ///
    /// The embedded engine follows DynamoDB's rules:
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>.
    pub fn of(operation: &str, steps: usize, consumed: Option<f64>) -> Option<Self> {
        let total = consumed.unwrap_or(0.0);
        Some(match operation {
            "GetItem" | "BatchGetItem" | "Query" | "Scan" => Self { read: total, write: 0.0 },
            // Where a row lies already, the answer says nothing: AWS charges by its size, and these are no larger than 1 KB.
            "PutItem" => Self { read: 0.0, write: consumed.unwrap_or(1.0) },
            "BatchWriteItem" | "UpdateItem" => Self { read: 0.0, write: total },
            "TransactWriteItems" => {
                Self { read: 0.0, write: consumed.unwrap_or_else(|| of_steps(steps)) }
            }
            _ => return None,
        })
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
pub fn of_steps(steps: usize) -> f64 {
    2.0 * steps as f64
}
