load helper

# Twelve customers in three segments, one of them without a pattern.
customers() {
  cat <<'EOF'
customer_id,total_spent,total_transactions,days_since_last_purchase,discount_share,cluster,cluster_name
1,4000,20,5,0.1,2,Champions
2,5000,24,9,0.1,2,Champions
3,100,1,300,0.2,1,Lapsed
4,120,2,310,0.2,1,Lapsed
5,80,1,400,0.3,1,Lapsed
6,60,1,290,0.1,1,Lapsed
7,140,2,320,0.2,1,Lapsed
8,100,1,330,0.2,1,Lapsed
9,90,1,280,0.4,1,Lapsed
10,110,3,350,0.2,1,Lapsed
11,6000,22,2,0.0,2,Champions
12,9000,1,100,0.9,-1,
EOF
}

@test "cs-report: the segments of customers, from the sentence to what sets them apart" {
  customers >c.csv
  cs-report -q c.csv >out.txt
  cat >expected.txt <<'EOF'
25 % of customers bring 60 % of revenue; 67 % last bought 315 days ago (median)

      segment        customers  share  revenue  share  spend  orders  days
  1   Lapsed                 8   67 %      800    3 %    100       1   315
  2   Champions              3   25 %   15,000   60 %  5,000      22     5
  -1  no pattern             1    8 %    9,000   36 %  9,000       1   100
      all customers         12  100 %   24,800  100 %    115       2   295

  spend, orders, days since the last purchase: the median customer

Against the average customer, who is 100

      segment     spend  orders  days  stands out by
  1   Lapsed          5      23   144  –
  2   Champions     242     334     2  discount_share -0.8
  -1  no pattern    435      15    45  discount_share +3.0

  stands out by: its mean's distance from that of all, in standard deviations
EOF
  diff expected.txt out.txt
}

@test "cs-report: amounts get a currency only when it is named" {
  customers | cs-report -q >plain.txt
  run ! grep -qE '\$|€|£|USD|EUR' plain.txt
  customers | cs-report -q --currency '$' --title 'Spring review' >out.txt
  [[ $(head -n 1 out.txt) == "Spring review" ]]
  grep -qF "\$15,000" out.txt
}

@test "cs-report: any table, any column of labels" {
  cs-report -q --label species "$DATA/iris.csv" >out.txt
  [[ $(head -n 1 out.txt) == "150 rows in 3 clusters; petal_length tells them apart best" ]]
  grep -qE '^  petal_length +3\.76 +1\.46 +4\.26 +5\.55$' out.txt
  grep -qE '^  setosa +petal_length -1\.3, petal_width -1\.3$' out.txt
}

@test "cs-report: --format json is the profile" {
  customers | cs-report -q --format json >out.json
  command -v jq >/dev/null || skip "jq is not there"
  [[ $(jq -r '.format, .rows, .segments[1].name, .segments[1].rows' out.json | paste -sd' ') == "cs-profile 12 Champions 3" ]]
  jq -e '.segments[1].revenue_share > 0.604 and .segments[1].revenue_share < 0.605' out.json
  jq -e '.segments[2].noise and (.all.columns[0].sum == 24800)' out.json
}

@test "cs-report: a missing cell is left out, not refused" {
  customers | sed 's/^3,100,/3,,/' | cs-report -q --format json >out.json
  grep -q '"count": 11' out.json
}

@test "cs-report: more clusters than fit stand in blocks, no line exceeds 80 columns" {
  awk 'BEGIN { OFS = ","; print "x,a_column_with_a_rather_long_name_indeed,cluster"; for (i = 0; i < 40; i++) print i * 1234567, i % 7, i % 20 + 1 }' >c.csv
  cs-report -q c.csv >out.txt
  awk 'length($0) > 84 { exit 1 }' out.txt
  [[ $(grep -c '^  cluster ' out.txt) == 7 ]]
}

@test "cs-report: names from the table don't drive the terminal" {
  printf 'x,cluster,cluster_name\n1,1,a\033[31mb\n2,2,c\n' | cs-report -q >out.txt
  run ! grep -q $'\033' out.txt
  grep -q 'a?\[31mb' out.txt
}

@test "cs-report: what is no clustered table is refused with what helps" {
  expect_error 3 "--label" cs-report "$DATA/iris.csv"
  expect_error 2 "--label" cs-report --label specie "$DATA/iris.csv"
  printf 'x,cluster\n' >empty.csv
  expect_error 3 "no rows" cs-report empty.csv
  printf 'x,cluster\n1,\n' >none.csv
  expect_error 3 "none.csv:2: column 'cluster'" cs-report none.csv
  awk 'BEGIN { OFS = ","; print "x,cluster"; for (i = 0; i < 1500; i++) print 1, i }' >many.csv
  expect_error 3 "no clustering" cs-report many.csv
}

@test "cs-report: a table that only has labels shows their sizes" {
  printf 'cluster\n1\n1\n2\n' | cs-report -q >out.txt
  [[ $(head -n 1 out.txt) == "3 rows in 2 clusters" ]]
}

@test "cs-report: --model adds how the clusters were chosen and how sound they are" {
  cat >m.json <<'EOF'
{"format": "cs-model", "version": 1, "tool": "cs-kmeans", "k": 2, "metrics": {"silhouette": 0.62},
 "selection": [{"k": 2, "stability": [0.97, 0.81]}, {"k": 3, "stability": [0.5, 0.6, 0.7]}],
 "choice": {"rule": "business", "k": 2, "runner_up": 3, "reason": "the largest k whose clusters are all stable"}}
EOF
  customers | cs-report -q --model m.json >out.txt
  tail -n 6 out.txt | paste -sd' ' | tr -s ' ' >tail.txt
  grep -q 'Found by cs-kmeans with k = 2, chosen by rule business: the largest k whose clusters are all stable; runner-up k = 3' tail.txt
  grep -q 'silhouette 0.62, the clusters are reasonably apart' tail.txt
  grep -q 'mean Jaccard of 0.97, 0.81; the weakest is stable' tail.txt
}

@test "cs-report: threads don't change a byte" {
  customers >c.csv
  cmp <(cs-report -q -j 1 c.csv) <(cs-report -q -j 8 c.csv)
}

@test "cs-report: cluster_name names the clusters, not other labels" {
  printf 'x,kind,cluster,cluster_name\n1,a,1,First\n2,b,2,Second\n' >c.csv
  run ! grep -q First <(cs-report -q --label kind c.csv)
  grep -q First <(cs-report -q c.csv)
}

@test "cs-report: a column that hardly differs is not said to tell the clusters apart" {
  awk 'BEGIN { OFS = ","; print "x,cluster"; for (i = 0; i < 400; i++) print i, i % 2 + 1 }' | cs-report -q >out.txt
  [[ $(head -n 1 out.txt) == "400 rows in 2 clusters" ]]
}
