//! One operation: what it does, who may, what it takes and what it answers.

use functions::dialect::{Dialect, is_for_server};
use functions::http::Route;
use functions::schema::Described;
use serde_json::{Value, json};
use shared::domain::permissions::{Requirement, requirement};

use super::examples::Example;
use super::headers::security;
use super::parameters::{body, parameters};
use super::refusals::is_for_anyone;
use super::responses::Responses;
use super::schemas::Schemas;

/// The operation of a route.
pub fn operation(
    described: &Described,
    schemas: &mut Schemas<'_>,
    responses: &mut Responses,
) -> Value {
    let route = described.route;
    let example = Example::of(described);
    let description = schemas.describe(described);
    let (summary, text) = words(&description.text);
    let mut operation = json!({
        "operationId": route.function,
        "tags": [tag(route.path)],
        "summary": summary,
        "description": format!("{text}\n\n{}", permissions(route)),
        "security": security(route),
        "parameters": parameters(route, &description.request, &example),
    });
    if let Some(body) = body(route, &description.request) {
        let required = body["required"].as_array().is_some_and(|required| !required.is_empty());
        let is_required = required || body["minProperties"].is_number();
        operation["requestBody"] = json!({
            "required": is_required,
            "content": { "application/json": {
                "schema": schemas.keep(&description.request_name, body),
                "example": example.body,
            } },
        });
    }
    operation["responses"] = responses.of(route, &description, example);
    operation
}

/// What kind of operations a path belongs to, by dialect.
pub fn tag(path: &str) -> String {
    let dialect = Dialect::of(path);
    let mut parts = path.split('/').skip(1);
    let noun = match dialect {
        Dialect::GameFuse => parts.nth(2),
        Dialect::PlayFab => parts.next(),
    };
    format!("{dialect:?}: {}", noun.unwrap_or_default())
}

/// What operations of a tag are about.
pub fn tag_description(tag: &str) -> &'static str {
    match tag {
        "GameFuse: groups" => "Groups, with their attributes, blocks and history",
        "GameFuse: group_connections" => {
            "What connects users to groups: joining, inviting, answering, leaving, removing"
        }
        "GameFuse: users" => "Users of a game",
        "GameFuse: sessions" => "Signing in",
        "GameFuse: webhooks" => "Where the game's own server is told what happens",
        "GameFuse: games" => "What clients call to set themselves up",
        "PlayFab: Group" => "PlayFab's Groups API, whole",
        "PlayFab: Client" => "Logging in",
        "PlayFab: Authentication" => "Tokens",
        _ => "",
    }
}

/// The first sentence of an endpoint's documentation, without its full stop, and all of it; but for the place, with which it
/// begins in the source.
fn words(documentation: &str) -> (&str, &str) {
    let text = documentation.split_once("\n\n").map_or(documentation, |(_, text)| text);
    let end = [": ", ". ", ".\n", ":\n"].iter().filter_map(|end| text.find(end)).min();
    (text[..end.unwrap_or(text.len())].trim_end_matches('.'), text)
}

/// What can be done here, and who may, as the permission matrix has it.
fn permissions(route: &Route) -> String {
    let lines = route.actions.iter().map(|action| {
        let name: &str = action.into();
        format!("- `{name}`: {}", who(requirement(*action)))
    });
    let lines: Vec<_> = lines.collect();
    let game = if is_for_anyone(route) || is_for_server(route) {
        ""
    } else {
        "\n\nThe game itself may do all of it."
    };
    format!("Who may:\n\n{}{game}", lines.join("\n"))
}

fn who(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Operator => "who operates the deployment",
        Requirement::Anyone => "anyone who names a game and, where it is a secret, knows its token",
        Requirement::User => "any user of the game",
        Requirement::Member => "members of the group",
        Requirement::MemberUnlessAdminsOnly => {
            "members of the group, or only its admins where it says so"
        }
        Requirement::Editor => {
            "the attribute's creator, and others as far as creator and group allow"
        }
        Requirement::CreatorOrAdmin => {
            "the attribute's creator while a member, and the group's admins"
        }
        Requirement::Admin => "the group's admins",
        Requirement::Applicant => "the user who applied",
        Requirement::Invitee => "the user who is invited",
        Requirement::Title => "the game itself, by its secret key",
    }
}
