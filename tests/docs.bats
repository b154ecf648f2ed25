#!/usr/bin/env bats
# What the documents promise: the data dictionary has every column, the schemas every model.

load helper

SAMPLE=$DATA/online-retail.csv

# in_dictionary FILE: the table of columns in docs/data-dictionary.md has a row for each column of FILE, in the same order,
# with a formula and a unit.
in_dictionary() {
  awk -F, -v dictionary="$ROOT/docs/data-dictionary.md" '
    function row(line,   cell, part, count, i) {
      split(line, cell, " \\| ")
      count = split(cell[1], part, "`")
      for (i = 2; i <= count; i += 2) { place[part[i]] = ++places; formula[part[i]] = cell[2]; unit[part[i]] = cell[3] }
    }
    BEGIN {
      while ((getline line < dictionary) > 0) {
        if (line ~ /^## /) inside = line == "## Columns"
        if (inside && line ~ /^\| `/) row(substr(line, 3))
      }
    }
    FNR == 1 {
      for (i = 1; i <= NF; i++) {
        name = $i
        if (sub(/^scaled__/, "", name)) { if (!(name in place)) { print "scaled__" name " is of no column"; bad = 1 } name = "scaled__NAME" }
        if (!(name in place)) { print name " has no row"; bad = 1; continue }
        if (place[name] < last) { print name " stands elsewhere"; bad = 1 }
        if (formula[name] == "" || unit[name] == "") { print name " has no formula or no unit"; bad = 1 }
        last = place[name]
      }
    }
    END { exit bad || !places }' "$1"
}

@test "docs: every column that cs-prep makes of orders stands in the data dictionary, in its place" {
  cs-gen -q -n 60 --only transactions --refunds 0.1 -o orders.csv
  local clv
  for clv in bg-nbd pareto-nbd; do
    cs-prep -q --make all --clv $clv --calibration-end 2024-06-30 --outliers z orders.csv -o prep.csv
    for column in holdout_expected evening_share main_channel category_entropy discount_share outlier_rule key_account; do
      head -n 1 prep.csv | tr , '\n' | grep -qx $column
    done
    in_dictionary prep.csv
  done
  cs-prep -q --basis 'rfm,tenure_days,refund_share,clv_advanced,rfm_score' orders.csv -o prep.csv
  in_dictionary prep.csv
}

@test "docs: no feature is missing in the data dictionary, and none of its columns was given up" {
  local name
  grep -oE '^ +\[CS_FEATURE_[A-Z0-9_]+\] = \{"[^"]+"' "$ROOT/common/prep/features.c" | cut -d'"' -f2 >features
  [[ $(wc -l <features) -gt 50 ]]
  awk '/^## / { inside = $0 == "## Columns" } inside && /^\| `/ { split($0, cell, " \\| "); n = split(cell[1], name, "`"); for (i = 2; i <= n; i += 2) print name[i] }' \
    "$ROOT/docs/data-dictionary.md" >columns
  while read -r name; do grep -qx "$name" columns || fail "$name isn't in the dictionary"; done <features
  while read -r name; do
    grep -qx "$name" features || [[ $name =~ ^(customer_id|outlier_rule|scaled__NAME|--keep)$ ]] || fail "there is no $name"
  done <columns
}

@test "docs: models are as the schemas say" {
  /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "the package jsonschema isn't here"
  local options i=0
  for options in '' '--outliers iqr:drop,mahalanobis,percentile,z' '--calibration-end 2011-09-30' '--window 6mo' '--clv none' \
    '--basis rfm,tenure_days --rfm-cuts recency=1,2,3,4' '--make totals'; do
    # The options are words.
    # shellcheck disable=SC2086
    cs-prep -q $options --save prep-$((i++)).json "$SAMPLE" -o prep.csv
  done
  cs-gen -q -n 60 --only transactions --refunds 0.1 -o orders.csv
  cs-prep -q --clv pareto-nbd --calibration-end 2024-06-30 --outliers mahalanobis:drop --save prep-$((i++)).json orders.csv -o prep.csv
  /usr/bin/python3 "$ROOT/tests/oracle/schema.py" prep.json prep-*.json
  cs-kmeans -q -k 2..4 --select vote --save kmeans.json prep.csv -o clusters.csv
  /usr/bin/python3 "$ROOT/tests/oracle/schema.py" kmeans.json kmeans.json
  cs-dbscan -q --save dbscan.json prep.csv -o clusters.csv
  cs-dbscan -q -e 0.5 --border first --match dbscan.json --save dbscan-2.json prep.csv -o clusters.csv
  /usr/bin/python3 "$ROOT/tests/oracle/schema.py" dbscan.json dbscan.json dbscan-2.json
  cs-report -q --format json --model dbscan.json clusters.csv >profile.json
  cs-report -q --format json --label species "$DATA/iris.csv" >iris.json
  /usr/bin/python3 "$ROOT/tests/oracle/schema.py" profile.json profile.json iris.json
  cs-scale -q --pca 2 --save scale.json "$DATA/iris.csv" -o scaled.csv
  /usr/bin/python3 "$ROOT/tests/oracle/schema.py" scale.json scale.json
  # And what isn't so is told.
  sed 's/"rule": "iqr"/"rule": "box"/; s/"fences"/"fence"/' prep-1.json >bad.json
  run /usr/bin/python3 "$ROOT/tests/oracle/schema.py" prep.json bad.json
  [[ $status == 1 && $output == *'outliers/rules/0'* ]]
}

@test "docs: the example of what noise is prints what it says" {
  local document=$ROOT/docs/DBSCAN_NOISE_EXPLANATION.md
  awk '/^```sh$/ { in_sh = 1; next } /^```$/ { in_sh = 0; next } in_sh' "$document" >run.sh
  awk '/^```text$/ { in_text = 1; next } /^```$/ { in_text = 0; next } in_text' "$document" >expected
  [[ $(wc -l <expected) == 7 ]]
  bash -o pipefail -e run.sh | diff expected -
}

@test "docs: what the README says that the demo prints is what it prints" {
  awk '/^```$/ { if (inside) exit; next } /^16 % of customers/ { inside = 1 } inside && !/^\.\.\.$/ { print }' "$ROOT/README.md" >promised
  [[ $(wc -l <promised) -gt 12 ]]
  cs-pipeline --demo -o outputs >printed 2>/dev/null
  while IFS= read -r line; do
    grep -qxF -- "$line" printed || fail "the demo doesn't print: $line"
  done <promised
}
