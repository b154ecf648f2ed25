load helper

# cs-kmeans on iris (tests/data/README.md). Published numbers: R 4.2.2 and scikit-learn 1.2.1.

# model FILE KEY - the first value under KEY of a model.
model() { sed -n "s/^ *\"$2\": \(.*[^,]\),*$/\1/p" "$1" | head -n 1; }

# rounds VALUE DECIMALS
rounds() { printf "%.$2f" "$1"; }

# sizes FILE - sizes by label, of the last column.
sizes() { tail -n +2 "$1" | sed 's/.*,//' | sort -n | uniq -c | awk '{ printf "%s%s", (NR > 1 ? " " : ""), $1 }'; }

iris() { cs-kmeans -q --scale none "$@" "$DATA/iris.csv"; }

@test "cs-kmeans: iris reaches the published inertia, silhouette, CH and DB for k up to 8" {
  while read -r k inertia silhouette ch db; do
    iris -k "$k" --save model.json -o out.csv
    [[ $(rounds "$(model model.json inertia)" 6) == "$inertia" ]]
    [[ $(rounds "$(model model.json silhouette)" 6) == "$silhouette" ]]
    [[ $(rounds "$(model model.json calinski_harabasz)" 6) == "$ch" ]]
    [[ $(rounds "$(model model.json davies_bouldin)" 6) == "$db" ]]
  done <<'END'
2 152.347952 0.681046 513.924546 0.404293
3 78.851441 0.552819 561.627757 0.661972
4 57.228473 0.498051 530.765808 0.780307
5 46.446182 0.488749 495.541488 0.805965
6 39.039987 0.364834 473.850607 0.914158
7 34.298230 0.358829 449.641035 0.966860
8 29.988944 0.351934 440.620456 0.971941
END
}

@test "cs-kmeans: scaled inside with divisor n, iris has scikit-learn's inertia of the z-scores" {
  cs-kmeans -q -k 3 --save model.json -o out.csv "$DATA/iris.csv"
  [[ $(rounds "$(model model.json inertia)" 6) == 139.820496 ]]
  [[ $(rounds "$(model model.json silhouette)" 6) == 0.459948 ]]
  [[ $(rounds "$(model model.json calinski_harabasz)" 4) == 241.9044 ]]
  [[ $(rounds "$(model model.json davies_bouldin)" 6) == 0.833595 ]]
  # 600 is n d; R's scale(), with n - 1, has 596.
  cs-kmeans -q -k 1 --save model.json -o out.csv "$DATA/iris.csv"
  [[ $(rounds "$(model model.json inertia)" 6) == 600.000000 && $(model model.json silhouette) == null ]]
}

@test "cs-kmeans: every input column passes through, the label is appended, sizes decrease" {
  iris -k 3 -o out.csv
  cmp <(cut -d, -f1-5 out.csv) "$DATA/iris.csv"
  [[ $(head -n 1 out.csv) == *,species,cluster && $(sizes out.csv) == '62 50 38' ]]
}

@test "cs-kmeans: each criterion prefers the published k on iris, and the vote takes 2" {
  cs-kmeans --scale none --save model.json -o out.csv "$DATA/iris.csv" 2>err
  grep -q 'silhouette and Davies-Bouldin prefer 2, Calinski-Harabasz prefers 3, gap prefers 4; the elbow .* is at 4' err
  grep -q 'chosen by vote: k = 2, 2 of 4 votes (silhouette, Davies-Bouldin, Calinski-Harabasz, gap)' err
  grep -q 'runner-up: k = 3, .* its extra cluster would separate 38 rows' err
  [[ $(model model.json k) == 2 && $(grep -c '"stability":' model.json) == 10 ]]
}

@test "cs-kmeans: the gaps of iris are near clusGap's, in the model of a sweep and in no other" {
  # tests/oracle/gap.R, 200 references
  cs-kmeans -q -k 2..8 --scale none --save model.json -o out.csv "$DATA/iris.csv"
  paste <(sed -n '/"selection"/,$s/^ *"gap": \(.*\),/\1/p' model.json) \
    <(sed -n '/"selection"/,$s/^ *"gap_se": \(.*\),/\1/p' model.json) \
    <(printf '%s\n' .3872 .4963 .5450 .5501 .5671 .5717 .5743) |
    awk '{ if (($1 - $3) ^ 2 > 0.0004 || $2 < 0.01 || $2 > 0.03) exit 1 } END { exit NR != 7 }'
  [[ $(rounds "$(model model.json gap_of_one)" 1) == 0.1 && $(model model.json gap_rows) == 150 ]]
  [[ $(grep -cE '^    "gap(_se)?":' model.json) == 2 ]]
  cs-kmeans -k 5 --scale none --save fixed.json -o out.csv "$DATA/iris.csv" 2>err
  run ! grep -qw 'gap[_a-z]*' fixed.json err
  # Rows count once, whatever they weigh.
  sed '1s/$/,w/; 2,$s/$/,3/' "$DATA/iris.csv" >weighed.csv
  cs-kmeans -q -k 2..8 --scale none --row-weights w --save weighed.json -o out.csv weighed.csv
  cmp <(grep '"gap' model.json) <(grep '"gap' weighed.json)
}

@test "cs-kmeans: of one heap, or of an even spread, the gap statistic says that there are no clusters" {
  for shape in heap even; do
    awk -v shape="$shape" 'BEGIN { srand(7); print "x,y"; for (i = 0; i < 500; i++) {
      for (j = 0; j < 2; j++) { s = rand(); for (l = 1; shape == "heap" && l < 12; l++) s += rand()
        printf "%s%.4f", j ? "," : "", s }
      print "" } }' >"$shape.csv"
    cs-kmeans --save "$shape.json" -o out.csv "$shape.csv" 2>err
    grep -q 'the gap statistic prefers 1: no clusters' err
    grep -q ' of 4 votes' err
    run ! grep -q '4 of 4 votes' err
  done
  # What would have to be compared with a k that wasn't tried has no preference.
  cs-kmeans -k 2..3 --scale none -o out.csv "$DATA/iris.csv" 2>err
  grep -q 'the gap statistic has no preference, it still rises at 3' err
}

@test "cs-kmeans: the table of evidence fits a terminal of 100 columns, for any kind of sample" {
  awk 'BEGIN { srand(5); print "a,b"; for (i = 0; i < 6000; i++) printf "%.6f,%.6f\n", rand() + i % 3 * 4, rand() }' >big.csv
  cs-kmeans -k 2..6 --scale none --restarts 3 --silhouette-rows 3000 -o out.csv big.csv 2>err
  grep -q '^  gap: of a sample of 2000 rows$' err
  grep -q '^>    3 .*\* *[0-9.]*\*  [0-9]* ([0-9.]* %)$' err
  awk '!/^cs-kmeans: / && length > 100 { exit 1 }' err
  # Nor does a number that is too long for its column move the others.
  awk -F, 'BEGIN { OFS = "," } NR > 1 { $1 *= 1e9; $2 *= 1e9 } 1' big.csv >far.csv
  cs-kmeans -k 2..6 --scale none --restarts 3 --silhouette-rows 3000 -o out.csv far.csv 2>far.err
  cmp <(sed -n 's/^\(.\{6\}\).\{15\}\(.*%)\)$/\1\2/p' err) <(sed -n 's/^\(.\{6\}\).\{15\}\(.*%)\)$/\1\2/p' far.err)
  grep -q '^>    3 *[0-9.]*e+[0-9]*\*  *0\.' far.err
}

@test "cs-kmeans: a sweep has the same bytes with any number of threads" {
  for table in "$DATA/iris.csv" heap.csv; do
    awk 'BEGIN { srand(3); print "x,y,z"; OFS = ","; for (i = 0; i < 2500; i++) print rand() + i % 2, rand(), rand() }' >heap.csv
    cs-kmeans -k 2..6 --restarts 3 -j 1 --save want.json -o want.csv "$table" 2>want.err
    for threads in 2 3 8; do
      cs-kmeans -k 2..6 --restarts 3 -j "$threads" --save got.json -o got.csv "$table" 2>got.err
      cmp want.csv got.csv
      cmp want.json got.json
      cmp want.err got.err
    done
  done
}

@test "cs-kmeans: a column that turns out to be text late, and one that stays constant, leave the others as they are" {
  awk 'BEGIN { print "a,late,b,same,c,note"
    for (i = 0; i < 20000; i++)
      printf "%g,%s,%d,7.5,%s,n%d\n", i % 3 * 10 + i % 7 / 4, i == 15000 ? "x" : i, i * 37 % 1009, i % 11 == 5 ? "\"2.25\"" : i % 5, i }' >all.csv
  cut -d, -f1,3,5 all.csv >some.csv
  cs-kmeans -q -k 3 --restarts 2 --save some.json some.csv | sed 's/.*,//' >expected
  for threads in 1 2 3 8; do
    cs-kmeans -k 3 --restarts 2 -j $threads --save all.json all.csv 2>log | sed 's/.*,//' >labels
    cmp expected labels
    grep -q 'features: a, b, c .*left out: late (not a number at line 15002), same (constant), note (text)' log || fail "$(<log)"
    diff <(jq 'del(.input_sha256)' some.json) <(jq 'del(.input_sha256)' all.json)
  done
}

@test "cs-kmeans: any number of threads, pipe and file, CSV, TSV and JSON give the same labels and the same model" {
  cs-kmeans -q -j 1 --save one.json "$DATA/iris.csv" >one.csv
  for threads in 2 3 8; do
    cs-kmeans -q -j "$threads" --save some.json <"$DATA/iris.csv" >some.csv
    cmp one.csv some.csv
    cmp one.json some.json
  done
  tr , '\t' <"$DATA/iris.csv" >in.tsv
  awk -F, 'NR == 1 { split($0, name) }
    NR > 1 { printf "{\"%s\":%s,\"%s\":%s,\"%s\":%s,\"%s\":%s,\"%s\":\"%s\"}\n",
      name[1], $1, name[2], $2, name[3], $3, name[4], $4, name[5], $5 }' "$DATA/iris.csv" >in.jsonl
  { echo '['; sed '$!s/$/,/' in.jsonl; echo ']'; } >in.json
  for input in in.tsv in.jsonl in.json; do
    cs-kmeans -q --save other.json --to csv "$input" >other.csv
    cmp <(sed 's/.*,//' one.csv) <(sed 's/.*,//' other.csv)
    cmp <(grep -v input_sha256 one.json) <(grep -v input_sha256 other.json)
  done
}

@test "cs-kmeans: --load gives the rows of the fit exactly the same labels, in any order of columns" {
  for scale in standard minmax robust maxabs none; do
    cs-kmeans -q -k 4 --scale "$scale" --save model.json -o fit.csv "$DATA/iris.csv"
    cs-kmeans -q --load model.json -o load.csv "$DATA/iris.csv"
    cmp fit.csv load.csv
  done
  awk -F, 'BEGIN { OFS = "," } { print $4, "x" NR, $3, $2, $1 }' "$DATA/iris.csv" >turned.csv
  cs-kmeans -q --load model.json turned.csv | sed 's/.*,//' | cmp - <(sed 's/.*,//' fit.csv)
}

@test "cs-kmeans: a fit option beside --load is a usage error, a model of another program too" {
  iris -k 3 --save model.json -o out.csv
  expect_error 2 '--clusters' cs-kmeans -k 3 --load model.json "$DATA/iris.csv"
  expect_error 2 '--save' cs-kmeans --save other.json --load model.json "$DATA/iris.csv"
  sed 's/"tool": "cs-kmeans"/"tool": "cs-scale"/' model.json >scale.json
  expect_error 3 'cs-scale' cs-kmeans --load scale.json "$DATA/iris.csv"
  sed 's/"k": 3/"k": 4/' model.json >broken.json
  expect_error 3 'centres' cs-kmeans --load broken.json "$DATA/iris.csv"
  cut -d, -f1-3,5 "$DATA/iris.csv" >narrow.csv
  expect_error 3 'petal_width' cs-kmeans --load model.json narrow.csv
}

@test "cs-kmeans: prepared columns are taken as they are, and means are those of the columns behind them" {
  cs-scale -q -f petal_length,petal_width "$DATA/iris.csv" >scaled.csv
  cs-kmeans -k 3 --save model.json -o out.csv scaled.csv 2>err
  grep -q 'features: scaled__petal_length, scaled__petal_width (taken as they are)' err
  grep -q '"means_of": \["petal_length", "petal_width"\]' model.json
  run ! grep -q '"scaling"' model.json
  # The mean of a cluster by awk.
  want=$(awk -F, 'NR > 1 && $NF == 1 { s += $3; n++ } END { printf "%.9f", s / n }' out.csv)
  [[ $(sed -n '/"means": /{n;s/[^0-9]*\([0-9.]*\).*/\1/p;q}' model.json | xargs printf %.9f) == "$want" ]]
}

@test "cs-kmeans: means are those of the rows that have a value, in the columns' own units, on any number of threads" {
  awk 'BEGIN { print "a,b"
    for (i = 0; i < 9000; i++) print i % 3 * 50 + i % 7 / 4 "," (i % 3 == 1 || i % 4 == 0 ? "" : i * 37 % 1009 / 8) }' >in.csv
  cs-scale -q -f a in.csv | sed '1s/scaled__a/scaled__b/' >scaled.csv # so that b is behind it, with missing cells
  for options in '-f a in.csv' '-f a --scale none in.csv' scaled.csv; do
    for threads in 1 3; do
      # shellcheck disable=SC2086
      cs-kmeans -q -k 3 -j $threads --save model.json -o out.csv $options
      awk -F, -v j="$([[ $options == scaled.csv ]] && echo 2 || echo 1)" '
        NR > 1 && $j != "" { s[$NF] += $j; n[$NF]++ }
        END { for (c = 1; c <= 3; c++) { if (n[c]) printf "%.9g\n", s[c] / n[c]; else print "null" } }' out.csv >want
      jq -r '.means[][0] | if . == null then "null" else . end' model.json |
        awk '{ if ($1 == "null") print; else printf "%.9g\n", $1 }' | cmp - want
    done
  done
}

@test "cs-kmeans: -v prints every metric as name = value" {
  cs-kmeans -v -k 3 --scale none -o out.csv "$DATA/iris.csv" 2>err
  grep -qE '^cs-kmeans: metric inertia = 78\.85144142614' err
  grep -qE '^cs-kmeans: metric silhouette_rows = 150$' err
  grep -qE '^cs-kmeans: metric restarts_best = [0-9]+$' err
}

@test "cs-kmeans: a run that stops before convergence warns" {
  cs-kmeans -k 6 --max-iter 1 -o out.csv "$DATA/iris.csv" 2>err
  grep -q 'warning: k-means stopped before convergence for k = 6, by --max-iter' err
  cs-kmeans -k 6 --tolerance 0.1 --exchange no -o out.csv "$DATA/iris.csv" 2>err
  grep -q 'warning: k-means stopped before convergence for k = 6, by --tolerance' err
  cs-kmeans -k 6 -o out.csv "$DATA/iris.csv" 2>err
  run ! grep -q warning err
}

@test "cs-kmeans: fewer rows than clusters, or fewer different ones, are refused with the numbers" {
  printf 'a,b\n1,2\n3,4\n1,2\n5,9\n' >few.csv
  expect_error 3 '4 rows, 3 of them different in the features, can'\''t make 4 clusters' cs-kmeans -k 4 few.csv
  expect_error 3 '3 of them different' cs-kmeans -k 2..4 few.csv
  cs-kmeans few.csv >out.csv 2>err
  grep -q 'trying 2 to 2 clusters' err
  expect_error 3 'no rows' cs-kmeans -k 2 <<<'a,b'
  expect_error 3 'constant' cs-kmeans -k 1 <<<$'a,b\n1,2'
}

@test "cs-kmeans: numbers of clusters that are none are refused" {
  for k in 0 -1 1.5 abc 2..1 1..3 '2..' '..3' 2..200 999999999 AUTO ''; do
    expect_error 2 'must be a number from 1' cs-kmeans --clusters="$k" "$DATA/iris.csv"
  done
}

@test "cs-kmeans: a label that other programs would take for a feature is refused, and so is a name that is taken" {
  expect_error 2 '--label' cs-kmeans -k 2 --label group "$DATA/iris.csv"
  iris -k 2 -o once.csv
  expect_error 2 "column 'cluster' exists already" cs-kmeans -k 2 once.csv
  cs-kmeans -q -k 3 --scale none --label kmeans_cluster once.csv >twice.csv
  [[ $(head -n 1 twice.csv) == *,cluster,kmeans_cluster && $(sizes twice.csv) == '62 50 38' ]]
}

@test "cs-kmeans: values too large for distances are refused, not clustered wrongly" {
  printf 'a\n1e200\n-1e200\n3e200\n0\n' >huge.csv
  expect_error 3 "huge.csv: column 'a': the values are too far apart to take distances of: scale them first" \
    cs-kmeans -k 2 --scale none huge.csv
  cs-kmeans -q -k 2 huge.csv >out.csv
  awk 'BEGIN { print "a,b"; for (i = 0; i < 20000; i++) print i % 7 "," (i == 9000 ? "1e200" : i == 18000 ? "-3e200" : i) }' >late.csv
  expect_error 3 "late.csv: column 'b': the values are too far apart" cs-kmeans -k 2 --scale none late.csv
}

@test "cs-kmeans: 500 generated customers keep every column, and get 3 to 8 segments by the business rule" {
  [[ -x $BUILD/bin/cs-gen && -x $BUILD/bin/cs-prep ]] || skip 'cs-gen or cs-prep was not built'
  cs-gen -n 500 | cs-prep -q >prep.csv
  cs-kmeans -k auto --save model.json prep.csv >clusters.csv 2>err
  [[ $(wc -l <clusters.csv) == 501 ]]
  cmp <(cs-kmeans -q --load model.json --no-names prep.csv | sed 's/,[^,]*$//') prep.csv
  [[ $(head -n 1 clusters.csv) == "$(head -n 1 prep.csv),cluster,cluster_name" ]]
  grep -q 'chosen by business rule' err
  k=$(model model.json k)
  [[ $k -ge 2 && $k -le 8 && $(model model.json rule) == '"business"' ]]
  cs-kmeans -q --load model.json prep.csv | cmp - clusters.csv
}

@test "cs-kmeans: --init FILE begins at its rows: scikit-learn's rounds, inertia and sizes from the same ones" {
  # tests/oracle/kmeans_init.py
  while read -r rows rounds inertia sizes; do
    awk -F, -v rows="$rows" 'BEGIN { n = split(rows, row) }
      { line[NR - 1] = $4 "," $3 "," $2 "," $1 }
      END { print line[0]; for (i = 1; i <= n; i++) print line[row[i]] }' "$DATA/iris.csv" >centres.csv
    iris --exchange no --init centres.csv --save model.json -o out.csv
    [[ $(model model.json iterations) == "$rounds" && $(rounds "$(model model.json inertia)" 9) == "$inertia" ]]
    [[ $(sizes out.csv) == "$sizes" ]]
    grep -q '"restarts": 1,' model.json
  done <<'END'
1,51,101 4 78.851441426 62 50 38
1,2,3 12 78.855665826 61 50 39
101,102,103 8 78.851441426 62 50 38
23,42,61,99 11 71.449471021 61 39 28 22
1,51,52,53,101,132 6 41.705906926 50 28 22 20 18 12
7,3,118 13 78.855665826 61 50 39
END
}

@test "cs-kmeans: --init FILE is in the units of the input, and says k" {
  { head -n 1 "$DATA/iris.csv"; sed -n '2p;60p;120p' "$DATA/iris.csv"; } >centres.csv
  cs-kmeans -q --init centres.csv --save model.json -o out.csv "$DATA/iris.csv"
  [[ $(rounds "$(model model.json inertia)" 6) == 139.820496 ]]
  cs-kmeans -q -k 3 --init centres.csv -o again.csv "$DATA/iris.csv"
  cmp out.csv again.csv
  expect_error 3 "centres.csv: 3 rows, which isn't the number that -k asks for" \
    cs-kmeans -k 4 --init centres.csv "$DATA/iris.csv"
  expect_error 2 'nothing to chance' cs-kmeans --restarts 5 --init centres.csv "$DATA/iris.csv"
  expect_error 2 'nothing to chance' cs-kmeans --restarts 5 --init pca "$DATA/iris.csv"
  expect_error 4 'nowhere.csv' cs-kmeans --init nowhere.csv "$DATA/iris.csv"
  cut -d, -f1-3 centres.csv >narrow.csv
  expect_error 3 'petal_width' cs-kmeans --init narrow.csv "$DATA/iris.csv"
}

@test "cs-kmeans: --init pca cuts parts, draws nothing, and ends as well as the best on iris" {
  iris -k 3 --init pca --seed 1 --save one.json -o one.csv
  iris -k 3 --init pca --seed 2 --save two.json -o two.csv
  cmp one.csv two.csv
  [[ $(rounds "$(model one.json inertia)" 6) == 78.851441 ]]
  # Rows that are alike can't be cut: what is missing is reseeded.
  printf 'a\n1\n1\n1\n1\n1\n2\n3\n' >few.csv
  cs-kmeans -q -k 3 --init pca --scale none --save few.json -o out.csv few.csv
  [[ $(model few.json inertia) == 0 && $(sizes out.csv) == '5 1 1' ]]
}

@test "cs-kmeans: each width of vectors and each algorithm give the same bytes, in the table and in the model" {
  cs-gen -q -n 3000 --only transactions | cs-prep -q -o customers.csv
  for table in "$DATA/iris.csv" customers.csv; do
    for options in '-k 7' '-k 3 --exchange no --init random' '-k 20 --restarts 3 --scale none' '-k 2..4'; do
      # shellcheck disable=SC2086
      for simd in plain avx2 avx512; do
        cs-kmeans -q $options --simd "$simd" --save "$simd.json" -o "$simd.csv" "$table"
        cs-kmeans -q --load "$simd.json" --simd "$simd" -o load.csv "$table"
        cs-kmeans -q $options --algorithm lloyd --simd "$simd" --save lloyd.json -o lloyd.csv "$table"
        cmp load.csv "$simd.csv"
        cmp lloyd.csv "$simd.csv"
        cmp lloyd.json "$simd.json"
        cmp plain.csv "$simd.csv"
        cmp plain.json "$simd.json"
      done
    done
  done
}

@test "cs-kmeans: above --silhouette-rows the silhouette is a sample's, within its standard error, which is told" {
  cs-gen -q -n 3000 --only transactions | cs-prep -q -o customers.csv
  cs-kmeans -q -k 2..5 --save exact.json -o exact.csv customers.csv
  cs-kmeans -k 2..5 --silhouette-rows 1000 --save sample.json -o sample.csv customers.csv 2>err
  cmp exact.csv sample.csv
  grep -qE 'silhouette: of a sample of (99[0-9]|100[0-9]) rows, standard error 0\.0[0-9]+ at most' err
  run ! grep -q silhouette_se exact.json
  paste <(sed -n '/"selection"/,$s/^ *"silhouette": \(.*\),/\1/p' exact.json) \
    <(sed -n '/"selection"/,$s/^ *"silhouette": \(.*\),/\1/p' sample.json) \
    <(sed -n '/"selection"/,$s/^ *"silhouette_se": \(.*\),/\1/p' sample.json) |
    awk '{ off = ($1 - $2) / $3; if (off > 4 || off < -4 || $3 > 0.02 || $3 <= 0) exit 1 } END { exit NR != 4 }'
}

@test "cs-kmeans: --row-weights: a weight of 3 is the row three times, in labels, centres, means and inertia" {
  awk -F, 'NR == 1 { print $0 ",w"; next } { print $0 "," NR % 3 + 1 }' "$DATA/iris.csv" >weighed.csv
  awk -F, 'NR == 1 { print $0 ",w"; next } { for (i = 0; i <= NR % 3; i++) print $0 ",1" }' "$DATA/iris.csv" >often.csv
  { head -n 1 "$DATA/iris.csv"; sed -n '2p;60p;120p;77p' "$DATA/iris.csv"; } >centres.csv
  for exchange in yes no; do
    for table in weighed often; do
      cs-kmeans -q --scale none --exchange "$exchange" --init centres.csv --row-weights w \
        --save "$table.json" -o "$table-out.csv" "$table.csv"
    done
    cmp <(grep -A 4 '"centres": ' weighed.json) <(grep -A 4 '"centres": ' often.json)
    paste <(grep -A 4 '"means": ' weighed.json | tr -d '[],' ) <(grep -A 4 '"means": ' often.json | tr -d '[],') |
      awk '/^ *[0-9]/ { for (i = 1; i <= 4; i++) if (($i - $(i + 4)) ^ 2 > 1e-20) exit 1; n++ } END { exit n != 4 }'
    [[ $(rounds "$(model weighed.json inertia)" 10) == "$(rounds "$(model often.json inertia)" 10)" ]]
    cmp <(sed 's/,1,\([0-9]*\)$/,\1/' often-out.csv | sort -u) <(sed 's/,[0-9]*,\([0-9]*\)$/,\1/' weighed-out.csv | sort -u)
  done
  # The column weighs and is no feature; what is no weight is refused.
  cs-kmeans -k 3 --row-weights w -o out.csv weighed.csv 2>err
  grep -q 'w (excluded)' err
  sed '1s/w$/"w, of all"/' weighed.csv >comma.csv
  cs-kmeans -k 3 --row-weights 'w, of all' -o comma-out.csv comma.csv
  cmp <(tail -n +2 out.csv) <(tail -n +2 comma-out.csv)
  expect_error 2 "--row-weights: no column 'v'" cs-kmeans -k 3 --row-weights v weighed.csv
  expect_error 3 ":2: column 'species': not a number" cs-kmeans -k 3 --row-weights species weighed.csv
  sed '5s/,[0-9]*$/,-1/' weighed.csv >negative.csv
  expect_error 3 "negative.csv:5: column 'w': a weight can't be below 0" cs-kmeans -k 3 --row-weights w negative.csv
  sed '2,$s/,[0-9]*$/,0/' weighed.csv >none.csv
  expect_error 3 'no row weighs anything' cs-kmeans -k 3 --row-weights w none.csv
}

@test "cs-kmeans: --feature-weights: a weight of 4 is the feature doubled, and --load knows it" {
  awk -F, 'BEGIN { OFS = "," } NR > 1 { $3 *= 2 } 1' "$DATA/iris.csv" >doubled.csv
  iris -k 3 --feature-weights 'petal_length=4, sepal_width=1' --save model.json -o weighed.csv
  cs-kmeans -q --scale none -k 3 -o want.csv doubled.csv
  cmp <(sed 's/.*,//' weighed.csv) <(sed 's/.*,//' want.csv)
  cs-kmeans -q --load model.json "$DATA/iris.csv" | cmp - weighed.csv
  # Prepared columns, too.
  cs-scale -q -f petal_length,petal_width "$DATA/iris.csv" >scaled.csv
  cs-kmeans -q -k 4 --feature-weights scaled__petal_width=9 --save model.json -o fit.csv scaled.csv
  cs-kmeans -q --load model.json scaled.csv | cmp - fit.csv
  expect_error 2 "'petal' is none of the features" cs-kmeans -k 3 --feature-weights petal=2 "$DATA/iris.csv"
  expect_error 2 'comes twice' cs-kmeans -k 3 --feature-weights petal_width=2,petal_width=1 "$DATA/iris.csv"
  for weight in 0 -1 x inf ''; do
    expect_error 2 'must be a number above 0' cs-kmeans -k 3 --feature-weights "petal_width=$weight" "$DATA/iris.csv"
  done
}

@test "cs-kmeans: --distance, --silhouette and --confidence add up to the metrics, and --load gives the same" {
  iris -k 3 --distance --silhouette --confidence --save model.json -o fit.csv
  [[ $(head -n 1 fit.csv) == *,species,cluster,distance,silhouette,confidence ]]
  awk -F, 'NR > 1 { sum += $7 * $7; mean += $8 } END { printf "%.6f %.6f\n", sum, mean / (NR - 1) }' fit.csv >got
  echo "$(rounds "$(model model.json inertia)" 6) $(rounds "$(model model.json silhouette)" 6)" | cmp - got
  cs-kmeans -q --load model.json --distance --silhouette --confidence "$DATA/iris.csv" | cmp - fit.csv
  # 0, 1, 2 and 10, 14: centres 1 and 12.
  printf 'a\n0\n1\n2\n10\n14\n' >few.csv
  cs-kmeans -q -k 2 --scale none --confidence --distance few.csv >out.csv
  diff - out.csv <<'END'
a,cluster,distance,confidence
0,1,1,0.916666667
1,1,0,1
2,1,1,0.9
10,2,2,0.777777778
14,2,2,0.846153846
END
  expect_error 2 "--distance: column 'distance' exists already" cs-kmeans -k 2 --label new_cluster --distance out.csv
}

@test "cs-kmeans: --require-stable writes the output and exits with 1 where a cluster doesn't come back" {
  # One heap has no clusters: nothing comes back.
  awk 'BEGIN { srand(3); print "x,y,z"; for (i = 0; i < 400; i++) {
    for (j = 0; j < 3; j++) { s = 0; for (l = 0; l < 12; l++) s += rand(); printf "%s%.4f", j ? "," : "", s - 6 }
    print "" } }' >heap.csv
  run -0 cs-kmeans -k 3..6 -o free.csv heap.csv
  [[ $output == *'warning: no reliable segmentation: not every cluster comes back under resampling, for any number'* ]]
  run -1 cs-kmeans -k 3..6 --require-stable --save model.json -o out.csv heap.csv
  [[ $output == *'--require-stable: of '*' clusters the least stable has a mean Jaccard of 0.'* ]]
  cmp free.csv out.csv
  [[ -s model.json ]]
  run -1 cs-kmeans -k 5 --require-stable -o out.csv heap.csv
  [[ $output == *'not every cluster comes back under resampling'* ]]
  run -0 cs-kmeans -q -k 3 --require-stable --scale none -o out.csv "$DATA/iris.csv"
  run -0 cs-kmeans -q --require-stable --scale none -o out.csv "$DATA/iris.csv"
}
