//! What the template promises besides routes: time-outs that let a request be answered, variables, tags, a log without secrets.

use std::collections::BTreeSet;

use serde_norway::Value;
use shared::limits::Limits;
use shared::store::meter::{EVENT_BUDGET, REQUEST_BUDGET};

use crate::file;

/// How long a call to DynamoDB may take that begins at the end of a budget.
const LAST_CALL: u64 = 3;

fn template() -> Value {
    serde_norway::from_str(local::template::TEXT).unwrap()
}

fn resources() -> Vec<(String, Value)> {
    let resources = template()["Resources"].as_mapping().unwrap().clone();
    resources.into_iter().map(|(id, it)| (id.as_str().unwrap().to_owned(), it)).collect()
}

#[test]
fn a_function_has_time_to_answer_when_its_budget_is_spent() {
    let globals = template()["Globals"]["Function"]["Timeout"].as_u64().unwrap();
    assert!(globals > REQUEST_BUDGET.as_secs() + LAST_CALL);
    let sweep = template()["Resources"]["SweepDeletedGroups"]["Properties"]["Timeout"].as_u64();
    assert!(sweep.unwrap() > EVENT_BUDGET.as_secs() + LAST_CALL);
}

#[test]
fn no_deployment_has_groups_that_outgrow_an_answer() {
    let parameter = template()["Parameters"]["MaxGroupSize"].clone();
    assert_eq!(parameter["MaxValue"], Limits::GROUP_SIZE);
    assert_eq!(parameter["Default"], Limits::default().group_size);
}

#[test]
fn functions_are_given_the_variables_that_they_read() {
    let template = template();
    let given = template["Globals"]["Function"]["Environment"]["Variables"].as_mapping().unwrap();
    let mut given: BTreeSet<_> =
        given.keys().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert!(given.remove("GLIBC_TUNABLES"), "which the C library reads");
    let is_variable =
        |text: &&str| text.contains(|c: char| c.is_ascii_uppercase()) && !text.contains(' ');
    let source = file("functions/src/environment.rs");
    let mut read: BTreeSet<_> =
        source.split('"').skip(1).step_by(2).filter(is_variable).map(str::to_owned).collect();
    // Lambda's own, and the SDK's, which few need.
    read.retain(|name| !name.starts_with("AWS_"));
    assert_eq!(given, read);
}

#[test]
fn whatever_can_be_tagged_says_to_which_stage_it_belongs() {
    let untaggable = [
        "AWS::CloudWatch::Dashboard",
        "AWS::KMS::Alias",
        "AWS::Logs::MetricFilter",
        "AWS::SNS::Subscription",
        // By Globals.
        "AWS::Serverless::Function",
    ];
    let globals = template()["Globals"]["Function"].clone();
    assert!(globals["Tags"]["Stage"] != Value::Null && globals["PropagateTags"] == true);
    for (id, resource) in resources() {
        let kind = resource["Type"].as_str().unwrap();
        let tags = serde_norway::to_string(&resource["Properties"]["Tags"]).unwrap();
        let is_tagged = tags.contains("Application") && tags.contains("!Ref Stage");
        assert_eq!(is_tagged, !untaggable.contains(&kind), "{id}: {tags}");
    }
}

#[test]
fn the_access_log_is_json_and_holds_no_path_query_header_or_address() {
    let template = template();
    let settings = &template["Resources"]["Api"]["Properties"]["AccessLogSettings"];
    let format = settings["Format"].as_str().unwrap();
    assert!(!format.contains('\n'), "API Gateway takes one line");
    let line: serde_json::Value = serde_json::from_str(format).unwrap();
    let allowed = [
        "$context.error.responseType",
        "$context.integrationErrorMessage",
        "$context.integrationLatency",
        "$context.requestId",
        "$context.requestTimeEpoch",
        "$context.responseLatency",
        "$context.responseLength",
        "$context.routeKey",
        "$context.status",
    ];
    for (field, value) in line.as_object().unwrap() {
        assert!(allowed.contains(&value.as_str().unwrap()), "{field}");
    }
}

#[test]
fn routes_with_limits_of_their_own_exist() {
    let template = template();
    let settings = &template["Resources"]["Api"]["Properties"]["RouteSettings"];
    for route in settings.as_mapping().unwrap().keys() {
        let is_served = functions::routes::ALL
            .iter()
            .any(|served| format!("{} {}", served.method, served.path) == route.as_str().unwrap());
        assert!(is_served, "{route:?}");
    }
}
