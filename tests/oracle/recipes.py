#!/usr/bin/python3
"""The counts of docs/recipes.md by pandas: customers, orders and spend of each public data set but Online Retail, which has
online_retail.py.

usage: recipes.py DATA

DATA is the directory that tests/recipes.bats reads. An order is a customer's day; - stands for what a set doesn't have.
"""
import sys

import pandas as pd

data = sys.argv[1]


def show(name, customers, orders="-", spend="-"):
    print(f"{name:52} {customers:>6} {orders:>7} {spend if spend == '-' else format(spend, '.2f')}")


def log(name, customer, date, amount=None, written=None, **how):
    rows = pd.read_csv(f"{data}/{name}", **how)
    days = pd.to_datetime(rows[date].astype(str), format=written).dt.normalize()
    show(name, rows[customer].nunique(), len(pd.DataFrame({"c": rows[customer], "d": days}).drop_duplicates()),
         "-" if amount is None else rows[amount].sum())


def summary(name, count):
    rows = pd.read_csv(f"{data}/{name}")
    show(name, len(rows), rows[count].sum() + len(rows))


log("cdnow/cdnowElog.csv", "sampleid", "date", "sales")
log("cdnow/clvtools_cdnow_daily.csv", "Id", "Date", "Price")
log("cdnow/CDNOW_sample.txt", 1, 2, 4, sep=r"\s+", header=None)
log("grocery-elog/groceryElog.csv", "cust", "date")
log("groceries/Groceries_dataset.csv", "Member_number", "Date", written="%d-%m-%Y")
log("rfm-orders/rfm_data_orders.csv", "customer_id", "order_date", "revenue")
log("lifetimes-other/example_transactions.csv", "id", "date")
log("lifetimes-other/discreteSimElog.csv", "cust", "date")
# Repeat purchase days, and the first of everybody.
summary("cdnow/cdnow_customers_summary.csv", "frequency")
summary("cdnow/cdnow_customers_summary_with_transactions.csv", "x")
summary("lifetimes-other/donations.csv", "frequency")

for name, sep in (("marketing_campaign.tsv", "\t"), ("marketing_campaign_semicolon_dmy.csv", ";"),
                  ("marketing_campaign_semicolon_iso_bom.csv", ";")):
    rows = pd.read_csv(f"{data}/marketing-campaign/{name}", sep=sep)
    orders = rows[["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]].sum(axis=1)
    spend = rows.filter(regex="^Mnt").sum(axis=1)
    show(name, (orders > 0).sum(), orders.sum(), spend[orders > 0].sum())

rows = pd.read_csv(f"{data}/telco-churn/Telco-Customer-Churn.csv", na_values=" ")
rows = rows[rows.TotalCharges.notna()]
show("telco-churn", len(rows), rows.tenure.sum(), rows.TotalCharges.sum())
rows = pd.read_csv(f"{data}/wholesale-customers/wholesale_semicolon.csv", sep=";")
show("wholesale-customers", len(rows), spend=rows.loc[:, "Fresh":].sum().sum())
for name in "Mall_Customers.csv", "Mall_Customers_genre_padded.csv":
    rows = pd.read_csv(f"{data}/mall-customers/{name}")
    show(name, len(rows), spend=rows["Spending Score (1-100)"].sum())
rows = pd.read_csv(f"{data}/bank-marketing/bank-full_semicolon.csv", sep=";")
show("bank-marketing", len(rows), rows.campaign.sum())
