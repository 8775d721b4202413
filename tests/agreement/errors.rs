//! The catalogue of refusals, with its face.

use std::fmt::Write;

use functions::gamefuse::error;
use shared::Refusal;
use strum::IntoEnumIterator;

#[test]
fn every_refusal_has_a_name_a_status_and_a_text() {
    let mut page = String::new();
    for refusal in Refusal::iter() {
        let status = error::status(&refusal).as_u16();
        let line = format!("{status} {:22} {refusal}", refusal.name());
        writeln!(page, "{}", line.trim_end()).unwrap();
    }
    insta::assert_snapshot!(page);
}
