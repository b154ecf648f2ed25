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

# Expected values by tests/oracle/scale.py, to nine digits.
@test "cs-scale: powers and ranks agree with the likelihood in 150 digits and with scikit-learn" {
  printf 'a\n0\n1\n2\n4\n8\n16\n32\n-0.5\n' >in.csv
  cs-scale -q --method yeo-johnson --save m.json in.csv >out.csv
  [[ $(cut -d, -f2 out.csv | paste -sd' ') == 'scaled__a -1.07720456 -0.546565786 -0.23688846 0.152497232 0.599499344 1.08189778 1.58361536 -1.55685091' ]]
  grep -q '"lambda": -0.00426515193207' m.json
  cs-scale -q --method quantile in.csv >out.csv
  [[ $(cut -d, -f2 out.csv | paste -sd' ') == 'scaled__a 0.142857143 0.285714286 0.428571429 0.571428571 0.714285714 0.857142857 1 0' ]]
  cs-scale -q --method quantile-normal in.csv >out.csv
  [[ $(cut -d, -f2 out.csv | paste -sd' ') == 'scaled__a -1.06757052 -0.565948822 -0.18001237 0.18001237 0.565948822 1.06757052 5.19933758 -5.19933758' ]]
}

@test "cs-scale: a power for values far from 0, where powers overflow" {
  printf 'year\n2003\n1950\n1997\n2000\n2009\n2009\n1980\n1999\n2007\n1991\n' >in.csv
  cs-scale -q --method yeo-johnson --save m.json in.csv >out.csv
  [[ $(sed -n '2p;3p' out.csv | cut -d, -f2 | paste -sd' ') == '0.426681311 -1.87139558' ]]
  grep -q '"lambda": 99.26034303770' m.json
}

@test "cs-scale: a model of many values holds a thousand quantiles" {
  awk 'BEGIN { print "a"; for (i = 0; i < 5000; i++) print i * i % 4999 / 8 }' >in.csv
  cs-scale -q --method quantile --save m.json in.csv >fit.csv
  [[ $(grep -oE '"quantiles": \[[^]]*' m.json | tr , '\n' | wc -l) == 1000 ]]
  cs-scale -q --load m.json in.csv | cmp - fit.csv
}

@test "cs-scale: a constant column becomes 0, not NaN" {
  printf 'a,b\n0.1,1\n0.1,2\n0.1,3\n' >in.csv
  for method in standard minmax robust log yeo-johnson quantile quantile-normal; do
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
    for methods in 'a=log,robust' yeo-johnson 'a=quantile,quantile-normal'; do
      cs-scale -q --impute $impute --method "$methods" --pca 2 --save m.json in.csv >fit.csv
      cs-scale -q --load m.json in.csv >apply.csv
      cmp fit.csv apply.csv
    done
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
  sed 's/"name": "b"/"name": "a"/' m.json >twice.json
  expect_error 3 "twice" cs-scale --load twice.json in.csv
  for bad in '' '"quantiles": [],' '"quantiles": [3, 2],' '"quantiles": [1, "x"],' '"quantiles": 4,'; do
    sed 's/"method": "standard"/'"$bad"' "method": "quantile"/' m.json >ranks.json
    expect_error 3 "quantiles" cs-scale --load ranks.json in.csv
  done
  sed 's/"method": "standard"/"lambda": 1, "method": "yeo-johnson"/' m.json >power.json
  expect_error 3 "'anchor' is missing" cs-scale --load power.json in.csv
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
  for methods in standard yeo-johnson 'a=quantile,b=robust,quantile-normal'; do
    cs-scale -q -j 1 --method "$methods" --pca 3 --save m.json in.csv >one.csv
    cs-scale -q -j 8 --method "$methods" --pca 3 in.csv >eight.csv
    cmp one.csv eight.csv
    cs-scale -q -j 1 --prefix s__ --load m.json in.csv | cut -d, -f4- >scaled.csv
    cs-scale -q -j 1 --prefix s__ --load m.json --invert scaled.csv >one.csv
    cs-scale -q -j 8 --prefix s__ --load m.json --invert scaled.csv | cmp - one.csv
  done
}

@test "cs-scale: of several failures the first column's is told, whatever the threads" {
  printf 'a,b,c,d\n1,-2,-3,1\n-1,2,-4,2\n' >in.csv
  for threads in 1 2 8; do
    expect_error 3 "in.csv:3: column 'a'" cs-scale -j $threads --method log in.csv
  done
}

# near TABLE TABLE - the same columns and, cell by cell, the same numbers to eight digits of the largest.
near() {
  paste -d, "$1" "$2" | awk -F, '
    NR > 1 { for (i = 1; i <= NF / 2; i++) if (($i == "") != ($(i + NF / 2) == "")) exit 1
             for (i = 1; i <= NF / 2; i++) { gap = $i - $(i + NF / 2); if (gap * gap > 1e-14 * (1 + $i * $i)) { print NR ": " $0; exit 1 } } }'
}

@test "cs-scale: --invert brings scaled columns back, from any method" {
  printf 'id,a,b\n1,1,1\n2,0,2\n3,3,6\n4,8,3\n5,1000,0.1\n6,8,3\n' >in.csv
  for method in standard minmax robust maxabs log none yeo-johnson quantile quantile-normal; do
    cs-scale -q --method $method --save m.json in.csv | cut -d, -f1,4- >scaled.csv
    cs-scale -q --load m.json --invert scaled.csv >out.csv
    [[ $(head -n 1 out.csv) == id,scaled__a,scaled__b,unscaled__a,unscaled__b ]]
    cut -d, -f1-3 out.csv | cmp - scaled.csv
    near <(cut -d, -f2- in.csv) <(cut -d, -f4- out.csv) || fail "$method"
  done
}

@test "cs-scale: --invert goes back from components where no scaled column is there" {
  iris --pca 4 --method yeo-johnson --save m.json | cut -d, -f10- >scores.csv
  cs-scale -q --load m.json --invert scores.csv >out.csv
  [[ $(head -n 1 out.csv) == pca__1,*,pca__4,unscaled__sepal_length,*,unscaled__petal_width ]]
  near <(cut -d, -f1-4 "$DATA/iris.csv") <(cut -d, -f5- out.csv)
  iris --pca 1 --method none --save m.json | cut -d, -f10 >scores.csv
  expect_error 0 "1 components of 4 columns" cs-scale --load m.json --invert scores.csv
  # By tests/oracle/scale.py: PCA(1).inverse_transform.
  [[ $(sed -n 2p <<<"$output") == -2.68412563,4.873326*,3.284202*,1.458588*,0.237640* ]]
}

@test "cs-scale: --invert leaves a missing cell missing, and names what can't be" {
  printf 'a,b\n1,1\n2,3\n4,9\n' >in.csv
  expect_error 2 "--load" cs-scale --invert in.csv
  cs-scale -q --method 'a=log,yeo-johnson' --save m.json in.csv >scaled.csv
  expect_error 3 "no column 'scaled__a'" cs-scale --load m.json --invert in.csv
  printf 'scaled__a\n1\n' >part.csv
  expect_error 3 "no column 'scaled__b'" cs-scale --load m.json --invert part.csv
  expect_error 2 "exists already" cs-scale --load m.json --invert <(sed '1s/^a/unscaled__a/' scaled.csv)
  printf 'scaled__b,scaled__a\n,0\n0.5,\n' >holes.csv
  cs-scale -q --load m.json --invert holes.csv >out.csv
  [[ $(sed -n 2p out.csv) == ,0,*, && $(sed -n 3p out.csv) == 0.5,,,* ]]
  printf 'scaled__a,scaled__b\n0,0\n1e5,0\n' >far.csv
  expect_error 3 "far.csv:3: column 'scaled__a'" cs-scale --load m.json --invert far.csv
  printf 'scaled__a,scaled__b\n0,0\n' | sed 1q >header.csv
  [[ $(cs-scale -q --load m.json --invert header.csv) == scaled__a,scaled__b,unscaled__a,unscaled__b ]]
  cs-scale -q --pca 1 --save m.json <(cut -d, -f3- scaled.csv) >/dev/null
  expect_error 3 "nothing to invert" cs-scale --load m.json --invert scaled.csv
}
