//! What the template promises besides routes: time-outs that let a request be answered, tags, a log without secrets.

use functions::webhooks::post::PATIENCE;
use serde_norway::Value;
use shared::limits::Limits;
use shared::store::meter::{EVENT_BUDGET, REQUEST_BUDGET};

use crate::environment::functions;

/// How long a function may take for itself, besides waiting for DynamoDB.
const OWN_TIME: u64 = 3;

/// The template, as what it says.
pub fn template() -> &'static Value {
    local::template::whole().unwrap()
}

/// Its resources, by their ids.
pub fn resources() -> Vec<(String, Value)> {
    let resources = template()["Resources"].as_mapping().unwrap().clone();
    resources.into_iter().map(|(id, it)| (id.as_str().unwrap().to_owned(), it)).collect()
}

/// What invokes a function, as SAM is told of it.
fn events(function: &Value) -> impl Iterator<Item = &Value> {
    function["Events"].as_mapping().into_iter().flat_map(|events| events.values())
}

#[test]
fn sam_allows_no_function_what_the_template_does_not_say() {
    for (name, function) in functions() {
        // For a stream or a queue, SAM adds one of AWS's policies, which is about all of the account's.
        assert!(events(&function).all(|event| event["Type"] == "HttpApi"), "{name}");
        let policies = &function["Policies"];
        assert!(policies.is_mapping() || policies.is_null(), "{name} has a policy by its name");
    }
}

#[test]
fn a_function_has_time_to_answer_when_its_budget_is_spent() {
    let globals = template()["Globals"]["Function"]["Timeout"].as_u64().unwrap();
    assert!(globals > REQUEST_BUDGET.as_secs() + OWN_TIME);
    for (name, function) in functions() {
        let own = function["Timeout"].as_u64();
        let is_routed = events(&function).next().is_some();
        assert!(is_routed || own.unwrap() > EVENT_BUDGET.as_secs() + OWN_TIME, "{name}");
    }
    let deliver = &template()["Resources"]["DeliverWebhook"]["Properties"]["Timeout"];
    let deliver = deliver.as_u64().unwrap();
    assert!(deliver > EVENT_BUDGET.as_secs() + PATIENCE.as_secs() + OWN_TIME);
    // What AWS asks of a queue that a function is fed from.
    let queue = &template()["Resources"]["Deliveries"]["Properties"]["VisibilityTimeout"];
    assert!(queue.as_u64().unwrap() >= 6 * deliver);
}

#[test]
fn no_deployment_has_groups_that_outgrow_an_answer() {
    let parameter = template()["Parameters"]["MaxGroupSize"].clone();
    assert_eq!(parameter["MaxValue"], Limits::GROUP_SIZE);
    assert_eq!(parameter["Default"], Limits::default().group_size);
}

#[test]
fn a_deployment_bounds_a_players_groups_as_far_as_one_row_holds_them() {
    let parameter = template()["Parameters"]["MaxGroupsPerPlayer"].clone();
    assert_eq!(parameter["MaxValue"], Limits::GROUPS_PER_PLAYER);
    assert_eq!(parameter["Default"], Limits::default().groups_per_player);
}

#[test]
fn a_deployment_has_as_many_shards_as_a_page_can_read() {
    let parameter = template()["Parameters"]["DirectoryShards"].clone();
    assert_eq!(parameter["MaxValue"], Limits::DIRECTORY_SHARDS);
    assert_eq!(parameter["Default"], Limits::default().directory_shards.get());
}

#[test]
fn whatever_can_be_tagged_says_to_which_stage_it_belongs() {
    let untaggable = [
        "AWS::ApiGatewayV2::ApiMapping",
        // By ResourceTags.
        "AWS::Budgets::Budget",
        "AWS::CloudWatch::Dashboard",
        "AWS::IAM::Policy",
        "AWS::KMS::Alias",
        "AWS::Logs::MetricFilter",
        "AWS::Route53::RecordSet",
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
            .flat_map(|served| served.places())
            .any(|(method, path)| format!("{method} {path}") == route.as_str().unwrap());
        assert!(is_served, "{route:?}");
    }
}
