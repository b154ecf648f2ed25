#!/usr/bin/env python3
"""record.py RUN [params=N] [points=N] [series=N] [state=STATE] [plain] - makes the folder RUN with a run's record as cs-track
writes it, and files of all kinds. Everything follows from the arguments."""
import hashlib
import json
import os
import sys

folder = sys.argv[1]
how = dict((word.split("=", 1) + ["1"])[:2] for word in sys.argv[2:])
count = lambda name, default: int(how.get(name, default))
os.makedirs(folder, exist_ok=True)


def moment(ms):
    seconds, ms = divmod(ms, 1000)
    minute, second = divmod(seconds, 60)
    hour, minute = divmod(minute, 60)
    return f"2026-11-27T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"


def keep(path, content, data=False):
    path_here = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path_here), exist_ok=True)
    with open(path_here, "wb") as out:
        out.write(content)
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "data": data,
            "kept": path}


def step(tool, number, **more):
    base = {"format": "cs-step", "version": 1, "tool": tool, "tool_version": "0.1.0", "pid": 100 + number,
            "began": moment(8000000 + 1000 * number), "status": 0, "error": None, "wall_seconds": 0.125 * number,
            "cpu_seconds": 0.1, "peak_memory_bytes": 12345678, "options": {}, "operands": [], "input": None, "output": None,
            "phases": [], "metrics": {}, "warnings": []}
    return {**base, **more}


flow = lambda rows: {"rows": rows, "columns": 12, "bytes": rows * 70, "sha256": hashlib.sha256(str(rows).encode()).hexdigest()}
record = {
    "format": "cs-experiment", "version": 1, "id": how.get("id", "20261127_021500"), "name": "Frühjahr 🌷 »5 %«",
    "state": how.get("state", "finished"), "began": how.get("began", moment(8100123)),
    "ended": None if how.get("state") == "running" else moment(8109500),
    "seconds": 9.377, "command": ["cs-pipeline", "--set", "cs-kmeans.clusters=5", "it's", ""],
    "exit_status": {"finished": 0, "failed": 3}.get(how.get("state", "finished")),
    "signal": 9 if how.get("state") == "killed" else None,
    "params": {f"p{i:04}": f"value {i}" for i in range(count("params", 5))},
    "metrics": {f"series {s}": [{"value": (i * 37 % 1000) / 7 - s, "step": i, "time": moment(8100500 + i)}
                                for i in range(count("points", 10))] for s in range(count("series", 2))},
    "tags": {"team": "crm"}, "notes": [{"time": moment(8110000), "text": "zweite Näherung 🙂\nmit Absatz"}],
    "steps": [step("cs-prep", 1, options={"as-of": None, "outliers": "iqr", "seed": 42}, input=flow(900), output=flow(500),
                   metrics={"rejected": 3}, warnings=["column 3: skewed", "a date stands alone"]),
              step("cs-kmeans", 2, options={"clusters": "auto", "tolerance": 1e-6, "names": True}, input=flow(500),
                   metrics={"silhouette": 0.1 + 0.2, "gap": None, "inertia": 123456.789}),
              step("cs-kmeans", 3, options={"clusters": 5, "names": False}, metrics={"silhouette": -0.25})],
    "artifacts": [], "environment": {"os": "Linux", "threads": 2, "simd": "avx2"}, "mlflow": None}

if "plain" not in how:
    record["params"].update({
        "größe": "ü" * 10, "gr__e": "taken", "gr/": "slash", "/a//b/../c/.": "path", "a:b": True, "null": None, "": "nameless",
        "empty": "", "n" * 300: "long name", "n" * 260: "another", "long": "ü" * 4000, "number": 0.1, "whole": 9007199254740991,
        "quote\"\\": "line\nand\ttab \"quoted\" \\ and \u2028", "cs-prep.seed": "mine"})
    record["metrics"].update({
        "gaps": [{"value": v, "step": s, "time": moment(8101000)} for s, v in enumerate([1, None, -0.0, 1e-300, 1.7976931348623157e308])],
        "empty": [], "only null": [{"value": None, "step": 0, "time": moment(8101000)}],
        "twice": [{"value": 7, "step": 1, "time": moment(8101000)}] * 2,
        "größe": [{"value": 1, "step": 0, "time": moment(8101000)}], "gr__e": [{"value": 2, "step": 0, "time": moment(8101000)}],
        "back": [{"value": 3, "step": -5, "time": moment(8101000)}]})
    record["tags"].update({"cs.run_id": "not mine to give", "Straße": "ja", "text": "t" * 6000})

model = {"format": "cs-model", "version": 1, "tool": "cs-kmeans", "k": 5}
record["artifacts"] = [
    keep("reports/kmeans_clustering_report.md", "# Wer sind unsere Kunden?\n".encode()),
    keep("visualizations/bild ä #1.png", b"\x89PNG" + bytes(range(256)) * 2000),
    keep("kmeans.json", json.dumps(model).encode()),
    keep("dbscan.json", json.dumps({**model, "tool": "cs-dbscan", "core_points": [[1, 2], [3, 4]]}).encode()),
    keep("other.json", b'[{"customer_id": 1}]'),
    keep("dashboard.html", b"<html>rows</html>"),
    keep("clusters.csv", b"customer_id,cluster\n1,2\n"),
    keep("DBSCAN.CORE.CSV", b"a\n1\n"),
    keep("flagged.md", b"| 1 | 2 |\n", data=True),
    keep("run.log", b"2026 info\n"),
    keep("noname", b"1,2\n"),
    keep("empty.md", b""),
    keep("changed.md", b"as it was\n"),
    keep("gone.md", b"as it was\n"),
    keep("secret.md", b"elsewhere\n"),
]
with open(os.path.join(folder, "changed.md"), "ab") as out:
    out.write(b"and more\n")
os.remove(os.path.join(folder, "gone.md"))
record["artifacts"][-1]["sha256"] = None
with open(os.path.join(folder, "experiment.json"), "w", encoding="utf-8") as out:
    json.dump(record, out, ensure_ascii=False, indent=2)
    out.write("\n")
