//! docs/api.md: it lists every call with its function and whom it is for, and every limit with its number.

use std::collections::BTreeMap;

use functions::routes::{ALL, UNROUTED};
use shared::domain::permissions::{Requirement, requirement};
use shared::domain::{attribute, code, role};
use shared::limits::Limits;

use crate::file;

/// The cells of the rows that `page` has below `heading`, up to the next heading.
fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let section =
        page.split(&format!("\n{heading}\n")).nth(1).unwrap().split("\n#").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.split('|').map(str::trim).skip(1).collect()).collect()
}

/// The page's words for it.
fn words(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Operator => "operator",
        Requirement::Anyone => "anyone",
        Requirement::User => "player",
        Requirement::Member => "member",
        Requirement::MemberUnlessAdminsOnly => "member unless admins only",
        Requirement::Editor => "editor",
        Requirement::CreatorOrAdmin => "creator or admin",
        Requirement::Admin => "admin",
        Requirement::Applicant => "applicant",
        Requirement::Invitee => "invitee",
        Requirement::Title => "title",
    }
}

#[test]
fn every_call_is_listed_with_its_function_and_whom_it_is_for() {
    let page = file("docs/api.md");
    let rows = [rows(&page, "### GameFuse's dialect"), rows(&page, "### PlayFab's dialect")];
    let listed: BTreeMap<_, _> =
        rows.iter().flatten().map(|row| (row[0].to_owned(), (row[1], row[2].to_owned()))).collect();
    let expected = ALL.iter().map(|route| {
        let places = route.places().map(|(method, path)| format!("`{method} {path}`"));
        let mut who: Vec<_> = Vec::new();
        for word in route.actions.iter().map(|action| words(requirement(*action))) {
            if !who.contains(&word) {
                who.push(word);
            }
        }
        (places.collect::<Vec<_>>().join(", "), (route.function, who.join(", ")))
    });
    assert_eq!(listed, expected.collect());
    assert_eq!(rows.iter().map(Vec::len).sum::<usize>(), ALL.len(), "a call is listed twice");
    for function in UNROUTED {
        assert!(page.contains(&format!("`{}`", function.name)), "{}", function.name);
    }
}

#[test]
fn every_limit_has_its_number() {
    let limits = Limits::default();
    let days = |lifetime: jiff::SignedDuration| lifetime.as_hours() / 24;
    let expected = [
        ("members of a group", i64::from(limits.group_size)),
        ("applications and invitations that are pending in a group", limits.pending.into()),
        ("life of an application", days(limits.application_lifetime)),
        ("life of an invitation", days(limits.invitation_lifetime)),
        ("users whom a group blocks", limits.blocks.into()),
        ("invite codes of a group", limits.codes.into()),
        ("uses of a code", code::MAX_USES.into()),
        ("life of a code", i64::from(code::MAX_SECONDS) / (24 * 60 * 60)),
        ("roles of a group", i64::try_from(role::MAX_PER_GROUP).unwrap()),
        ("attributes of a group", attribute::MAX_PER_GROUP.into()),
        ("of them public", attribute::MAX_PUBLIC.into()),
        ("attributes in a request", i64::try_from(attribute::MAX_PER_REQUEST).unwrap()),
        ("webhooks of a game", limits.webhooks.into()),
        (
            "groups, applications and invitations of a user that are shown",
            limits.groups_of_user.into(),
        ),
        ("groups on a page", shared::operations::groups::list::MAX_LIMIT.into()),
        ("life of a token", Limits::TOKEN_LIFETIME.as_hours()),
        ("body of a request", i64::try_from(Limits::BODY / 1024).unwrap()),
    ];
    let page = file("docs/api.md");
    let number = |cell: &str| cell.replace(',', "").parse::<i64>().unwrap();
    let listed: Vec<_> =
        rows(&page, "## Limits").iter().map(|row| (row[0].to_owned(), number(row[1]))).collect();
    assert_eq!(listed, expected.map(|(what, most)| (what.to_owned(), most)));
    let most = rows(&page, "## Limits")[0][3].to_owned();
    assert!(most.replace(',', "").contains(&format!("up to {}", Limits::GROUP_SIZE)), "{most}");
}

#[test]
fn what_the_guide_verifies_by_is_what_the_examples_run() {
    let page = file("docs/webhooks.md");
    for (language, example) in [("js", "examples/webhooks.mjs"), ("python", "examples/webhooks.py")]
    {
        let snippet = page.split(&format!("```{language}\n")).nth(1).unwrap();
        let snippet = snippet.split("```").next().unwrap().trim_end();
        let example = file(example);
        let (imports, rest) = snippet.split_once("\n\n").unwrap();
        for import in imports.lines() {
            assert!(example.contains(import), "{language}: {import}");
        }
        assert!(example.contains(rest.trim_start()), "{language}: {rest}");
    }
}
