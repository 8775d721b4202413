//! How new code and new settings reach the functions that players call: by versions behind an alias, gradually where that is
//! asked for.

use std::collections::BTreeSet;

use serde_norway::{Mapping, Value};

use crate::deployment::{resources, template};
use crate::environment::{functions, is_given_the_signing_key};

/// What Lambda takes as the description of a version.
const DESCRIPTION: usize = 256;

/// What changes no function that players call, or makes other functions of them: `EventBus` is the relay's.
const NOT_SETTINGS: [&str; 5] =
    ["Stage", "Architecture", "EventBus", "GradualDeployment", "PermissionsBoundary"];

/// The parameters that a part of the template names, by `!Ref` or in a `!Sub`.
fn parameters_in(part: &Value) -> BTreeSet<String> {
    let text = serde_norway::to_string(part).unwrap();
    let known = template()["Parameters"].as_mapping().unwrap().clone();
    let known = known.keys().map(|name| name.as_str().unwrap().to_owned());
    let is_named = |name: &String| {
        let reference = format!("!Ref {name}");
        text.contains(&format!("${{{name}}}")) || text.lines().any(|l| l.ends_with(&reference))
    };
    known.filter(is_named).collect()
}

/// The text behind the `!Sub` of the settings.
fn settings() -> Value {
    let value = template()["Resources"]["Settings"]["Properties"]["Value"].clone();
    if let Value::Tagged(tagged) = value { tagged.value } else { value }
}

#[test]
fn every_function_that_players_call_is_called_by_its_alias_and_no_other_is() {
    let globals = template()["Globals"]["Function"].clone();
    assert_eq!(globals["AutoPublishAlias"], "live");
    let at_once = Value::Mapping(Mapping::from_iter([("Enabled".into(), false.into())]));
    for (name, function) in functions() {
        let description = serde_norway::to_string(&function["VersionDescription"]).unwrap();
        if is_given_the_signing_key(&name) {
            // Without this, a new key or setting would not reach the version that the alias leads to.
            assert_eq!(description.trim(), "!GetAtt Settings.Value", "{name}");
            assert!(function.get("AutoPublishAlias").is_none(), "{name}");
            assert!(function.get("DeploymentPreference").is_none(), "{name}");
        } else {
            assert_eq!(function["AutoPublishAlias"], "", "{name} has no alias");
            assert_eq!(function["DeploymentPreference"], at_once, "{name}");
            assert!(function.get("VersionDescription").is_none(), "{name}");
        }
    }
}

#[test]
fn whatever_functions_are_told_is_in_the_settings_that_make_a_new_version() {
    let mut told = parameters_in(&template()["Globals"]["Function"]);
    told.retain(|name| !NOT_SETTINGS.contains(&name.as_str()));
    assert_eq!(parameters_in(&settings()), told);
}

#[test]
fn the_settings_fit_where_they_describe_a_version() {
    let parameters = template()["Parameters"].clone();
    let mut longest = settings().as_str().unwrap().to_owned();
    for name in parameters_in(&settings()) {
        let parameter = &parameters[name.as_str()];
        let length = match parameter["MaxValue"].as_u64() {
            Some(largest) => largest.to_string().len(),
            None if parameter["AllowedValues"].is_sequence() => "false".len(),
            None => {
                let pattern = parameter["AllowedPattern"].as_str().unwrap();
                let most = pattern.rsplit(',').next().unwrap();
                most.trim_end_matches("})?").parse().unwrap()
            }
        };
        longest = longest.replace(&format!("${{{name}}}"), &"x".repeat(length));
    }
    assert!(!longest.contains('$'), "{longest}");
    assert!(longest.len() <= DESCRIPTION, "{} letters", longest.len());
}

#[test]
fn a_gradual_deployment_ends_at_an_alarm_that_is_quicker_than_it() {
    let preference = template()["Globals"]["Function"]["DeploymentPreference"].clone();
    assert_eq!(preference["Type"], "Canary10Percent5Minutes");
    let alarms = serde_norway::to_string(&preference["Alarms"]).unwrap();
    assert!(alarms.contains("!Ref ReleaseFaultsAlarm"), "{alarms}");
    let alarm = &template()["Resources"]["ReleaseFaultsAlarm"]["Properties"];
    for metric in alarm["Metrics"].as_sequence().unwrap() {
        let Some(stat) = metric.get("MetricStat") else { continue };
        assert_eq!(stat["Period"], 60);
    }
    assert!(alarm["EvaluationPeriods"].as_u64().unwrap() < 5);
    // An alarm that looks at the API would wait for it, the API for the aliases, and those for the alarm.
    let text = serde_norway::to_string(alarm).unwrap();
    assert!(!text.contains("!Ref Api"), "{text}");
}

#[test]
fn every_role_has_the_boundary_that_an_account_asks_for() {
    let bounded = |part: &Value| {
        let boundary = serde_norway::to_string(&part["PermissionsBoundary"]).unwrap();
        boundary.contains("!Ref PermissionsBoundary")
    };
    assert!(bounded(&template()["Globals"]["Function"]));
    for (id, resource) in resources() {
        if resource["Type"] == "AWS::IAM::Role" {
            assert!(bounded(&resource["Properties"]), "{id}");
        }
    }
}
