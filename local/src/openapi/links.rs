//! Which calls follow from an answer: whoever walks through the API, such as a stateful test, finds the ids there.

use functions::http::Route;
use serde_json::{Map, Value, json};

/// What follows from the success of a route, by name.
pub fn links(route: &Route) -> Map<String, Value> {
    let follow: &[Link] = match route.function {
        "sign-up" => &[Link::parameter("get-user", "id", "/id")],
        "create-group" => CREATED_GROUP,
        "create-group-connection" => &[
            Link::parameter("update-group-connection", "id", "/id"),
            Link::parameter("cancel-group-connection", "id", "/id"),
            Link::parameter("get-group", "id", "/group_id"),
        ],
        "add-group-attributes" => {
            &[Link::parameter("delete-group-attribute", "key", "/attributes/0/key")]
        }
        "playfab-create-group" => CREATED_PLAYFAB_GROUP,
        _ => &[],
    };
    follow.iter().map(|link| (link.operation.to_owned(), link.value())).collect()
}

/// A call, and what of the answer it takes.
struct Link {
    operation: &'static str,
    name: &'static str,
    /// Where it stands in the answer.
    pointer: &'static str,
    is_in_body: bool,
}

const CREATED_GROUP: &[Link] = &[
    Link::parameter("get-group", "id", "/id"),
    Link::parameter("update-group", "id", "/id"),
    Link::parameter("delete-group", "id", "/id"),
    Link::parameter("list-group-attributes", "id", "/id"),
    Link::parameter("add-group-attributes", "id", "/id"),
    Link::parameter("modify-group-attribute", "id", "/id"),
    Link::parameter("list-group-blocks", "id", "/id"),
    Link::parameter("list-group-events", "id", "/id"),
    Link::parameter("leave-group", "group_id", "/id"),
    Link::body("create-group-connection", "group_id", "/id"),
    Link::body("make-group-admin", "group_id", "/id"),
    Link::body("remove-group-admin", "group_id", "/id"),
    Link::body("remove-group-member", "group_id", "/id"),
];

const CREATED_PLAYFAB_GROUP: &[Link] = &[
    Link::body("playfab-get-group", "Group", "/data/Group"),
    Link::body("playfab-update-group", "Group", "/data/Group"),
    Link::body("playfab-delete-group", "Group", "/data/Group"),
    Link::body("playfab-create-role", "Group", "/data/Group"),
    Link::body("playfab-update-role", "Group", "/data/Group"),
    Link::body("playfab-delete-role", "Group", "/data/Group"),
    Link::body("playfab-invite-to-group", "Group", "/data/Group"),
    Link::body("playfab-block-entity", "Group", "/data/Group"),
    Link::body("playfab-unblock-entity", "Group", "/data/Group"),
    Link::body("playfab-is-member", "Group", "/data/Group"),
    Link::body("playfab-list-group-members", "Group", "/data/Group"),
    Link::body("playfab-list-group-applications", "Group", "/data/Group"),
    Link::body("playfab-list-group-invitations", "Group", "/data/Group"),
    Link::body("playfab-list-group-blocks", "Group", "/data/Group"),
];

impl Link {
    const fn parameter(operation: &'static str, name: &'static str, pointer: &'static str) -> Self {
        Self { operation, name, pointer, is_in_body: false }
    }

    const fn body(operation: &'static str, name: &'static str, pointer: &'static str) -> Self {
        Self { operation, name, pointer, is_in_body: true }
    }

    fn value(&self) -> Value {
        let found = format!("$response.body#{}", self.pointer);
        let place = if self.is_in_body { "requestBody" } else { "parameters" };
        json!({ "operationId": self.operation, (place): { (self.name): found } })
    }
}
