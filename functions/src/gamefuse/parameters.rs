//! Parameters, from wherever they come: path, query and body (JSON, form or multipart) are merged into one set.

use std::num::NonZeroU32;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shared::{Refusal, Unread};

use crate::form::{self, BadForm};
use crate::http::Route;
use crate::lenient::{self, Habits};
use crate::terms::DRY_RUN_PARAMETER;
use crate::{body, header as one_header};

/// What GameFuse's published clients send besides parameters, and what they send back of answers that they have read.
const HABITS: Habits = Habits {
    ignores_case: false,
    ignored_fields: &[
        "admins",
        "can_edit",
        "client_from_library",
        "created_at",
        "creator_id",
        "id",
        "include_members",
        "invites",
        "join_requests",
        "member_count",
        "members",
        "public_attributes",
        "seed_store",
        "updated_at",
        "with_full_data",
    ],
};

/// The request that a call's parameters make. Where a name is given twice, the path wins over the body, the body over the
/// query.
///
/// Fields nested under `resource`, as in `{"group": {...}}`, count as if they stood beside it. What is `read_only` is ignored.
///
/// # Errors
/// [`Refusal::UnsupportedMediaType`], [`Refusal::MalformedBody`], and [`Refusal::InvalidParameter`] for the first that is
/// missing, unknown, of the wrong type or out of range.
pub async fn read<T: DeserializeOwned>(
    route: &Route,
    path: Vec<(String, String)>,
    head: &Parts,
    body: &Bytes,
    resource: &str,
    read_only: &[&str],
) -> Result<T, Refusal> {
    let query = head.uri.query().unwrap_or_default();
    let mut fields = form::urlencoded(query.as_bytes()).map_err(of_query)?;
    if route.is_write() {
        fields.remove(DRY_RUN_PARAMETER);
    }
    fields.extend(of_body(&head.headers, body).await?);
    unnest(&mut fields, resource)?;
    fields.retain(|name, _| !read_only.contains(&name.as_str()));
    fields.extend(path.into_iter().map(|(name, text)| (name, Value::String(text))));
    lenient::read(fields, &HABITS)
}

async fn of_body(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    // Clients name a type even where they send nothing.
    if body.is_empty() {
        return Ok(Map::new());
    }
    let content_type = one_header::value(headers, header::CONTENT_TYPE);
    let content_type = content_type.map_err(|_| Refusal::UnsupportedMediaType(Unread::Type))?;
    let Some(content_type) = content_type else { return body::json(body) };
    match one_header::essence(content_type).as_str() {
        "application/json" => body::json(body),
        "application/x-www-form-urlencoded" if looks_like_json(body) => {
            let problem = "it looks like JSON: send Content-Type: application/json";
            Err(Refusal::MalformedBody(problem.to_owned()))
        }
        "application/x-www-form-urlencoded" => form::urlencoded(body).map_err(of_form),
        "multipart/form-data" => form::multipart(content_type, body).await.map_err(of_form),
        _ => Err(Refusal::UnsupportedMediaType(Unread::Type)),
    }
}

/// What is wrong with a query. Which parameter that is about stays untold, since nobody knows its name.
fn of_query(problem: BadForm) -> Refusal {
    Refusal::invalid(
        "The query",
        match problem {
            BadForm::Malformed => "is malformed",
            BadForm::NotText => "must be text in UTF-8",
            BadForm::Contradiction => "has a parameter twice, with different values: send it once",
        },
    )
}

/// The same of a body.
fn of_form(problem: BadForm) -> Refusal {
    let problem = match problem {
        BadForm::Malformed => "it is not a multipart form",
        BadForm::NotText => "it is not text in UTF-8",
        BadForm::Contradiction => "it has a field twice, with different values: send it once",
    };
    Refusal::MalformedBody(problem.to_owned())
}

/// Several HTTP libraries say that everything is a form. Read as one, a whole body would be the name of a parameter.
fn looks_like_json(body: &Bytes) -> bool {
    matches!(body.trim_ascii_start(), [b'{' | b'[', ..])
}

/// A number from 1 to `most`, of a field that takes zero. Elsewhere zero is "not set": where that is "without end", somebody who
/// sends what is left would get the opposite once nothing is.
pub fn from_one_to(
    most: u32,
    number: Option<i64>,
    field: &str,
) -> Result<Option<NonZeroU32>, Refusal> {
    let fitting = |number| {
        let number = u32::try_from(number).ok().filter(|number| *number <= most);
        let problem =
            || Refusal::invalid(field, format!("must be a whole number from 1 to {most}"));
        number.and_then(NonZeroU32::new).ok_or_else(problem)
    };
    number.map(fitting).transpose()
}

fn unnest(fields: &mut Map<String, Value>, resource: &str) -> Result<(), Refusal> {
    match fields.remove(resource) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(nested)) => {
            fields.extend(nested);
            Ok(())
        }
        Some(Value::Array(items)) if items.is_empty() => Ok(()),
        Some(Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            Err(Refusal::invalid(resource, "must be an object"))
        }
    }
}
