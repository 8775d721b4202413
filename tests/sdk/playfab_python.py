"""Runs PlayFab's own SDK for Python, unmodified, against Guildhall, through all operations of the Groups API.

    playfab_python.py --facts FILE

FILE is what the local server writes with --demo-file.
One line is printed per step, and at the end `N passed, M failed`.
.ci/test-sdks installs the SDK, starts a server and runs this.
"""

import argparse
import json
import re
import secrets
import sys

from playfab import (
    PlayFabAuthenticationAPI,
    PlayFabClientAPI,
    PlayFabErrors,
    PlayFabGroupsAPI,
    PlayFabSettings,
)

GROUPS_API = {
    name: function
    for name, function in vars(PlayFabGroupsAPI).items()
    if callable(function) and name[0].isupper()
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = re.compile(r"[0-9A-F]{16}")

ADMINS, MEMBERS = "admins", "members"


class Failed(Exception):
    """A step went wrong, as was noted, and the rest of its chapter depends on it."""


class Report:
    """Counts and prints the steps."""

    def __init__(self):
        self.passed = self.failed = 0
        self.succeeded = set()

    def step(self, text, problem=None):
        """Notes a step, which passed if there is no problem."""
        if problem is None:
            self.passed += 1
            print(f"ok    {text}")
        else:
            self.failed += 1
            print(f"FAIL  {text}: {problem}")

    def check(self, text, seen, expected):
        """Notes whether two values are the same."""
        self.step(text, None if seen == expected else f"expected {expected!r}, not {seen!r}")


REPORT = Report()


def ask(function, request):
    """What the SDK hands its caller: a result and no error, or the other way round."""
    handed = []
    function(request, lambda result, error: handed.append((result, error)))
    if len(handed) != 1:
        raise LookupError(f"the SDK called back {len(handed)} times")
    return handed[0]


def succeed(text, function, request):
    """A step that is to succeed; tells its result."""
    result, error = ask(function, request)
    if error is not None:
        # Of an answer that is not 200 the SDK keeps nothing but the status.
        seen = error if isinstance(error, dict) else vars(error)
        REPORT.step(text, f"answered {json.dumps(seen, default=str)}")
        raise Failed
    REPORT.step(text)
    return result


def refuse(text, function, request, name, code, status=400, detail=None):
    """A step that is to be refused with this error, which the SDK has to hand over whole."""
    result, error = ask(function, request)
    if error is None:
        REPORT.step(text, f"expected {name}, answered {json.dumps(result)}")
        return
    if not isinstance(error, dict):
        REPORT.step(text, f"expected {name}, the SDK saw no more than HTTP {error.HttpCode}")
        return
    parsed = PlayFabErrors.PlayFabError(error)
    seen = (parsed.Error, parsed.ErrorCode, parsed.HttpCode)
    problem = None
    if seen != (name, code, status):
        problem = f"expected {(name, code, status)}, not {seen}: {parsed.GenerateErrorReport()}"
    elif PlayFabErrors.PlayFabErrorCode[name].value != (code,):
        problem = f"the SDK knows {name} by another number"
    elif not parsed.ErrorMessage or " " in parsed.HttpStatus:
        problem = f"errorMessage or status is not as PlayFab's: {error}"
    elif detail is not None and not (parsed.ErrorDetails or {}).get(detail):
        problem = f"errorDetails say nothing about {detail}: {parsed.ErrorDetails}"
    elif not all(isinstance(texts, list) for texts in (parsed.ErrorDetails or {}).values()):
        problem = f"errorDetails are not lists: {parsed.ErrorDetails}"
    REPORT.step(f"{text}: {name}", problem)


class Caller:
    """Somebody with an entity token. The SDK keeps one for the whole process, so it is put there for each call."""

    def __init__(self, name, token, key):
        self.name, self.token, self.key = name, token, key

    def succeed(self, text, operation, **request):
        """Calls an operation of the Groups API, which is to succeed."""
        PlayFabSettings._internalSettings.EntityToken = self.token
        result = succeed(f"{operation}: {text}", GROUPS_API[operation], request)
        REPORT.succeeded.add(operation)
        return result

    def refuse(self, text, operation, name, code, status=400, detail=None, **request):
        """Calls an operation of the Groups API, which is to be refused."""
        PlayFabSettings._internalSettings.EntityToken = self.token
        text = f"{operation}: {text}"
        refuse(text, GROUPS_API[operation], request, name, code, status, detail)

    def group(self):
        """A new group of this player."""
        name = f"Wolves {secrets.token_hex(6)}"
        return self.succeed(f"{self.name} founds {name}", "CreateGroup", GroupName=name)["Group"]

    def roles_in(self, group):
        """The roles that this player holds, as ListMembership tells them; None for no member."""
        PlayFabSettings._internalSettings.EntityToken = self.token
        result, _ = ask(PlayFabGroupsAPI.ListMembership, {})
        for found in result["Groups"]:
            if found["Group"] == group:
                return [role["RoleId"] for role in found["Roles"]]
        return None

    def check_roles(self, text, group, expected):
        """Notes whether this player holds these roles."""
        REPORT.check(text, self.roles_in(group), expected)


def forget_credentials():
    """As in a process that has just been started."""
    PlayFabSettings._internalSettings.EntityToken = None
    PlayFabSettings._internalSettings.ClientSessionTicket = None
    PlayFabSettings.DeveloperSecretKey = None


def entity(kind, id):
    """An entity key as the service writes it."""
    return {"Id": id, "Type": kind, "TypeString": kind}


def with_lineage(key):
    """An entity as the service writes it in lists: much game code reads the master account without looking."""
    master = entity("master_player_account", key["Id"])
    return {"Key": key, "Lineage": {"master_player_account": master}}


def unknown(kind):
    """The key of an entity that does not exist."""
    return entity(kind, "000000007FFFFFFF")


def members_by_role(caller, text, group):
    """The ids of a group's members by role, in the order of the answer."""
    listed = caller.succeed(text, "ListGroupMembers", Group=group)["Members"]
    return {role["RoleId"]: [m["Key"]["Id"] for m in role["Members"]] for role in listed}


def log_in(name):
    """Logs a new player in, as a game's client does, and once more."""
    forget_credentials()
    request = {"CustomId": f"{name}-{secrets.token_hex(8)}"}
    refuse(f"{name} has no account yet", PlayFabClientAPI.LoginWithCustomID, dict(request), "AccountNotFound", 1001)
    create = {**request, "CreateAccount": True}
    first = succeed(f"{name} logs in for the first time", PlayFabClientAPI.LoginWithCustomID, create)
    again = succeed(f"{name} logs in again", PlayFabClientAPI.LoginWithCustomID, dict(request))
    REPORT.check(f"{name} is new only once", (first["NewlyCreated"], again["NewlyCreated"]), (True, False))
    key = again["EntityToken"]["Entity"]
    REPORT.check(f"{name} keeps its id", first["EntityToken"]["Entity"], key)
    REPORT.check(f"{name}'s key is a player's", key, entity("title_player_account", again["PlayFabId"]))
    REPORT.check(f"{name}'s id has 16 digits", bool(ID.fullmatch(again["PlayFabId"])), True)
    expires = again["EntityToken"]["TokenExpiration"]
    REPORT.check(f"{name}'s token expires at a date", bool(DATE.fullmatch(expires)), True)
    return Caller(name, again["EntityToken"]["EntityToken"], key)


def tokens(facts):
    """Logins and tokens; tells three players and the title."""
    players = [log_in(name) for name in ("Ada", "Bob", "Eve")]
    ada = players[0]
    get, validate = PlayFabAuthenticationAPI.GetEntityToken, PlayFabAuthenticationAPI.ValidateEntityToken

    # Of the session tickets the SDK has kept the last one.
    PlayFabSettings._internalSettings.EntityToken = None
    got = succeed("GetEntityToken: Eve exchanges her session ticket", get, {})
    REPORT.check("the token is Eve's", got["Entity"], players[2].key)

    forget_credentials()
    PlayFabSettings._internalSettings.EntityToken = ada.token
    got = succeed("GetEntityToken: Ada refreshes her token", get, {})
    REPORT.check("the token is Ada's", got["Entity"], ada.key)
    ada.token = got["EntityToken"]
    another = {"Entity": players[1].key}
    refuse("GetEntityToken: Ada asks for Bob's token", get, another, "NotAuthorized", 1089, 403)
    token = {"EntityToken": ada.token}
    refuse("ValidateEntityToken: a player is no server", validate, token, "NotAuthorized", 1089, 403)

    forget_credentials()
    refuse("GetEntityToken: nobody asks", get, {}, "NotAuthenticated", 1074, 401)
    PlayFabSettings.DeveloperSecretKey = facts["secret_key"] + "x"
    refuse("GetEntityToken: a wrong secret key", get, {}, "NotAuthenticated", 1074, 401)

    PlayFabSettings.DeveloperSecretKey = facts["secret_key"]
    got = succeed("GetEntityToken: the title exchanges its secret key", get, {})
    REPORT.check("the token is the title's", got["Entity"], entity("title", PlayFabSettings.TitleId))
    title = Caller("The title", got["EntityToken"], got["Entity"])
    held = succeed("ValidateEntityToken: the title asks whose token that is", validate, token)
    REPORT.check("it is Ada's", held["Entity"], ada.key)
    lineage = {"TitleId": title.key["Id"]}
    lineage["MasterPlayerAccountId"] = lineage["TitlePlayerAccountId"] = ada.key["Id"]
    REPORT.check("the lineage is the flat one", held["Lineage"], lineage)
    got = succeed("GetEntityToken: the title asks for Ada's token", get, {"Entity": ada.key})
    REPORT.check("that token is Ada's", got["Entity"], ada.key)

    forget_credentials()
    PlayFabSettings.TitleId = "1"
    login = {"CustomId": "ada", "CreateAccount": True}
    login_error = ("InvalidTitleId", 1004)
    refuse("LoginWithCustomID: no such title", PlayFabClientAPI.LoginWithCustomID, login, *login_error)
    PlayFabSettings.TitleId = str(facts["game_id"])

    nonsense = Caller("Nobody", "nonsense", None)
    nonsense.refuse("a token that is none", "ListMembership", "EntityTokenInvalid", 1335, 401)
    return *players, title


def groups(ada, bob, eve, title):
    """Groups, their names and their versions."""
    name = f"Dragons {secrets.token_hex(6)}"
    made = ada.succeed("Ada founds a group", "CreateGroup", GroupName=name, CustomTags={"build": "1"})
    group = made["Group"]
    REPORT.check("its key is a group's", group, entity("group", group["Id"]))
    REPORT.check("its date is a date", bool(DATE.fullmatch(made["Created"])), True)
    expected = {
        "Group": group,
        "GroupName": name,
        "AdminRoleId": ADMINS,
        "MemberRoleId": MEMBERS,
        "Roles": {ADMINS: "Administrators", MEMBERS: "Members"},
        "ProfileVersion": 0,
        "Created": made["Created"],
    }
    REPORT.check("it is as PlayFab's groups are", made, expected)
    found = bob.succeed("Bob finds it by its name", "GetGroup", GroupName=name)
    REPORT.check("it is the same", found, made)
    found = bob.succeed("Bob reads it by its id, without a type", "GetGroup", Group={"Id": group["Id"]})
    REPORT.check("it is the same again", found, made)
    typed = {"Id": group["Id"], "TypeString": "group"}
    bob.succeed("and by the older name of the type", "GetGroup", Group=typed, GroupName=None)

    missing = ("ProfileDoesNotExist", 1298)
    bob.refuse("no group has that name", "GetGroup", *missing, GroupName=f"No {name}")
    bob.refuse("no group has that id", "GetGroup", *missing, Group=unknown("group"))
    bob.refuse("which group", "GetGroup", "InvalidParams", 1000, detail="Group")
    bob.refuse("the name is taken", "CreateGroup", "GroupNameNotAvailable", 1368, GroupName=name.upper())
    bob.refuse("without a name", "CreateGroup", "InvalidParams", 1000, detail="GroupName")
    bob.refuse("an empty name", "CreateGroup", "InvalidParams", 1000, detail="GroupName", GroupName=" ")
    refused = ("NotAuthorized", 1089, 403)
    bob.refuse("for Eve", "CreateGroup", *refused, GroupName="Eve's", Entity=eve.key)
    theirs = title.succeed("the title, for Eve", "CreateGroup", GroupName=f"Eve's {name}", Entity=eve.key)["Group"]
    eve.check_roles("Eve is its admin", theirs, [ADMINS])
    title.refuse("for nobody", "CreateGroup", "InvalidEntityType", 1373, GroupName=f"Nobody's {name}")

    update = {"Group": group, "GroupName": f"New {name}"}
    bob.refuse("Bob is no admin", "UpdateGroup", *refused, **update)
    done = ada.succeed("not the version it is at", "UpdateGroup", **update, ExpectedProfileVersion=7)
    REPORT.check("so nothing has changed", (done["ProfileVersion"], done["SetResult"]), (0, "None"))
    done = ada.succeed("Ada renames it at version 0", "UpdateGroup", **update, ExpectedProfileVersion=0)
    REPORT.check("it is at version 1", done, {"ProfileVersion": 1, "SetResult": "Updated"})
    done = ada.succeed("version 0 is over", "UpdateGroup", **update, ExpectedProfileVersion=0)
    REPORT.check("it stays at version 1", (done["ProfileVersion"], done["SetResult"]), (1, "None"))
    done = ada.succeed("Ada gives it the name that it has", "UpdateGroup", **update)
    seen = (done["ProfileVersion"], done["SetResult"], bool(done["OperationReason"]))
    REPORT.check("nothing has changed, and why", seen, (1, "None", True))
    taken = {"Group": theirs, "GroupName": f"new {name}"}
    eve.refuse("Eve wants that name", "UpdateGroup", "GroupNameNotAvailable", 1368, **taken)
    eve.succeed("Eve takes the old one", "UpdateGroup", Group=theirs, GroupName=name)
    ada.refuse("only the title says who the admins are", "UpdateGroup", *refused, Group=group, AdminRoleId=MEMBERS)
    no_role = ("RoleDoesNotExist", 1358)
    title.refuse("a role that is none", "UpdateGroup", *no_role, Group=group, MemberRoleId="none")

    bob.refuse("Bob is no admin", "DeleteGroup", *refused, Group=group)
    ada.succeed("Ada deletes it", "DeleteGroup", Group=group)
    ada.refuse("it is gone", "DeleteGroup", *missing, Group=group)
    ada.refuse("it is gone by name", "GetGroup", *missing, GroupName=f"New {name}")
    ada.check_roles("Ada is not in it", group, None)
    bob.succeed("the name is free again", "CreateGroup", GroupName=f"New {name}")
    title.succeed("the title deletes Eve's", "DeleteGroup", Group=theirs)

    own = ada.group()
    ada.succeed("Ada says what newcomers are", "UpdateGroup", Group=own, MemberRoleId=ADMINS)
    bob.succeed("Bob applies", "ApplyToGroup", Group=own)
    ada.succeed("Ada accepts", "AcceptGroupApplication", Group=own, Entity=bob.key)
    bob.check_roles("Bob is an admin", own, [ADMINS])


def applications(ada, bob, eve, title):
    """Applications, and the answers to them."""
    group = ada.group()
    missing = ("GroupApplicationNotFound", 1362)
    one = {"Group": group, "Entity": bob.key}
    ada.refuse("nobody has applied", "AcceptGroupApplication", *missing, **one)
    ada.refuse("nobody has applied", "RemoveGroupApplication", *missing, **one)
    made = bob.succeed("Bob applies", "ApplyToGroup", Group={"Id": group["Id"]})
    REPORT.check("it expires at a date", bool(DATE.fullmatch(made["Expires"])), True)
    expected = {"Group": group, "Entity": with_lineage(bob.key), "Expires": made["Expires"]}
    REPORT.check("it is as PlayFab's applications are", made, expected)
    again = bob.succeed("Bob applies again", "ApplyToGroup", Group=group, Entity=bob.key)
    REPORT.check("it is the same, and expires no later", again, made)
    refused = ("NotAuthorized", 1089, 403)
    eve.refuse("Eve for Bob", "ApplyToGroup", *refused, **one)
    gone = ("ProfileDoesNotExist", 1298)
    bob.refuse("to no group", "ApplyToGroup", *gone, Group=unknown("group"))

    listed = ada.succeed("Ada reads the applications", "ListGroupApplications", Group=group)
    REPORT.check("there is Bob's", listed, {"Applications": [made]})
    bob.refuse("Bob may not read them", "ListGroupApplications", *refused, Group=group)
    listed = bob.succeed("Bob reads his own", "ListMembershipOpportunities")
    REPORT.check("it is among them", made in listed["Applications"], True)
    listed = eve.succeed("Eve asks about Bob", "ListMembershipOpportunities", Entity=bob.key)
    REPORT.check("she is told nothing", listed, {"Applications": [], "Invitations": []})

    bob.refuse("Bob answers himself", "AcceptGroupApplication", *refused, **one)
    eve.refuse("Eve answers", "AcceptGroupApplication", *refused, **one)
    eve.refuse("Eve declines", "RemoveGroupApplication", *refused, **one)
    handed_on = {"Group": made["Group"], "Entity": made["Entity"]["Key"]}
    accepted = ada.succeed("Ada accepts Bob", "AcceptGroupApplication", **handed_on)
    REPORT.check("which answers nothing", accepted, {})
    bob.check_roles("Bob is a member", group, [MEMBERS])
    member = ("EntityIsAlreadyMember", 1359)
    ada.refuse("Bob is in already", "AcceptGroupApplication", *member, **one)
    bob.refuse("Bob is in already", "ApplyToGroup", *member, Group=group)

    eve.succeed("Eve applies", "ApplyToGroup", Group=group)
    eve.succeed("Eve takes it back", "RemoveGroupApplication", Group=group, Entity=eve.key)
    eve.succeed("Eve applies anew", "ApplyToGroup", Group=group)
    ada.succeed("Ada declines", "RemoveGroupApplication", Group=group, Entity=eve.key)
    title.succeed("the title, for Eve", "ApplyToGroup", Group=group, Entity=eve.key)
    title.succeed("the title accepts", "AcceptGroupApplication", Group=group, Entity=eve.key)
    eve.check_roles("Eve is a member", group, [MEMBERS])
    title.refuse("the title is no player", "ApplyToGroup", "InvalidEntityType", 1373, Group=group)


def invitations(ada, bob, eve, title):
    """Invitations, and the answers to them."""
    group = ada.group()
    ada.succeed("a role to invite into", "CreateRole", Group=group, RoleId="scouts", RoleName="Scouts")
    missing, refused = ("GroupInvitationNotFound", 1361), ("NotAuthorized", 1089, 403)
    one = {"Group": group, "Entity": bob.key}
    bob.refuse("nobody invited Bob", "AcceptGroupInvitation", *missing, Group=group)
    bob.refuse("nobody invited Bob", "RemoveGroupInvitation", *missing, **one)
    bob.refuse("Bob may not invite", "InviteToGroup", *refused, Group=group, Entity=eve.key)
    ada.refuse("into no role", "InviteToGroup", "RoleDoesNotExist", 1358, **one, RoleId="none")
    ada.refuse("Ada is in already", "InviteToGroup", "EntityIsAlreadyMember", 1359, Group=group, Entity=ada.key)
    gone = ("ProfileDoesNotExist", 1298)
    ada.refuse("nobody", "InviteToGroup", *gone, Group=group, Entity=unknown("title_player_account"))
    no_player = {"Group": group, "Entity": entity("character", bob.key["Id"])}
    ada.refuse("a character", "InviteToGroup", "InvalidParams", 1000, detail="Entity", **no_player)

    made = ada.succeed("Ada invites Bob as a scout", "InviteToGroup", **one, RoleId="scouts")
    REPORT.check("it expires at a date", bool(DATE.fullmatch(made["Expires"])), True)
    expected = {
        "Group": group,
        "InvitedEntity": with_lineage(bob.key),
        "InvitedByEntity": with_lineage(ada.key),
        "RoleId": "scouts",
        "Expires": made["Expires"],
    }
    REPORT.check("it is as PlayFab's invitations are", made, expected)
    again = ada.succeed("Ada invites Bob again", "InviteToGroup", **one)
    REPORT.check("it is the same, into the same role", again, made)
    listed = ada.succeed("Ada reads the invitations", "ListGroupInvitations", Group=group)
    REPORT.check("there is Bob's", listed, {"Invitations": [made]})
    bob.refuse("Bob may not read them", "ListGroupInvitations", *refused, Group=group)
    listed = bob.succeed("Bob reads his own", "ListMembershipOpportunities", Entity=bob.key)
    REPORT.check("it is among them", made in listed["Invitations"], True)
    eve.refuse("Eve takes Bob's", "AcceptGroupInvitation", *refused, **one)
    eve.refuse("Eve declines Bob's", "RemoveGroupInvitation", *refused, **one)
    bob.succeed("Bob accepts", "AcceptGroupInvitation", **one)
    bob.check_roles("Bob is a scout", group, ["scouts"])
    ada.refuse("Bob is in already", "InviteToGroup", "EntityIsAlreadyMember", 1359, **one)

    made = ada.succeed("Ada invites Eve", "InviteToGroup", Group=group, Entity=eve.key)
    REPORT.check("as a member", made["RoleId"], MEMBERS)
    eve.succeed("Eve declines", "RemoveGroupInvitation", Group=group, Entity=eve.key)
    ada.succeed("Ada invites Eve anew", "InviteToGroup", Group=group, Entity=eve.key)
    ada.succeed("Ada takes it back", "RemoveGroupInvitation", Group=group, Entity=eve.key)
    made = title.succeed("the title invites Eve", "InviteToGroup", Group=group, Entity=eve.key, RoleId="scouts")
    REPORT.check("in its own name", made["InvitedByEntity"]["Key"], title.key)
    move = {"Group": group, "Members": [bob.key], "OriginRoleId": "scouts", "DestinationRoleId": MEMBERS}
    ada.succeed("Ada moves Bob", "ChangeMemberRole", **move)
    ada.succeed("Ada deletes the role", "DeleteRole", Group=group, RoleId="scouts")
    eve.refuse("its role is gone", "AcceptGroupInvitation", "RoleDoesNotExist", 1358, Group=group)
    eve.refuse("so is that of Eve's invitation", "ApplyToGroup", "RoleDoesNotExist", 1358, Group=group)


def crossings(ada, bob, eve, _title):
    """Applications that meet invitations: errors, although somebody has become a member."""
    group = ada.group()
    ada.succeed("a role to invite into", "CreateRole", Group=group, RoleId="scouts", RoleName="Scouts")
    ada.succeed("Ada invites Bob", "InviteToGroup", Group=group, Entity=bob.key, RoleId="scouts")
    bob.refuse("Bob is let in at once", "ApplyToGroup", "OutstandingInvitationAcceptedInstead", 1363, Group=group)
    bob.check_roles("Bob is a scout", group, ["scouts"])
    eve.succeed("Eve applies", "ApplyToGroup", Group=group)
    one = {"Group": group, "Entity": eve.key}
    ada.refuse("Eve is let in at once", "InviteToGroup", "OutstandingApplicationAcceptedInstead", 1364, **one)
    eve.check_roles("Eve is a member", group, [MEMBERS])

    other = ada.group()
    ada.succeed("Ada invites Bob", "InviteToGroup", Group=other, Entity=bob.key)
    bob.succeed("Bob applies all the same", "ApplyToGroup", Group=other, AutoAcceptOutstandingInvite=False)
    eve.succeed("Eve applies", "ApplyToGroup", Group=other)
    both = {"Group": other, "Entity": eve.key, "AutoAcceptOutstandingApplication": False}
    ada.succeed("Ada invites Eve all the same", "InviteToGroup", **both)
    listed = bob.succeed("Bob has both", "ListMembershipOpportunities")
    here = [len([p for p in listed[kind] if p["Group"] == other]) for kind in ("Applications", "Invitations")]
    REPORT.check("an application and an invitation", here, [1, 1])
    bob.succeed("Bob takes the invitation", "AcceptGroupInvitation", Group=other)
    ada.succeed("Ada takes Eve's application", "AcceptGroupApplication", Group=other, Entity=eve.key)
    for caller in (bob, eve):
        listed = caller.succeed(f"{caller.name} has neither", "ListMembershipOpportunities")
        here = [p for kind in listed.values() for p in kind if p["Group"] == other]
        REPORT.check("all is settled", here, [])


def roles(ada, bob, eve, title):
    """Roles, and who holds them."""
    group = ada.group()
    title.succeed("Bob and Eve come in", "AddMembers", Group=group, Members=[bob.key, eve.key])
    scouts = {"Group": group, "RoleId": "scouts"}
    made = ada.succeed("scouts", "CreateRole", **scouts, RoleName="Scouts", ExpectedProfileVersion=None)
    REPORT.check("at version 1", made, {"RoleId": "scouts", "RoleName": "Scouts", "ProfileVersion": 1})
    ada.refuse("the id is taken", "CreateRole", "DuplicateRoleId", 1360, **scouts, RoleName="Others")
    taken = {"Group": group, "RoleId": "others", "RoleName": "Scouts"}
    ada.refuse("the name is taken", "CreateRole", "RoleNameNotAvailable", 1367, **taken)
    malformed = {"Group": group, "RoleId": "no blanks", "RoleName": "Blanks"}
    ada.refuse("an id with a blank", "CreateRole", "InvalidParams", 1000, detail="RoleId", **malformed)
    refused = ("NotAuthorized", 1089, 403)
    bob.refuse("Bob is no admin", "CreateRole", *refused, Group=group, RoleId="bobs", RoleName="Bob's")
    for number in range(7):
        ada.succeed(f"role {number}", "CreateRole", Group=group, RoleId=f"role-{number}", RoleName=f"Role {number}")
    many = {"Group": group, "RoleId": "eleventh", "RoleName": "Eleventh"}
    ada.refuse("ten are enough", "CreateRole", "OverLimit", 1214, detail="GroupRoleCount", **many)

    renamed = {**scouts, "RoleName": "Rangers"}
    done = ada.succeed("not the version it is at", "UpdateRole", **renamed, ExpectedProfileVersion=1)
    REPORT.check("so nothing has changed", (done["ProfileVersion"], done["SetResult"]), (8, "None"))
    done = ada.succeed("scouts are rangers now", "UpdateRole", **renamed, ExpectedProfileVersion=8)
    REPORT.check("at version 9", done, {"ProfileVersion": 9, "SetResult": "Updated"})
    no_role = ("RoleDoesNotExist", 1358)
    ada.refuse("no such role", "UpdateRole", *no_role, Group=group, RoleId="none", RoleName="None")
    ada.refuse("the name is taken", "UpdateRole", "RoleNameNotAvailable", 1367, **{**scouts, "RoleName": "Members"})

    move = {"Group": group, "Members": [bob.key, eve.key], "OriginRoleId": MEMBERS, "DestinationRoleId": "scouts"}
    bob.refuse("Bob is no admin", "ChangeMemberRole", *refused, **move)
    ada.refuse("to no role", "ChangeMemberRole", *no_role, **{**move, "DestinationRoleId": "none"})
    ada.succeed("Bob and Eve become scouts", "ChangeMemberRole", **move)
    bob.check_roles("Bob is a scout", group, ["scouts"])
    ada.refuse("they are no members any more", "ChangeMemberRole", "InvalidParams", 1000, detail="Members", **move)
    ada.succeed("Bob is a member too", "AddMembers", Group=group, Members=[bob.key], RoleId=MEMBERS)
    bob.check_roles("Bob is both", group, [MEMBERS, "scouts"])
    ada.succeed("which he was", "AddMembers", Group=group, Members=[bob.key])
    listed = members_by_role(eve, "Eve reads the members", group)
    seen = {role: ids for role, ids in listed.items() if ids}
    bobs, eves = bob.key["Id"], eve.key["Id"]
    expected = {ADMINS: [ada.key["Id"]], MEMBERS: [bobs], "scouts": sorted([bobs, eves])}
    seen["scouts"] = sorted(seen["scouts"])
    REPORT.check("all in their roles", seen, expected)
    REPORT.check("empty roles too, admins and members first", (list(listed)[:2], len(listed)), ([ADMINS, MEMBERS], 10))

    for role, name, code in ((ADMINS, "RoleIsGroupAdmin", 1366), (MEMBERS, "RoleIsGroupDefaultMember", 1365)):
        ada.refuse(f"{role} stay", "DeleteRole", name, code, Group=group, RoleId=role)
    ada.refuse("no such role", "DeleteRole", *no_role, Group=group, RoleId="none")
    ada.succeed("scouts are no more", "DeleteRole", **scouts)
    bob.check_roles("Bob is what else he was", group, [MEMBERS])
    eve.check_roles("Eve is a member", group, [MEMBERS])

    ada.succeed("new leaders", "UpdateRole", Group=group, RoleId="role-1", RoleName="Leaders")
    title.succeed("Eve leads", "AddMembers", Group=group, Members=[eve.key], RoleId="role-1")
    title.succeed("leaders are the admins", "UpdateGroup", Group=group, AdminRoleId="role-1")
    ada.refuse("Ada is none any more", "UpdateGroup", *refused, Group=group, GroupName="Ada's")
    eve.succeed("Eve is one", "DeleteRole", Group=group, RoleId=ADMINS)
    ada.check_roles("Ada is a member", group, [MEMBERS])


def members(ada, bob, eve, title):
    """Who comes, who is in, and who goes."""
    group = ada.group()
    refused = ("NotAuthorized", 1089, 403)
    ada.refuse("Bob has to be asked", "AddMembers", *refused, Group=group, Members=[bob.key])
    nobody = {"Group": group, "Members": [bob.key, unknown("title_player_account")]}
    title.refuse("one is nobody", "AddMembers", "ProfileDoesNotExist", 1298, **nobody)
    bob.check_roles("so neither is in", group, None)
    title.refuse("no list", "AddMembers", "InvalidParams", 1000, detail="Members", Group=group)
    title.refuse("into no role", "AddMembers", "RoleDoesNotExist", 1358, Group=group, Members=[bob.key], RoleId="none")
    bob.succeed("Bob applies", "ApplyToGroup", Group=group)
    added = title.succeed("the title brings Bob in", "AddMembers", Group=group, Members=[bob.key])
    REPORT.check("which answers nothing", added, {})
    listed = ada.succeed("nothing is pending", "ListGroupApplications", Group=group)
    REPORT.check("Bob's application is settled", listed, {"Applications": []})

    def is_member(text, who, expected, **role):
        seen = ada.succeed(text, "IsMember", Group=group, Entity=who.key, **role)
        REPORT.check("that is so", seen, {"IsMember": expected})

    is_member("Bob is in", bob, True)
    is_member("Bob is no admin", bob, False, RoleId=ADMINS)
    is_member("Eve is out", eve, False)
    ada.refuse("in no role", "IsMember", "RoleDoesNotExist", 1358, Group=group, Entity=bob.key, RoleId="none")
    eve.refuse("Eve may not ask", "IsMember", *refused, Group=group, Entity=bob.key)
    eve.refuse("Eve may not ask", "ListGroupMembers", *refused, Group=group)
    missing = ("ProfileDoesNotExist", 1298)
    ada.refuse("of no group", "ListGroupMembers", *missing, Group=unknown("group"))
    listed = bob.succeed("Bob reads the members", "ListGroupMembers", Group=group)
    expected = [
        {"RoleId": ADMINS, "RoleName": "Administrators", "Members": [with_lineage(ada.key)]},
        {"RoleId": MEMBERS, "RoleName": "Members", "Members": [with_lineage(bob.key)]},
    ]
    REPORT.check("they are as PlayFab's are", listed, {"Members": expected})
    name = ada.succeed("Ada reads the group", "GetGroup", Group=group)["GroupName"]
    expected = {
        "Group": group,
        "GroupName": name,
        "ProfileVersion": 0,
        "Roles": [{"RoleId": MEMBERS, "RoleName": "Members"}],
    }
    listed = bob.succeed("Bob reads his groups", "ListMembership")["Groups"]
    REPORT.check("it is among them", expected in listed, True)
    listed = ada.succeed("Ada reads Bob's", "ListMembership", Entity=bob.key)["Groups"]
    REPORT.check("it is among them", expected in listed, True)
    listed = eve.succeed("Eve reads Bob's", "ListMembership", Entity=bob.key)["Groups"]
    REPORT.check("it is not among them", expected in listed, False)

    both = {"Group": group, "Members": [bob.key, eve.key]}
    ada.refuse("Eve is no member", "RemoveMembers", "InvalidParams", 1000, detail="Members", **both)
    bob.check_roles("so Bob is still in", group, [MEMBERS])
    eve.refuse("Eve is no admin", "RemoveMembers", *refused, Group=group, Members=[bob.key])
    ada.refuse("from no role", "RemoveMembers", "RoleDoesNotExist", 1358, Group=group, Members=[bob.key], RoleId="none")
    ada.succeed("Ada removes Bob", "RemoveMembers", Group=group, Members=[bob.key])
    bob.check_roles("Bob is out", group, None)
    bob.succeed("Bob may apply again", "ApplyToGroup", Group=group)
    ada.succeed("and come back", "AcceptGroupApplication", Group=group, Entity=bob.key)
    ada.succeed("Ada takes Bob's last role", "RemoveMembers", Group=group, Members=[bob.key], RoleId=MEMBERS)
    bob.check_roles("Bob is out", group, None)

    title.succeed("Bob is back", "AddMembers", Group=group, Members=[bob.key])
    last = {"Group": group, "Members": [ada.key]}
    ada.refuse("the last admin stays one", "RemoveMembers", "RoleIsGroupAdmin", 1366, **last, RoleId=ADMINS)
    demotion = {**last, "OriginRoleId": ADMINS, "DestinationRoleId": MEMBERS}
    ada.refuse("the last admin stays one", "ChangeMemberRole", "RoleIsGroupAdmin", 1366, **demotion)
    ada.succeed("but may leave", "RemoveMembers", **last)
    bob.check_roles("Bob takes over", group, [ADMINS, MEMBERS])
    bob.succeed("Bob leaves too", "RemoveMembers", Group=group, Members=[bob.key])
    bob.refuse("which ends the group", "GetGroup", *missing, Group=group)


def blocks(ada, bob, eve, _title):
    """Blocks."""
    group = ada.group()
    one = {"Group": group, "Entity": bob.key}
    refused, blocked = ("NotAuthorized", 1089, 403), ("EntityBlockedByGroup", 1357)
    bob.succeed("Bob applies", "ApplyToGroup", Group=group)
    eve.refuse("Eve is no admin", "BlockEntity", *refused, **one)
    gone = ("ProfileDoesNotExist", 1298)
    ada.refuse("nobody", "BlockEntity", *gone, Group=group, Entity=unknown("title_player_account"))
    REPORT.check("which answers nothing", ada.succeed("Ada blocks Bob", "BlockEntity", **one), {})
    ada.succeed("once more", "BlockEntity", **one)
    listed = ada.succeed("Ada reads the blocks", "ListGroupBlocks", Group=group)
    expected = {"BlockedEntities": [{"Group": group, "Entity": with_lineage(bob.key)}]}
    REPORT.check("there is Bob's", listed, expected)
    bob.refuse("Bob may not read them", "ListGroupBlocks", *refused, Group=group)
    bob.refuse("Bob is blocked", "ApplyToGroup", *blocked, Group=group)
    ada.refuse("Bob is blocked", "InviteToGroup", *blocked, **one)
    ada.refuse("Bob is blocked", "AcceptGroupApplication", *blocked, **one)
    eve.refuse("Eve is no admin", "UnblockEntity", *refused, **one)
    ada.succeed("Ada unblocks Bob", "UnblockEntity", **one)
    ada.succeed("once more", "UnblockEntity", **one)
    listed = ada.succeed("nobody is blocked", "ListGroupBlocks", Group=group)
    REPORT.check("the list is empty", listed, {"BlockedEntities": []})
    ada.succeed("the application is still there", "AcceptGroupApplication", **one)
    ada.succeed("Ada blocks a member", "BlockEntity", **one)
    bob.check_roles("who stays one", group, [MEMBERS])
    bob.succeed("Bob leaves", "RemoveMembers", Group=group, Members=[bob.key])
    bob.refuse("and may not come back", "ApplyToGroup", *blocked, Group=group)


def run(chapter, *arguments):
    """Runs a chapter; one that fails does not keep the others from being run."""
    try:
        return chapter(*arguments)
    except Failed:
        print(f"      the rest of {chapter.__name__} is left out")
    except (LookupError, TypeError, OSError) as error:
        REPORT.step(f"the rest of {chapter.__name__}", repr(error))
    return None


def main():
    """Runs all chapters against the server that the facts are about."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--facts", required=True, help="what the server has written with --demo-file")
    with open(parser.parse_args().facts, encoding="utf-8") as file:
        facts = json.load(file)
    # All that a game has to change. Anything that begins with http is used as it is, in place of https://<title>....
    PlayFabSettings.ProductionEnvironmentURL = facts["base_url"]
    PlayFabSettings.TitleId = str(facts["game_id"])

    callers = run(tokens, facts)
    if callers is not None:
        for chapter in (groups, applications, invitations, crossings, roles, members, blocks):
            run(chapter, *callers)
        left = sorted(set(GROUPS_API) - REPORT.succeeded)
        REPORT.check(f"all {len(GROUPS_API)} operations have succeeded at least once", left, [])

    print(f"{REPORT.passed} passed, {REPORT.failed} failed")
    return 1 if REPORT.failed else 0


if __name__ == "__main__":
    sys.exit(main())
