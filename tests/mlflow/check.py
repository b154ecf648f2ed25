#!/usr/bin/env python3
"""check.py URL RUN_ID RUN [FILE | NAME=FILE]... - whether an MLflow server has what RUN/experiment.json records, and nothing else: run,
parameters, tags, every point of every metric once, and of the files just those named, byte for byte. NAME=FILE is a file
with another name there.

What is expected is worked out here from the record, by MLflow's rules for names and values, not by what was sent."""
import json
import math
import os
import posixpath
import re
import shlex
import sys
import urllib.parse
import urllib.request
from datetime import datetime, timezone

base, run_id, folder = sys.argv[1:4]
wanted = dict((word.split("=", 1) * 2)[:2] for word in sys.argv[4:])
record = json.load(open(os.path.join(folder, "experiment.json"), encoding="utf-8"))
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
faults = []


def get(path, /, **query):
    url = f"{base}/api/2.0/{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
    return opener.open(urllib.request.Request(url, headers={"X-Look": "1"})).read()


def get_json(path, /, **query):
    return json.loads(get("mlflow/" + path, **query))


def milliseconds(text):
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


class Names:
    def __init__(self):
        self.taken = set()

    def add(self, text):
        name = re.sub(r"[^A-Za-z0-9_./ -]", "_", text)[:250] or "_"
        # A path is its own normal form: slashes that would vanish, and dots that mean folders, become "_".
        out = []
        for i, c in enumerate(name):
            out.append("_" if c == "/" and (i == 0 or i == len(name) - 1 or out[-1] == "/") else c)
        name = "/".join(re.sub(r"^\.{1,2}$", lambda m: "_" * len(m[0]), part) for part in "".join(out).split("/"))
        assert posixpath.normpath(name) == name, name
        unique, number = name, 2
        while unique in self.taken:
            suffix = f"_{number}"
            unique, number = name[:250 - len(suffix)] + suffix, number + 1
        self.taken.add(unique)
        return unique


def cut(text, most):
    return text.encode()[:most].decode(errors="ignore")


def text_of(value):
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


params, tags, points = {}, {}, []
param_names, tag_names, metric_names = Names(), Names(), Names()


def param(name, value):
    if value is not None:
        params[param_names.add(name)] = cut(text_of(value), 6000)


def tag(name, value):
    if value is not None:
        tags[tag_names.add(name)] = cut(text_of(value), 5000)


def metric(name, value, step, time):
    if value is not None:
        points.append((name, value, step, time))


def expect():
    began = milliseconds(record["began"])
    tag("cs.run_id", record["id"])
    tag("mlflow.source.type", "LOCAL")
    tag("mlflow.source.name", record["command"][0])
    tag("cs.command", "")
    tag("cs.exit_status", record["exit_status"])
    tag("cs.signal", record["signal"])
    for name, value in record["tags"].items():
        tag(name, value)
    if record["notes"]:
        tag("mlflow.note.content", "\n\n".join(f"{note['time']}: {note['text']}" for note in record["notes"]))
    for name, value in record["environment"].items():
        tag("cs.environment." + name, value)
    for name, value in record["params"].items():
        param(name, value)
    for name, series in record["metrics"].items():
        clean = metric_names.add(name)
        for point in series:
            metric(clean, point["value"], point["step"], milliseconds(point["time"]))
    count = {}
    for step in record["steps"]:
        count[step["tool"]] = count.get(step["tool"], 0) + 1
        tool = step["tool"] + (f"_{count[step['tool']]}" if count[step["tool"]] > 1 else "")
        time = milliseconds(step["began"]) + math.floor(step["wall_seconds"] * 1000)
        for name, value in step["options"].items():
            param(f"{tool}.{name}", value)
        measured = dict(step["metrics"])
        figures = [(name, measured[name]) for name in measured]
        figures += [(name, step[name]) for name in ("wall_seconds", "cpu_seconds", "peak_memory_bytes")]
        for way in ("input", "output"):
            figures += [(f"{way}.{name}", step[way][name]) for name in ("rows", "columns", "bytes")] if step[way] else []
        for name, value in figures:
            metric(metric_names.add(f"{tool}.{name}"), value, 0, time)
        for way in ("input", "output"):
            if step[way]:
                tag(f"{tool}.{way}.sha256", step[way]["sha256"])
        tag(f"{tool}.version", step["tool_version"])
        tag(f"{tool}.status", step["status"])
        if step["warnings"]:
            tag(f"{tool}.warnings", "\n".join(step["warnings"]))


def compare(what, found, expected):
    if found == expected:
        return
    if isinstance(expected, dict):
        for key in sorted(found.keys() | expected.keys()):
            if found.get(key) != expected.get(key):
                faults.append(f"{what} {key!r}: {str(found.get(key))[:200]!r}, expected {str(expected.get(key))[:200]!r}")
    else:
        faults.append(f"{what}: {str(found)[:300]}, expected {str(expected)[:300]}")


def history(key):
    found, token = [], None
    while True:
        query = {"run_id": run_id, "metric_key": key, **({"page_token": token, "max_results": 1000} if token else {"max_results": 1000})}
        answer = get_json("metrics/get-history", **query)
        found += [(key, p["value"], int(p.get("step", 0)), int(p["timestamp"])) for p in answer.get("metrics", [])]
        token = answer.get("next_page_token")
        if not token:
            return found


def tree(path=None):
    found = {}
    for entry in get_json("artifacts/list", run_id=run_id, **({"path": path} if path else {})).get("files", []):
        if entry.get("is_dir"):
            found.update(tree(entry["path"]))
        else:
            found[entry["path"]] = int(entry.get("file_size", 0))
    return found


expect()
run = get_json("runs/get", run_id=run_id)["run"]
info, data = run["info"], run["data"]
pairs = lambda key: {pair["key"]: pair.get("value", "") for pair in data.get(key, [])}
compare("params", pairs("params"), params)
# A server adds tags of its own.
own = {key: value for key, value in pairs("tags").items() if key in tags or not key.startswith("mlflow.")}
# As a shell would read it.
compare("command", shlex.split(own["cs.command"]), record["command"])
own["cs.command"] = ""
compare("tags", own, tags)
found = sorted(point for key in sorted({p["key"] for p in data.get("metrics", [])}) for point in history(key))
compare("points", len(found), len(set(points)))
if found != sorted(set(points)):
    faults.append(f"points: differ, first {next((pair for pair in zip(found, sorted(set(points))) if pair[0] != pair[1]), None)}")
state = {"running": "RUNNING", "finished": "FINISHED", "failed": "FAILED", "killed": "KILLED"}[record["state"]]
compare("status", info["status"], state)
compare("name", info["run_name"], record["name"] or record["id"])
compare("start", int(info["start_time"]), milliseconds(record["began"]))
if record["ended"]:
    compare("end", int(info["end_time"]), milliseconds(record["ended"]))
sent = tree()
compare("files", sorted(sent), sorted(wanted))
root = info["artifact_uri"].split(":/", 1)[1].lstrip("/")
for name in set(wanted) & set(sent):
    content = get("mlflow-artifacts/artifacts/" + urllib.parse.quote(f"{root}/{name}"))
    if content != open(os.path.join(folder, wanted[name]), "rb").read():
        faults.append(f"file {name}: differs")
print("\n".join(faults[:20]))
print(f"{len(params)} params, {len(set(points))} points, {len(tags)} tags, {len(sent)} files")
sys.exit(bool(faults))
