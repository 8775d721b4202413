//! docs/proof.md: the invariants and the faults that the simulation has.

use local::check::faults::Fault;
use local::check::invariants::Invariant;

use crate::file;

#[test]
fn the_page_lists_the_invariants_as_the_simulation_states_them() {
    let page = file("docs/proof.md");
    let listed: Vec<_> = page.lines().filter(|line| line.starts_with(char::is_numeric)).collect();
    let stated = Invariant::ALL.iter().map(|it| format!("{}. {}", it.number(), it.text()));
    assert_eq!(listed, stated.collect::<Vec<_>>());
}

#[test]
fn the_page_tells_every_fault_and_how_often_it_happens() {
    let page = file("docs/proof.md");
    for (fault, per_mille) in Fault::ALL {
        let cells = format!("| `{}` | {per_mille} |", fault.name());
        assert!(page.contains(&cells), "{cells}");
    }
}
