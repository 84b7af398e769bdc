"""Starts the program with a workspace in which there is one of everything, and lets Schemathesis loose on it.

python openapi.py PROGRAM SITE FOLDER [arguments of `schemathesis run`]      (called by script/openapi)
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

SEED = "20260302"
# Of each route, beyond the systematic ones; more find little and take long.
EXAMPLES = "10"
# What holds for every answer, whatever was asked. Left out on purpose: positive_data_acceptance, because a shape cannot
# say all that a value must be (an address, a time that is not past, an id that exists), which 422 tells; and
# ignored_auth, because who shows many wrong keys is told 429: server/tests/api asks every route with a wrong key.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "use_after_free",
]
# They would end the run, or speak with strangers: the key itself; connections to whatever host was made up; the DNS.
LEFT_OUT = ["/api-keys/{id}", "/providers/{id}/test", "/senders/{id}/dns/check"]


class Program:
    """`carillon serve` on a free port with data of its own."""

    def __init__(self, program, site):
        self.program = program
        self.data = tempfile.mkdtemp(prefix="carillon-openapi-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        self.url = "http://" + address
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARILLON_", "LEPTOS_", "DATABASE_URL"))}
        if "CARILLON_PG_BIN" in os.environ:
            kept["CARILLON_PG_BIN"] = os.environ["CARILLON_PG_BIN"]
        self.env = kept | {"CARILLON_DATA": self.data, "CARILLON_ADDR": address, "CARILLON_PUBLIC_URL": self.url, "LEPTOS_SITE_ROOT": site}
        self.log = open(Path(self.data) / "log", "w+")
        self.process = subprocess.Popen([program, "serve"], env=self.env, stdout=self.log, stderr=subprocess.STDOUT)

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                sys.exit("carillon serve ended:\n" + self.told())
            try:
                urllib.request.urlopen(self.url + "/health/ready", timeout=5)
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("carillon serve is not ready after a minute:\n" + self.told())

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], env=self.env, check=True, capture_output=True, text=True).stdout

    def told(self):
        self.log.flush()
        return Path(self.log.name).read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.data, ignore_errors=True)


class Api:
    def __init__(self, url, key):
        self.url, self.key = url + "/api/v1", key

    def ask(self, method, path, body=None, kind="application/json"):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Authorization": "Bearer " + self.key}, method=method)
        if data is not None:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")
        return json.loads(text) if text else None

    def post(self, path, body):
        return self.ask("POST", path, body)

    def get(self, path):
        return self.ask("GET", path)

    def file(self, path, name, content):
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        return self.ask("POST", path, head.encode() + content + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")


def until(done):
    for _ in range(600):
        if found := done():
            return found
        time.sleep(0.1)
    sys.exit("what was begun is not done after a minute")


def furnish(api):
    """One of everything; answers with what stands in the places of paths, by the beginnings of paths."""
    provider = api.post("/providers", {"channel": "email", "kind": "sandbox", "name": "Outbox", "config": {}})["id"]
    sender = api.post("/senders", {"email": "hello@maple.example", "name": "Maple Row", "provider_id": provider})["id"]
    people = api.post("/lists", {"name": "Customers", "type": "static"})["id"]
    consent = [{"channel": "email", "state": "granted", "source": "Form at the till"}]
    contacts = [
        api.post("/contacts", {"email": f"p{n}@one.example", "first_name": "Ada", "consents": consent, "lists": [people], "tags": ["vip"]})["id"]
        for n in range(4)
    ]
    api.post("/custom-fields", {"key": "hat", "label": "Hat", "kind": "text"})
    api.post("/suppressions", {"channel": "email", "address": "no@two.example", "reason": "manual"})
    text = {"subject": "Hello", "format": "blocks", "blocks": {"blocks": [{"type": "text", "text": [{"runs": [{"text": "We are open."}]}]}]}}
    blocks = api.post("/templates", {"name": "Blocks", "channel": "email", **text})["id"]
    template = api.post("/templates", {"name": "Spring", "channel": "email", "subject": "Hello", "html": "<p>We are open.</p>"})["id"]
    campaign = {"name": "Spring", "channels": ["email"], "content": {"email": {"template_id": template}}, "sender_id": sender, "audience": {"include": [people]}}
    sent = api.post("/campaigns", campaign)["id"]
    api.post(f"/campaigns/{sent}/start", {})
    until(lambda: api.get(f"/campaigns/{sent}")["status"] == "completed")
    draft = api.post("/campaigns", {**campaign, "name": "Summer"})["id"]
    message = api.get(f"/campaigns/{sent}/recipients")["data"][0]["id"]
    proof = api.file("/proofs", "proof.txt", b"She said yes.")["id"]
    imported = api.file("/imports", "people.csv", b"email,first name\nnew@three.example,New\nwrong,Wrong\n")["id"]
    until(lambda: api.get(f"/imports/{imported}")["status"] == "uploaded")
    user = api.post("/users", {"email": "ida@maple.example", "name": "Ida", "password": "long enough for anybody", "roles": ["viewer"]})["id"]
    api.post("/invitations", {"email": "otto@maple.example", "roles": ["viewer"]})
    mail = api.get("/sandbox/messages")["data"][0]["id"]
    return {
        "/providers/{id}": {"id": provider},
        "/senders/{id}": {"id": sender},
        "/sandbox/messages/{id}": {"id": mail},
        "/lists/{id}": {"id": people, "contact_id": contacts[0]},
        "/contacts/{id}": {"id": contacts[1]},
        "/imports/{id}": {"id": imported},
        "/proofs/{id}": {"id": proof},
        "/templates/{id}": {"id": template},
        "/templates/{id}/blocks": {"id": blocks},
        "/campaigns/{id}": {"id": sent, "message_id": message},
        "/messages/{id}": {"id": message},
        "/outbox/{id}": {"id": mail},
        "/users/{id}": {"id": user},
        "/custom-fields/{key}": {"key": "hat"},
        "CHANGED /campaigns/{id}": {"id": draft},
    }


def settings(places):
    """What is read and changed is there; what is deleted is made up, or was made by a request before."""
    lines = []
    for path, values in places.items():
        changed = path.startswith("CHANGED ")
        path = path.removeprefix("CHANGED ")
        methods = "POST|PUT|PATCH" if changed else "GET|POST|PUT|PATCH"
        # By the whole name, for several filters would be one or the other.
        name = f"^({methods}) " + path.replace("{", r"\{").replace("}", r"\}")
        # Where only one of two places is filled in, Schemathesis takes the answer for that of the wrong value it had there.
        name += r"(?!/versions/\{version\})"
        lines += ["[[operations]]", "include-name-regex = " + json.dumps(name)]
        lines += ["parameters = { " + ", ".join(f'"path.{name}" = {json.dumps(value)}' for name, value in values.items()) + " }", ""]
    return "\n".join(lines)


def main():
    program, site, folder, *rest = sys.argv[1:]
    carillon = Program(program, site)
    try:
        carillon.wait()
        carillon.run("tenant", "create", "--name", "Maple Row", "--slug", "maple")
        key = carillon.run("api-key", "create", "--tenant", "maple", "--name", "Schemathesis", "--scopes", "read,send,manage").split()[-1]
        config = Path(folder) / "schemathesis.toml"
        config.write_text(settings(furnish(Api(carillon.url, key))))
        command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run", carillon.url + "/api/v1/openapi.json"]
        command += ["--header", "Authorization: Bearer " + key, "--checks", ",".join(CHECKS), "--seed", SEED, "--max-examples", EXAMPLES]
        command += ["--continue-on-failure", "--no-color", "--output-sanitize", "false", *rest]
        for path in LEFT_OUT:
            command += ["--exclude-path", path]
        failed = subprocess.run(command, cwd=folder).returncode
        faults = [line for line in carillon.told().splitlines() if "panicked" in line or "request failed" in line]
        print("\n".join(faults))
        sys.exit(1 if failed or faults else 0)
    finally:
        carillon.stop()


main()
