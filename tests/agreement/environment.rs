//! What functions are told: all that they read, and the signing key only where something is signed, and encrypted.

use std::collections::BTreeSet;

use functions::dialect::is_for_server;
use functions::routes::ALL;
use serde_norway::{Mapping, Value};

use crate::deployment::{resources, template};
use crate::file;

/// What CloudFormation takes in one template.
const DYNAMIC_REFERENCES: usize = 60;

fn globals() -> Value {
    template()["Globals"]["Function"].clone()
}

fn variables(function: &Value) -> Mapping {
    function["Environment"]["Variables"].as_mapping().cloned().unwrap_or_default()
}

/// Whether a function looks at tokens, and so is given the key that they are signed with.
pub fn is_given_the_signing_key(function: &str) -> bool {
    ALL.iter().any(|route| route.function == function && !is_for_server(route))
}

/// The names of all functions of the template, with what each says for itself.
pub fn functions() -> Vec<(String, Value)> {
    let is_function = |resource: &Value| resource["Type"] == "AWS::Serverless::Function";
    let functions = resources().into_iter().filter(|(_, resource)| is_function(resource));
    functions
        .map(|(_, function)| {
            let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap();
            (binary.to_owned(), function["Properties"].clone())
        })
        .collect()
}

#[test]
fn functions_are_given_the_variables_that_they_read() {
    let given = variables(&globals());
    let mut given: BTreeSet<_> =
        given.keys().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert!(given.remove("GLIBC_TUNABLES"), "which the C library reads");
    let is_of_a_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let is_variable = |text: &&str| !text.is_empty() && text.chars().all(is_of_a_name);
    let source = file("functions/src/environment.rs");
    let mut read: BTreeSet<_> =
        source.split('"').skip(1).step_by(2).filter(is_variable).map(str::to_owned).collect();
    // Lambda's own, and the SDK's, which few need.
    read.retain(|name| !name.starts_with("AWS_"));
    assert_eq!(given, read);
}

#[test]
fn the_signing_key_is_given_to_functions_that_look_at_tokens_and_to_no_other() {
    let Value::Tagged(key) = &variables(&globals())["SIGNING_KEY"] else { panic!() };
    let reference = "{{resolve:secretsmanager:${SigningKey}:SecretString:::${SigningKeyVersion}}}";
    assert_eq!(key.value, reference);
    let signs_nothing = Mapping::from_iter([("SIGNING_KEY".into(), "".into())]);
    for (name, function) in functions() {
        let own = variables(&function);
        if is_given_the_signing_key(&name) {
            assert!(own.is_empty(), "{name} is told what Globals say");
        } else {
            assert_eq!(own, signs_nothing, "{name}");
        }
    }
    let with_key = ALL.iter().filter(|route| !is_for_server(route)).count();
    assert!(with_key <= DYNAMIC_REFERENCES, "each function's key is a reference of its own");
}

#[test]
fn environments_are_encrypted_by_a_key_that_none_but_administrators_give_away() {
    let Value::Tagged(key) = &globals()["KmsKeyArn"] else { panic!() };
    assert_eq!(
        (key.tag.to_string().as_str(), &key.value),
        ("!GetAtt", &"EnvironmentKey.Arn".into())
    );
    for (name, function) in functions() {
        assert!(function.get("KmsKeyArn").is_none(), "{name} has a key of its own");
        let policies = serde_norway::to_string(&function["Policies"]).unwrap();
        assert!(!policies.contains("kms:") && !policies.contains("secretsmanager:"), "{name}");
    }
    let policy = &template()["Resources"]["EnvironmentKey"]["Properties"]["KeyPolicy"];
    let [statement] = policy["Statement"].as_sequence().unwrap().as_slice() else { panic!() };
    let Value::Tagged(principal) = &statement["Principal"]["AWS"] else { panic!() };
    assert_eq!(principal.value, "arn:${AWS::Partition}:iam::${AWS::AccountId}:root");
}
