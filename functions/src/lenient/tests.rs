//! What is taken and what is refused, by the kind of field.

use std::num::NonZeroU32;

use serde_json::json;
use shared::domain::attribute::AttributeValue;
use shared::domain::ids::GroupId;
use shared::domain::name::GroupType;

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    id: Option<GroupId>,
    flag: Option<bool>,
    size: Option<NonZeroU32>,
    version: Option<u32>,
    kind: Option<GroupType>,
    value: Option<AttributeValue>,
    action: Option<Action>,
    nested: Option<Nested>,
    items: Option<Vec<Item>>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Join,
    Leave,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Nested {
    name: GroupType,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    key: String,
    flag: Option<bool>,
}

const STRICT: Habits = Habits { ignores_case: false, ignored_fields: &["read_only"] };
const ANY_CASE: Habits = Habits { ignores_case: true, ignored_fields: &[] };

fn read_with<T: DeserializeOwned>(habits: &'static Habits, request: Value) -> Result<T, String> {
    let Value::Object(fields) = request else { panic!("a request is an object") };
    read(fields, habits).map_err(|refusal| refusal.to_string())
}

fn read_field(field: &str, value: &Value) -> Result<Wanted, String> {
    read_with(&STRICT, json!({ field: value }))
}

#[track_caller]
fn assert_all(field: &str, taken: &[Value], expected: &Wanted) {
    for value in taken {
        assert_eq!(read_field(field, value).as_ref(), Ok(expected), "{field} {value}");
    }
}

#[track_caller]
fn assert_none(field: &str, refused: &[Value], problem: &str) {
    for value in refused {
        let text = read_field(field, value).expect_err(&value.to_string());
        assert_eq!(text, format!("{field} {problem}"), "{value}");
    }
}

#[test]
fn a_whole_number_is_one_however_it_is_written() {
    let id = Some(GroupId::try_from(12).unwrap());
    let written: Vec<Value> = ["12", "12.0", "1.2e1", "1.2E+1", "120e-1", "012", " 12 ", "12.000"]
        .map(Value::from)
        .into_iter()
        .chain([json!(12), json!(12.0), serde_json::from_str("1.2e1").unwrap()])
        .collect();
    assert_all("id", &written, &Wanted { id, ..Wanted::default() });
    let other =
        ["x", "12.5", "+12", "1_2", "0x0C", "12px", "١٢", "inf", "NaN", "1e", ".", "-", "1 2"];
    let other: Vec<Value> = other.map(Value::from).into_iter().collect();
    assert_none("id", &other, "must be a whole number");
    assert_none(
        "id",
        &[json!(12.5), json!(true), json!([12]), json!({ "a": 1 })],
        "must be a whole number",
    );
    let out_of_range = "must be a whole number from 1 to 2147483647";
    let beyond = [json!(-1), json!("-1"), json!(2_147_483_648_u64), json!("2147483648.0")];
    assert_none("id", &beyond, out_of_range);
    // From 2^53 on, a float does not tell which whole number it was.
    let beyond = [json!(1e300), json!("9007199254740993.0"), json!(u64::MAX), json!("1e300")];
    assert_none("id", &beyond, "must be a whole number in its range");
    let beyond = [json!(-1), json!("-1"), json!(-1.0), json!(5_000_000_000_u64), json!("5e9")];
    for field in ["size", "version"] {
        assert_none(field, &beyond, "must be a whole number in its range");
        assert_none(field, &[json!(0.5), json!("inf"), json!("1e999")], "must be a whole number");
    }
}

#[test]
fn a_truth_value_is_one_however_it_is_written() {
    let truths = |truth: bool| Wanted { flag: Some(truth), ..Wanted::default() };
    let yes = [
        json!(true),
        json!("true"),
        json!("True"),
        json!("TRUE"),
        json!(1),
        json!("1"),
        json!(1.0),
    ];
    assert_all("flag", &yes, &truths(true));
    let no = [
        json!(false),
        json!("false"),
        json!("False"),
        json!(0),
        json!("0"),
        json!(0.0),
        json!("0.0"),
    ];
    assert_all("flag", &no, &truths(false));
    let neither =
        [json!("yes"), json!("on"), json!(2), json!(-1), json!(0.5), json!("t"), json!(["true"])];
    assert_none("flag", &neither, "must be true or false");
}

#[test]
fn what_is_empty_is_absent_where_a_field_is_optional() {
    let absent = Wanted::default();
    for field in ["id", "size", "kind", "nested", "items", "action"] {
        assert_all(field, &[Value::Null, json!([]), json!({}), json!(""), json!("  ")], &absent);
    }
    for field in ["id", "size"] {
        assert_all(field, &[json!(0), json!("0"), json!(0.0)], &absent);
    }
    assert_all("flag", &[json!("")], &absent);
    // What holds nothing but what is absent is absent.
    let nothing = [json!({ "name": null }), json!({ "name": [], "x": { "y": { "z": null } } })];
    assert_all("nested", &nothing, &absent);
    // Where zero means something, or an empty text does, it stays.
    assert_all("version", &[json!(0)], &Wanted { version: Some(0), ..Wanted::default() });
    let value = Some(AttributeValue::try_from(String::new()).unwrap());
    assert_all("value", &[json!("")], &Wanted { value, ..Wanted::default() });
}

#[test]
fn what_is_empty_is_refused_as_what_it_is_where_a_field_is_required() {
    for (item, problem) in [
        (json!({ "flag": true }), "items[0].key is required"),
        (json!({ "key": null }), "items[0].key is required"),
        (json!({ "key": [] }), "items[0].key is required"),
    ] {
        assert_eq!(read_field("items", &json!([item])), Err(problem.to_owned()));
    }
    for empty in [json!(""), json!(" ")] {
        let refused = read_field("nested", &json!({ "name": empty, "other": 1 }));
        assert_eq!(refused, Err("nested.name must not be empty".to_owned()));
    }
}

#[test]
fn a_name_that_is_a_number_is_refused_and_a_value_is_its_text() {
    assert_none("kind", &[json!(7), json!(7.5), json!(true), json!(["x"])], "must be a string");
    for (written, text) in
        [(json!(5), "5"), (json!(true), "true"), (json!(2.5), "2.5"), (json!("x"), "x")]
    {
        let value = Some(AttributeValue::try_from(text.to_owned()).unwrap());
        assert_all("value", &[written], &Wanted { value, ..Wanted::default() });
    }
    assert_none(
        "value",
        &[json!([1]), json!({ "a": 1 })],
        "must be a text, a number, true or false",
    );
}

#[test]
fn one_of_several_words_is_named_with_the_others() {
    assert_all(
        "action",
        &[json!("join")],
        &Wanted { action: Some(Action::Join), ..Wanted::default() },
    );
    assert_none("action", &[json!("Join"), json!("x`, expected secret")], "must be join or leave");
    assert_none("action", &[json!(1), json!(true)], "must be join or leave");
}

#[test]
fn an_unknown_field_is_refused_without_its_name_unless_it_holds_nothing_or_is_known_to_mean_nothing()
 {
    let known = "id, flag, size, version, kind, value, action, nested, items";
    for name in ["secret", "flog", "Flag", "missing field `x`", "a, expected one of `b`", ""] {
        // What is "not set" of a field that somebody knows says nothing of one that nobody does.
        for value in [json!("secret"), json!(""), json!(" "), json!(0), json!("0"), json!(false)] {
            let refused = read_field(name, &value).unwrap_err();
            assert_eq!(refused, format!("The request has a parameter besides {known}"), "{name}");
        }
        assert_all(name, &[Value::Null, json!([]), json!({})], &Wanted::default());
    }
    assert_all("read_only", &[json!(7), json!({ "a": [1] })], &Wanted::default());
    for value in [json!(1), json!(""), json!(0), json!("0")] {
        let items = json!([{ "key": "a" }, { "key": "b", "secret": value }]);
        assert_eq!(
            read_field("items", &items).unwrap_err(),
            "items[1] has a field besides key or flag"
        );
    }
    let items = json!([{ "key": "a", "read_only": 1, "flag": "1" }]);
    let item = Item { key: "a".to_owned(), flag: Some(true) };
    assert_all("items", &[items], &Wanted { items: Some(vec![item]), ..Wanted::default() });
}

#[test]
fn a_field_is_known_in_any_case_where_clients_do_not_tell_cases_apart() {
    let read = |request| read_with::<Wanted>(&ANY_CASE, request);
    let flag = Ok(Wanted { flag: Some(true), ..Wanted::default() });
    for name in ["flag", "Flag", "FLAG", "fLaG"] {
        assert_eq!(read(json!({ name: true })), flag, "{name}");
    }
    // Of two spellings the right one counts, whichever comes first.
    assert_eq!(read(json!({ "FLAG": false, "flag": true })), flag);
    // Of wrong ones, any that says what the others do.
    assert_eq!(read(json!({ "FLAG": true, "Flag": true, "fLAG": true, "flaG": null })), flag);
    assert_eq!(read(json!({ "FLAG": "", "Flag": true })), flag);
    let named = |name: &str| json!({ "NAME": name, "Name": "b" });
    let twice = "is given in several spellings, with different values: send it once";
    for (request, field) in [
        (json!({ "FLAG": true, "Flag": false }), "flag"),
        (json!({ "Nested": named("a") }), "nested.name"),
        (json!({ "items": [{ "key": "a" }, { "KEY": "a", "Key": "b" }] }), "items[1].key"),
    ] {
        assert_eq!(read(request), Err(format!("{field} {twice}")));
    }
    assert!(read(json!({ "Nested": named("b") })).is_ok());
    assert_eq!(read(json!({ "FLAG": "", "size": 0 })), Ok(Wanted::default()));
    assert_eq!(read(json!({ "FLAG": "x" })), Err("flag must be true or false".to_owned()));
}

#[derive(Debug, PartialEq, Deserialize)]
struct Texts {
    #[serde(default, deserialize_with = "unless_empty")]
    text: Option<String>,
    other: Option<String>,
}

#[test]
fn an_empty_text_is_absent_where_nobody_has_a_use_for_it() {
    for (written, text) in [("", None), (" ", None), ("x", Some("x")), (" x", Some(" x"))] {
        let read = read_with(&STRICT, json!({ "text": written, "other": "" }));
        let text = text.map(str::to_owned);
        assert_eq!(read, Ok(Texts { text, other: Some(String::new()) }), "{written}");
    }
    let absent = Ok(Texts { text: None, other: None });
    assert_eq!(read_with(&STRICT, json!({ "text": null })), absent);
    assert_eq!(read_with(&STRICT, json!({})), absent);
    let refused = read_with::<Texts>(&STRICT, json!({ "text": 7 }));
    assert_eq!(refused, Err("text must be a string".to_owned()));
}

#[derive(Debug, Deserialize)]
struct Ids {
    id: Option<IdParameter<GroupId>>,
}

#[test]
fn an_id_that_is_none_is_told_from_one_that_is_not_there_where_that_is_asked_for() {
    let read = |id: Value| read_with::<Ids>(&STRICT, json!({ "id": id }));
    for (written, id) in [(json!(12), Some(12)), (json!("12.0"), Some(12)), (json!(0), None)]
        .into_iter()
        .chain(["", " ", "0", "x", "-1", "2147483648"].map(|text| (json!(text), None)))
    {
        let read = read(written.clone()).unwrap().id.unwrap();
        assert_eq!(read.id().map(GroupId::get), id, "{written}");
    }
    assert!(read(Value::Null).unwrap().id.is_none());
    assert_eq!(read(json!(true)).unwrap_err(), "id must be a whole number");
}

#[test]
fn what_is_no_object_or_no_list_is_told_so() {
    assert_none("nested", &[json!("x"), json!(7), json!([1])], "must be an object");
    assert_none("items", &[json!("x"), json!({ "key": "a" })], "must be a list");
    assert_eq!(read_field("items", &json!([1])), Err("items[0] must be an object".to_owned()));
}

#[test]
fn a_request_full_of_fields_that_are_not_set_costs_no_more_than_so_many_readings() {
    let items: Vec<Value> = (0..5_000).map(|_| json!({ "key": "k", "flag": "" })).collect();
    let refused = read_field("items", &json!(items)).unwrap_err();
    assert_eq!(refused, format!("items[{MAX_UNSET}].flag must be true or false"));
    let items: Vec<Value> = (0..MAX_UNSET).map(|_| json!({ "key": "k", "flag": "" })).collect();
    assert!(read_field("items", &json!(items)).is_ok());
}

#[test]
fn all_spellings_of_a_field_that_is_not_set_are_left_out_at_once() {
    let none = read_with::<Wanted>(&ANY_CASE, json!({}));
    // The documented one counts, and says that it is not set.
    assert_eq!(read_with(&ANY_CASE, json!({ "kind": "", "KIND": "clan" })), none);
    // More spellings than there may be readings.
    let spelt = |number: usize| -> String {
        let upper = |(place, letter): (usize, char)| match number >> place & 1 {
            1 => letter.to_ascii_uppercase(),
            _ => letter,
        };
        "version".chars().enumerate().map(upper).collect()
    };
    let spellings = (1..128).map(|number| (spelt(number), json!(""))).collect();
    assert_eq!(read_with(&ANY_CASE, Value::Object(spellings)), none);
}
