//! Applications and invitations, and the answers to them. GameFuse calls both connections once they have an id.

pub mod answer;
pub mod apply;
pub mod auto_join;
pub mod invite;
pub mod list;
