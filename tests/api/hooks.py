"""What schemathesis does not bring along: things that exist to ask about, and a check that the documented form is read."""

import json
import os
import zlib

import schemathesis
from schemathesis import GenerationMode

KNOWN = json.loads(os.environ["GUILDHALL_KNOWN"])
PLAYER = {"Id": f"{KNOWN['user_id']:016X}", "Type": "title_player_account"}
EXISTING = KNOWN | {
    "Group": {"Id": f"{KNOWN['group_id']:016X}", "Type": "group"},
    "Entity": PLAYER,
    "Members": [PLAYER],
    "TitleId": str(KNOWN["game_id"]),
    # Nothing is to be sent anywhere.
    "url": "https://game.invalid/",
}

# After these the group would be no more, so they are about another one.
ENDS_GROUPS = ["delete-group", "leave-group", "playfab-delete-group"]

# What no schema can say.
BEYOND_SCHEMAS = [
    "must be the same as password",
    "must not contradict only_can_edit_by_creator",
    "must not contain characters that Unicode does not define",
    "must have at least one character that can be seen",
    # Limits count bytes, or what a text folds to, where schemas count characters.
    "must have at most",
    "must be your own id",
    "must be somebody else's id",
    "must not be given",
    "group_id is required",
    "lets in nobody but yourself",
    "must not name a key twice",
    # Of the forms of URLs, those that a webhook may have.
    "must be a URL",
    "must be an absolute URL",
    # Of PlayFab's dialect.
    "must be of type",
    "is required where GroupName is not given",
    "must be the name of Group where both are given",
]


def is_left(value):
    """Whether something stays as it was made up, which it does in one of four requests."""
    return zlib.crc32(repr(value).encode("utf-8", "replace")) % 4 == 0


def is_our_group(value):
    if isinstance(value, dict):
        return value.get("Id") == EXISTING["Group"]["Id"]
    return str(value) == str(KNOWN["group_id"])


def with_existing(ctx, fields):
    """The same with things that exist in the place of made-up ones."""
    if not isinstance(fields, dict):
        return fields
    if ctx.operation.definition.raw["operationId"] in ENDS_GROUPS:
        # Ids are also taken from answers.
        ours = {name: value for name, value in fields.items() if is_our_group(value)}
        return fields | {name: {"Id": "0" * 15 + "1"} if isinstance(value, dict) else 1 for name, value in ours.items()}
    if is_left(fields):
        return fields
    return fields | {name: EXISTING[name] for name in fields if name in EXISTING}


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    if not path_parameters:
        return path_parameters
    # What is deleted is another one.
    if ctx.operation.definition.raw["operationId"] == "delete-webhook":
        return path_parameters
    for noun in ["group", "webhook"]:
        if "id" in path_parameters and ctx.operation.path.startswith(f"/api/v3/{noun}s/"):
            known = with_existing(ctx, {f"{noun}_id": path_parameters["id"]} | path_parameters)
            return known | {"id": known.pop(f"{noun}_id")}
    return with_existing(ctx, path_parameters)


@schemathesis.hook
def map_query(ctx, query):
    return with_existing(ctx, query)


@schemathesis.hook
def map_body(ctx, body):
    return with_existing(ctx, body)


@schemathesis.hook
def map_headers(ctx, headers):
    # Else most requests would have the key of another one.
    if headers and not is_left(headers):
        headers.pop("Idempotency-Key", None)
    return headers


@schemathesis.check
def requests_of_the_documented_form_are_read(ctx, response, case):
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    problem = problem_of_form(response)
    if problem and not any(text in problem for text in BEYOND_SCHEMAS):
        raise AssertionError(f"The document permits this request, and it is refused: {problem}")


def problem_of_form(response):
    """What is wrong with a request's form, if that is why it was refused."""
    [name] = response.headers.get("x-error-code", [""])
    if name in ("InvalidParameter", "MalformedBody", "UnsupportedMediaType"):
        return response.text
    if response.status_code == 400 and not name:
        envelope = response.json()
        if envelope["error"] in ("InvalidJSONContent", "InvalidContentType"):
            return envelope["errorMessage"]
        # Where a rule has refused, details have the rule's text; where a field is wrong, they begin so.
        details = [text for texts in envelope.get("errorDetails", {}).values() for text in texts]
        return next((text for text in details if text.startswith("The ") and " field " in text), None)
    return None
