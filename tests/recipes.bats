#!/usr/bin/env bats
# The recipes of docs/recipes.md on the data sets themselves, which aren't part of the project: without them these tests are
# skipped. Counts are those of pandas: customers, different (customer, day) or sums of the columns named, money.
load helper

setup_file() { find_real_data; }

# gives CUSTOMERS ORDERS SPEND OPTION... FILE: what a recipe's table adds up to; - is a column that isn't there.
gives() {
  local want="$1 $2 $3" file=${*: -1} got
  shift 3
  needs "$file"
  cs-prep -q "${@:1:$#-1}" "$REAL_DATA/$file" -o out.csv
  got=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { name = $i; gsub(/"/, "", name); at[name] = i } next }
    { n++ }
    "total_transactions" in at { orders += $at["total_transactions"] }
    "total_spent" in at { spent += $at["total_spent"] }
    END { printf "%d %s %s", n, "total_transactions" in at ? sprintf("%d", orders) : "-",
                             "total_spent" in at ? sprintf("%.2f", spent) : "-" }' out.csv)
  [[ $got == "$want" ]] || fail "it gives $got, not $want"
}

@test "recipes: Online Retail" { gives 4327 18371 8289523.56 online-retail/online_retail.csv; }

@test "recipes: CDNOW in four forms" {
  gives 2357 6696 244091.94 cdnow/cdnowElog.csv
  gives 2357 6696 244091.94 cdnow/clvtools_cdnow_daily.csv
  gives 2357 4814 - cdnow/cdnow_customers_summary.csv
  gives 2357 4814 - cdnow/cdnow_customers_summary_with_transactions.csv
  # The log of fixed width has no header, and gets none.
  cs-prep -q --map customer_id=sampleid "$REAL_DATA/cdnow/cdnowElog.csv" | sed 1d | cut -d, -f 2- >want.csv
  cs-prep -q -d space --no-header --map customer_id=c2,date=c3,amount=c5 "$REAL_DATA/cdnow/CDNOW_sample.txt" |
    cut -d, -f 2- | cmp - want.csv
}

@test "recipes: logs without money" {
  gives 1525 10483 - grocery-elog/groceryElog.csv
  gives 3898 14963 - groceries/Groceries_dataset.csv
  gives 5000 14270 - lifetimes-other/example_transactions.csv
  gives 10000 52432 - --time-unit year lifetimes-other/discreteSimElog.csv
}

@test "recipes: the orders of R's rfm package" { gives 995 4895 464158.00 rfm-orders/rfm_data_orders.csv; }

@test "recipes: the marketing campaign in three dialects is one table" {
  local map='total_spent=MntWines+MntFruits+MntMeatProducts+MntFishProducts+MntSweetProducts+MntGoldProds'
  map+=',total_transactions=NumWebPurchases+NumCatalogPurchases+NumStorePurchases,days_since_last_purchase=Recency'
  local name
  for name in marketing_campaign.tsv marketing_campaign_semicolon_dmy.csv marketing_campaign_semicolon_iso_bom.csv; do
    needs "marketing-campaign/$name"
    # The date of enrolment is written differently; all else is the same to the byte.
    cs-prep -q --map "$map" "$REAL_DATA/marketing-campaign/$name" | tr '\t;' ,, | cut -d, -f 1-7,9- >"$name"
  done
  cmp marketing_campaign.tsv marketing_campaign_semicolon_dmy.csv
  cmp marketing_campaign.tsv marketing_campaign_semicolon_iso_bom.csv
  gives 2234 28083 1356946.00 --map "$map" --to csv marketing-campaign/marketing_campaign.tsv
}

@test "recipes: tables of customers with one line of --map" {
  gives 7032 227990 16056168.70 --map total_spent=TotalCharges,total_transactions=tenure telco-churn/Telco-Customer-Churn.csv
  gives 440 - 14619500.00 --map customer_id=,total_spent=Fresh+Milk+Grocery+Frozen+Detergents_Paper+Delicassen \
    wholesale-customers/wholesale_semicolon.csv
  gives 200 - 10040.00 --map 'total_spent=Spending Score (1-100)' mall-customers/Mall_Customers.csv
  gives 200 - 10040.00 --map 'total_spent=Spending Score (1-100)' mall-customers/Mall_Customers_genre_padded.csv
  gives 45211 124956 - --map customer_id=,total_transactions=campaign bank-marketing/bank-full_semicolon.csv
  gives 22 78 - --time-unit year --map customer_id=,bt_x=frequency,bt_tx=recency,bt_T=periods lifetimes-other/donations.csv
}

# block HEADING: the shell commands under that heading of the recipes.
block() {
  awk -v heading="## $1" '/^## / { inside = $0 == heading } inside && /^```$/ { code = 0 } inside && code { print }
    inside && /^```sh$/ { code = 1 }' "$ROOT/docs/recipes.md"
}

@test "recipes: once a quarter, with history: segments keep their numbers, and the reports tell who has moved" {
  block 'Once a quarter, from cron, with history' >commands
  bash -e commands
  printf 'cs-pipeline:\n  skip-dbscan: true\ncs-report:\n  currency: EUR\n' >shop.yaml
  cs-gen -q -n 150 --only transactions -o 'all orders.csv'
  mkdir 2026-q9 # no quarter
  ./quarter 2025-q4 'all orders.csv' >out 2>err
  [[ ! -s out && ! -s err ]]
  cs-gen -q -n 150 --only transactions --seed 7 -o 'all orders.csv'
  ./quarter 2026-q1 'all orders.csv' >out 2>err
  [[ ! -s out && ! -s err ]]
  grep -q 'Since the last run' 2026-q1/reports/kmeans_clustering_report.md
  cs-prep -q --load 2025-q4/data/prep_model.json 'all orders.csv' |
    cs-kmeans -q --match 2025-q4/data/kmeans_model.json | cmp - 2026-q1/data/customer_clusters_kmeans.csv
  printf 'a,b\n1,2\n' >bad.csv
  expect_error 3 'cs-prep: no column was recognised' ./quarter 2026-q2 bad.csv
}

@test "recipes: the campaign list: at risk, worth it, not suppressed, a tenth held back by lot" {
  block 'The campaign list' >commands
  cs-pipeline -q -n 500 -o run --skip-dbscan
  # Every third of all customers must not be written to.
  sed 1d run/data/customer_clusters_kmeans.csv | cut -d, -f 1 | awk 'NR % 3 == 0' >suppressed.txt
  bash -eo pipefail commands
  /usr/bin/python3 - <<'END'
import csv
rows = list(csv.DictReader(open("run/data/customer_clusters_kmeans.csv", encoding="utf-8", newline="")))
suppressed = set(open("suppressed.txt").read().split())
want = [r["customer_id"] for r in rows
        if r["cluster_name"] == "At-Risk" and float(r["total_spent"]) > 500 and r["customer_id"] not in suppressed]
got = list(csv.DictReader(open("campaign.csv", encoding="utf-8", newline="")))
assert [r["customer_id"] for r in got] == want and len(want) > 20, (len(got), len(want))
control = [i for i, r in enumerate(got) if r["group"] == "control"]
assert len(control) == int(len(want) / 10 + 0.5), control
assert control[0] != 0 or control[-1] > len(want) // 2, control
END
  cp campaign.csv first.csv
  bash -eo pipefail commands
  cmp first.csv campaign.csv
  : >suppressed.txt
  bash -eo pipefail commands
  [[ $(wc -l <campaign.csv) -gt $(wc -l <first.csv) ]]
}
