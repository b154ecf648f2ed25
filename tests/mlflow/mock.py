#!/usr/bin/env python3
"""mock.py FOLDER [RULE...] - an MLflow server, as far as a push needs one, on a free port of 127.0.0.1.

It checks every request against the documented API and its limits (https://mlflow.org/docs/latest/rest-api.html), and
forgets nothing: FOLDER/port holds its port once it listens, FOLDER/requests a line of JSON for each request,
FOLDER/complaints what was wrong with any. It is stricter than a server: a point of a metric that comes twice stands there
twice, and pages of a history are short.

A RULE is PART:ACTION[:TIMES]: so many requests (all, without TIMES) whose path has PART in it are answered so:
  429 500 503 ...  that code, nothing is done (429 wants to be left alone for a second)
  done+500 ...     that code, after it was done
  reset, done+reset  the connection breaks
  hang             no answer at all
  slow             half a second, then an answer
  html, cut, text  a page of a web site, half a document, no object, each with 200
  huge             more than 32 MiB
  away             302 to another place
  secret           401 that repeats the credentials
Also: 'store=s3' keeps files elsewhere; 'user:NAME:PASSWORD' and 'bearer:TOKEN' let nobody else in.
"""
import base64
import hashlib
import json
import math
import os
import posixpath
import re
import socket
import socketserver
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

FOLDER = sys.argv[1]
NAME = re.compile(r"[A-Za-z0-9_./ -]{1,250}")
STATUS = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
PAGE = 300

rules, settings = [], {}
for word in sys.argv[2:]:
    if word.startswith(("store=", "user:", "bearer:")):
        key, _, value = word.partition("=" if word.startswith("store=") else ":")
        settings[key] = value
    else:
        part, action, times = (word.split(":") + [None])[:3]
        rules.append([part, action, int(times) if times else None])

lock = threading.Lock()
experiments, runs, files = {}, {}, {}


class Refusal(Exception):
    def __init__(self, code, error_code, message):
        super().__init__(message)
        self.code, self.error_code = code, error_code


def complain(text):
    with open(os.path.join(FOLDER, "complaints"), "a") as out:
        out.write(text + "\n")


def invalid(text):
    complain(text)
    raise Refusal(400, "INVALID_PARAMETER_VALUE", text)


def need(condition, text):
    if not condition:
        invalid(text)


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def keys(body, required, optional=()):
    for key in required:
        need(key in body, f"no {key}")
    for key in body:
        need(key in required or key in optional, f"unknown key {key}")


def check_name(name, what):
    need(isinstance(name, str) and NAME.fullmatch(name), f"{what}: not a name")
    need(posixpath.normpath(name) == name and not name.startswith(("..", "/")) and name != ".", f"{what}: a path")


def check_pairs(pairs, what, most):
    need(isinstance(pairs, list), f"{what}: no list")
    seen = set()
    for pair in pairs:
        keys(pair, ("key", "value"))
        check_name(pair["key"], what)
        need(isinstance(pair["value"], str), f"{what}: no text")
        need(len(pair["value"].encode()) <= most, f"{what}: too long")
        need(pair["key"] not in seen, f"{what}: {pair['key']} twice")
        seen.add(pair["key"])


def run_of(run_id):
    if run_id not in runs:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Run '{run_id}' not found")
    return runs[run_id]


def by_name(query, body):
    name = query["experiment_name"]
    for experiment in experiments.values():
        if experiment["name"] == name:
            return {"experiment": experiment}
    raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Could not find experiment with name '{name}'")


def create_experiment(query, body):
    keys(body, ("name",), ("artifact_location", "tags"))
    if any(e["name"] == body["name"] for e in experiments.values()):
        raise Refusal(400, "RESOURCE_ALREADY_EXISTS", "Experiment already exists")
    number = str(len(experiments) + 1)
    experiments[number] = {"experiment_id": number, "name": body["name"], "lifecycle_stage": "active"}
    return {"experiment_id": number}


def latest(run):
    found = {}
    for point in run["metrics"]:
        old = found.get(point["key"])
        if not old or (point["step"], point["timestamp"], point["value"]) > (old["step"], old["timestamp"], old["value"]):
            found[point["key"]] = point
    return list(found.values())


def shown(run):
    pairs = lambda values: [{"key": key, "value": value} for key, value in values.items()]
    return {"info": run["info"], "data": {"metrics": latest(run), "params": pairs(run["params"]), "tags": pairs(run["tags"])}}


def create_run(query, body):
    keys(body, ("experiment_id",), ("run_name", "start_time", "tags"))
    need(body["experiment_id"] in experiments, "no such experiment")
    need(whole(body["start_time"]) and body["start_time"] > 1e12, "start_time: no milliseconds")
    check_pairs(body.get("tags", []), "tags", 5000)
    run_id = hashlib.sha256(str(len(runs)).encode()).hexdigest()[:32]
    store = settings.get("store", "mlflow-artifacts")
    runs[run_id] = {
        "info": {"run_id": run_id, "experiment_id": body["experiment_id"], "run_name": body.get("run_name", ""),
                 "status": "RUNNING", "start_time": body["start_time"], "lifecycle_stage": "active",
                 "artifact_uri": f"{store}:/{body['experiment_id']}/{run_id}/artifacts"},
        "metrics": [], "params": {}, "tags": {tag["key"]: tag["value"] for tag in body.get("tags", [])}}
    return {"run": shown(runs[run_id])}


def search(query, body):
    keys(body, ("experiment_ids",), ("filter", "run_view_type", "max_results", "order_by", "page_token"))
    need(isinstance(body["experiment_ids"], list), "experiment_ids: no list")
    found = re.fullmatch(r"tags\.`([^`]+)` = '([^']*)'", body.get("filter", ""))
    need(found, "filter: not understood")
    return {"runs": [shown(run) for run in runs.values() if run["info"]["experiment_id"] in body["experiment_ids"]
                     and run["info"]["lifecycle_stage"] == "active" and run["tags"].get(found[1]) == found[2]]}


def get_run(query, body):
    return {"run": shown(run_of(query["run_id"]))}


def history(query, body):
    points = [p for p in run_of(query["run_id"])["metrics"] if p["key"] == query["metric_key"]]
    at = int(query.get("page_token", 0))
    size = min(PAGE, int(query.get("max_results", PAGE)))
    answer = {"metrics": points[at:at + size]}
    if at + size < len(points):
        answer["next_page_token"] = str(at + size)
    return answer


def log_batch(query, body):
    keys(body, ("run_id",), ("metrics", "params", "tags"))
    run = run_of(body["run_id"])
    metrics, params, tags = (body.get(key, []) for key in ("metrics", "params", "tags"))
    need(len(metrics) <= 1000 and len(params) <= 100 and len(tags) <= 100, "too many of a kind")
    need(0 < len(metrics) + len(params) + len(tags) <= 1000, "too many, or none")
    check_pairs(params, "params", 6000)
    check_pairs(tags, "tags", 5000)
    for point in metrics:
        keys(point, ("key", "value", "timestamp", "step"))
        check_name(point["key"], "metrics")
        need(isinstance(point["value"], (int, float)) and not isinstance(point["value"], bool), "metrics: no number")
        need(math.isfinite(point["value"]), "metrics: not finite")
        need(whole(point["timestamp"]) and point["timestamp"] > 1e12, "metrics: no milliseconds")
        need(whole(point["step"]), "metrics: no step")
    for pair in params:
        if run["params"].get(pair["key"], pair["value"]) != pair["value"]:
            invalid(f"Changing param values is not allowed: {pair['key']}")
    run["metrics"] += metrics
    run["params"].update((pair["key"], pair["value"]) for pair in params)
    run["tags"].update((pair["key"], pair["value"]) for pair in tags)
    return {}


def update(query, body):
    keys(body, ("run_id", "status"), ("end_time", "run_name"))
    need(body["status"] in STATUS, "status: unknown")
    need("end_time" not in body or whole(body["end_time"]) and body["end_time"] > 1e12, "end_time: no milliseconds")
    info = run_of(body["run_id"])["info"]
    info.update({key: body[key] for key in ("status", "end_time", "run_name") if key in body})
    return {"run_info": info}


def delete_run(query, body):
    run_of(body["run_id"])["info"]["lifecycle_stage"] = "deleted"
    return {}


def list_artifacts(query, body):
    root = run_of(query["run_id"])["info"]["artifact_uri"].partition(":/")[2] + "/"
    top = root + query["path"] + "/" if query.get("path") else root
    found = {}
    for name, content in files.items():
        if name.startswith(top):
            part, _, more = name[len(top):].partition("/")
            path = top[len(root):] + part
            found[path] = {"path": path, "is_dir": True} if more else {"path": path, "is_dir": False, "file_size": len(content)}
    return {"files": sorted(found.values(), key=lambda entry: entry["path"])}


CALLS = {
    ("GET", "experiments/get-by-name"): by_name,
    ("POST", "experiments/create"): create_experiment,
    ("POST", "runs/create"): create_run,
    ("POST", "runs/search"): search,
    ("GET", "runs/get"): get_run,
    ("POST", "runs/log-batch"): log_batch,
    ("POST", "runs/update"): update,
    ("POST", "runs/delete"): delete_run,
    ("GET", "metrics/get-history"): history,
    ("GET", "artifacts/list"): list_artifacts,
}
FILES = "/api/2.0/mlflow-artifacts/artifacts/"


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, code, body, kind="application/json", **headers):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say(self, code, error_code, message, **headers):
        self.answer(code, json.dumps({"error_code": error_code, "message": message}).encode(), **headers)

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())  # at once, whoever else holds on to it

    def let_in(self):
        given = self.headers.get("Authorization", "")
        wanted = None
        if "user" in settings:
            wanted = "Basic " + base64.b64encode(settings["user"].encode()).decode()
        if "bearer" in settings:
            wanted = "Bearer " + settings["bearer"]
        return wanted is None or given == wanted

    def do_call(self, path, query, data):
        if path.startswith(FILES):
            name = unquote(path[len(FILES):])
            if self.command == "GET":
                return self.answer(200, files[name], "application/octet-stream")
            need(self.command == "PUT", "artifacts: method")
            need(not any(part in ("", ".", "..") for part in name.split("/")) and not re.search(r"[\\#%:\x00-\x1f]", name),
                 "artifacts: path")
            files[name] = data
            return self.answer(200, b"{}")
        call = CALLS.get((self.command, path.removeprefix("/api/2.0/mlflow/")))
        need(call and path.startswith("/api/2.0/mlflow/"), f"no such call: {self.command} {path}")
        body = None
        if self.command == "POST":
            need(self.headers.get("Content-Type", "").startswith("application/json"), "content type")
            need(len(data) <= 1000000, "more than 1 MB")
            body = json.loads(data.decode("utf-8"))
        return self.answer(200, json.dumps(call(query, body)).encode())

    def call(self, path, query, data):
        try:
            with lock:
                self.do_call(path, query, data)
        except Refusal as refusal:
            self.say(refusal.code, refusal.error_code, str(refusal))
        except OSError:
            self.close_connection = True  # the other end has gone
        except Exception as error:
            complain(f"{self.command} {path}: {error!r}")
            self.say(400, "BAD_REQUEST", "the request can't be read")

    def do_only(self, path, query, data):
        """What was asked for, without an answer."""
        out, self.wfile = self.wfile, open(os.devnull, "wb")
        self.call(path, query, data)
        self.wfile = out

    def misbehave(self, action, path, query, data):
        if action.startswith("done+"):
            self.do_only(path, query, data)
            action = action[5:]
        if action.isdigit():
            self.say(int(action), "TEMPORARILY_UNAVAILABLE", "as told",
                     **({"Retry_After": "1"} if action == "429" else {}))
        elif action == "reset":
            self.reset()
        elif action == "hang":
            time.sleep(600)
        elif action == "slow":
            time.sleep(0.5)
            self.call(path, query, data)
        elif action == "html":
            self.answer(200, b"<html>\x1b[31mWelcome</html>", "text/html")
        elif action == "cut":
            self.answer(200, b'{"experiment": {"experiment_id": "1')
        elif action == "text":
            self.answer(200, b'"just a text"')
        elif action == "huge":
            self.answer(200, b'{"a": "' + b"x" * (33 << 20) + b'"}')
        elif action == "away":
            self.answer(302, b"", Location="http://127.0.0.1:1/")
        elif action == "secret":
            given = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
            self.say(401, "UNAUTHENTICATED", f"no entry for {given}")
        else:
            complain(f"no such action: {action}")

    def handle_all(self):
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            with open(os.path.join(FOLDER, "requests"), "a") as out:
                text = data.decode() if self.headers.get("Content-Type", "").startswith("application/json") and data else None
                out.write(json.dumps({"method": self.command, "path": parts.path, "query": query, "bytes": len(data),
                                      "authorization": self.headers.get("Authorization"),
                                      "body": json.loads(text) if text else None}) + "\n")
        if self.headers.get("X-Look"):
            return self.call(parts.path, query, data)
        if not self.let_in():
            return self.say(401, "UNAUTHENTICATED", "who are you")
        for rule in rules:
            if rule[0] in parts.path and rule[2] != 0:
                if rule[2]:
                    rule[2] -= 1
                return self.misbehave(rule[1], parts.path, query, data)
        return self.call(parts.path, query, data)

    do_GET = do_POST = do_PUT = handle_all


class Quick(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # HTTPServer's asks the net for the name of 127.0.0.1
        self.server_name, self.server_port = self.server_address

    def handle_error(self, request, client_address):
        pass  # who was told to hang up, or had no time to wait


server = Quick(("127.0.0.1", 0), Server)
with open(os.path.join(FOLDER, "port.new"), "w") as out:
    out.write(str(server.server_port))
os.rename(os.path.join(FOLDER, "port.new"), os.path.join(FOLDER, "port"))
server.serve_forever()
