//! The catalogue of refusals, with its face.

use std::fmt::Write;

use functions::gamefuse::error;
use functions::playfab::error::{Face, face};
use shared::Refusal;
use strum::IntoEnumIterator;

#[test]
fn every_refusal_has_a_name_a_face_in_each_dialect_and_a_text() {
    let mut page = String::new();
    for refusal in Refusal::iter() {
        let status = error::status(&refusal).as_u16();
        let Face(name, number, playfab) = face(&refusal);
        let playfab = playfab.as_u16();
        // Either way it is counted as such, also where PlayFab's face is another.
        assert_eq!(refusal.is_unauthenticated(), status == 401, "{}", refusal.name());
        assert!(refusal.is_unauthenticated() || playfab != 401, "{}", refusal.name());
        let line =
            format!("{:20} {status} | {playfab} {number} {name:28} | {refusal}", refusal.name());
        writeln!(page, "{}", line.trim_end()).unwrap();
    }
    insta::assert_snapshot!(page);
}
