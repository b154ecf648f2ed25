load helper

# What clusters are called: the rules of configs/segment-names.yaml for customers, distinguishing columns for other tables.

setup_file() {
  find_real_data
  cd "$BATS_FILE_TMPDIR" || return 1
  PATH=$BUILD/bin:$PATH
  cs-gen -n 3000 --truth | cs-prep -q -o generated.csv
  cs-prep -q "$DATA/online-retail.csv" -o sample.csv
  [[ ! -e $REAL_DATA/online-retail/online_retail.csv ]] || cs-prep -q "$REAL_DATA/online-retail/online_retail.csv" -o retail.csv
  [[ ! -e $REAL_DATA/cdnow/cdnowElog.csv ]] || cs-prep -q "$REAL_DATA/cdnow/cdnowElog.csv" -o cdnow.csv
  [[ ! -e $REAL_DATA/rfm-orders/rfm_data_orders.csv ]] || cs-prep -q "$REAL_DATA/rfm-orders/rfm_data_orders.csv" -o rfm.csv
}

# table NAME - one of those above; skips where it isn't there.
table() {
  [[ -e $BATS_FILE_TMPDIR/$1.csv ]] || skip "the real data ($1) isn't here"
  echo "$BATS_FILE_TMPDIR/$1.csv"
}

customers() { ls "$BATS_FILE_TMPDIR"/*.csv; }

# names MODEL - the names of a model, a line each, in the order of its clusters.
names() { grep '^ *"names": \[' "$1" | grep -oE '"([^"\\]|\\.)*"' | tail -n +2 | sed 's/^"//; s/"$//'; }

# column FILE NAME - the cells of a column (no quotes in front of it, as customers of cs-gen and cs-prep have them).
column() {
  python3 - "$1" "$2" <<'END'
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print(row[sys.argv[2]])
END
}

python() { command -v python3 >/dev/null || skip 'python3 is not there'; }

@test "names: segments of made-up customers are called what they were made as, and alike where one rule names several" {
  python
  for k in 4 5 6 7 8 9 10; do
    cs-kmeans -q -k "$k" --restarts 5 -o out.csv "$(table generated)"
    paste -d '|' <(column out.csv cluster_name) <(column out.csv true_segment) | awk -F '|' -v k="$k" '
      BEGIN {
        truth["At-Risk"] = truth["Slipping Away"] = "at_risk"; truth["Bargain Hunters"] = "bargain_hunter"
        truth["High-Value"] = "high_value"; truth["Loyal"] = truth["Loyal Regulars"] = "loyal"
        truth["New"] = truth["Newcomers"] = "new"; truth["Occasional"] = "occasional"
        instead["Loyal Regulars"] = "Loyal"; instead["Newcomers"] = "New"; instead["Slipping Away"] = "At-Risk"
      }
      { n[$1]++; made[$1, $2]++; made_as[$2] }
      END {
        for (name in n) {
          rule = name
          sub(/,.*/, "", rule)
          there[rule]
          for (type in made_as) {
            if (made[name, type] < 0.6 * n[name]) continue
            clear++
            if (truth[rule] != type) { print k ": " name ": " made[name, type] " of " n[name] " are " type; bad = 1 }
          }
        }
        for (name in instead) if (name in there && instead[name] in there) { print k ": " name ", " instead[name]; bad = 1 }
        exit bad || clear < k / 2
      }'
  done
}

@test "names: every name is there once, for 2 to 10 clusters of any table, and none is a number" {
  for file in $(customers) "$DATA/iris.csv"; do
    for k in 2 3 4 5 6 7 8 9 10; do
      cs-kmeans -q -k "$k" --restarts 3 --names --save model.json -o out.csv "$file"
      [[ $(names model.json | sort -u | wc -l) == "$k" ]] || fail "$file, $k: $(names model.json)"
      if names model.json | grep -E '[ (][0-9]+\)?$'; then fail "$file, $k: $(names model.json)"; fi
    done
  done
}

@test "names: of two features each set of words is there once, in whatever order, and no number" {
  python
  python3 - "$(table generated)" >two.csv <<'END'
import csv, sys
print("x,y")
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print(row["days_since_last_purchase"], row["total_transactions"], sep=",")
END
  for k in 4 6 8 10 12 14; do
    cs-kmeans -q -k "$k" --restarts 3 --names --save model.json -o out.csv two.csv
    [[ $(names model.json | python3 -c 'import sys; print(len({tuple(sorted(name.split(", "))) for name in sys.stdin.read().split("\n")[:-1]}))') == "$k" ]] ||
      fail "$k: $(names model.json)"
    if names model.json | grep '('; then fail "$k: $(names model.json)"; fi
  done
}

@test "names: a rule may be called what another one's segments are told apart by" {
  printf 'x\n%s\n' "$(printf '%s\n' 1 2 11 12 51 52)" >in.csv
  printf 'version: 1\nnames:\n  - name: "A, less"\n    when: {x: {from: 50}}\n  - name: A\n' >rules.yaml
  printf 'differences:\n  - {column: x, lower: less, higher: more}\n' >>rules.yaml
  cs-kmeans -q -k 3 --scale none --name-rules rules.yaml --save model.json -o out.csv in.csv
  [[ $(names model.json | sort | paste -sd ';') == 'A, less;A, less, less;A, more' ]] || fail "$(names model.json)"
}

# segmented CHECK - that check of 3 to 8 segments of each table of customers, which are found once.
segmented() {
  local file k out
  mkdir -p "$BATS_FILE_TMPDIR/segments"
  for file in $(customers); do
    for k in 3 4 5 6 7 8; do
      out=$BATS_FILE_TMPDIR/segments/$k-${file##*/}
      [[ -e $out ]] || cs-kmeans -q -k "$k" --restarts 3 -o "$out" "$file"
      "$1" "$out" || fail "$out"
    done
  done
}

as_rfm_segment() {
  paste -d '|' <(column "$1" cluster_name) <(column "$1" rfm_segment) | awk -F '|' '
    function plain(text) { gsub(/[-_]/, " ", text); return tolower(text) }
    { n[$1, $2]++; name[$1]; segment[$2] }
    END {
      for (a in name)
        for (s in segment)
          if (plain(a) == plain(s))
            for (t in segment) if (n[a, t] > n[a, s]) { print a ": " n[a, s] ", but " n[a, t] " " t; bad = 1 }
      exit bad
    }'
}

as_promised() {
  python3 - "$1" <<'END'
import csv, statistics, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
for name in {row["cluster_name"] for row in rows}:
    own = [row for row in rows if row["cluster_name"] == name]
    orders = statistics.median(float(row["total_transactions"]) for row in own)
    assert "loyal" not in name.lower() or orders >= 3, name
    assert "One-Time" not in name or orders == 1, name
    if "Bargain" in name:
        assert statistics.median(float(row["discount_share"]) for row in own) >= 0.05, name
END
}

@test "names: nobody is called what rfm_segment calls others" {
  python
  segmented as_rfm_segment
}

@test "names: who is called loyal has ordered three times or more, who is a bargain hunter buys on offers" {
  python
  segmented as_promised
}

@test "names: without discounts in the table nobody hunts bargains" {
  python
  file=$(table generated)
  python3 - "$file" >bare.csv <<'END'
import csv, sys
rows = csv.DictReader(open(sys.argv[1], newline=""))
kept = [name for name in rows.fieldnames if "discount" not in name and name != "is_price_sensitive"]
out = csv.DictWriter(sys.stdout, kept, extrasaction="ignore", lineterminator="\n")
out.writeheader()
out.writerows(rows)
END
  for k in 4 6 8; do
    cs-kmeans -q -k "$k" --restarts 3 --save model.json -o out.csv bare.csv
    if names model.json | grep -i 'bargain\|offer\|price'; then return 1; fi
  done
}

@test "names: without rfm_segment the plain names are free" {
  python
  python3 - "$(table generated)" >bare.csv <<'END'
import csv, sys
rows = csv.DictReader(open(sys.argv[1], newline=""))
kept = [name for name in rows.fieldnames if name != "rfm_segment"]
out = csv.DictWriter(sys.stdout, kept, extrasaction="ignore", lineterminator="\n")
out.writeheader()
out.writerows(rows)
END
  cs-kmeans -q -k 6 --save model.json -o out.csv bare.csv
  [[ $(names model.json | sort | paste -sd,) == 'At-Risk,Bargain Hunters,High-Value,Loyal,New,Occasional' ]]
}

@test "names: other tables are named by the columns that differ most from the mean" {
  # tests/oracle/names.py
  while IFS='|' read -r k expected; do
    cs-kmeans -q --scale none -k "$k" --restarts 100 --names --save model.json -o out.csv "$DATA/iris.csv"
    [[ $(names model.json | paste -sd ';' | sed 's/;/; /g') == "$expected" ]] || fail "$k: $(names model.json)"
  done <<'END'
2|high petal_length, high petal_width; low petal_length, low petal_width
3|low sepal_width; low petal_length, low petal_width; high sepal_length, high petal_width
4|low petal_length, low petal_width; high petal_length, high petal_width; high sepal_length, high petal_width; low sepal_width
END
  # The columns behind prepared ones are told.
  cs-scale -q -f 'sepal_*,petal_*' "$DATA/iris.csv" | cs-kmeans -q -k 2 --names --save scaled.json -o out.csv
  [[ $(names scaled.json | grep -c scaled__) == 0 ]]
  cs-scale -q -f 'sepal_*,petal_*' --pca 2 "$DATA/iris.csv" | cs-kmeans -q -k 2 --names --save pca.json -o out.csv
  [[ $(names pca.json | grep -c pca__) == 0 && $(names pca.json | grep -c petal) == 2 ]]
}

@test "names: of equal clusters only the number tells one from the other" {
  printf 'x,y\n%s%s' "$(printf '%s\n' 1,5 2,5 8,5 9,5)" $'\n' >in.csv
  printf 'version: 1\nnames:\n  - name: All\n' >all.yaml
  cs-kmeans -q -k 2 -f x,y --scale none --name-rules all.yaml --save model.json -o out.csv in.csv
  [[ $(names model.json | sort | paste -sd,) == 'All (1),All (2)' ]]
}

@test "names: they are on by themselves for customers, in LABEL_name, and off when told" {
  file=$(table sample)
  cs-kmeans -q -k 3 -o with.csv "$file"
  cs-kmeans -q -k 3 --no-names -o without.csv "$file"
  [[ $(head -n 1 with.csv) == *,cluster,cluster_name && $(head -n 1 without.csv) == *,cluster ]]
  cs-kmeans -q -k 3 --label km_cluster -o label.csv "$file"
  [[ $(head -n 1 label.csv) == *,km_cluster,km_cluster_name ]]
  cs-kmeans -q -k 3 -o iris.csv "$DATA/iris.csv"
  [[ $(head -n 1 iris.csv) == *,cluster ]]
  # A second clustering of the same table, beside the first.
  cs-kmeans -q -k 2 --label cluster_two -o two.csv with.csv
  [[ $(head -n 1 two.csv) == *,cluster,cluster_name,cluster_two,cluster_two_name ]]
}

@test "names: a name that exists already is refused before the work" {
  { echo x,cluster_name; printf '%s,a\n' 1 2 3 9 8 7; } >in.csv
  expect_status 2 cs-kmeans -k 2 --names -o out.csv in.csv
  [[ $stderr == *"column 'cluster_name' exists already"* && ! -e out.csv ]]
  expect_status 0 cs-kmeans -q -k 2 in.csv
}

@test "names: a model keeps them, and applied it gives them" {
  file=$(table sample)
  cs-kmeans -q -k 3 --save model.json -o out.csv "$file"
  cs-kmeans -q --load model.json "$file" | cmp - out.csv
  cs-kmeans -q --load model.json --no-names "$file" | cmp - <(cs-kmeans -q -k 3 --no-names "$file")
  cs-kmeans -q -k 3 --save plain.json -o plain.csv "$DATA/iris.csv"
  expect_status 3 cs-kmeans --load plain.json --names "$DATA/iris.csv"
  [[ $stderr == *'plain.json: the model has no names'* ]]
  for names in '["a"]' '["a", "b", ""]' '["a", "b", 3]' '"a"'; do
    sed "s/\"highest_number\"/\"names\": $names, \"highest_number\"/" plain.json >broken.json
    expect_status 3 cs-kmeans --load broken.json "$DATA/iris.csv"
    [[ $stderr == *"broken.json: 'names'"* ]]
  done
}

@test "names: threads and the order of rows don't matter" {
  file=$(table generated)
  cs-kmeans -q -k 7 --restarts 3 -j 1 -o one.csv "$file"
  cs-kmeans -q -k 7 --restarts 3 -j 8 -o eight.csv "$file"
  cmp one.csv eight.csv
  { head -n 1 "$file"; tail -n +2 "$file" | tac; } >turned.csv
  cs-kmeans -q --names --load <(cs-kmeans -q -k 7 --restarts 3 --save /dev/stdout -o /dev/null "$file") turned.csv | tail -n +2 | sort | cmp - <(tail -n +2 one.csv | sort)
}

@test "names: a cluster that goes on keeps its name, and a warning tells when the rules would choose another" {
  file=$(table generated)
  cs-kmeans -q -k 6 --save old.json -o old.csv "$file"
  cs-kmeans -q -k 6 --match old.json -o new.csv "$file"
  cmp old.csv new.csv
  sed 's/"At-Risk"/"Sleeping beauties"/' old.json >mine.json
  cs-kmeans -k 6 --match mine.json --save new.json -o new.csv "$file" 2>err
  grep -q "cluster [0-9] keeps its name 'Sleeping beauties'; by the rules it would be 'At-Risk' now" err
  [[ $(grep -c 'keeps its name' err) == 1 ]]
  names new.json | grep -qx 'Sleeping beauties'
  # A new cluster isn't called what an older one is called already.
  cs-kmeans -q -k 4 --save four.json -o four.csv "$file"
  names four.json | grep -qx Occasional
  sed 's/"Occasional"/"Newcomers"/' four.json >mine.json
  cs-kmeans -q -k 6 --match mine.json --save six.json -o six.csv "$file"
  [[ $(names six.json | sort -u | wc -l) == 6 && $(names six.json | grep -cx Newcomers) == 1 ]]
  names six.json | grep -q '^Newcomers, '
}

@test "names: configs/segment-names.yaml is what is built in, and rules of one's own override it" {
  file=$(table generated)
  cs-kmeans -q -k 6 -o built-in.csv "$file"
  cs-kmeans -q -k 6 --name-rules "$ROOT/configs/segment-names.yaml" -o file.csv "$file"
  cmp built-in.csv file.csv
  cat >mine.yaml <<'END'
version: 1
names:
  - name: Long petals
    when: {petal_length: {from: 5}}
  - name: Small
    when: {petal_length: {rank-to: 40, to: 3}, sepal_length: {rank-to: 50}, absent: {from: 1}}
  - name: Short petals
    when: {petal_length: {rank-to: 40, to: 3}}
END
  cs-kmeans -q --scale none -k 3 --name-rules mine.yaml --save model.json -o out.csv "$DATA/iris.csv"
  [[ $(names model.json | paste -sd,) == 'Other,Short petals,Long petals' ]]
}

@test "names: what is no file of rules is told with line and column" {
  try() {
    printf '%b' "$1" >r.yaml
    expect_status 2 cs-kmeans -k 3 --name-rules r.yaml -o out.csv "$DATA/iris.csv"
    [[ $stderr == *"r.yaml:$2"* && ! -e out.csv ]] || fail "$1: $stderr"
  }
  rule='version: 1\nnames:\n  - name: A\n'
  try '' "1:1: a file of name rules is a mapping"
  try 'names:\n  - name: A\n' '1:1: the version is absent'
  try 'version: 2\n' "1:10: version: '2' is not 1"
  try 'version: 1\n' '1:1: there is no rule'
  try 'version: 1\nnames: A\n' '2:8: names must be a list'
  try 'version: 1\nnames:\n  - when: {x: {from: 1}}\n' '3:5: a rule without a name'
  try "$rule    color: red\n" "4:5: 'color' is no key of a rule"
  try "$rule    when: {x: 3}\n" '4:15: x must be a mapping'
  try "$rule    when: {x: {above: 3}}\n" "4:16: 'above' is no limit"
  try "$rule    when: {x: {rank-from: 101}}\n" "4:27: rank-from: '101' is no number within 0..100"
  try "$rule    when: {x: {from: a}}\n" "4:22: from: 'a' is no number"
  try "$rule    when: {x: {from: 3, to: 2}}\n" '4:12: x: no value is within its limits'
  try "${rule}differences:\n  - {column: x, lower: less}\n" '5:5: a difference has a column'
  try "${rule}differences:\n  - {column: x, lower: \"\", higher: b}\n" '5:24: lower: must have 1 to 60 bytes'
  try 'version: 1\nnames:\n  - name: "a\\tb"\n' '3:11: name: has a control character in it'
  expect_status 4 cs-kmeans -k 3 --name-rules nowhere.yaml "$DATA/iris.csv"
}
