//! The table of contents: every function, where it is reached and what answers there.

use http::Method;
use shared::permissions::Action;

use crate::gamefuse::{self, handle};
use crate::http::Route;
use crate::operator::Function;
use crate::operator::{create_game, sweep_deleted_groups};

/// Declares the routes, and the list of them all.
macro_rules! routes {
    ($($name:ident: $function:literal, $method:ident $path:literal, [$($action:ident),*],
       $endpoint:ty;)*) => {
        $(
            #[doc = concat!("`", stringify!($method), " ", $path, "`")]
            pub static $name: Route = Route {
                function: $function,
                method: Method::$method,
                path: $path,
                actions: &[$(Action::$action),*],
                handler: handle::<$endpoint>,
            };
        )*

        /// Every route.
        pub static ALL: &[&Route] = &[$(&$name),*];
    };
}

routes! {
    // Groups
    CREATE_GROUP: "create-group", POST "/api/v3/groups", [CreateGroup], gamefuse::CreateGroup;
    LIST_GROUPS: "list-groups", GET "/api/v3/groups", [ListGroups, GetGroup, ListPending],
        gamefuse::ListGroups;
    GET_GROUP: "get-group", GET "/api/v3/groups/{id}", [GetGroup, ListPending], gamefuse::GetGroup;
    UPDATE_GROUP: "update-group", PUT "/api/v3/groups/{id}", [UpdateGroup], gamefuse::UpdateGroup;
    DELETE_GROUP: "delete-group", DELETE "/api/v3/groups/{id}", [DeleteGroup],
        gamefuse::DeleteGroup;

    // Connections
    CREATE_GROUP_CONNECTION: "create-group-connection", POST "/api/v3/group_connections",
        [ApplyToGroup, InviteToGroup, AnswerApplication, AnswerInvitation],
        gamefuse::CreateGroupConnection;
    UPDATE_GROUP_CONNECTION: "update-group-connection", PUT "/api/v3/group_connections/{id}",
        [AnswerApplication, AnswerInvitation], gamefuse::UpdateGroupConnection;
    CANCEL_GROUP_CONNECTION: "cancel-group-connection",
        DELETE "/api/v3/group_connections/cancel/{id}", [CancelApplication, CancelInvitation],
        gamefuse::CancelGroupConnection;
    LEAVE_GROUP: "leave-group", DELETE "/api/v3/group_connections/leave/{group_id}", [LeaveGroup],
        gamefuse::LeaveGroup;
    REMOVE_GROUP_MEMBER: "remove-group-member",
        PUT "/api/v3/group_connections/remove_member/{user_id}", [RemoveMember, LeaveGroup],
        gamefuse::RemoveGroupMember;
    MAKE_GROUP_ADMIN: "make-group-admin", PUT "/api/v3/group_connections/make_admin/{user_id}",
        [MakeAdmin], gamefuse::MakeGroupAdmin;

    // Attributes
    LIST_GROUP_ATTRIBUTES: "list-group-attributes", GET "/api/v3/groups/{id}/attributes",
        [ListAttributes], gamefuse::ListGroupAttributes;
    ADD_GROUP_ATTRIBUTES: "add-group-attributes", POST "/api/v3/groups/{id}/add_attribute",
        [CreateAttribute, EditAttribute], gamefuse::AddGroupAttributes;
    MODIFY_GROUP_ATTRIBUTE: "modify-group-attribute", PATCH "/api/v3/groups/{id}/modify_attribute",
        [EditAttribute], gamefuse::ModifyGroupAttribute;

    // Blocks
    LIST_GROUP_BLOCKS: "list-group-blocks", GET "/api/v3/groups/{id}/blocks", [ListBlocks],
        gamefuse::ListGroupBlocks;
    UNBLOCK_GROUP_MEMBER: "unblock-group-member", DELETE "/api/v3/groups/{id}/blocks/{user_id}",
        [UnblockMember], gamefuse::UnblockGroupMember;

    // Users and games
    SIGN_UP: "sign-up", POST "/api/v3/users", [SignUp], gamefuse::SignUp;
    SIGN_IN: "sign-in", POST "/api/v3/sessions", [SignIn], gamefuse::SignIn;
    GET_USER: "get-user", GET "/api/v3/users/{id}", [GetUser], gamefuse::GetUser;
    VERIFY_GAME: "verify-game", GET "/api/v3/games/verify", [VerifyGame], gamefuse::VerifyGame;
    LIST_STORE_ITEMS: "list-store-items", GET "/api/v3/games/store_items", [ListStoreItems],
        gamefuse::ListStoreItems;
}

/// Makes a game; invoked by an operator.
pub static CREATE_GAME: Function =
    Function { name: "create-game", actions: &[Action::CreateGame], handler: create_game::handle };

/// Removes what deleted groups leave behind; invoked by the table's stream.
pub static SWEEP_DELETED_GROUPS: Function = Function {
    name: "sweep-deleted-groups",
    actions: &[Action::SweepDeletedGroups],
    handler: sweep_deleted_groups::handle,
};

/// Every function that has no route.
pub static UNROUTED: &[&Function] = &[&CREATE_GAME, &SWEEP_DELETED_GROUPS];
