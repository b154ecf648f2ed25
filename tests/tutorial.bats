#!/usr/bin/env bats
# The walk of docs/tutorial.md, typed block by block; what it says comes true.
load helper

setup_file() { find_real_data; }

# The blocks of shell commands, as block-01, block-02 ...
blocks() {
  awk '/^```$/ { code = 0 } code { print >file } /^```sh$/ { code = 1; file = sprintf("block-%02d", ++n); printf "" >file }' \
    "$ROOT/docs/tutorial.md"
}

# walk: all blocks, but for those of a program that isn't there; what each prints goes to block-NN.out and block-NN.err.
walk() {
  local block
  blocks
  for block in block-??; do
    if grep -q '^cs-track ' "$block" && ! command -v cs-track >/dev/null; then continue; fi
    bash -eo pipefail "$block" >"$block.out" 2>"$block.err" || fail "$block: $(<"$block")" "$(<"$block.err")"
  done
}

@test "tutorial: every command works, and what it says comes true" {
  walk
  [[ $(grep -l 'nothing to do' block-*.err) == block-07.err ]]
  grep -q '^kmeans: ' block-08.out
  run ! grep -q '^prep' block-08.out
  [[ -s june/visualizations/kmeans_dashboard.html && -s january/visualizations/kmeans_dashboard.html ]]
  grep -q '€ ' june/reports/kmeans_clustering_report.md
  # June knows nothing of what came later; January does, in June's segments.
  cs-prep -q -c shop.yaml --as-of 2024-07-01 orders.csv | cmp - june/data/processed_customer_data.csv
  cs-prep -q -c shop.yaml --as-of 2025-01-01 --load june/data/prep_model.json orders.csv |
    cs-kmeans -q --load june/data/kmeans_model.json | cmp - january/data/customer_clusters_kmeans.csv
  cmp june/data/kmeans_model.json january/data/kmeans_model.json
  grep -q 'Since the last run' january/reports/kmeans_clustering_report.md
  grep -q 'Since the last run' january-anew/reports/kmeans_clustering_report.md
  # Who went where, counted anew.
  /usr/bin/python3 - <<'END'
import collections, csv
def read(folder):
    with open(folder + "/data/customer_clusters_kmeans.csv", encoding="utf-8", newline="") as file:
        return {row["customer_id"]: row["cluster_name"] for row in csv.DictReader(file)}
june, january = read("june"), read("january")
assert june.keys() < january.keys()
want = collections.Counter((june[c], january[c]) for c in june)
said = {}
for line in open("block-11.out", encoding="utf-8"):
    count, pair = line.split(None, 1)
    said[tuple(pair.strip().split(","))] = int(count)
assert said == want and sum(said.values()) == len(june), (said, want)
END
}

@test "tutorial: the same on Online Retail: the first half-year, scored and found anew in December" {
  needs online-retail/online_retail.csv
  local orders=$REAL_DATA/online-retail/online_retail.csv
  cs-pipeline -q --skip-dbscan "$orders" --as-of 2011-07-01 -o june
  cs-pipeline -q --skip-dbscan "$orders" --as-of 2011-12-10 --load june -o december
  cs-pipeline -q --skip-dbscan "$orders" --as-of 2011-12-10 --match june -o anew
  # Counted by pandas: customers with an order that counts, up to either day.
  cs-prep -q --as-of 2011-07-01 "$orders" | cmp - june/data/processed_customer_data.csv
  [[ $(sed 1d december/data/customer_clusters_kmeans.csv | wc -l) == 4327 ]]
  cmp june/data/kmeans_model.json december/data/kmeans_model.json
  grep -q 'Since the last run' december/reports/kmeans_clustering_report.md
  # A segment that goes on has the number that it had.
  /usr/bin/python3 - <<'END'
import csv
def read(folder):
    with open(folder + "/data/customer_clusters_kmeans.csv", encoding="utf-8", newline="") as file:
        return {row["customer_id"]: row["cluster"] for row in csv.DictReader(file)}
scored, anew = read("december"), read("anew")
assert scored.keys() == anew.keys()
old = set(scored.values())
for cluster in set(anew.values()) & old:
    rows = [c for c in anew if anew[c] == cluster]
    assert 2 * sum(scored[c] == cluster for c in rows) >= len(rows), cluster
END
}
