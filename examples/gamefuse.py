"""Two players and a group, in GameFuse's dialect. Needs Python 3.9 or later, and nothing else.

    cargo run -- --demo-file demo.json
    python3 examples/gamefuse.py --demo-file demo.json
"""

import argparse
import json
import time
import urllib.error
import urllib.parse
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

    def __init__(self, status, name, text):
        super().__init__(f"{status} {name}: {text}")
        self.status, self.name = status, name


class Player:
    """Calls Guildhall as one player, or as nobody without a token."""

    def __init__(self, username=None, token=None):
        self.username, self.token = username, token

    def call(self, method, path, body=None):
        """What a request is answered with; Refused, where it is refused."""
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authentication-token"] = self.token
        if method != "GET":
            # With a key of its own, a request may be sent again when nobody knows what came of it.
            headers["idempotency-key"] = str(uuid.uuid4())
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{DEMO['base_url']}/api/v3{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            # A success is JSON, an error is plain text.
            raise Refused(error.code, error.headers["x-error-code"], error.read().decode()) from None


def sign_up(username):
    """Signs a new player up."""
    user = Player().call("POST", "/users", {
        "game_id": DEMO["game_id"],
        "game_token": DEMO["game_token"],
        "username": username,
        "email": f"{username}@example.com",
        "password": "correct horse",
        "password_confirmation": "correct horse",
    })
    return Player(username, user["authentication_token"])


def play():
    """Creates a group, lets somebody in, and looks at what has happened."""
    # Names are unique in a game, so each run has names of its own.
    run = uuid.uuid4().hex[:8]
    ada, bob = sign_up(f"ada-{run}"), sign_up(f"bob-{run}")

    group = ada.call("POST", "/groups", {"name": f"Wolves {run}", "max_group_size": 20})
    print(f"{ada.username} has created {group['name']}")

    asked = bob.call("POST", "/group_connections", {"group_id": group["id"]})
    print(f"{bob.username} has asked to join: {asked['status']}")

    ada.call("PUT", f"/group_connections/{asked['id']}", {"status": "accepted"})
    members = bob.call("GET", f"/groups/{group['id']}")["members"]
    print("Members:", ", ".join(member["username"] for member in members))

    # What is asked for is the beginning of a name.
    query = urllib.parse.urlencode({"query": f"wolves {run}"})
    for found in bob.call("GET", f"/groups?{query}")["groups"]:
        print(f"Found: {found['name']}, {found['member_count']} members")

    motto = {"key": "motto", "value": "We run at night", "others_can_edit": False}
    ada.call("POST", f"/groups/{group['id']}/add_attribute", {"attributes": [motto]})
    try:
        bob.call("PATCH", f"/groups/{group['id']}/modify_attribute", {"key": "motto", "value": "We sleep"})
    except Refused as refusal:
        print(f"{bob.username} may not change the motto: {refusal.status} {refusal.name}")

    # A history follows its group within a moment.
    events = []
    while not any(event["type"] == "attribute.set" for event in events):
        time.sleep(0.1)
        events = bob.call("GET", f"/groups/{group['id']}/events?after=0")["events"]
    print("History:", ", ".join(f"{event['seq']} {event['type']}" for event in events))


play()
