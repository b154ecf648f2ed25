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
