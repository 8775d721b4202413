//! `guildhall convert`.

use std::process::{Command, Output};

fn convert(from: &str, text: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.json");
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(["convert", "--from", from, "--game", "AB12C"]).arg(file).output().unwrap()
}

#[test]
fn answers_become_lines_and_what_is_left_out_is_told_beside_them() {
    let members = r#"{"Group": {"Id": "9E1C2D3F4A5B6C7D"}, "Members": []}"#;
    let groups = format!(
        r#"{members} {{"Group": {{"Id": "9E1C2D3F4A5B6C7D"}}, "GroupName": "Wolves"}}
           {{"Group": {{"Id": "9E1C2D3F4A5B6C7E"}}, "GroupName": "Foxes"}}"#
    );
    let output = convert("playfab", &groups);
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().next().unwrap(), r#"{"from":"playfab:AB12C","guildhall_groups":1}"#);
    assert!(lines.lines().nth(1).unwrap().contains("Wolves"), "{lines}");
    assert_eq!(lines.lines().count(), 2);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("9E1C2D3F4A5B6C7E") && told.ends_with("1 groups\n"), "{told}");
}

#[test]
fn what_is_no_answer_is_refused_by_its_place() {
    for (from, text, problem) in [
        ("playfab", "{\"Group\": ", "is not JSON"),
        (
            "gamefuse",
            "{\"groups\": []} {\"motto\": 1}",
            "answer 2 is none that docs/moving.md names",
        ),
    ] {
        let output = convert(from, text);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(problem), "{told}");
    }
}
