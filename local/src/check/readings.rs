//! Readings: what DynamoDB may answer to a read, besides all that there is at one moment.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::world::TABLE;

/// Divides the keys of a BatchGetItem or the requests of a BatchWriteItem in two, each with something in it; nothing where
/// there is only one.
pub fn divide(body: &Value, rng: &mut Rng) -> Option<(Value, Value)> {
    let request = &body["RequestItems"][TABLE];
    let is_read = !request.is_array();
    let keys = if is_read { &request["Keys"] } else { request }.as_array()?;
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for key in keys {
        if rng.bool() { one.push(key.clone()) } else { other.push(key.clone()) }
    }
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let with = |keys: Vec<Value>| {
        let mut body = body.clone();
        match is_read {
            true => body["RequestItems"][TABLE]["Keys"] = keys.into(),
            false => body["RequestItems"][TABLE] = keys.into(),
        }
        body
    };
    Some((with(one), with(other)))
}

/// The answer to one part of a batch, with the other part left over.
pub fn in_part(answer: &str, left: &Value) -> Option<String> {
    let mut answer: Value = serde_json::from_str(answer).ok()?;
    let name =
        if left["RequestItems"][TABLE].is_array() { "UnprocessedItems" } else { "UnprocessedKeys" };
    answer[name] = left["RequestItems"].clone();
    Some(answer.to_string())
}

/// The answers to both parts of a batch together.
pub fn together(first: &str, second: &str) -> Option<String> {
    let mut first: Value = serde_json::from_str(first).ok()?;
    let second: Value = serde_json::from_str(second).ok()?;
    let items = first["Responses"][TABLE].as_array_mut()?;
    items.extend(second["Responses"][TABLE].as_array().into_iter().flatten().cloned());
    Some(first.to_string())
}

/// The same query, which tells the items' keys, too.
pub fn with_keys(body: &Value) -> Value {
    let mut body = body.clone();
    let projection = body["ProjectionExpression"].as_str().unwrap_or_default();
    let names: Vec<_> = projection.split(',').collect();
    let missing = ["pk", "sk"].into_iter().filter(|name| !names.contains(name));
    body["ProjectionExpression"] =
        names.iter().copied().chain(missing).collect::<Vec<_>>().join(",").into();
    body
}

/// Of two readings of a query, each item as one of them has it.
pub fn torn(body: &Value, first: &str, second: &str, rng: &mut Rng) -> Option<String> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (first, mut second) = (read(first)?, read(second)?);
    if [&first, &second].iter().any(|reading| !reading["LastEvaluatedKey"].is_null()) {
        return None;
    }
    let sort = |item: &Value| item["sk"]["S"].as_str().unwrap_or_default().to_owned();
    let mut items = Map::new();
    let all = |reading: &Value| reading["Items"].as_array().cloned().unwrap_or_default();
    let readings = [all(&first), all(&second)];
    let mut sorts: Vec<_> = readings.iter().flatten().map(sort).collect();
    sorts.sort_unstable();
    sorts.dedup();
    for place in sorts {
        let reading = &readings[rng.usize(..2)];
        if let Some(item) = reading.iter().find(|item| sort(item) == place) {
            items.insert(place, item.clone());
        }
    }
    let wanted = body["ProjectionExpression"].as_str().unwrap_or_default();
    let hidden: Vec<_> =
        ["pk", "sk"].into_iter().filter(|name| !wanted.split(',').any(|it| it == *name)).collect();
    let items = items.into_iter().map(|(_, mut item)| {
        if let Some(item) = item.as_object_mut() {
            item.retain(|name, _| !hidden.contains(&name.as_str()));
        }
        item
    });
    let items: Vec<Value> = items.collect();
    second["Count"] = json!(items.len());
    second["ScannedCount"] = json!(items.len());
    second["Items"] = items.into();
    Some(second.to_string())
}
