"""Two players and a group, in PlayFab's dialect. Needs Python 3.9 or later, and nothing else.

    cargo run -- --demo-file demo.json
    python3 examples/playfab.py --demo-file demo.json
"""

import argparse
import json
import time
import urllib.error
import urllib.request
import uuid

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--demo-file", default="demo.json", help="what the server writes by its option of the same name")
DEMO_FILE = parser.parse_args().demo_file
try:
    with open(DEMO_FILE) as file:
        DEMO = json.load(file)
except (OSError, ValueError):
    parser.exit(1, f"{DEMO_FILE} cannot be read: start the server by cargo run -- --demo-file demo.json, and name that file by --demo-file.\n")


class Refused(Exception):
    """A refusal: its name is stable, its text is for people."""

    def __init__(self, envelope):
        super().__init__("{code} {error}: {errorMessage}".format_map(envelope))
        self.status, self.name = envelope["code"], envelope["error"]


def send(method, path, headers, body=None):
    """What a request is answered with, whatever its status."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(DEMO["base_url"] + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


class Player:
    """Calls Guildhall as one player, or as nobody without a token."""

    def __init__(self, token=None):
        self.token = token

    def call(self, operation, body):
        """What is in the envelope of an operation's answer; Refused, where it is refused."""
        envelope = send("POST", operation, {"X-EntityToken": self.token} if self.token else {}, body)
        if "error" in envelope:
            raise Refused(envelope)
        return envelope["data"]

    def in_gamefuse(self, method, path, body=None):
        """PlayFab's groups have no attributes and no history: the same token is good for GameFuse's dialect, which has both."""
        return send(method, f"/api/v3{path}", {"authentication-token": self.token}, body)


def login(custom_id):
    """Logs a player in, whom the first login creates. The title id is the game's id."""
    request = {"TitleId": str(DEMO["game_id"]), "CustomId": custom_id, "CreateAccount": True}
    return Player(Player().call("/Client/LoginWithCustomID", request)["EntityToken"]["EntityToken"])


def play():
    """Creates a group, lets somebody in, and looks at what has happened."""
    run = uuid.uuid4().hex[:8]
    ada, bob = login(f"ada-{run}"), login(f"bob-{run}")

    created = ada.call("/Group/CreateGroup", {"GroupName": f"Wolves {run}"})
    group = created["Group"]
    print(f"Ada has created {created['GroupName']}, {group['Id']}, and holds its role {created['AdminRoleId']}")

    application = bob.call("/Group/ApplyToGroup", {"Group": group})
    print(f"Bob has applied, until {application['Expires']}")

    for pending in ada.call("/Group/ListGroupApplications", {"Group": group})["Applications"]:
        ada.call("/Group/AcceptGroupApplication", {"Group": group, "Entity": pending["Entity"]["Key"]})
    for role in bob.call("/Group/ListGroupMembers", {"Group": group})["Members"]:
        print(f"Role {role['RoleId']} has {len(role['Members'])} member")

    groups = bob.call("/Group/ListMembership", {})["Groups"]
    print("Bob is in", ", ".join(entry["GroupName"] for entry in groups))

    try:
        bob.call("/Group/DeleteGroup", {"Group": group})
    except Refused as refusal:
        print(f"Bob may not delete it: {refusal.status} {refusal.name}")

    # The same id, which GameFuse's dialect writes in decimal.
    path = f"/groups/{int(group['Id'], 16)}"
    ada.in_gamefuse("POST", f"{path}/add_attribute", {"attributes": [{"key": "motto", "value": "We run at night"}]})

    # A history follows its group within a moment.
    events = []
    while not any(event["type"] == "attribute.set" for event in events):
        time.sleep(0.1)
        events = bob.in_gamefuse("GET", f"{path}/events?after=0")["events"]
    print("History:", ", ".join(f"{event['seq']} {event['type']}" for event in events))


play()
