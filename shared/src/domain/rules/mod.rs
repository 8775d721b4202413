//! The rules, one function for each thing that can be done in a group: from what was read to a refusal, or to an answer and
//! the plan that makes it true. The order of the checks is the order of precedence of the refusals.

pub mod arrival;
pub mod attributes;
pub mod blocks;
pub mod codes;
pub mod erasure;
pub mod groups;
pub mod joining;
pub mod leaving;
pub mod pending;
pub mod profile;
pub mod repair;
pub mod roles;

#[cfg(test)]
mod tests;
