#!/usr/bin/env python3
"""migration.py OLD NEW [ID [LABEL [BY]]] - recomputes a migration from its two tables and compares it with the JSON document on standard
input. Prints what differs; exit status 1 when anything does. Standard library alone: the joins are dictionaries, sums exact, deciles and
bins, the Rand index and the chi-squared distribution from their definitions.
"""
import csv
import json
import math
import sys
from bisect import bisect_left
from collections import Counter, defaultdict

bad = []


def expect(what, found, wanted, tolerance=0.0):
    if wanted is None or found is None or isinstance(wanted, (str, bool)):
        same = found == wanted
    else:
        same = abs(found - wanted) <= tolerance * max(1, abs(wanted))
    if not same:
        bad.append(f"{what}: {found!r}, not {wanted!r}")


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    try:
        return float(text)
    except ValueError:
        return math.nan


def total(values):
    return math.fsum(v for v in values if not math.isnan(v))


# --- the stability index ---

FLOOR = 0.0001


def quantile(values, p):
    """Type 7: linear between order statistics."""
    h = (len(values) - 1) * p
    low = math.floor(h)
    return values[low] + (h - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def bins_of(old):
    """A function that gives a value's bin."""
    there = sorted(v for v in old if not math.isnan(v))
    if len(set(there)) <= 10:
        known = set(there)
        return lambda v: "missing" if math.isnan(v) else v if v in known else "other"
    edges = sorted({quantile(there, i / 10) for i in range(1, 10)})
    held = Counter(bisect_left(edges, v) for v in there)
    edges = [e for i, e in enumerate(edges) if held[i]]
    return lambda v: "missing" if math.isnan(v) else bisect_left(edges, v)


def stability(old, new):
    place = bins_of(old)
    p, q = Counter(map(place, old)), Counter(map(place, new))
    index = 0.0
    for b in set(p) | set(q):
        a, c = max(p[b] / len(old), FLOOR), max(q[b] / len(new), FLOOR)
        index += (c - a) * math.log(c / a)
    return index, len(set(p) | set(q))


def chisquare_cdf(x, freedom):
    """The series of the incomplete gamma function."""
    a, z = freedom / 2, x / 2
    term = total_ = 1 / a
    n = a
    while term > total_ * 1e-17:
        n += 1
        term *= z / n
        total_ += term
    return total_ * math.exp(-z + a * math.log(z) - math.lgamma(a))


# --- agreement ---

def rand_adjusted(a, b):
    """Hubert and Arabie 1985, by counting pairs."""
    pairs = lambda counts: sum(math.comb(c, 2) for c in counts)
    both, first, second, n = Counter(zip(a, b)), Counter(a), Counter(b), len(a)
    same, x, y = pairs(both.values()), pairs(first.values()), pairs(second.values())
    expected = x * y / math.comb(n, 2)
    return (same - expected) / ((x + y) / 2 - expected) if (x + y) / 2 != expected else 1.0


# --- the whole ---

def main():
    old, new = read(sys.argv[1]), read(sys.argv[2])
    key, label, by = (sys.argv[3:] + ["customer_id", "cluster", "total_spent"][len(sys.argv) - 3:])[:3]
    document = json.load(sys.stdin)
    before, now = {r[key]: r for r in old}, {r[key]: r for r in new}
    assert len(before) == len(old) and len(now) == len(new)
    has_by = by in old[0] and by in new[0]
    money = lambda row: number(row[by]) if has_by else math.nan

    values = defaultdict(list)
    for r in old:
        values[r[label]].append(money(r))
    mean = {}
    for s, v in values.items():
        there = [x for x in v if not math.isnan(x)]
        mean[s] = math.fsum(there) / len(there) if there else math.nan

    def move(a, b):
        if a is None:
            return "came"
        if b is None:
            return "left"
        if a == b:
            return "stayed"
        x, y = mean.get(a, math.nan), mean.get(b, math.nan)
        if "-1" in (a, b) or not (x < y or x > y):
            return "other"
        return "down" if y < x else "up"

    flows = defaultdict(list)
    for i in {**before, **now}:
        a, b = before.get(i), now.get(i)
        flows[a and a[label], b and b[label]].append((money(a) if a else math.nan, money(b) if b else math.nan))
    expect("flows", len(document["flows"]), len(flows))
    for flow in document["flows"]:
        pair = flow["from"], flow["to"]
        rows = flows.get(pair, [])
        expect(f"{pair} customers", flow["customers"], len(rows))
        expect(f"{pair} move", flow["move"], move(*pair))
        for i, period in enumerate(("before", "now")):
            wanted = total(r[i] for r in rows) if has_by and pair[i] is not None else None
            expect(f"{pair} revenue {period}", flow["revenue_" + period], wanted, 1e-12)
    for name, found in document["moves"].items():
        rows = [r for pair, part in flows.items() if move(*pair) == name for r in part]
        expect(f"{name} customers", found["customers"], len(rows))
        for i, (period, none) in enumerate((("before", "came"), ("now", "left"))):
            wanted = total(r[i] for r in rows) if has_by and name != none else None
            expect(f"{name} revenue {period}", found["revenue_" + period], wanted, 1e-12)

    both = [i for i in before if i in now]
    expect("customers in both", document["customers_both"], len(both))
    expect("customers before", document["customers_before"], len(old))
    expect("customers now", document["customers_now"], len(new))
    a, b = [before[i][label] for i in both], [now[i][label] for i in both]
    expect("adjusted Rand index", document["adjusted_rand_index"], rand_adjusted(a, b), 1e-12)

    sizes = Counter(r[label] for r in old), Counter(r[label] for r in new)
    for segment in document["segments"]:
        s = segment["label"]
        expect(f"size of {s} before", segment["customers_before"], sizes[0][s])
        expect(f"size of {s} now", segment["customers_now"], sizes[1][s])
        m = mean.get(s, math.nan)
        expect(f"mean of {s}", segment["mean_before"], None if math.isnan(m) else m, 1e-12)
    expect("segments", {s["label"] for s in document["segments"]} == set(sizes[0]) | set(sizes[1]), True)
    shares = 0.0
    for s in set(sizes[0]) | set(sizes[1]):
        p, q = max(sizes[0][s] / len(old), FLOOR), max(sizes[1][s] / len(new), FLOOR)
        shares += (q - p) * math.log(q / p)
    expect("index of shares", document["psi_of_segment_shares"], shares, 1e-12)

    for feature in document["features"]:
        name = feature["name"]
        x, y = [number(r[name]) for r in old], [number(r[name]) for r in new]
        index, bins = stability(x, y)
        expect(f"index of {name}", feature["psi"], index, 1e-11)
        expect(f"bins of {name}", len(feature["bins"]), bins)
        expect(f"rows of {name} before", sum(f["before"] for f in feature["bins"]), len(old))
        expect(f"rows of {name} now", sum(f["now"] for f in feature["bins"]), len(new))
        if bins > 1:
            scaled = feature["chance"] / (1 / len(old) + 1 / len(new))
            expect(f"chance of {name}", chisquare_cdf(scaled, bins - 1), 0.95, 1e-12)
    print("\n".join(bad[:20]), end="\n" if bad else "")
    print(f"{len(flows)} flows, {len(document['features'])} features compared")
    return 1 if bad else 0


sys.exit(main())
