//! The page: docs/costs.md, printed from what was measured.

use std::collections::BTreeMap;
use std::fmt::Write;

use functions::routes::ALL;
use local::costs::prices::{self, MILLISECONDS, MILLISECONDS_WITH_PASSWORD, Prices, WITH_PASSWORD};

use crate::till::Row;

const INTRODUCTION: &str = "\
# What a call costs

Each row is a call as it was measured on the embedded engine: the calls to DynamoDB that it is made of, how many of them \
are one after another, the request units that they consume to read and to write, and dollars for a million such calls.
Refusals that cost the same share a row.
Groups, members and users in these cases are small: no item is larger than 1 KB, and a list says how long it is.

A call that is refused before it reaches DynamoDB, because of its token, its body or its parameters, costs nothing there.
A service's key is looked up with the user that it calls for, which adds a round trip and two units to read to any call.
A transaction that is cancelled is counted as if it had been committed, since AWS does not say that it costs less.
What is not in here: cold starts, the log, data sent to the internet, storage, backups, the stream, and encryption keys.

`cargo test --workspace --test costs` fails when this page is not what it measures; with `INSTA_UPDATE=always` it writes it.
";

/// The whole page.
pub fn page(rows: &[Row]) -> String {
    let mut page = INTRODUCTION.to_owned();
    prices(&mut page).unwrap();
    fixed(&mut page).unwrap();
    let mut rest: Vec<&Row> = rows.iter().collect();
    for (title, prefix) in [("GameFuse", "/api/"), ("PlayFab", "/")] {
        let functions = ALL.iter().filter(|route| route.path.starts_with(prefix));
        let functions: Vec<_> = functions.map(|route| route.function).collect();
        let (these, others) = rest.into_iter().partition(|r| functions.contains(&&*r.function));
        rest = others;
        table(&mut page, title, these).unwrap();
    }
    table(&mut page, "Without a route", rest).unwrap();
    page
}

fn prices(page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## Prices\n\n{}\n", prices::AS_OF)?;
    writeln!(page, "| of | $ | source |\n| --- | ---: | --- |")?;
    for price in prices::ALL {
        writeln!(page, "| {} | {} | <{}> |", price.of, price.dollars, price.source)?;
    }
    Ok(())
}

/// What does not depend on what a call does.
fn fixed(page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## API Gateway and Lambda\n")?;
    writeln!(
        page,
        "A warm call is taken to be billed for {MILLISECONDS} ms, one that hashes a password ({}) for \
         {MILLISECONDS_WITH_PASSWORD} ms.\nFor a million calls that is, by template.yaml:\n",
        WITH_PASSWORD.join(", "),
    )?;
    writeln!(page, "| functions | memory | $ |\n| --- | ---: | ---: |")?;
    let mut alike = BTreeMap::<(u64, String), Vec<String>>::new();
    for (function, memory) in prices::memory().unwrap() {
        let dollars = format!("{:.3}", of_calls(&function));
        alike.entry((memory, dollars)).or_default().push(function);
    }
    let most = alike.values().map(Vec::len).max();
    for ((memory, dollars), functions) in alike {
        let is_rule = Some(functions.len()) == most;
        let functions = if is_rule { "all others".to_owned() } else { functions.join(", ") };
        writeln!(page, "| {functions} | {memory} MB | {dollars} |")?;
    }
    Ok(())
}

fn of_calls(function: &str) -> f64 {
    Prices::read().unwrap().of_call(function)
}

/// The rows of some functions; refusals of one function that cost the same are one row.
fn table(page: &mut String, title: &str, rows: Vec<&Row>) -> std::fmt::Result {
    writeln!(page, "\n## {title}\n")?;
    writeln!(
        page,
        "| function | case | round trips | calls | read | write | DynamoDB, $ | all, $ |"
    )?;
    writeln!(page, "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: |")?;
    for row in merged(rows) {
        let Row { function, case, round_trips, calls, units, .. } = &row;
        let stored = prices::of_units(*units);
        let all = of_calls(function) + stored;
        let case = match (case.as_str(), row.when) {
            ("", _) => "succeeds".to_owned(),
            (case, "") => case.to_owned(),
            (case, when) => format!("{case}, {when}"),
        };
        writeln!(
            page,
            "| {function} | {case} | {round_trips} | {calls} | {} | {} | {stored:.2} | {all:.2} |",
            units.read, units.write,
        )?;
    }
    Ok(())
}

/// Function by function, successes first.
pub fn merged(mut rows: Vec<&Row>) -> Vec<Row> {
    rows.sort_by_key(|row| (row.function.clone(), row.is_refused));
    let mut merged = Vec::<Row>::new();
    for row in rows {
        let same = |other: &&mut Row| Row { case: row.case.clone(), ..(*other).clone() } == *row;
        match merged.iter_mut().filter(|_| row.is_refused).find(same) {
            None => merged.push(row.clone()),
            Some(other) if other.case.split(", ").any(|case| case == row.case) => {}
            Some(other) => other.case = format!("{}, {}", other.case, row.case),
        }
    }
    merged
}
