"""A game's server that is told what happens in its groups. Needs Python 3.9 or later, and nothing else.

    cargo run -- --demo-file demo.json
    python3 examples/webhooks.py --demo-file demo.json
"""

import argparse
import base64
import hashlib
import hmac
import json
import queue
import threading
import time
import uuid
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--demo-file", default="demo.json", help="what the server writes by its option of the same name")
DEMO_FILE = parser.parse_args().demo_file
try:
    with open(DEMO_FILE) as file:
        DEMO = json.load(file)
except (OSError, ValueError):
    parser.exit(1, f"{DEMO_FILE} cannot be read: start the server by cargo run -- --demo-file demo.json, and name that file by --demo-file.\n")


def is_genuine(secret, headers, body):
    """Whether a message comes from Guildhall, and was sent in the last five minutes. `body` is the bytes as they came."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # There may be several signatures, with blanks between.
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, signature.encode()) for signature in signatures)


def call(headers, method, path, body=None):
    """What a request with these headers is answered with."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(f"{DEMO['base_url']}/api/v3{path}", data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


class Receiver(BaseHTTPRequestHandler):
    """What is genuine is kept and answered at once, what was seen before is left out."""

    secret, seen, events = None, set(), queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        genuine = is_genuine(Receiver.secret, self.headers, body)
        message_id = self.headers["webhook-id"]
        if genuine and message_id not in Receiver.seen:
            Receiver.seen.add(message_id)
            Receiver.events.put(json.loads(body))
        self.send_response(204 if genuine else 401)
        self.end_headers()

    def log_message(self, *_):
        """Says nothing of each request."""


def play(url):
    """Registers a webhook, makes things happen, and looks at what comes of it."""
    server = {"service-key-name": "example", "service-key-token": DEMO["secret_key"]}
    types = ["group.created", "attribute.set"]
    webhook = call(server, "POST", "/webhooks", {"url": url, "types": types})
    Receiver.secret = webhook["secret"]
    call(server, "POST", f"/webhooks/{webhook['id']}/test", {})
    print("Received:", Receiver.events.get(timeout=30)["type"])

    forged = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,\u00e9"}
    try:
        urllib.request.urlopen(urllib.request.Request(url, b"{}", forged))
    except urllib.error.HTTPError as error:
        print("A forged message is answered", error.code)

    username = f"ada-{uuid.uuid4().hex[:8]}"
    player = call({}, "POST", "/users", {
        "game_id": DEMO["game_id"],
        "game_token": DEMO["game_token"],
        "username": username,
        "email": f"{username}@example.com",
        "password": "correct horse",
        "password_confirmation": "correct horse",
    })
    ada = {"authentication-token": player["authentication_token"]}
    group = call(ada, "POST", "/groups", {"name": "Wolves"})
    motto = {"key": "motto", "value": "We run at night"}
    call(ada, "POST", f"/groups/{group['id']}/add_attribute", {"attributes": [motto]})
    told = sorted((Receiver.events.get(timeout=30) for _ in range(2)), key=lambda event: event["seq"])
    print("Received:", ", ".join(f"{event['seq']} {event['type']}" for event in told))

    deliveries = call(server, "GET", f"/webhooks/{webhook['id']}/deliveries")["deliveries"]
    print("Deliveries:", ", ".join(str(delivery["response_status"]) for delivery in deliveries))
    call(server, "DELETE", f"/webhooks/{webhook['id']}")


with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    play(f"http://127.0.0.1:{receiver.server_port}/webhooks")
    receiver.shutdown()
