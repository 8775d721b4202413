//! The log's lines are CloudWatch's Embedded Metric Format, and what watches metrics watches those that are there.

use std::collections::BTreeSet;

use functions::metrics::{DIMENSION, Metric, NAMESPACE};
use functions::routes::RELAY_EVENTS;
use serde_json::{Value, json};
use serde_norway::Value as Yaml;
use shared::store::meter::REQUEST_BUDGET;
use tests::World;

use crate::file;

/// One request of each outcome, as functions of a stage log them.
async fn lines() -> Vec<Value> {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    ada.get("/api/v3/groups/1").await.refused(404, "GroupNotFound");
    world.with_token("forged").get("/api/v3/groups/1").await.refused(401, "TokenInvalid");
    // Whom an SDK has told that its errors are successes is counted, too.
    let mut guest = world.nobody();
    guest.credentials.push(("x-reporterrorassuccess", "true".to_owned()));
    assert_eq!(guest.post("/Group/GetGroup", json!({})).await.status, 200);
    let blocks = format!("/api/v3/groups/{group}/blocks");
    world.faults.refuse_late("Query", "ThrottlingException", REQUEST_BUDGET);
    ada.get(&blocks).await.refused(503, "Busy");
    world.faults.refuse_late(
        "TransactWriteItems",
        "TransactionInProgressException",
        REQUEST_BUDGET,
    );
    ada.leave(group).await.refused(503, "OutcomeUnknown");
    world.faults.refuse("Query", "AccessDeniedException");
    ada.get(&blocks).await.refused(500, "InternalError");
    world.log_of(Some("prod"))
}

fn metadata(line: &Value) -> &Value {
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert_eq!(directives.len(), 1);
    &directives[0]
}

#[tokio::test]
async fn a_line_of_a_stage_is_valid_embedded_metric_format() {
    for line in lines().await {
        // Milliseconds since 1970: every world begins on 2 January 2026.
        assert_eq!(line["_aws"]["Timestamp"], 1_767_323_045_678_i64);
        let directive = metadata(&line);
        assert_eq!(directive["Namespace"], NAMESPACE);
        assert_eq!(directive["Dimensions"], json!([[DIMENSION]]));
        assert_eq!(line[DIMENSION], "prod", "a dimension is a text at the top: {line}");
        let named = directive["Metrics"].as_array().unwrap();
        for metric in named {
            let known = Metric::ALL.iter().find(|known| known.name == metric["Name"]).unwrap();
            assert_eq!(*metric, json!({ "Name": known.name, "Unit": known.unit }));
            assert!(line[known.name].is_number(), "a metric is a number at the top: {line}");
        }
        // What happened is named, and what did not is not there.
        for metric in Metric::ALL {
            let is_named = named.iter().any(|named| named["Name"] == metric.name);
            assert_eq!(line.get(metric.name).is_some(), is_named, "{}: {line}", metric.name);
        }
    }
}

#[tokio::test]
async fn every_outcome_has_its_metric() {
    let lines = lines().await;
    let last = |back: usize| {
        let line = &lines[lines.len() - back];
        let named = metadata(line)["Metrics"].as_array().unwrap().clone();
        named.iter().map(|metric| metric["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(last(7), ["duration_ms", "round_trips"], "a success");
    assert_eq!(last(6), ["duration_ms", "round_trips", "refusals"]);
    assert_eq!(last(5), ["duration_ms", "round_trips", "unauthenticated"]);
    assert_eq!(last(4), ["duration_ms", "round_trips", "unauthenticated"]);
    assert_eq!(last(3), ["duration_ms", "round_trips", "busy"]);
    assert_eq!(last(2), ["duration_ms", "round_trips", "busy"], "nobody knows, which is no fault");
    assert_eq!(last(1), ["duration_ms", "round_trips", "faults"]);
}

#[tokio::test]
async fn of_what_an_event_sets_off_only_a_gap_in_a_history_is_a_metric() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let event = json!({ "type": "group.updated", "at": 1 });
    world.commit(group, &event).await;
    world.commit(group, &event).await;
    let records = json!({ "Records": [world.record(group).await] });
    let line = async || {
        let (result, record) =
            RELAY_EVENTS.invoke(&world.app, String::new(), records.clone()).await;
        result.unwrap();
        assert!(!record.line_of_event(None).contains("_aws"));
        serde_json::from_str::<Value>(&record.line_of_event(Some("prod"))).unwrap()
    };
    let with_gap = line().await;
    let gaps = json!([{ "Name": "history_gaps", "Unit": "Count" }]);
    assert_eq!((&metadata(&with_gap)["Metrics"], &with_gap["history_gaps"]), (&gaps, &json!(1)));
    assert_eq!(with_gap[DIMENSION], "prod");
    // What is logged besides is for whoever looks.
    assert!(with_gap["duration_ms"].is_number() && with_gap["round_trips"].is_number());
    world.commit(group, &event).await;
    let records = json!({ "Records": [world.record(group).await] });
    let (result, record) = RELAY_EVENTS.invoke(&world.app, String::new(), records).await;
    result.unwrap();
    let without: Value = serde_json::from_str(&record.line_of_event(Some("prod"))).unwrap();
    assert!(without.get("_aws").is_none() && without.get("history_gaps").is_none(), "{without}");
}

#[tokio::test]
async fn a_line_without_a_stage_has_no_metrics() {
    let world = World::new().await;
    world.user("ada").await;
    for line in world.log() {
        assert!(line.get("_aws").is_none() && line.get(DIMENSION).is_none(), "{line}");
    }
}

fn resources() -> serde_norway::Mapping {
    let template: Yaml = serde_norway::from_str(local::template::TEXT).unwrap();
    template["Resources"].as_mapping().unwrap().clone()
}

fn properties_of(kind: &str) -> Vec<(String, Yaml)> {
    let of_kind = resources().into_iter().filter(|(_, resource)| resource["Type"] == kind);
    of_kind
        .map(|(id, resource)| (id.as_str().unwrap().to_owned(), resource["Properties"].clone()))
        .collect()
}

/// The text behind `!Sub`, also where it has variables of its own, or the plain text.
fn text(value: &Yaml) -> &str {
    let plain = if let Yaml::Tagged(tagged) = value { &tagged.value } else { value };
    plain.get(0).unwrap_or(plain).as_str().unwrap()
}

/// Namespace, name and names of the dimensions of what alarms watch.
fn watched() -> BTreeSet<(String, String, Vec<String>)> {
    let mut watched = BTreeSet::new();
    for (_, alarm) in properties_of("AWS::CloudWatch::Alarm") {
        let metrics = match alarm.get("Metrics") {
            None => vec![alarm],
            Some(metrics) => metrics
                .as_sequence()
                .unwrap()
                .iter()
                .filter_map(|metric| Some(metric.get("MetricStat")?["Metric"].clone()))
                .collect(),
        };
        for metric in metrics {
            let dimensions = metric.get("Dimensions").and_then(Yaml::as_sequence);
            let dimensions = dimensions.into_iter().flatten().map(|d| text(&d["Name"]).to_owned());
            let (namespace, name) = (text(&metric["Namespace"]), text(&metric["MetricName"]));
            watched.insert((namespace.to_owned(), name.to_owned(), dimensions.collect()));
        }
    }
    watched
}

/// The same of what the dashboard shows.
fn shown() -> BTreeSet<(String, String, Vec<String>)> {
    let (_, dashboard) = properties_of("AWS::CloudWatch::Dashboard").remove(0);
    // Without the alarms that are not always there.
    let body = text(&dashboard["DashboardBody"]).replace("${NoTraffic}${ReleaseFaults}", "");
    let body: Value = serde_json::from_str(&body).unwrap();
    let widgets = body["widgets"].as_array().unwrap().clone();
    let rows = widgets.iter().filter_map(|widget| widget["properties"]["metrics"].as_array());
    rows.flatten()
        .map(|row| row.as_array().unwrap().iter().map_while(Value::as_str).collect::<Vec<_>>())
        .filter(|row| row.len() > 1)
        .map(|row| {
            let dimensions = row[2..].iter().step_by(2).map(|name| (*name).to_owned());
            (row[0].to_owned(), row[1].to_owned(), dimensions.collect())
        })
        .collect()
}

/// Those of our own, as the functions and the metric filters make them.
fn made() -> BTreeSet<(String, String, Vec<String>)> {
    let of_lines = Metric::ALL
        .map(|metric| (NAMESPACE.to_owned(), metric.name.to_owned(), vec![DIMENSION.to_owned()]));
    let filters = properties_of("AWS::Logs::MetricFilter");
    let of_filters = filters.iter().flat_map(|(_, filter)| {
        filter["MetricTransformations"].as_sequence().unwrap().iter().map(|made| {
            let namespace = text(&made["MetricNamespace"]).to_owned();
            (namespace, text(&made["MetricName"]).to_owned(), Vec::new())
        })
    });
    of_lines.into_iter().chain(of_filters).collect()
}

fn is_ours((namespace, ..): &&(String, String, Vec<String>)) -> bool {
    namespace.starts_with(NAMESPACE)
}

#[test]
fn the_dashboard_shows_every_metric_of_ours_and_alarms_watch_no_other() {
    let shown = shown();
    assert_eq!(shown.iter().filter(is_ours).cloned().collect::<BTreeSet<_>>(), made());
    for metric in watched().iter().filter(is_ours) {
        assert!(made().contains(metric), "{metric:?}");
    }
    for metric in watched() {
        assert!(shown.contains(&metric), "an alarm's cause is not on the dashboard: {metric:?}");
    }
}

#[test]
fn every_alarm_warns_somebody_and_is_explained() {
    let page = file("docs/operations.md");
    let dashboard = file("template.yaml");
    for (id, alarm) in properties_of("AWS::CloudWatch::Alarm") {
        for actions in ["AlarmActions", "OKActions"] {
            let Some(Yaml::Tagged(topic)) = alarm[actions].get(0) else { panic!("{id}") };
            assert_eq!(text(&topic.value), "AlarmTopic", "{id}");
        }
        assert!(text(&alarm["AlarmDescription"]).len() > 80, "{id} says what to do");
        // Without requests there are no metrics, which is what one alarm is about.
        let missing = if id == "NoTrafficAlarm" { "breaching" } else { "notBreaching" };
        assert_eq!(alarm["TreatMissingData"], missing, "{id}");
        let name = text(&alarm["AlarmName"]).replace("guildhall-${Stage}-", "");
        assert!(page.contains(&format!("| `{name}` |")), "{name} is in no row of the page");
        assert!(dashboard.contains(&format!("\"${{{id}.Arn}}\"")), "{id} is not on the dashboard");
    }
}
