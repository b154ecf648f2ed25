#!/usr/bin/python3
"""pollock.py DATA PROGRAM [--list] - the Pollock score of PROGRAM and of pandas, on the same files in the same run.

Pollock (Vitagliano et al., "Pollock: A Data Loading Benchmark", PVLDB 16(8), 2023) has polluted CSV files, the clean
tables that they should be read as, and for each the parameters that every system is told. A system loads a file and
writes what it has as CSV; of that are taken

  success   1 unless the system gave up
  header    precision, recall and F1 of the first row's cells, as multisets
  records   the same of the other rows, each joined to one text
  cells     the same of all cells

Header cells and records are compared after normalising (numbers, times, dates, prices, case), cells as they are. The
names "precision" and "recall" are divided by the size of the clean and of the loaded set, as published. The simple
score is the sum of the ten means over all files (so 10 is best); the weighted score weighs each file by how often its
pollution was met in the authors' survey, here over the files that are there.

PROGRAM passes a table through and takes the options of cs(7). pandas is called as its authors called it, and once more
with the delimiter told, as PROGRAM is told it.

Prints the two scores of each; with --list also the files on which PROGRAM is behind. Exit status 1 when it is behind
the better pandas in the simple score.
"""
import collections
import concurrent.futures
import csv
import functools
import io
import json
import os
import re
import subprocess
import sys
import warnings

import dateutil.parser
import pandas

csv.field_size_limit(1 << 30)
warnings.simplefilter("ignore")

# How often each pollution stands in the survey: the weights that the authors publish, by the kind of file.
WEIGHTS = [
    ("source.csv", 1), ("file_no_payload", 15), ("file_no_trailing_newline", 184), ("file_double_trailing_newline", 5),
    ("file_no_header", 470), ("file_header_multirow", 47), ("file_preamble", 282), ("file_multitable", 188 / 3),
    ("file_header_only", 3), ("file_one_data_row", 4), ("file_record_delimiter_0xD", 7),
    ("file_record_delimiter_0xA", 1691), ("file_field_delimiter_0x9", 4), ("file_field_delimiter_0x3B", 834),
    ("file_field_delimiter_0x20", 4), ("file_field_delimiter_0x2C_0x20", 101), ("file_quotation_char", 11),
    ("file_escape_char_0x5C", 1), ("file_escape_char_0x00", 7),
    # one file for each row or cell
    ("row_less_sep", 0.367751), ("row_more_sep", 0.367751), ("row_field_delimiter", 1 / 7), ("row_extra_quote", 1 / 108),
]


class DateWords(dateutil.parser.parserinfo):
    JUMP = [" ", ".", ",", ";", "-", "/", "'"]


def as_integer(text):
    try:
        return int(text)
    except ValueError:
        return None


@functools.lru_cache(maxsize=None)
def normal(text):
    """A cell as the benchmark compares it."""
    if not text.strip():
        return text
    if text in ("True", "true"):
        return "1"
    if text in ("False", "false"):
        return "0"
    whole = as_integer(text)
    if whole is not None:
        return str(bool(whole)) if whole in (0, 1) and text not in ("0", "1") else str(whole)
    try:
        return str(float(text))
    except ValueError:
        pass
    if re.fullmatch(r"\d\d?:\d\d(:\d\d)?", text):
        return (text + ":00" if text.count(":") == 1 else text).zfill(8)
    try:
        return str(dateutil.parser.parse(text, parserinfo=DateWords()))
    except (ValueError, OverflowError, TypeError):
        pass
    price = re.search(r"([$€£¥])\s*(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)\s*([$€£¥])", text)
    if price:
        sign, amount = (price[1], price[2]) if price[1] else (price[4], price[3])
        return sign + str(float(amount.replace(",", "")))
    return text.lower()


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def compared(clean, loaded):
    """What is divided by the clean, by the loaded, and F1 of two multisets."""
    if not clean:
        return 1.0, 1.0, 1.0
    common = sum((collections.Counter(clean) & collections.Counter(loaded)).values())
    if not common:
        return 0.0, 0.0, 0.0
    first, second = common / len(clean), common / len(loaded)
    return first, second, 2 * first * second / (first + second)


def measures(clean, loaded):
    """The ten measures of a file. loaded is None where the system gave up."""
    if loaded is None:
        return (0.0,) * 10
    if not clean:
        return (1.0,) * 10
    header = compared([normal(c) for c in clean[0]], [normal(c) for c in loaded[0]] if loaded else [])
    records = compared(*(["".join(normal(c) for c in row) for row in rows[1:]] for rows in (clean, loaded)))
    cells = compared(*([cell for row in rows for cell in row] for rows in (clean, loaded)))
    return (1.0,) + header + records + cells


# --- the systems ---


def parameters_of(data, name):
    with open(f"{data}/parameters/{name}_parameters.json", encoding="utf-8") as file:
        told = json.load(file)
    return {
        "delimiter": told["delimiter"] or ",",
        "quote": told["quotechar"] or '"',
        "escape": told["escapechar"] or '"',
        "line": told["row_delimiter"],
        "encoding": told["encoding"],
        "header": int(told["header_lines"]),
        "preamble": int(told["preamble_lines"]),
    }


def by_program(path, told, program):
    command = [program, "-q", "--from", "csv", "--ragged", "pad", "-d", told["delimiter"].strip() or "space"]
    if told["header"] == 0:
        command.append("--no-header")
    if told["encoding"] not in ("ascii", "utf-8"):
        command += ["--encoding", told["encoding"]]
    done = subprocess.run(command + [path], capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(f"pollock: {' '.join(command)} {path}: exit status {done.returncode}")
    return rows_of(done.stdout.decode("utf-8")) if done.returncode == 0 else None


def by_pandas(path, told, tell_delimiter):
    how = {"encoding": told["encoding"], "delimiter": told["delimiter"] if tell_delimiter else None}
    if told["quote"] != '"':
        how["quotechar"] = told["quote"][0]
    if told["escape"] != told["quote"]:
        how["escapechar"] = told["escape"][0]
        how["doublequote"] = False
    if told["line"] != "\r\n":
        how["lineterminator"] = told["line"][0] if told["line"] else None
    if told["preamble"]:
        how["skiprows"] = told["preamble"]
    try:
        frame = pandas.read_csv(path, dtype=object, on_bad_lines="skip", engine="c", header="infer", **how)
    except Exception:  # whatever it is, the benchmark counts it as giving up
        return None
    return rows_of(frame.to_csv(index=False))


def load(job):
    data, name, program = job
    told, path = parameters_of(data, name), f"{data}/csv/{name}"
    with open(f"{data}/clean/{name}", encoding="utf-8-sig", newline="") as file:
        clean = rows_of(file.read())
    loaded = by_program(path, told, program), by_pandas(path, told, False), by_pandas(path, told, True)
    return [measures(clean, rows) for rows in loaded]


# --- scores ---


def weight(name):
    return max((w for w in WEIGHTS if name.startswith(w[0])), key=lambda w: len(w[0]))[1]


def scores(names, results, system):
    weights = [weight(name) for name in names]
    sums = [sum(result[system]) for result in results]
    return sum(sums) / len(sums), sum(w * s for w, s in zip(weights, sums)) / sum(weights)


def print_kinds(names, results):
    kinds = collections.defaultdict(list)
    for name, result in zip(names, results):
        kinds[re.sub(r"\d+", "N", name) if name.startswith("row_") else name].append(result)
    for kind, of_kind in kinds.items():
        means = [sum(sum(result[system]) for result in of_kind) / len(of_kind) for system in range(3)]
        mark = " behind" if means[0] < max(means[1:]) - 1e-9 else ""
        print(f"  {kind:34s} {len(of_kind):5d} files {means[0]:8.4f} {means[1]:8.4f} {means[2]:8.4f}{mark}")


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    data, program = f"{arguments[0]}/polluted_files", arguments[1]
    names = sorted(os.listdir(f"{data}/csv"))
    with concurrent.futures.ProcessPoolExecutor() as pool:
        results = list(pool.map(load, [(data, name, program) for name in names], chunksize=16))
    systems = [os.path.basename(program), "pandas", "pandas told the delimiter"]
    found = [scores(names, results, system) for system in range(3)]
    for system, (simple, weighted) in zip(systems, found):
        print(f"{system:26s} {len(names)} files  simple {simple:.4f}  weighted {weighted:.4f}")
    if "--list" in sys.argv:
        print_kinds(names, results)
    return 0 if found[0][0] >= max(found[1][0], found[2][0]) else 1


if __name__ == "__main__":
    sys.exit(main())
