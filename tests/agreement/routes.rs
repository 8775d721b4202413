//! The route table is what is deployed, built and tried.

use std::collections::BTreeSet;

use functions::routes::{ALL, UNROUTED};
use serde_norway::Value;

use crate::{file, functions, stems};

/// The functions of template.yaml: logical id and resource.
fn deployed() -> Vec<(String, Value)> {
    let template: Value = serde_norway::from_str(local::template::TEXT).unwrap();
    let resources = template["Resources"].as_mapping().unwrap().clone();
    resources
        .into_iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
        .map(|(name, resource)| (name.as_str().unwrap().to_owned(), resource))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn every_function_is_deployed_and_every_deployed_one_exists() {
    let mut binaries: Vec<_> = deployed()
        .iter()
        .map(|(_, resource)| text(&resource["Metadata"]["BuildProperties"]["Binary"]).to_owned())
        .collect();
    binaries.sort();
    assert_eq!(binaries, functions());
}

#[test]
fn a_deployed_functions_names_follow_from_its_binary() {
    for (id, resource) in deployed() {
        let binary = text(&resource["Metadata"]["BuildProperties"]["Binary"]).to_owned();
        let pascal: String = binary
            .split('-')
            .map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]))
            .collect();
        assert_eq!(id, pascal);
        let Value::Tagged(name) = &resource["Properties"]["FunctionName"] else {
            panic!("{id} has no name that depends on the stage");
        };
        assert_eq!(text(&name.value), format!("guildhall-${{Stage}}-{binary}"));
        assert_eq!(resource["Metadata"]["BuildMethod"], "rust-cargolambda", "{id}");
    }
}

#[test]
fn the_api_routes_each_method_and_path_to_the_function_of_the_table() {
    let routed: BTreeSet<_> = deployed()
        .iter()
        .flat_map(|(_, resource)| {
            let binary = text(&resource["Metadata"]["BuildProperties"]["Binary"]);
            let events = resource["Properties"]["Events"].as_mapping().into_iter().flatten();
            let http = events.filter(|(_, event)| event["Type"] == "HttpApi");
            let property = |event: &Value, name: &str| text(&event["Properties"][name]).to_owned();
            http.map(|(_, event)| {
                (binary.to_owned(), property(event, "Method"), property(event, "Path"))
            })
            .collect::<Vec<_>>()
        })
        .collect();
    let table = ALL.iter().flat_map(|route| {
        let function = || route.function.to_owned();
        route.places().map(move |(method, path)| (function(), method.to_string(), path.to_owned()))
    });
    assert_eq!(routed, table.collect());
}

#[test]
fn no_two_routes_are_the_same() {
    let places: BTreeSet<_> = ALL.iter().map(|route| (route.method.as_str(), route.path)).collect();
    assert_eq!(places.len(), ALL.len());
    let names: BTreeSet<_> = functions().into_iter().collect();
    assert_eq!(names.len(), ALL.len() + UNROUTED.len());
}

#[test]
fn every_function_has_a_binary_that_serves_it_and_nothing_else() {
    assert_eq!(stems("functions/src/bin"), functions());
    for name in functions() {
        let constant = name.replace('-', "_").to_uppercase();
        let source = file(&format!("functions/src/bin/{name}.rs"));
        assert!(source.contains(&format!("(&functions::routes::{constant})")), "{name}");
        assert!(source.lines().count() < 10, "{name}");
    }
    for route in ALL {
        let source = file(&format!("functions/src/bin/{}.rs", route.function));
        let place = format!("//! `{} {}`", route.method, route.path);
        assert!(source.starts_with(&place), "{}", route.function);
    }
}

#[test]
fn browsers_may_use_the_methods_and_headers_that_are_served() {
    let api: local::template::Api = local::template::properties("Api").unwrap();
    let cors = api.cors_configuration;
    let served: BTreeSet<_> = ALL.iter().map(|route| route.method.to_string()).collect();
    assert_eq!(cors.allow_methods.into_iter().collect::<BTreeSet<_>>(), served);
    let headers = [
        "authentication-token",
        "content-encoding",
        "content-type",
        "current-user-id",
        "dry-run",
        "idempotency-key",
        "service-key-name",
        "service-key-token",
        "x-authorization",
        "x-entitytoken",
        "x-http-method-override",
        "x-playfabsdk",
        "x-reporterrorassuccess",
        "x-secretkey",
    ];
    assert_eq!(cors.allow_headers, headers);
}
