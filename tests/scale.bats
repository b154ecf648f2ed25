load helper

iris() { cs-scale -q "$@" "$DATA/iris.csv"; }

@test "cs-scale: appends scaled copies behind the columns, which pass through untouched" {
  iris >out.csv
  cut -d, -f1-5 out.csv | cmp - "$DATA/iris.csv"
  [[ $(head -n 1 out.csv) == *species,scaled__sepal_length,scaled__sepal_width,scaled__petal_length,scaled__petal_width ]]
  [[ $(sed -n 2p out.csv) == 5.1,3.5,1.4,0.2,setosa,-0.90068117,1.01900435,-1.34022653,-1.3154443 ]]
}

# Expected values by tests/oracle/scale.py.
@test "cs-scale: --pca of iris agrees with scikit-learn, signs fixed" {
  iris --pca 4 --save m.json | cut -d, -f10- >out.csv
  [[ $(sed -n 1p out.csv) == pca__1,pca__2,pca__3,pca__4 ]]
  [[ $(sed -n 2p out.csv) == -2.26470281,0.480026597,0.127706022,-0.0241682039 ]]
  [[ $(sed -n 151p out.csv) == 0.96065603,-0.0243316682,-0.528248807,0.163078032 ]]
  grep -q '"explained": \[0.729624454132.*, 0.228507617867.*, 0.0366892188928.*, 0.0051787091071' m.json
}

@test "cs-scale: --method none --pca is the components of the columns as they are" {
  iris --method none --pca 4 --save m.json | cut -d, -f10- >out.csv
  [[ $(sed -n 2p out.csv) == -2.68412563,0.319397247,-0.0279148276,0.00226243707 ]]
  grep -q '"explained": \[0.92461872320.*, 0.05306648311.*, 0.01710260980.*, 0.005212183873' m.json
}

@test "cs-scale: --pca FRACTION takes the fewest components that explain it" {
  [[ $(iris --pca 0.95 | head -n 1) == *,pca__1,pca__2 ]]
  [[ $(iris --pca 0.96 | head -n 1) == *,pca__2,pca__3 ]]
  [[ $(iris --pca 1.0 | head -n 1) == *,pca__4 ]]
}

@test "cs-scale: existing scaled columns are taken as they are for --pca" {
  iris >scaled.csv
  iris --pca 2 | cut -d, -f10- >expected.csv
  cs-scale -q --pca 2 scaled.csv >out.csv
  [[ $(head -n 1 out.csv) == *,scaled__petal_width,pca__1,pca__2 ]]
  # The copies have nine digits.
  paste -d, expected.csv <(cut -d, -f10- out.csv) | awk -F, 'NR > 1 && ($1 - $3 > 1e-7 || $3 - $1 > 1e-7) { exit 1 }'
}

@test "cs-scale: scaling a scaled column again is refused" {
  iris >scaled.csv
  expect_error 2 "exists already" cs-scale scaled.csv
  expect_error 3 "scaled already" cs-scale -f scaled__petal_width scaled.csv
}

@test "cs-scale: one method a column, and a bare one for the others" {
  printf 'a,b,c\n0,1,5\n1,2,6\n3,4,10\n' >in.csv
  [[ $(cs-scale -q --method 'a=minmax,maxabs,c=robust' in.csv | tail -n 1) == 3,4,10,1,1,1.6 ]]
  [[ $(cs-scale -q --method 'a=minmax' -f a,b in.csv | tail -n 1) == 3,4,10,1,1.33630621 ]]
}

@test "cs-scale: a method or a column that isn't there is named" {
  printf 'a,b\n0,1\n1,2\n' >in.csv
  expect_error 2 "must be standard" cs-scale --method zscore in.csv
  expect_error 2 "must be standard" cs-scale --method 'a=zscore' in.csv
  expect_error 2 "one method for all" cs-scale --method 'log,minmax' in.csv
  expect_error 2 "--method" cs-scale --method 'aa=log' in.csv
  expect_error 3 "not among the columns" cs-scale -f a --method 'b=log' in.csv
  for n in 0 -1 0.0 1.5 two 1e400 ''; do expect_error 2 "must be" cs-scale --pca="$n" in.csv; done
  expect_error 2 "only 2 columns" cs-scale --pca 3 in.csv
}

@test "cs-scale: a constant column becomes 0, not NaN" {
  printf 'a,b\n0.1,1\n0.1,2\n0.1,3\n' >in.csv
  for method in standard minmax robust log; do
    [[ $(cs-scale -q -f a --method "$method" in.csv | cut -d, -f3 | tail -n +2 | sort -u) == 0 ]]
  done
  expect_error 3 "nothing varies" cs-scale -f a --pca 1 in.csv
}

@test "cs-scale: log of -1 and below is an error with its line" {
  printf 'a\n1\n-1\n' >in.csv
  expect_error 3 "in.csv:3: column 'a'" cs-scale --method log in.csv
}

@test "cs-scale: a missing cell is refused, or counts as median or mean, or its row goes" {
  printf 'id,a,b\n1,1,1\n2,,2\n3,3,6\n4,8,3\n' >in.csv
  expect_error 3 "in.csv:3" cs-scale in.csv
  [[ $(cs-scale -q --impute median --method none in.csv | sed -n 3p) == 2,,2,3,2 ]]
  [[ $(cs-scale -q --impute mean --method none in.csv | sed -n 3p) == 2,,2,4,2 ]]
  cs-scale -q --impute drop --method minmax in.csv >out.csv
  [[ $(wc -l <out.csv) == 4 && $(sed -n 3p out.csv) == 3,3,6,0.285714286,1 ]]
}

@test "cs-scale: the model applied to the training rows gives the same bytes" {
  printf 'id,a,b\n1,1,1\n2,,2\n3,3,6\n4,8,3\n5,1000,0.1\n' >in.csv
  for impute in median mean drop; do
    cs-scale -q --impute $impute --method 'a=log,robust' --pca 2 --save m.json in.csv >fit.csv
    cs-scale -q --load m.json in.csv >apply.csv
    cmp fit.csv apply.csv
  done
  iris --pca 0.99 --save m.json >fit.csv
  iris --load m.json >apply.csv
  cmp fit.csv apply.csv
}

@test "cs-scale: a model matches columns by name and passes extra ones" {
  printf 'a,b\n0,1\n10,3\n' >in.csv
  cs-scale -q --method minmax --save m.json in.csv >/dev/null
  printf 'x,b,a\nq,2,20\n' >new.csv
  [[ $(cs-scale -q --load m.json new.csv | tail -n 1) == q,2,20,2,0.5 ]]
  printf 'x,b\nq,2\n' >bad.csv
  expect_error 3 "'a'" cs-scale --load m.json bad.csv
  expect_error 2 "--load" cs-scale --load m.json --method log new.csv
}

@test "cs-scale: a model that can't be is refused" {
  printf 'a,b\n0,1\n10,3\n' >in.csv
  cs-scale -q --pca 1 --save m.json in.csv >/dev/null
  sed 's/"scale": [0-9.]*/"scale": 0/' m.json >zero.json
  expect_error 3 "above 0" cs-scale --load zero.json in.csv
  sed 's/"method": "standard"/"method": "magic"/' m.json >magic.json
  expect_error 3 "unknown method" cs-scale --load magic.json in.csv
  sed 's/"mean": \[[^]]*\]/"mean": [1]/' m.json >short.json
  expect_error 3 "pca.mean" cs-scale --load short.json in.csv
  sed 's/"tool": "cs-scale"/"tool": "cs-kmeans"/' m.json >other.json
  expect_error 3 "cs-kmeans" cs-scale --load other.json in.csv
}

@test "cs-scale: header only gives the header with the columns that are known" {
  printf 'id,a,b\n' >in.csv
  [[ $(cs-scale -q in.csv) == id,a,b ]]
  [[ $(cs-scale -q -f a,b --pca 1 in.csv) == id,a,b,scaled__a,scaled__b,pca__1 ]]
  printf 'id,a,b\n1,2,3\n2,3,5\n' >full.csv
  cs-scale -q --pca 2 --save m.json full.csv >/dev/null
  [[ $(cs-scale -q --load m.json in.csv) == id,a,b,scaled__a,scaled__b,pca__1,pca__2 ]]
  expect_error 3 "no rows" cs-scale -f a --save n.json in.csv
  [[ ! -e n.json ]]
}

@test "cs-scale: values near the largest double are scaled or refused, never NaN or Inf" {
  printf 'a,b\n1e308,1\n-1.5e308,2\n1.2e308,4\n' >in.csv
  cs-scale -q -f a in.csv >out.csv
  expect_error 3 "column 'a'" cs-scale -f a --method minmax in.csv
  expect_error 3 "beyond" cs-scale --method none --pca 1 in.csv
  run ! grep -qi 'nan\|inf' out.csv
}

@test "cs-scale: a component beyond the doubles is refused with its line" {
  printf 'a,b\n1,1\n2,2\n4,4\n' >in.csv
  cs-scale -q --method none --pca 1 --save m.json in.csv >/dev/null
  printf 'a,b\n1.7e308,1.7e308\n' >new.csv
  expect_error 3 "new.csv:2" cs-scale --load m.json new.csv
}

@test "cs-scale: threads don't change a byte" {
  awk 'BEGIN { OFS = ","; print "a,b,c"; for (i = 0; i < 5000; i++) print i % 97 * 0.37, i % 89 + i / 1000, (i * i) % 1009 }' >in.csv
  cs-scale -q -j 1 --pca 3 in.csv >one.csv
  cs-scale -q -j 8 --pca 3 in.csv >eight.csv
  cmp one.csv eight.csv
}
