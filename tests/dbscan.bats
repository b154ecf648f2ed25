# Density clustering through the program: published numbers, other programs' rows, and what a user sees. (Against all distances in
# unit/dbscan.c, unit/reach.c and unit/levels.c; what all programs have in common in contract.bats.)
load helper

setup_file() { find_real_data; }

# dbscan OPTION... - into out.csv and model.json, in the columns' own units.
dbscan() { cs-dbscan -q --scale none --save model.json -o out.csv "$@"; }

# value KEY - a number or a list of the model, in one line.
value() { jq -r ".$1 | if type == \"array\" then map(tostring) | join(\",\") else . end" model.json; }

# python_with MODULE - the first Python that has it.
python_with() {
  local python
  for python in ${PYTHON-} python3 /usr/bin/python3; do
    if "$python" -c "import $1" 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  return 1
}

needs() { python_with "$1" >/dev/null || skip "the package $1 is not there"; }

labels() { tail -n +2 out.csv | sed 's/.*,//' | paste -sd ' '; }

@test "cs-dbscan: iris has the published clusters, core points and noise at ten settings" {
  while read -r eps points noise sizes core; do
    dbscan -e "$eps" -m "$points" "$DATA/iris.csv"
    got=$(value noise)\ $(value sizes | tr ',' '\n' | sort -n | paste -sd,)\ $(value core)
    [[ $got == "$noise $(tr ',' '\n' <<<"$sizes" | sort -n | paste -sd,) $core" ]] || fail "$eps $points: $got"
  done <<'END'
0.3 5 96 37,12,5 34
0.4 4 25 47,38,36,4 104
0.4 5 32 46,36,14,22 89
0.42 5 29 48,37,36 93
0.5 3 10 49,84,4,3 130
0.5 5 17 49,84 117
0.5 10 30 48,72 72
0.6 5 9 49,92 132
0.8 5 2 50,98 146
1.0 5 0 50,100 149
END
}

@test "cs-dbscan: the examples of scikit-learn's tests" {
  printf '%s\n' x 0 2 3 4 6 8 10 >line.csv
  while read -r points core want; do
    dbscan -e 1 -m "$points" line.csv
    [[ $(labels) == "$want" && $(value core) == "$core" ]] || fail "$points: $(labels), $(value core) core points"
  done <<'END'
1 7 2 1 1 1 3 4 5
2 3 -1 1 1 1 -1 -1 -1
3 1 -1 1 1 1 -1 -1 -1
4 0 -1 -1 -1 -1 -1 -1 -1
END
  printf '%s\n' x,y 1,2 2,2 2,3 8,7 8,8 25,80 >six.csv
  dbscan -e 3 -m 2 six.csv
  [[ $(labels) == '1 1 1 2 2 -1' ]]
  printf '%s\n' x,y 0,0 1,0 >two.csv # a distance of exactly eps counts, the row counts itself
  dbscan -f x -e 2 -m 2 two.csv
  [[ $(value core) == 2 ]]
  printf '%s\n' x 0 1 1 >three.csv
  dbscan -e 1 -m 2 three.csv
  [[ $(value core) == 3 ]]
  dbscan -e .99 -m 2 three.csv
  [[ $(value core) == 2 ]]
}

@test "cs-dbscan: rows that weigh something, less than nothing, too, as in scikit-learn's tests" {
  while read -r eps first second want; do
    printf '%s\n' x,w "0,$first" "1,$second" >in.csv
    dbscan -f x --row-weights w -e "$eps" -m 6 --point-type in.csv
    [[ $(tail -n +2 out.csv | sed 's/.*,//' | paste -sd,) == "$want" ]] || fail "$eps $first $second: $(<out.csv)"
  done <<'END'
0.5 6 5 core,noise
1.5 5 1 core,core
1.5 5.9 0.1 core,core
1.5 6 0 core,core
1.5 6 -1 noise,noise
END
}

# repeated FILE - a table whose last column but COUNT is a weight, which goes: each row as often as it weighs.
repeated() {
  awk -F, -v OFS=, -v at="${2-0}" '{ w = NR > 1 ? $(NF - at) : 1
    for (i = NF - at; i < NF; i++) $i = $(i + 1)
    NF--
    while (w-- > 0) print }' "$1"
}

# weighs_as_repeated OPTION... - weighed.csv and the table in which its rows are repeated come out alike, with all evidence but DBCV, which isn't told of
# rows that weigh.
weighs_as_repeated() {
  repeated weighed.csv >repeated.csv
  dbscan --outlier-score --point-type --distance --row-weights w "$@" weighed.csv
  repeated out.csv 4 >expected.csv
  jq '[.eps, .clusters, .choice, .k_distance, ((.selection // []) | map(del(.dbcv))), .core_points]' model.json >expected.json
  dbscan --outlier-score --point-type --distance "$@" repeated.csv
  cmp out.csv expected.csv && jq '[.eps, .clusters, .choice, .k_distance, ((.selection // []) | map(del(.dbcv))), .core_points]' model.json | cmp - expected.json
}

@test "cs-dbscan: a weight of 3 is the row three times: in labels, in eps, what speaks for it, and outlier scores" {
  awk -F, 'BEGIN { OFS = "," } NR == 1 { print $1, $2, $3, $4, "w" } NR > 1 { print $1, $2, $3, $4, 1 + NR % 3 }' "$DATA/iris.csv" >weighed.csv
  for options in '-e 0.4 -m 9' '-m 9' '-m 3 --border first' '-m 20' ''; do
    # shellcheck disable=SC2086
    weighs_as_repeated $options || fail "iris $options"
  done
  [[ $(jq '.k_distance | length' model.json) == $(tail -n +2 repeated.csv | wc -l) ]]
  # Three blobs on noise, some rows so heavy that they are clusters by themselves; then one blob, and rows that are all repeated.
  awk 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
    BEGIN { srand(2); print "x,y,w"
      for (i = 0; i < 3000; i++) {
        blob = i % 10 ? int(rand() * 3) : -1
        x = blob < 0 ? 40 * rand() : 10 + 10 * blob + normal()
        y = blob < 0 ? 40 * rand() : 10 + 20 * (blob == 1) + normal()
        print x "," y "," (i % 100 == 0 ? 100 : rand() < 0.7 ? 1 : 1 + int(8 * rand())) } }' >weighed.csv
  for options in '' '-m 30' '-e 0.5' '-j 1 --simd plain'; do
    # shellcheck disable=SC2086
    weighs_as_repeated $options || fail "blobs $options"
  done
  [[ $(jq -r .choice.rule model.json) == lasting && $(jq '.selection | length' model.json) -gt 3 ]]
  # Scales are learnt from the rows of the table, so weights aren't repetition there.
  cs-dbscan -q --row-weights w --save model.json -o out.csv weighed.csv
  scale=$(jq -c .scaling model.json)
  cs-dbscan -q -f x,y --save model.json -o out.csv weighed.csv
  [[ $(jq -c .scaling model.json) == "$scale" ]]
  awk 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
    BEGIN { srand(3); print "x,y,w"; for (i = 0; i < 1000; i++) print normal() "," normal() "," 1 + i % 2 }' >weighed.csv
  weighs_as_repeated
  [[ $(jq -r .choice.rule model.json) == knee ]]
  awk 'BEGIN { srand(3); print "x,y,w"; for (i = 0; i < 400; i++) print rand() "," rand() "," 5 + i % 3 }' >weighed.csv
  weighs_as_repeated
  [[ $(jq -r .choice.rule model.json) == equal ]]
  # Two rows may be enough.
  printf '%s\n' x,y,w 1,1,9 3,3,1 >weighed.csv
  weighs_as_repeated
}

@test "cs-dbscan: ELKI's set of three clusters and noise has the published sizes" {
  file=$REAL_DATA/elki-unittests/3clusters-and-noise-2d.csv
  skip_unless "$file"
  grep -v '^#' "$file" | sed '/^$/d' | cut -d ' ' -f 1,2 >in.txt
  cs-dbscan -q -d space --no-header --scale none -e .04 -m 20 --save model.json -o out.csv in.txt
  [[ $(value noise) == 29 && $(value sizes) == 150,101,50 && $(value core) == 290 ]]
}

@test "cs-dbscan: every row of scikit-learn's published results: clusters, core points, noise and sizes" {
  rows=$REAL_DATA/clustering-oracles/dbscan_sklearn121.csv sets=$REAL_DATA/clustering-data-v1
  skip_unless "$rows"
  skip_unless "$sets"
  compared=0
  while IFS=, read -r battery dataset n _ eps points k core noise _ sizes; do
    [[ $battery != battery ]] || continue
    set=$battery-$dataset.txt
    [[ -e $set ]] || gzip -dc "$sets/$battery/$dataset.data.gz" | sed 's/^ *//' >"$set"
    cs-dbscan -q -d space --no-header --scale none --border first -e "$eps" -m "$points" --save model.json -o out.csv "$set"
    # The 40 largest are published.
    got=$(jq -r '"\(.rows) \(.clusters) \(.core) \(.noise) \(.sizes[:40] | map(tostring) | join(" "))"' model.json)
    [[ $got == "$n $k $core $noise $sizes" ]] || fail "$dataset $eps $points: $got, published: $k $core $noise $sizes"
    compared=$((compared + 1))
  done < <(tr -d '\r' <"$rows")
  [[ $compared == 108 ]]
}

@test "cs-dbscan: scikit-learn finds the same core points, noise and clusters on every labelled set" {
  sets=$REAL_DATA/clustering-data-v1
  skip_unless "$sets"
  needs sklearn
  "$(python_with sklearn)" "$ROOT/tests/oracle/dbscan.py" "$BUILD/bin/cs-dbscan" "$sets" >log
  [[ $(wc -l <log) == 1 && $(<log) == '164 fits compared' ]] || fail "$(<log)"
}

@test "cs-dbscan: eps that it finds are those of tests/oracle/eps.py, and nearly as good as any chosen with the truth" {
  sets=$REAL_DATA/clustering-data-v1
  skip_unless "$sets"
  needs sklearn
  "$(python_with sklearn)" "$ROOT/tests/oracle/eps.py" "$BUILD/bin/cs-dbscan" "$sets" >log || fail "$(<log)"
  cat log
}

@test "cs-dbscan: outlier scores are those of the package hdbscan, but where links are of equal length" {
  sets=$REAL_DATA/clustering-data-v1
  skip_unless "$sets"
  needs hdbscan
  "$(python_with hdbscan)" "$ROOT/tests/oracle/glosh.py" "$BUILD/bin/cs-dbscan" "$sets" >log || fail "$(<log)"
}

@test "cs-dbscan: DBCV is that of the package hdbscan on iris, on lattices and on 5,000 rows of a line (tests/oracle/dbcv.py)" {
  lattice() { # lattice WIDTH HEIGHT STEP - two of them side by side, three steps apart
    awk -v w="$1" -v h="$2" -v step="$3" 'BEGIN { print "x,y"
      for (part = 0; part < 2; part++) for (i = 0; i < w; i++) for (j = 0; j < h; j++) print (i + (w + 2) * part) * step "," j * step }'
  }
  line() { awk 'BEGIN { print "x"; for (i = 0; i < 5000; i++) print i + i % 2 * 9000 }'; }
  while read -r table eps points want; do
    # The parts of a lattice's name are words.
    # shellcheck disable=SC2086
    if [[ $table == iris ]]; then cut -d, -f 1-4 "$DATA/iris.csv"; else ${table//,/ }; fi >in.csv
    dbscan --border first -e "$eps" -m "$points" in.csv
    [[ $(jq ".metrics.dbcv - $want | fabs < 1e-9" model.json) == true ]] || fail "$table $eps $points: $(value metrics.dbcv), not $want"
  done <<'END'
iris 0.3 5 0.283338273
iris 0.4 4 0.143151055
iris 0.4 5 0.219658554
iris 0.42 5 0.148852192
iris 0.5 3 0.173331174
iris 0.5 5 0.621794839
iris 0.5 10 0.574559354
iris 0.6 5 0.655540146
iris 0.8 5 0.563628918
lattice,4,4,1 1.5 3 0.591316791
lattice,7,5,1 1.5 3 0.543866381
lattice,9,9,0.1 0.15 3 0.457814144
lattice,2,20,0.3 0.45 3 0.179324737
line 500 2 0.880819387
END
}

@test "cs-dbscan: DBCV is that of the package hdbscan on public sets, and on tables of one to ten columns" {
  sets=$REAL_DATA/clustering-data-v1
  skip_unless "$sets"
  needs hdbscan
  "$(python_with hdbscan)" "$ROOT/tests/oracle/dbcv.py" "$DATA" "$BUILD/bin/cs-dbscan" "$sets" >log || fail "$(<log)"
}

@test "cs-dbscan: DBCV is shown and kept of each candidate and of the result, up to 5,000 rows, and says where it prefers another one" {
  cs-dbscan --scale none -f 1..2 -m 3 --save model.json -o out.csv "$DATA/iris.csv" 2>log
  grep -q "DBCV, which doesn't choose, prefers eps 0.183, with 3 clusters of that size: 0.071, and -0.033 here" log || fail "$(<log)"
  grep -qE ' -0\.033  <- chosen$' log
  jq -e '.selection | all(.dbcv >= -1 and .dbcv <= 1)' model.json
  jq -e '.choice.eps as $eps | .selection | max_by(.score) as $score | max_by(.dbcv) as $dbcv | $score.from <= $eps and $eps < $score.to and $score.eps != $dbcv.eps' model.json
  # Of a candidate it is what its eps gives by itself.
  while read -r eps want; do
    cs-dbscan -q --scale none -f 1..2 -m 3 -e "$eps" --save model.json -o out.csv "$DATA/iris.csv"
    [[ $(value metrics.dbcv) == "$want" ]] || fail "$eps: $(value metrics.dbcv), not $want"
  done < <(jq -r '.selection[] | "\(.eps) \(.dbcv)"' model.json)
  cs-dbscan --scale none -o out.csv "$DATA/iris.csv" 2>log
  if grep -q prefers log; then fail "$(<log)"; fi
  dbscan -e 3 "$DATA/iris.csv" # one cluster
  [[ $(value metrics.dbcv) == null ]]
  dbscan -f 1..3 --row-weights petal_width -e 0.5 "$DATA/iris.csv"
  [[ $(value metrics.dbcv) == null && $(value clusters) -gt 1 ]]
  awk 'BEGIN { print "x"; for (i = 0; i < 5001; i++) print i + (i % 2) * 9000 }' >line.csv
  cs-dbscan --scale none -m 2 --save model.json -o out.csv line.csv 2>log
  [[ $(value clusters) == 2 && $(value metrics.dbcv) == null ]]
  jq -e '.selection | length >= 1 and all(.dbcv == null)' model.json
  grep -qE ' -  <- chosen$' log
  head -n 5001 line.csv >fewer.csv
  dbscan -m 2 fewer.csv
  [[ $(value clusters) == 2 && $(jq '.metrics.dbcv > 0.8 and .selection[0].dbcv > 0.8' model.json) == true ]]
}

@test "cs-dbscan: the order of rows, threads, vectors and formats decide nothing" {
  cs-gen -n 2000 | cs-prep -q -o in.csv
  for options in '' '-e 0.3' '-e 0.3 --border first'; do
    # shellcheck disable=SC2086
    cs-dbscan -q $options --point-type --distance --save one.json -j 1 -o one.csv in.csv
    for threads in 2 3 8; do
      # shellcheck disable=SC2086
      cs-dbscan -q $options --point-type --distance --save many.json -j "$threads" -o many.csv in.csv
      cmp one.csv many.csv
      cmp one.json many.json
    done
    for simd in plain avx2; do
      # shellcheck disable=SC2086
      cs-dbscan -q $options --point-type --distance --simd "$simd" in.csv | cmp - one.csv
    done
  done
  for options in '' '-e 0.3'; do
    { head -n 1 in.csv; tail -n +2 in.csv | sort -t, -k 5,5; } >turned.csv
    # shellcheck disable=SC2086
    cs-dbscan -q $options --distance --save one.json -o one.csv in.csv
    # shellcheck disable=SC2086
    cs-dbscan -q $options --distance --save turned.json -o out.csv turned.csv
    cmp <(tail -n +2 one.csv | sort) <(tail -n +2 out.csv | sort)
    diff <(jq 'del(.input_sha256, .first_rows, .means)' one.json) <(jq 'del(.input_sha256, .first_rows, .means)' turned.json)
  done
  for to in jsonl tsv json; do
    cs-gen -n 2000 | cs-prep -q --to "$to" | cs-dbscan -q --no-names --to csv | sed 's/.*,//' >labels
    cs-dbscan -q --no-names in.csv | sed 's/.*,//' | cmp - labels
  done
}

@test "cs-dbscan: a model gives the rows that it was learnt from exactly their labels, and new ones those of the nearest core point" {
  cs-gen -n 3000 | cs-prep -q -o in.csv
  for options in '-e 0.25' '-e 0.25 --border first' '-e 0.4 -m 3' ''; do
    for extra in '' '--noise nearest' '--noise drop'; do
      # shellcheck disable=SC2086
      cs-dbscan -q $options $extra --point-type --distance --save model.json -o out.csv in.csv
      # shellcheck disable=SC2086
      cs-dbscan -q --load model.json $extra --point-type --distance in.csv | cmp - out.csv
    done
  done
  printf '%s\n' x,y 0,0 0,1 1,0 1,1 9,9 9,8 8,9 8,8 >in.csv
  dbscan -e 1 -m 3 in.csv
  printf '%s\n' x,y 0.5,0.5 8.5,9.5 5,5 -0.7,-0.7 >new.csv
  cs-dbscan -q --load model.json --distance -o out.csv new.csv
  [[ $(cut -d, -f 3 out.csv | paste -sd,) == cluster,1,2,-1,1 ]] || fail "$(<out.csv)"
  [[ $(sed -n 4p out.csv | cut -d, -f 4) == 4.24264069 ]]
}

@test "cs-dbscan: beyond 100,000 core points these stand in a file of their own, which must be the model's" {
  awk 'BEGIN { print "x,y"; for (i = 0; i < 120000; i++) printf "%.4f,%.4f\n", i % 347 / 10 + i % 11 / 1000, int(i / 347) / 10 + i % 7 / 1000 }' >in.csv
  dbscan -e 0.2 -m 4 in.csv
  [[ -s model.json.core.csv && $(wc -c <model.json) -lt 100000 && $(value core) -gt 100000 ]]
  cs-dbscan -q --load model.json in.csv | cmp - out.csv
  sed -i '1000s/,/9,/' model.json.core.csv
  expect_error 3 "model.json.core.csv: these aren't the core points of model.json: their checksums differ" cs-dbscan --load model.json in.csv
  cs-dbscan -q -e 0.2 -m 4 --scale none --save /dev/null -o /dev/null in.csv
  [[ ! -e /dev/null.core.csv ]]
  rm model.json.core.csv
  expect_status 4 cs-dbscan --load model.json in.csv
}

@test "cs-dbscan: numbers and names of an older model go on, noise or not" {
  cs-gen -n 2000 | cs-prep -q -o in.csv
  cs-dbscan -q -e 0.3 --save old.json -o old.csv in.csv
  cs-dbscan -q -e 0.3 --match old.json -o new.csv in.csv
  cmp old.csv new.csv
  jq '.numbers = [range(11; 11 + .clusters)] | .highest_number = 50' old.json >shifted.json
  cs-dbscan -e 0.28 --match shifted.json --save new.json -o new.csv in.csv 2>log
  grep -qE 'matched: [0-9.]+ % of the rows keep' log
  jq -e '[.numbers[] | select(. > 10)] | length == (.numbers | length)?' new.json >/dev/null || jq -e '.numbers | all(. > 10)' new.json
  [[ $(jq '.highest_number' new.json) -ge 50 ]]
}

@test "cs-dbscan: point types, distances and noise are what they say" {
  dbscan -e 0.5 -m 5 --point-type --distance "$DATA/iris.csv"
  awk -F, 'NR > 1 { type[$(NF - 1)]++
    if ($(NF - 1) == "core" && $NF != 0) exit 1
    if ($(NF - 1) == "border" && !($NF > 0 && $NF <= 0.5 && $(NF - 2) > 0)) exit 1
    if ($(NF - 1) == "noise" && !($NF > 0.5 && $(NF - 2) == -1)) exit 1 }
    END { exit !(type["core"] == 117 && type["border"] == 16 && type["noise"] == 17) }' out.csv
  dbscan -e 0.5 -m 5 --noise drop "$DATA/iris.csv"
  [[ $(wc -l <out.csv) == 134 ]]
  dbscan -e 0.5 -m 5 --noise nearest --point-type "$DATA/iris.csv"
  [[ $(grep -c ',noise$' out.csv) == 17 && $(grep -c ',-1,' out.csv) == 0 ]]
}

@test "cs-dbscan: what makes clusters that mean nothing is said" {
  warns() { # warns TEXT OPTION...
    local text=$1
    shift
    cs-dbscan -o out.csv "$@" 2>log
    grep -qF "$text" log || fail "$text: $(<log)"
  }
  warns 'everything is noise' -e 0.001 "$DATA/iris.csv"
  warns '64.0 % of the rows are noise' -e 0.3 -m 5 --scale none "$DATA/iris.csv"
  warns 'one cluster holds 100.0 % of the rows' -e 3 "$DATA/iris.csv"
  warns 'eps reaches from any row to any other' -e 30 "$DATA/iris.csv"
  awk 'BEGIN { print "x,y"; for (i = 0; i < 100; i++) for (j = 0; j < 3; j++) print i * i % 101 "," i }' >repeated.csv
  warns '100.0 % of the core points are so by rows that equal them' -e 0.01 -m 3 repeated.csv
  awk 'BEGIN { print "x,y"; for (i = 0; i < 500; i++) print i % 97 "," i % 89 * 1000 }' >units.csv
  warns "'y' spans 917 times as much as 'x'" -e 3000 --scale none units.csv
  awk 'BEGIN { for (j = 1; j < 25; j++) printf "x%d,", j; print "x25"; for (i = 0; i < 60; i++) { for (j = 1; j < 25; j++) printf "%d,", i * i * j % 101; print i } }' >wide.csv
  warns '25 features' -e 5 wide.csv
  awk 'BEGIN { print "orders,days"; for (i = 0; i < 900; i++) print (i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 3 + i % 5 / 9) "," i * 37 % 101 / 40 }' >orders.csv
  warns "the clusters are the values of 'orders'" -e 0.5 --scale none orders.csv
  cs-dbscan -e 0.6 --scale none -o out.csv "$DATA/iris.csv" 2>log
  if grep -q warning log; then fail "$(<log)"; fi
}

@test "cs-dbscan: an eps that is found is shown with its evidence, in the model, too" {
  cs-dbscan --scale none --save model.json -o out.csv "$DATA/iris.csv" 2>log
  grep -qE '^ +eps +clusters +any size +largest +noise +lasts +apart +score +DBCV$' log
  grep -qE '<- chosen$' log
  grep -qE 'knee$' log
  grep -q 'chosen: 2 clusters of 13 core points or more last from eps' log
  [[ $(value clusters) == 2 && $(jq '.k_distance | length' model.json) == 150 ]]
  jq -e '.choice.eps as $eps | .selection | length >= 1 and (map(.eps) | . == sort) and (max_by(.score) | .from <= $eps and $eps < .to)' model.json
  # The distances to the 7th nearest other row, itself being the first: least and largest.
  [[ $(jq '.k_distance | . == sort' model.json) == true && $(jq '.choice.eps == .eps' model.json) == true ]]
  eps=$(value eps)
  cs-dbscan -q --scale none -e "$eps" -m 8 "$DATA/iris.csv" | cmp - out.csv
}

@test "cs-dbscan: one population is called so, and tells who doesn't fit it" {
  awk 'function normal() { return sqrt(-2 * log(rand())) * cos(6.283185307 * rand()) }
    BEGIN { srand(1); print "x,y,z"; for (i = 0; i < 5000; i++) print normal() "," normal() "," normal() }' >blob.csv
  cs-dbscan --scale none --save model.json -o out.csv blob.csv 2>log
  grep -q 'this is one population' log
  [[ $(jq -r .choice.rule model.json) == knee && $(value noise) -gt 0 && $(value noise) -lt 500 ]]
}

@test "cs-dbscan: what can't be done is refused" {
  printf '%s\n' x 1 2 3 >few.csv
  expect_error 3 'few.csv: 3 rows, and 5 make a core point: there is no eps to find' cs-dbscan few.csv
  take='--eps auto and --outlier-score take weights of 1, 2, 3 and so on, how often a row is there: with others, give --eps alone'
  expect_error 3 "iris.csv:2: column 'petal_width': $take" cs-dbscan --row-weights petal_width -f 1..2 "$DATA/iris.csv"
  for weight in 0 -1 2.5; do
    printf '%s\n' x,w 1,2 2,1 "3,$weight" 4,3 >light.csv
    expect_error 3 "light.csv:4: column 'w': $take" cs-dbscan --row-weights w light.csv
    expect_error 3 "light.csv:4: column 'w': $take" cs-dbscan -e 1 --outlier-score --row-weights w light.csv
    expect_status 0 cs-dbscan -e 1 --row-weights w light.csv
  done
  printf '%s\n' x,w 1,9e15 2,9e15 >heavy.csv
  expect_error 3 "heavy.csv: column 'w': --eps auto and --outlier-score take weights of 9007199254740992 in all, not 18000000000000000" cs-dbscan --row-weights w heavy.csv
  printf '%s\n' x,w 1,2 2,1 >few.csv
  expect_error 3 'few.csv: 3 rows, and 5 make a core point: there is no eps to find' cs-dbscan --row-weights w few.csv
  printf '%s\n' x 1 2 3 >few.csv
  for eps in 0 -1 none '' 1e999; do expect_status 2 cs-dbscan -e "$eps" "$DATA/iris.csv"; done
  for points in 0 -3 2.5 none 1000001; do expect_status 2 cs-dbscan -m "$points" "$DATA/iris.csv"; done
  dbscan -e 1 -m 5 few.csv
  [[ $(labels) == '-1 -1 -1' ]]
  printf '%s\n' x,cluster 1,1 2,1 >in.csv
  expect_status 2 cs-dbscan -e 1 in.csv
  expect_status 2 cs-dbscan --load model.json -e 1 few.csv
}

@test "cs-dbscan: worst cases end: a million equal rows, a line, a lattice at exactly eps, one dense ball" {
  { echo x,y; yes 1,2 | head -n 1000000; echo 3,4; } >equal.csv
  cs-dbscan -q --scale none -o out.csv equal.csv
  dbscan -e 0.5 -m 5 equal.csv
  [[ $(value sizes) == 1000000 && $(value noise) == 1 ]]
  awk 'BEGIN { srand(4); print "x,y"; for (i = 0; i < 200000; i++) print "5,5"; for (i = 0; i < 20000; i++) print rand() * 1000 "," rand() * 1000 }' >pile.csv
  for border in nearest first; do
    dbscan -e 0.1 -m 5 --noise nearest --border "$border" pile.csv
    [[ $(cut -d, -f 3 out.csv | sort | uniq -c | sort -rn | head -n 1 | awk '{ print $1 }') == 220000 ]]
  done
  seq 0 199999 | sed 1ix >line.csv
  dbscan -e 1 -m 3 line.csv
  [[ $(value sizes) == 200000 && $(value core) == 199998 ]]
  dbscan -e 0.999 -m 2 line.csv
  [[ $(value noise) == 200000 ]]
  awk 'BEGIN { print "x,y"; for (i = 0; i < 300; i++) for (j = 0; j < 300; j++) print i "," j }' >lattice.csv
  dbscan -e 1 -m 5 lattice.csv
  [[ $(value sizes) == 89996 && $(value noise) == 4 && $(value core) == $((298 * 298)) ]]
  cs-dbscan -q --scale none -o out.csv lattice.csv
  awk 'BEGIN { srand(3); print "x,y"; for (i = 0; i < 100000; i++) print rand() "," rand() }' >ball.csv
  dbscan -e 0.7 -m 5 ball.csv
  [[ $(value sizes) == 100000 ]]
}
