#!/usr/bin/python3
"""corpora.py WHAT PROGRAM DATA - CSV files that others collected to break readers, read by PROGRAM (which passes a
table through) and by Python's csv module, or held against the answers that come with them.

  answers    csv-spectrum and csv-test-data: the JSON beside each file says what is in it; bad-* is refused
  agree      zsv and csvkit: what PROGRAM takes, Python reads the same; what it refuses has a message and status 3
  dialects   csvsniffer: the delimiter that is recognised, where the annotation says one of , ; TAB |
  broken     Pollock: without --ragged each file with a broken row is refused, on the line that was broken
  mutate     every small file cut at every byte, and with single bytes changed: status 0 or 3, never half a table

Prints what differs; the last line counts. Exit status 1 when something does.
"""
import concurrent.futures
import csv
import glob
import io
import json
import os
import random
import re
import subprocess
import sys

csv.field_size_limit(1 << 30)
PROGRAM = os.path.abspath(sys.argv[2])
DATA = os.path.abspath(sys.argv[3])


def run(data, *options):
    done = subprocess.run([PROGRAM, "-q", *options], input=data, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def content(path):
    with open(path, "rb") as file:
        return file.read()


def rows_of(text, delimiter=","):
    """As RFC 4180 has it; Python gives no cell for a blank line."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def finish(bad, count):
    for line in bad:
        print(line)
    print(f"{count - len(bad)} of {count}")
    return 1 if bad else 0


# --- answers ---


def answers():
    bad, files = [], sorted(glob.glob(f"{DATA}/csv-spectrum/csvs/*.csv") + glob.glob(f"{DATA}/csv-test-data/csv/*.csv"))
    # Another phone number in the answer than in the file; no rule of CSV makes this header wrong; blank lines alone are
    # no table here.
    left_out = "location_coordinates.csv", "bad-header-wrong-header.csv", "all-empty.csv"
    files = [f for f in files if not f.endswith(left_out)]
    for path in files:
        name, answer = os.path.basename(path), path.replace("/csvs/", "/json/").replace("/csv/", "/json/")[:-3] + "json"
        if name.startswith("bad-"):
            status, out, _ = run(content(path), "-d", "comma")
            if status != 3 or out:
                bad.append(f"{name}: status {status}, {len(out)} bytes")
            continue
        with open(answer, encoding="utf-8") as file:
            expected = json.load(file)
        lists = bool(expected) and isinstance(expected[0], list)
        status, out, message = run(content(path), "-d", "comma", *(["--no-header"] if lists else []))
        rows = rows_of(out.decode("utf-8"))
        found = rows if lists else [dict(zip(rows[0], row)) for row in rows[1:]] if rows else None
        if status != 0 or found != expected:
            bad.append(f"{name}: status {status} {message.strip()}")
    return finish(bad, len(files))


# --- agree ---


def plain(rows):
    """Blank lines count for nothing where there are several columns."""
    wide = len(rows[0]) > 1 if rows else False
    return [row or [""] for row in rows if row or not wide]


def read_alike(text, delimiter, found):
    try:
        return plain(rows_of(text, delimiter)) == found
    except csv.Error:
        return False


def agree():
    paths = [p for kind in ("zsv-csv/*.csv", "zsv-csv/*.t*", "csvkit-examples/*.csv") for p in glob.glob(f"{DATA}/{kind}")]
    bad, taken = [], 0
    for path in sorted(paths):
        name, data = os.path.basename(path), content(path)
        encoding = "utf-16" if "utf16" in name else "latin1" if "latin1" in name else "utf-8"
        status, out, message = run(data, "--from", "csv", "--encoding", encoding, "--to", "csv")
        if status == 3:
            if out or not message.startswith(os.path.basename(PROGRAM) + ": "):
                bad.append(f"{name}: {len(out)} bytes beside the refusal: {message.strip()}")
            continue
        taken += 1
        if status != 0:
            bad.append(f"{name}: status {status}: {message.strip()}")
            continue
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding).lstrip("\r\n")
        found = plain(rows_of(out.decode("utf-8")))
        if not any(read_alike(text, delimiter, found) for delimiter in ",;\t|"):
            bad.append(f"{name}: not what Python reads")
    print(f"{taken} of {len(paths)} files are tables, the others are refused")
    return finish(bad, len(paths))


# --- dialects ---


def dialects():
    known = {"comma": ",", "semicolon": ";", "tab": "\t", "vslash": "|", "pipe": "|"}
    count, missed = 0, []
    with open(f"{DATA}/csvsniffer/W3C-CSVW-Dialect_annotations.txt", encoding="utf-8", errors="replace") as file:
        told = [line.rstrip("\n").split("|") for line in file if line.count("|") == 5]
    for name, encoding, delimiter, *_ in told[1:]:
        path = f"{DATA}/csvsniffer/W3C-CSVW/{name}"
        if delimiter not in known or not os.path.exists(path):
            continue
        # The header line alone: with it, the first cells of a row too many or too few say nothing against the delimiter.
        data = content(path).decode("utf-8-sig" if encoding == "utf8" else "latin1", "replace")
        header = next((line for line in data.splitlines() if line.strip()), "")
        status, out, _ = run((header + "\n").encode("utf-8"), "--no-header", "--ragged", "pad", "--to", "json")
        count += 1
        columns = len(json.loads(out)[0]) if status == 0 else 0
        expected = len(next(csv.reader([header], delimiter=known[delimiter]), []))
        if columns != expected:
            missed.append(f"{name}: {columns} columns in the header line, {expected} with {delimiter}")
    return finish(missed, count)


# --- broken ---


def broken_line(name):
    """Which line of the polluted file is broken, by what its name says was done. None: what was done breaks no row."""
    row = re.search(r"row(\d+)_col|quote(\d+)_col|delimiter_(\d+)_", name)
    return None if not row else 1 + int(next(group for group in row.groups() if group))


def check_broken(path):
    """The row that was polluted is refused on its own line: an extra separator or quote, one too few."""
    name = os.path.basename(path)
    line = broken_line(name)
    if line is None or line == 1:  # a broken header breaks the rows behind it
        return None
    text = content(path).decode("ascii")
    own = text.split("\r\n" if "\r\n" in text else "\n")[line - 1]
    try:
        right = len(next(csv.reader([own], strict=True))) == 9
    except csv.Error:
        right = False
    if right:
        return None  # a quote more that happens to be well formed
    status, out, message = run(text.encode("ascii"), "-d", "comma")
    said = re.match(r"[^:]*: -:(\d+): ", message)
    opened = re.search(r"begins on line (\d+)", message)
    lines = {int(said[1])} | ({int(opened[1])} if opened else set()) if said else set()
    return f"{name}: status {status}, {message.strip()}" if status != 3 or out or line not in lines else ""


def broken():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found = list(pool.map(check_broken, sorted(glob.glob(f"{DATA}/pollock/polluted_files/csv/row_*.csv"))))
    return finish([line for line in found if line], sum(line is not None for line in found))


# --- mutate ---


def check_bytes(job):
    name, data, options = job
    status, out, message = run(data, *options)
    if status == 0:
        if b"\r" in data:
            return None  # within a line it is text to us and a line end to Python
        rows = rows_of(out.decode("utf-8"))
        return None if rows and len({len(row) or 1 for row in rows}) == 1 else f"{name}: an uneven table"
    if status != 3 or out or not message:
        return f"{name}: status {status}, {len(out)} bytes, {message.strip()}"
    return None


def mutate():
    random.seed(1)
    small = [p for kind in ("csv-spectrum/csvs", "csv-test-data/csv", "zsv-csv", "csvkit-examples")
             for p in sorted(glob.glob(f"{DATA}/{kind}/*.csv")) if 0 < os.path.getsize(p) < 120]
    every, jobs = int(os.environ.get("EVERY", "1")), []
    for path in small:
        data, name = content(path), os.path.basename(path)
        for at in range(len(data)):
            options = random.choice(([], ["--ragged", "pad"], ["--ragged", "reject"], ["-d", "comma"]))
            jobs.append((f"{name} cut at {at}, {options}", data[:at], options))
            for byte in random.sample((0x00, 0x0A, 0x0D, 0x22, 0x2C, 0x3B, 0x80, 0xC3, 0xFF, 0x5C), 2):
                jobs.append((f"{name} with {byte:#04x} at {at}, {options}", data[:at] + bytes([byte]) + data[at + 1:], options))
    jobs = jobs[::every]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(check_bytes, jobs))
    return finish([line for line in found if line], len(jobs))


if __name__ == "__main__":
    sys.exit({"answers": answers, "agree": agree, "dialects": dialects, "broken": broken, "mutate": mutate}[sys.argv[1]]())
