//! The table of contents: every function, where it is reached and what answers there.

use http::Method;
use shared::domain::permissions::Action;

use crate::gamefuse;
use crate::http::Route;
use crate::operator::order::handle;
use crate::operator::{
    Function, deliver_webhook, games, groups, persons, relay_events, transfer, users,
};
use crate::playfab;
#[cfg(feature = "schema")]
use crate::schema::Described;

/// One connection, where no more are asked for.
macro_rules! parallel_calls {
    () => {
        1
    };
    ($parallel_calls:literal) => {
        $parallel_calls
    };
}

/// The other places, where there are any.
macro_rules! also {
    () => {
        &[]
    };
    ($method:ident $path:literal) => {
        &[(Method::$method, $path)]
    };
}

/// Declares the routes, and the list of them all.
macro_rules! routes {
    ($($name:ident: $function:literal, $method:ident $path:literal, [$($action:ident),*],
       $dialect:ident::$endpoint:ident $(, parallel_calls: $parallel_calls:literal)?
       $(, also: $also:ident $place:literal)?;)*) => {
        $(
            #[doc = concat!("`", stringify!($method), " ", $path, "`")]
            pub static $name: Route = Route {
                function: $function,
                method: Method::$method,
                path: $path,
                also: also!($($also $place)?),
                actions: &[$(Action::$action),*],
                parallel_calls: parallel_calls!($($parallel_calls)?),
                handler: $dialect::handle::<$dialect::$endpoint>,
            };
        )*

        /// Every route.
        pub static ALL: &[&Route] = &[$(&$name),*];

        /// Every route, with what it takes and answers.
        #[cfg(feature = "schema")]
        pub static DESCRIBED: &[Described] = &[$(Described {
            route: &$name,
            describe: $dialect::describe::<$dialect::$endpoint>,
            event: include_str!(concat!("../../events/", $function, ".json")),
            answer: include_str!(concat!("../../events/answers/", $function, ".snap")),
        }),*];
    };
}

routes! {
    // Groups
    CREATE_GROUP: "create-group", POST "/api/v3/groups", [CreateGroup], gamefuse::CreateGroup, parallel_calls: 2;
    LIST_GROUPS: "list-groups", GET "/api/v3/groups", [ListGroups, GetGroup, ListPending],
        gamefuse::ListGroups, parallel_calls: 2;
    GET_GROUP: "get-group", GET "/api/v3/groups/{id}", [GetGroup, ListPending], gamefuse::GetGroup;
    UPDATE_GROUP: "update-group", PUT "/api/v3/groups/{id}", [UpdateGroup], gamefuse::UpdateGroup;
    DELETE_GROUP: "delete-group", DELETE "/api/v3/groups/{id}", [DeleteGroup],
        gamefuse::DeleteGroup;

    // Connections
    CREATE_GROUP_CONNECTION: "create-group-connection", POST "/api/v3/group_connections",
        [ApplyToGroup, InviteToGroup, AnswerApplication, AnswerInvitation, RedeemCode],
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
    REMOVE_GROUP_ADMIN: "remove-group-admin",
        PUT "/api/v3/group_connections/remove_admin/{user_id}", [RemoveAdmin],
        gamefuse::RemoveGroupAdmin;

    // Attributes
    LIST_GROUP_ATTRIBUTES: "list-group-attributes", GET "/api/v3/groups/{id}/attributes",
        [ListAttributes], gamefuse::ListGroupAttributes, parallel_calls: 2;
    ADD_GROUP_ATTRIBUTES: "add-group-attributes", POST "/api/v3/groups/{id}/add_attribute",
        [CreateAttribute, EditAttribute], gamefuse::AddGroupAttributes;
    MODIFY_GROUP_ATTRIBUTE: "modify-group-attribute", PATCH "/api/v3/groups/{id}/modify_attribute",
        [EditAttribute], gamefuse::ModifyGroupAttribute, also: POST "/api/v3/groups/{id}/modify_attribute";
    DELETE_GROUP_ATTRIBUTE: "delete-group-attribute",
        DELETE "/api/v3/groups/{id}/attributes/{key+}", [DeleteAttribute],
        gamefuse::DeleteGroupAttribute;

    // Blocks
    BLOCK_GROUP_USER: "block-group-user", POST "/api/v3/groups/{id}/blocks",
        [BlockEntity, RemoveMember], gamefuse::BlockGroupUser;
    GET_GROUP_BLOCK: "get-group-block", GET "/api/v3/groups/{id}/blocks/{user_id}", [ListBlocks],
        gamefuse::GetGroupBlock;
    LIST_GROUP_BLOCKS: "list-group-blocks", GET "/api/v3/groups/{id}/blocks", [ListBlocks],
        gamefuse::ListGroupBlocks, parallel_calls: 2;
    UNBLOCK_GROUP_MEMBER: "unblock-group-member", DELETE "/api/v3/groups/{id}/blocks/{user_id}",
        [UnblockMember], gamefuse::UnblockGroupMember;

    // Codes
    CREATE_GROUP_CODE: "create-group-code", POST "/api/v3/groups/{id}/codes", [CreateCode],
        gamefuse::CreateGroupCode;
    LIST_GROUP_CODES: "list-group-codes", GET "/api/v3/groups/{id}/codes", [ListCodes],
        gamefuse::ListGroupCodes, parallel_calls: 2;
    UPDATE_GROUP_CODE: "update-group-code", PATCH "/api/v3/groups/{id}/codes/{code_id}",
        [UpdateCode], gamefuse::UpdateGroupCode, parallel_calls: 2;
    DELETE_GROUP_CODE: "delete-group-code", DELETE "/api/v3/groups/{id}/codes/{code_id}",
        [DeleteCode], gamefuse::DeleteGroupCode, parallel_calls: 2;

    // History
    LIST_GROUP_EVENTS: "list-group-events", GET "/api/v3/groups/{id}/events",
        [ListEvents, ListPending], gamefuse::ListGroupEvents, parallel_calls: 2;

    // Users and games
    SIGN_UP: "sign-up", POST "/api/v3/users", [SignUp], gamefuse::SignUp;
    SIGN_IN: "sign-in", POST "/api/v3/sessions", [SignIn], gamefuse::SignIn, parallel_calls: 3;
    GET_USER: "get-user", GET "/api/v3/users/{id}", [GetUser], gamefuse::GetUser, parallel_calls: 2;
    VERIFY_GAME: "verify-game", GET "/api/v3/games/verify", [VerifyGame], gamefuse::VerifyGame;
    LIST_STORE_ITEMS: "list-store-items", GET "/api/v3/games/store_items", [ListStoreItems],
        gamefuse::ListStoreItems;

    // Webhooks
    CREATE_WEBHOOK: "create-webhook", POST "/api/v3/webhooks", [CreateWebhook], gamefuse::CreateWebhook;
    LIST_WEBHOOKS: "list-webhooks", GET "/api/v3/webhooks", [ListWebhooks], gamefuse::ListWebhooks;
    GET_WEBHOOK: "get-webhook", GET "/api/v3/webhooks/{id}", [GetWebhook], gamefuse::GetWebhook;
    UPDATE_WEBHOOK: "update-webhook", PATCH "/api/v3/webhooks/{id}", [UpdateWebhook], gamefuse::UpdateWebhook;
    DELETE_WEBHOOK: "delete-webhook", DELETE "/api/v3/webhooks/{id}", [DeleteWebhook],
        gamefuse::DeleteWebhook;
    TEST_WEBHOOK: "test-webhook", POST "/api/v3/webhooks/{id}/test", [TestWebhook], gamefuse::TestWebhook;
    LIST_WEBHOOK_DELIVERIES: "list-webhook-deliveries", GET "/api/v3/webhooks/{id}/deliveries",
        [ListDeliveries], gamefuse::ListWebhookDeliveries, parallel_calls: 2;
    REPLAY_WEBHOOK: "replay-webhook", POST "/api/v3/webhooks/{id}/replay", [ReplayWebhook],
        gamefuse::ReplayWebhook, parallel_calls: 3;

    // PlayFab's groups
    PLAYFAB_ACCEPT_GROUP_APPLICATION: "playfab-accept-group-application", POST "/Group/AcceptGroupApplication",
        [AnswerApplication], playfab::AcceptGroupApplication;
    PLAYFAB_ACCEPT_GROUP_INVITATION: "playfab-accept-group-invitation", POST "/Group/AcceptGroupInvitation",
        [AnswerInvitation], playfab::AcceptGroupInvitation;
    PLAYFAB_ADD_MEMBERS: "playfab-add-members", POST "/Group/AddMembers",
        [ChangeRoles, AddMembers], playfab::AddMembers;
    PLAYFAB_APPLY_TO_GROUP: "playfab-apply-to-group", POST "/Group/ApplyToGroup",
        [ApplyToGroup, AnswerInvitation], playfab::ApplyToGroup;
    PLAYFAB_BLOCK_ENTITY: "playfab-block-entity", POST "/Group/BlockEntity",
        [BlockEntity], playfab::BlockEntity;
    PLAYFAB_CHANGE_MEMBER_ROLE: "playfab-change-member-role", POST "/Group/ChangeMemberRole",
        [ChangeRoles], playfab::ChangeMemberRole;
    PLAYFAB_CREATE_GROUP: "playfab-create-group", POST "/Group/CreateGroup",
        [CreateGroup], playfab::CreateGroup;
    PLAYFAB_CREATE_ROLE: "playfab-create-role", POST "/Group/CreateRole",
        [CreateRole], playfab::CreateRole;
    PLAYFAB_DELETE_GROUP: "playfab-delete-group", POST "/Group/DeleteGroup",
        [DeleteGroup], playfab::DeleteGroup;
    PLAYFAB_DELETE_ROLE: "playfab-delete-role", POST "/Group/DeleteRole",
        [DeleteRole], playfab::DeleteRole;
    PLAYFAB_GET_GROUP: "playfab-get-group", POST "/Group/GetGroup", [GetGroup], playfab::GetGroup;
    PLAYFAB_INVITE_TO_GROUP: "playfab-invite-to-group", POST "/Group/InviteToGroup",
        [InviteToGroup, AnswerApplication], playfab::InviteToGroup;
    PLAYFAB_IS_MEMBER: "playfab-is-member", POST "/Group/IsMember",
        [ListMembers], playfab::IsMember;
    PLAYFAB_LIST_GROUP_APPLICATIONS: "playfab-list-group-applications", POST "/Group/ListGroupApplications",
        [ListPending], playfab::ListGroupApplications, parallel_calls: 2;
    PLAYFAB_LIST_GROUP_BLOCKS: "playfab-list-group-blocks", POST "/Group/ListGroupBlocks",
        [ListBlocks], playfab::ListGroupBlocks, parallel_calls: 2;
    PLAYFAB_LIST_GROUP_INVITATIONS: "playfab-list-group-invitations", POST "/Group/ListGroupInvitations",
        [ListPending], playfab::ListGroupInvitations, parallel_calls: 2;
    PLAYFAB_LIST_GROUP_MEMBERS: "playfab-list-group-members", POST "/Group/ListGroupMembers",
        [ListMembers], playfab::ListGroupMembers;
    PLAYFAB_LIST_MEMBERSHIP: "playfab-list-membership", POST "/Group/ListMembership",
        [ListMembership], playfab::ListMembership;
    PLAYFAB_LIST_MEMBERSHIP_OPPORTUNITIES: "playfab-list-membership-opportunities", POST "/Group/ListMembershipOpportunities",
        [ListMembership], playfab::ListMembershipOpportunities;
    PLAYFAB_REMOVE_GROUP_APPLICATION: "playfab-remove-group-application", POST "/Group/RemoveGroupApplication",
        [AnswerApplication, CancelApplication], playfab::RemoveGroupApplication;
    PLAYFAB_REMOVE_GROUP_INVITATION: "playfab-remove-group-invitation", POST "/Group/RemoveGroupInvitation",
        [AnswerInvitation, CancelInvitation], playfab::RemoveGroupInvitation;
    PLAYFAB_REMOVE_MEMBERS: "playfab-remove-members", POST "/Group/RemoveMembers",
        [ChangeRoles, LeaveGroup], playfab::RemoveMembers;
    PLAYFAB_UNBLOCK_ENTITY: "playfab-unblock-entity", POST "/Group/UnblockEntity",
        [UnblockMember], playfab::UnblockEntity;
    PLAYFAB_UPDATE_GROUP: "playfab-update-group", POST "/Group/UpdateGroup",
        [UpdateGroup, ChangeAdminRole], playfab::UpdateGroup;
    PLAYFAB_UPDATE_ROLE: "playfab-update-role", POST "/Group/UpdateRole",
        [UpdateRole], playfab::UpdateRole;

    // PlayFab's tokens
    PLAYFAB_LOGIN_WITH_CUSTOM_ID: "playfab-login-with-custom-id", POST "/Client/LoginWithCustomID",
        [SignIn, SignUp], playfab::LoginWithCustomId, parallel_calls: 2, also: POST "/Client/LoginWithCustomId";
    PLAYFAB_GET_ENTITY_TOKEN: "playfab-get-entity-token", POST "/Authentication/GetEntityToken",
        [GetToken], playfab::GetEntityToken;
    PLAYFAB_VALIDATE_ENTITY_TOKEN: "playfab-validate-entity-token", POST "/Authentication/ValidateEntityToken",
        [ValidateToken], playfab::ValidateEntityToken, parallel_calls: 0;
}

/// Declares the functions without a route, and the list of them all.
macro_rules! unrouted {
    ($($(#[$doc:meta])* $name:ident: $function:literal, $action:ident, $handler:expr
       $(, parallel_calls: $parallel_calls:literal)?;)*) => {
        $(
            $(#[$doc])*
            pub static $name: Function = Function {
                name: $function,
                actions: &[Action::$action],
                parallel_calls: parallel_calls!($($parallel_calls)?),
                handler: $handler,
            };
        )*

        /// Every function that has no route.
        pub static UNROUTED: &[&Function] = &[$(&$name),*];
    };
}

unrouted! {
    // By an operator: games
    /// Makes a game.
    CREATE_GAME: "create-game", CreateGame, handle::<games::CreateGame>;
    /// Lists games.
    LIST_GAMES: "list-games", ListGames, handle::<games::ListGames>;
    /// Replaces a game's token or secret key.
    ROTATE_GAME_KEYS: "rotate-game-keys", RotateGameKeys, handle::<games::RotateGameKeys>;
    /// Lets nobody into a game, or everybody again.
    DISABLE_GAME: "disable-game", DisableGame, handle::<games::DisableGame>;
    /// Deletes a game with everything in it.
    DELETE_GAME: "delete-game", DeleteGame, handle::<games::DeleteGame>;

    /// Tells a game's groups as lines of a file.
    EXPORT_GAME: "export-game", ExportGame, handle::<transfer::ExportGame>;

    // By an operator: groups
    /// Takes groups into a game, from lines of a file.
    IMPORT_GROUPS: "import-groups", ImportGroups, handle::<transfer::ImportGroups>;
    /// Shows a group as it is stored.
    INSPECT_GROUP: "inspect-group", InspectGroup, handle::<groups::InspectGroup>, parallel_calls: 2;
    /// Compares what a group counts with its rows, and mends it.
    REPAIR_GROUP: "repair-group", RepairGroup, handle::<groups::RepairGroup>;

    // By an operator: users
    /// Shows a user with their groups.
    INSPECT_USER: "inspect-user", InspectUser, handle::<users::InspectUser>, parallel_calls: 2;
    /// Lets a user into the game no more, or again.
    BAN_USER: "ban-user", BanUser, handle::<users::BanUser>;
    /// Gives a user another password.
    SET_PASSWORD: "set-password", SetPassword, handle::<users::SetPassword>;
    /// Makes a user's tokens void.
    REVOKE_TOKENS: "revoke-tokens", RevokeTokens, handle::<users::RevokeTokens>;
    /// Tells everything that is stored about a user.
    EXPORT_USER: "export-user", ExportUser, handle::<persons::ExportUser>, parallel_calls: 2;
    /// Takes a user out of all groups, and forgets who they are.
    ERASE_USER: "erase-user", EraseUser, handle::<persons::EraseUser>;

    // By events
    /// Writes histories, and removes what deleted groups leave behind; invoked by the table's stream.
    RELAY_EVENTS: "relay-events", RelayEvents, relay_events::handle;
    /// Sends what is on its way to webhooks; invoked by the queue in which that waits.
    DELIVER_WEBHOOK: "deliver-webhook", DeliverWebhook, deliver_webhook::handle;
}
