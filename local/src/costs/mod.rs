//! What calls cost: the arithmetic of docs/costs.md and of the inspector.

pub mod prices;
pub mod units;
