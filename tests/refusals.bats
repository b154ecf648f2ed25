# What cs-kmeans makes of odd tables, numbers, weights, centres and models: the right answer, or a refusal that names
# source, row, column and fact and leaves nothing behind. (What holds for every program is in contract.bats.)
load helper

# refused STATUS TEXT OPTION...: that status and message, nothing on standard output, and no file.
refused() {
  local want=$1 text=$2
  shift 2
  expect_error "$want" "$text" cs-kmeans "$@" -o out.csv
  [[ -z $output && ! -e out.csv && ! -e model.json ]] || fail "something was written: $*"
  # The last line is the refusal: of the program, one line.
  [[ $(grep -v "^Try 'cs-kmeans" <<<"$stderr" | tail -n 1) == "cs-kmeans: "*"$text"* ]] || fail "$stderr"
}

learns() { refused "$1" "$2" --save model.json "${@:3}"; }

# kmeans OPTION...: succeeds, and no NaN or infinity is in what is written or said.
kmeans() {
  expect_status 0 cs-kmeans --save model.json -o out.csv "$@" || return 1
  run ! grep -qiwE -- '-?(nan|inf|infinity)' out.csv model.json
  [[ ! $stderr =~ [^a-z](nan|inf)[^a-z] ]] || fail "$stderr"
}

# Of the model, in one line.
value() { tr -d ' \n' <model.json | grep -oE "\"$1\":(\[[^]]*\]|[^,}]*)" | head -n 1 | sed 's/^[^:]*://'; }
labels() { sed 1d out.csv | sed 's/.*,//' | paste -sd ' '; }

# table NAME LINE...
table() { printf '%s\n' "${@:2}" >"$1.csv"; }

@test "cs-kmeans: a missing cell is told with row, column and the command that helps, in features alone" {
  table gap a,b,c 1,2, 3,4,5 5,,6
  learns 3 "gap.csv:2: column 'c': missing value (1 in this column); use cs-prep, or cs-scale --impute median" -k 2 gap.csv
  learns 3 "gap.csv:4: column 'b': missing value (1 in this column)" -k 2 -f a,b gap.csv
  kmeans -q -k 2 -f a gap.csv
}

@test "cs-kmeans: text that is no number leaves its column out, which is said, and refuses it where it was asked for" {
  for word in inf -Infinity 1e999 0x10 1,5 abc; do
    table word 'a;b' '1;2' '3;4' "5;$word" '9;7'
    learns 3 "word.csv:4: column 'b': not a number" -k 2 -d ';' -f a,b word.csv
    expect_status 0 cs-kmeans -k 2 -d ';' -o out.csv word.csv
    [[ $stderr == *'left out: b (not a number at line 4)'* ]] || fail "$word: $stderr"
    [[ $(labels) == '1 1 1 2' ]]
    rm out.csv
  done
  table nan a,b 1,2 3,NaN 5,9
  learns 3 "nan.csv:3: column 'b': missing value" -k 2 nan.csv
}

@test "cs-kmeans: constant columns, one row, a header alone and no bytes are refused with what is wrong" {
  table same a,b 1,2 1,2 1,2
  learns 3 'same.csv: no numeric column to cluster: a (constant), b (constant)' -k 2 same.csv
  table one a,b 1,2
  learns 3 'one.csv: no numeric column to cluster: a (constant), b (constant)' -k 1 one.csv
  table head a,b
  learns 3 'head.csv: no rows, so nothing to cluster' -k 1 -f a head.csv
  : >none.csv
  learns 3 'none.csv: empty file' -k 1 none.csv
}

@test "cs-kmeans: numbers of clusters that no option or table allows are refused" {
  table few a,b 1,2 3,4 1,2 5,9
  for k in 0 -1 99999 5..3 1..2 2.. nan; do
    learns 2 "'$k' must be a number from 1 to 10000, auto, or a range" "--clusters=$k" few.csv
  done
  learns 3 "few.csv: 4 rows, 3 of them different in the features, can't make 4 clusters" -k 4 few.csv
  learns 3 "few.csv: 4 rows, 3 of them different in the features, can't make 10000 clusters" -k 10000 few.csv
  learns 3 "few.csv: 4 rows, 3 of them different in the features, can't make 5 clusters" -k 2..5 few.csv
}

@test "cs-kmeans: one cluster is the mean, and as many as rows leave nothing over" {
  table five a,b 1,10 2,20 3,30 4,40 10,100
  kmeans -q -k 1 --scale none --distance --confidence five.csv
  [[ $(value sizes) == '[5]' && $(value centres) == '[[4,40]' && $(value inertia) == 5050 && $(value silhouette) == null ]]
  [[ $(sed -n 5p out.csv) == 4,40,1,0,1 ]]
  kmeans -q -k 5 --scale none --distance --silhouette five.csv
  [[ $(value sizes) == '[1,1,1,1,1]' && $(value inertia) == 0 && $(sed 1d out.csv | cut -d, -f 4- | sort -u) == 0,0 ]]
  kmeans -q five.csv
}

@test "cs-kmeans: integers stay integers, and duplicates weigh as many rows" {
  # Heaps of equal rows: each its own cluster, whatever the start.
  awk 'BEGIN { print "id,a"; for (i = 0; i < 20000; i++) print i "," (i % 3 ? 1 : i % 7 ? 0 : 5); print "x,9" }' >heaps.csv
  for init in k-means++ random pca; do
    kmeans -q -k 4 --init "$init" --scale none heaps.csv
    [[ $(value inertia) == 0 && $(value sizes) == '[13333,5714,953,1]' ]] || fail "$init: $(value sizes)"
  done
  cut -d, -f 1,2 out.csv | cmp - heaps.csv
}

@test "cs-kmeans: a million equal rows take a moment, alone and beside a single other row" {
  { echo a,b; yes 1,2 | head -n 1000000; } >same.csv
  learns 3 'constant' -k 2 same.csv
  echo 3,4 >>same.csv
  kmeans -q -k 2 --scale none same.csv
  [[ $(value sizes) == '[1000000,1]' && $(value inertia) == 0 && $(tail -n 1 out.csv) == 3,4,2 ]]
  rm out.csv model.json
  learns 3 '1000001 rows, 2 of them different in the features' -k 3 same.csv
}

@test "cs-kmeans: in units of 2^-400 to 2^400 iris has the labels of centimetres, with every kind of vectors" {
  kmeans -q -k 4 --scale none "$DATA/iris.csv"
  labels >want
  silhouette=$(value silhouette)
  for power in -400 -160 -120 -70 70 110 140 400; do
    awk -F, -v p="$power" 'BEGIN { OFS = "," }
      NR > 1 { for (i = 1; i <= 4; i++) $i = sprintf("%.17g", $i * 2 ^ p) } 1' "$DATA/iris.csv" >units.csv
    for simd in plain avx2 avx512; do
      kmeans -q -k 4 --scale none --simd "$simd" units.csv
      labels | cmp - want || fail "2^$power, $simd"
      [[ $(printf %.10f "$(value silhouette)") == "$(printf %.10f "$silhouette")" ]] || fail "2^$power: $(value silhouette)"
      cs-kmeans -q --load model.json units.csv | cmp - out.csv || fail "2^$power: --load"
    done
  done
  kmeans -k 2..4 --scale none units.csv
  # Numbers have an exponent before they have a hundred digits.
  [[ $(awk 'length > 110' <<<"$stderr" | grep -c '^>\? *[234] ') == 0 ]]
}

@test "cs-kmeans: features 1e300 apart and 1e-300 apart are clustered once they are scaled, and refused where they aren't" {
  table far a,b 1e300,1 -1e300,2 5,3 1e-300,4
  kmeans -q -k 2 --distance --silhouette --confidence far.csv
  # In a 5 and 1e-300 are the same, so that b tells them from one another.
  kmeans -q -k 4 far.csv
  [[ $(value inertia) == 0 ]]
  rm out.csv model.json
  learns 3 "far.csv: 4 rows, 3 of them different in the features, can't make 4 clusters" -k 4 -f a far.csv
  learns 3 "far.csv: column 'a': the values are too far apart to take distances of: scale them first" -k 2 --scale none far.csv
  table near a,b 1,1e-300 1,2e-300 1,9e-300 1,1e-299
  kmeans -q -k 2 near.csv
  [[ $(labels) == '1 1 2 2' ]]
  rm out.csv model.json
  learns 3 "near.csv: the values are too close together to take distances of: scale them first" -k 2 --scale none near.csv
  # Beside values of another size they are 0.
  table mixed a 0 1e-200 1 2
  kmeans -q -k 3 --scale none mixed.csv
  [[ $(labels) == '1 1 2 3' ]]
  rm out.csv model.json
  learns 3 "4 rows, 3 of them different in the features, can't make 4 clusters" -k 4 --scale none mixed.csv
}

@test "cs-kmeans: values whose squares are beyond the doubles, and those whose span is, are clustered or refused by their column" {
  table squares a 1e155 2e155 9e155 1e156
  kmeans -q -k 2 squares.csv
  [[ $(labels) == '1 1 2 2' ]]
  rm out.csv model.json
  learns 3 "squares.csv: column 'a': the values are too far apart" -k 2 --scale none squares.csv
  table span b,a 1,1.7e308 2,-1.7e308 4,1.6e308 8,0
  for scale in standard minmax robust; do
    learns 3 "span.csv: column 'a': the values " -k 2 --scale "$scale" span.csv
    [[ $stderr != *'scale them first'* ]]
  done
  kmeans -q -k 2 --scale maxabs span.csv
  rm out.csv model.json
  learns 3 "span.csv: column 'b': the values are too far apart" -k 2 --scale maxabs --feature-weights b=1e300 span.csv
}

# centres_near FILE ROWS - the first centres of model.json are those of FILE, to 12 digits.
centres_near() {
  paste -d, <(sed -n '/"centres"/,/^  \]/p' model.json | grep -oE '[-0-9][-0-9.e+]*' | head -n "$2") \
    <(sed -n '/"centres"/,/^  \]/p' "$1" | grep -oE '[-0-9][-0-9.e+]*' | head -n "$2") |
    awk -F, '{ off = $1 - $2; if (off ^ 2 > 1e-24 * $2 ^ 2) { print; bad = 1 } } END { exit bad || NR == 0 }'
}

@test "cs-kmeans: a row that dwarfs all others has a cluster of its own, and takes no digit from the others' centres" {
  kmeans -q -k 3 --scale none "$DATA/iris.csv"
  cp model.json iris.json
  labels >want
  for spike in 1e9 1e12 1e14 1e16; do
    { cat "$DATA/iris.csv"; echo "$spike,1,1,1,none"; } >spike.csv
    kmeans -q -k 4 --scale none spike.csv
    [[ $(labels) == "$(<want) 4" ]] || fail "$spike: $(value sizes)"
    centres_near iris.json 12 || fail "$spike: $(value centres)"
    cs-kmeans -q --load model.json spike.csv | cmp - out.csv
    for options in '-j 3 --simd plain' '-j 2 --algorithm lloyd --simd avx2'; do
      # shellcheck disable=SC2086
      cs-kmeans -q -k 4 --scale none $options spike.csv | cmp - out.csv || fail "$spike: $options"
    done
  done
  rm out.csv model.json
  table alone a 0 1 10 11 1e30
  learns 3 'alone.csv: the values, or weights, are too different in size to tell 3 clusters apart' -k 3 --scale none alone.csv
}

@test "cs-kmeans: rows that weigh a millionth or a 1e-24th of others have clusters with all their digits" {
  for heavy in 1e3 1e6 1e12 1e18 1e24; do
    table light a,w 0.1,1 0.25,1.5 0.3,2 "1000,$heavy" "1007,$heavy"
    kmeans -q -k 3 --scale none --row-weights w light.csv
    [[ $(labels) == '3 3 3 1 2' ]] || fail "$heavy: $(labels)"
    # (0.1 + 0.375 + 0.6) / 4.5
    printf '"centres": [\n1000\n1007\n0.2388888888888889\n  ]\n' >want.json
    centres_near want.json 3 || fail "$heavy"
    light=1e-${heavy#1e}
    table light a,w "0.1,$light" "0.25,1.5${light#1}" "0.3,2${light#1}" 1000,1 1007,1
    kmeans -q -k 3 --scale none --row-weights w light.csv
    centres_near want.json 3 || fail "$light"
  done
}

@test "cs-kmeans: weights of rows that are none are refused by row, those of 0 make no cluster" {
  while IFS=: read -r cell text; do
    table weighed a,w 1,1 "2,$cell" 4,3
    learns 3 "weighed.csv:3: column 'w': $text" -k 2 --row-weights w weighed.csv
  done <<'END'
-1:a weight can't be below 0
-1e-300:a weight can't be below 0
1e200:a weight can't be above 1e+100
abc:not a number
inf:not a number
:missing value
NA:missing value
END
  table zeros a,w 1,0 2,0 4,0
  learns 3 "zeros.csv: column 'w': no row weighs anything" -k 2 --row-weights w zeros.csv
  table some a,w 1,1 2,0 4,0
  learns 3 "some.csv: 3 rows, 1 of them different in the features and of some weight, can't make 2 clusters" -k 2 --row-weights w some.csv
  learns 3 "1 of them different in the features and of some weight" --row-weights w some.csv
  learns 2 "--row-weights: no column 'x'" -k 2 --row-weights x some.csv
  # A row of weight 0 is labelled, and moves nothing.
  table light a,w 0,1 2,1 9,0 10,1e-100 12,1e100
  kmeans -q -k 2 --scale none --row-weights w light.csv
  [[ $(value centres) == '[[12]' && $(labels) == '2 2 1 1 1' ]] || fail "$(value centres): $(labels)"
}

@test "cs-kmeans: weights of features that are none are refused by name" {
  table few a,b 1,2 3,4 1,2 5,9
  for weight in 0 -1 -0 1e400 nan ''; do
    learns 2 "--feature-weights: the weight of 'a' must be a number above 0" -k 2 --feature-weights "a=$weight" few.csv
  done
  learns 2 "--feature-weights: 'c' is none of the features" -k 2 --feature-weights c=1 few.csv
  learns 2 "'a' is none of the features" -k 2 -x a --feature-weights a=1 few.csv
}

@test "cs-kmeans: centres of --init that don't fit are refused by the name of their file" {
  table few a,b 1,2 3,4 1,2 5,9
  table other a,c 1,2 3,4
  learns 3 "other.csv: no column 'b'" --init other.csv few.csv
  table hole a,b 1,2 3,
  learns 3 "hole.csv:3: column 'b': missing value" --init hole.csv few.csv
  table text a,b 1,x 3,4
  learns 3 "text.csv:2: column 'b': not a number" --init text.csv few.csv
  table head a,b
  learns 3 'head.csv: 0 rows, not 1 to 10000 centres' --init head.csv few.csv
  table one a,b 1,2
  learns 3 "one.csv: 1 row, which isn't the number that -k asks for" -k 2 --init one.csv few.csv
  table two a,b 1,2 5,9
  learns 3 "two.csv: 2 rows, which isn't the number that -k asks for" -k 2..3 --init two.csv few.csv
  learns 4 "cannot open 'nowhere.csv': No such file" --init nowhere.csv few.csv
  learns 2 '--init pca leaves nothing to chance' --init pca --restarts 2 few.csv
  table four a,b 1,2 3,4 5,9 6,6
  learns 3 "few.csv: 4 rows, 3 of them different in the features, can't make 4 clusters" --init four.csv few.csv
}

@test "cs-kmeans: centres of --init in one place, or out of this world, still make clusters" {
  table few a,b 1,2 3,4 1,2 5,9
  table same a,b 7,7 7,7
  table far a,b 1e300,-1e300 3,4
  table farther a,b 1e308,1e308 -1e308,4
  for centres in same far farther; do
    for scale in none standard; do
      kmeans -q --scale "$scale" --init "$centres.csv" few.csv
      [[ $(value sizes) == '[3,1]' ]] || fail "$centres, $scale: $(value sizes)"
    done
  done
}

@test "cs-kmeans: models that are broken, foreign or newer are refused by what is wrong with them" {
  cs-kmeans -q -k 3 --save whole "$DATA/iris.csv" >fit.csv
  while IFS='|' read -r change text; do
    sed "$change" whole >broken
    run ! cmp -s whole broken
    refused 3 "broken:$text" --load broken "$DATA/iris.csv"
  done <<'END'
s/"version": 1/"version": 2/| written by a newer cs (model version 2, this program reads up to 1)
s/"cs-model"/"model"/| not a model written by --save
s/"tool": "cs-kmeans"/"tool": "cs-scale"/| a model of cs-scale, not of cs-kmeans
s/"k": 3/"k": 4/| 'centres' doesn't hold k centres
s/"k": 3/"k": 1e99/| 'centres' doesn't hold k centres
s/"centres"/"centers"/| 'centres' doesn't hold k centres
s/"features"/"feature"/| 'features' is missing
s/sepal_length/sepal_width/g| feature 'sepal_width' stands twice
s/"scale": 0.8253[0-9]*/"scale": 0/| the scale of feature 'sepal_length' isn't above 0
s/"name": "petal_width"/"name": "petal"/| scaling[3] isn't that of feature 'petal_width'
20,$d|20:1: expected
$d|
1d|1:
END
  : >broken
  refused 3 'broken: empty' --load broken "$DATA/iris.csv"
  refused 4 'nowhere: No such file' --load nowhere "$DATA/iris.csv"
}

@test "cs-kmeans: rows that don't fit a model are refused by row and column" {
  cs-kmeans -q -k 3 --save whole "$DATA/iris.csv" >fit.csv
  cut -d, -f 1-3,5 "$DATA/iris.csv" >narrow.csv
  refused 3 "narrow.csv: no column 'petal_width'" --load whole narrow.csv
  sed '5s/^[^,]*//' "$DATA/iris.csv" >hole.csv
  refused 3 "hole.csv:5: column 'sepal_length': missing value" --load whole hole.csv
  sed '5s/^[^,]*/abc/' "$DATA/iris.csv" >text.csv
  refused 3 "text.csv:5: column 'sepal_length': not a number" --load whole text.csv
  sed '5s/^[^,]*/1e300/' "$DATA/iris.csv" >far.csv
  refused 3 'far.csv: the features are too large to take distances of' --load whole far.csv
  head -n 1 "$DATA/iris.csv" >head.csv
  refused 3 'head.csv: no rows' --load whole head.csv
  # A text in a column that isn't a feature of the model is nobody's business, and a single row is enough.
  sed -n '1p;60s/[^,]*$//p' "$DATA/iris.csv" >one.csv
  cs-kmeans -q --load whole one.csv | sed 's/.*,//' | sed 1d | cmp - <(sed -n 60p fit.csv | sed 's/.*,//')
}
