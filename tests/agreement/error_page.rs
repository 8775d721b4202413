//! docs/errors.md: every error, in both dialects, and what to do about it.

use std::collections::BTreeMap;
use std::fmt::Write;

use functions::dialect::Dialect;
use functions::gamefuse;
use functions::playfab::error::PlayFabError;
use functions::record::Failure;
use functions::routes::DESCRIBED;
use functions::schema::Generators;
use local::openapi::{Face, errors_of, remedy};
use shared::{Error, Refusal};
use strum::IntoEnumIterator;
use tests::assert_written;

const INTRODUCTION: &str = "\
# Errors

Every error has one name, the same in both dialects, in the log and in every release.
In GameFuse's dialect the name is in the header `x-error-code`, and the body is the text.
PlayFab's dialect has names and numbers of its own, which are PlayFab's wherever it documents one; the text is in `errorMessage`, and what concerns single fields in `errorDetails`.
Where several errors apply, as a rule the first one in this list is told.

`cargo test --workspace --test agreement` fails when this page is not what the catalogue says; with `INSTA_UPDATE=always` it writes it.
";

/// Every error, in the order of precedence.
fn all() -> Vec<PlayFabError> {
    let refusals = Refusal::iter().map(|refusal| match refusal.name() {
        "InvalidParameter" => Refusal::invalid("limit", "must be a whole number"),
        "MalformedBody" => Refusal::MalformedBody("it is not JSON (line 1, column 2)".to_owned()),
        "TooManyGuesses" => Refusal::TooManyGuesses { seconds: 900 },
        _ => refusal,
    });
    let others = [Error::Busy, Error::OutcomeUnknown, Error::internal("")];
    let mut all: Vec<_> = refusals.map(PlayFabError::from).collect();
    all.extend([PlayFabError::InvitationAcceptedInstead, PlayFabError::ApplicationAcceptedInstead]);
    all.extend(others.map(PlayFabError::from));
    all
}

fn name(error: &PlayFabError) -> &'static str {
    Failure::from(error).name()
}

/// How the functions of a dialect answer an error, by status.
fn answered(dialect: Dialect, wanted: &str) -> Vec<(Face, Vec<&'static str>)> {
    let mut answered = BTreeMap::<u16, (Face, Vec<_>)>::new();
    for described in DESCRIBED.iter().filter(|it| Dialect::of(it.route.path) == dialect) {
        let description = (described.describe)(&mut Generators::default());
        for error in errors_of(described.route).into_iter().filter(|error| name(error) == wanted) {
            let face = Face::new(dialect, error, description.status);
            let (_, functions) = answered.entry(face.status).or_insert((face, Vec::new()));
            if !functions.contains(&described.route.function) {
                functions.push(described.route.function);
            }
        }
    }
    answered.into_values().collect()
}

/// The functions of that many, or how few do not.
fn listed(functions: &[&str], all: usize) -> String {
    match functions.len() {
        count if count == all => "every function".to_owned(),
        count if 2 * count > all => format!("{count} of {all} functions"),
        _ => functions.join(", "),
    }
}

/// The error as that dialect answers it, and by which functions.
fn line(dialect: Dialect, face: &Face, functions: &[&str]) -> String {
    let mut line = format!("- {dialect:?}: {}", face.status);
    if let (Some(name), number) = (face.body["error"].as_str(), &face.body["errorCode"]) {
        write!(line, " `{name}` {number}").unwrap();
    }
    if !functions.is_empty() {
        let all = DESCRIBED.iter().filter(|it| Dialect::of(it.route.path) == dialect).count();
        write!(line, ", by {}", listed(functions, all)).unwrap();
    }
    line
}

fn section(page: &mut String, error: &PlayFabError) {
    let name = name(error);
    let face = |dialect, status| {
        let error = all().into_iter().find(|error| Failure::from(error).name() == name).unwrap();
        Face::new(dialect, error, status)
    };
    let usual = gamefuse::error::status;
    writeln!(page, "\n## {name}\n\n> {}\n", face(Dialect::GameFuse, usual).text()).unwrap();
    writeln!(page, "{}\n", remedy(error)).unwrap();
    let dialects = [Dialect::GameFuse, Dialect::PlayFab];
    let mut lines = Vec::new();
    for dialect in dialects {
        for (face, functions) in answered(dialect, name) {
            lines.push(line(dialect, &face, &functions));
        }
    }
    // Where no route is found, no function answers.
    if lines.is_empty() {
        lines.extend(dialects.map(|dialect| line(dialect, &face(dialect, usual), &[])));
    }
    writeln!(page, "{}", lines.join("\n")).unwrap();
}

#[test]
fn the_page_of_errors_says_what_the_catalogue_does() {
    let mut page = INTRODUCTION.to_owned();
    for error in all() {
        section(&mut page, &error);
    }
    assert_written("docs/errors.md", &page);
}
