#!/usr/bin/python3
"""Online Retail (UCI, CC BY 4.0) by pandas: what cs-prep must write for each customer, and what its audit must count.

usage: online_retail.py ORDERS.csv [PREP.csv]

Without PREP.csv the expected table is written to standard output; with it the two are compared, customer by customer.
The rules and the netting are those of docs/cleaning.md, written anew here, not taken from the program.
"""
import sys
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pandas as pd

orders = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
columns = list(orders.columns)
orders["q"] = orders.Quantity.astype(int)
orders["p"] = orders.UnitPrice.astype(float)
orders["when"] = pd.to_datetime(orders.InvoiceDate)
orders["exact"] = [Fraction(p) * q for p, q in zip(orders.UnitPrice, orders.q)]
print("rows", len(orders), file=sys.stderr)

rows = orders[orders.CustomerID != ""].copy()
rows["customer"] = rows.CustomerID.str.replace(r"\.0$", "", regex=True)
cancelled = rows.InvoiceNo.str.match(r"[Cc]\d") | (rows.q < 0)
cancels, buys = rows[cancelled], rows[~cancelled]
buys = buys[(buys.q > 0) & (buys.p > 0)]
print("valid", len(buys), buys.customer.nunique(), float(sum(buys.exact)), file=sys.stderr)
buys, cancels = buys[~buys.duplicated(columns)], cancels[~cancels.duplicated(columns)]
print("without duplicates", len(buys), float(sum(buys.exact)), file=sys.stderr)

as_of = buys.when.max().normalize() + pd.Timedelta(days=1)
year_ago = as_of - pd.DateOffset(months=12)
gross, refunded, year = defaultdict(Fraction), defaultdict(Fraction), defaultdict(Fraction)
lines = defaultdict(list)
for r in buys.sort_values(["when", "InvoiceNo", "q", "p"]).itertuples():
    line = {"when": r.when, "order": r.InvoiceNo, "left": r.q, "q": r.q, "exact": r.exact, "customer": r.customer}
    lines[r.customer, r.StockCode].append(line)
    gross[r.customer] += r.exact
    if r.when >= year_ago:
        year[r.customer] += r.exact
for r in cancels.sort_values("when").itertuples():
    need, amount = -r.q, -r.exact
    refunded[r.customer] += amount
    for line in reversed(lines[r.customer, r.StockCode]):
        if line["when"] > r.when or not line["left"] or not need:
            continue
        taken = min(need, line["left"])
        line["left"] -= taken
        need -= taken
        if line["when"] >= year_ago:
            year[r.customer] -= amount * Fraction(taken, -r.q)
    if r.when >= year_ago:
        year[r.customer] -= amount * Fraction(need, -r.q)

by_customer = defaultdict(list)
for group in lines.values():
    for line in group:
        if line["left"]:
            by_customer[line["customer"]].append(line)
out = []
for customer, left in by_customer.items():
    days = sorted({line["when"].normalize() for line in left})
    count = len({line["order"] for line in left})
    times = {line["when"] for line in left}
    gaps = pd.Series(days).diff().dt.days.dropna()
    spent = gross[customer] - refunded[customer]
    repeat = sum(line["exact"] * Fraction(line["left"], line["q"]) for line in left
                 if line["when"].normalize() != days[0])
    out.append({
        "customer_id": int(customer), "first_purchase_date": days[0].date().isoformat(),
        "last_purchase_date": days[-1].date().isoformat(), "purchase_days": len(days), "total_transactions": count,
        "total_spent": float(spent), "gross_spent": float(gross[customer]), "refunded": float(refunded[customer]),
        "avg_transaction_value": float(spent / count),
        "repeat_spend_mean": float(repeat / (len(days) - 1)) if len(days) > 1 else 0.0,
        "spent_12m": float(year[customer]), "days_since_last_purchase": (as_of - days[-1]).days,
        "tenure_days": (as_of - days[0]).days,
        "purchase_interval": (days[-1] - days[0]).days / (len(days) - 1) if len(days) > 1 else np.nan,
        "purchase_interval_cv": gaps.std() / gaps.mean() if len(gaps) > 1 else np.nan,
        "refund_share": float(refunded[customer] / gross[customer]),
        "weekend_share": np.mean([day.dayofweek >= 5 for day in days]),
        "evening_share": np.mean([when.hour >= 18 for when in times]),
        "bt_x": len(days) - 1, "bt_tx": (days[-1] - days[0]).days / 7,
        "bt_T": ((as_of - days[0]).days - 1) / 7,
    })
want = pd.DataFrame(out).sort_values("customer_id").reset_index(drop=True)
want["bt_zbar"] = want.repeat_spend_mean
want["clv_simple"] = (np.maximum(want.total_spent, 0) / np.maximum(want.tenure_days, 365.25) * 365.25)
frequency = want.total_transactions / np.maximum(want.tenure_days, 365.25 / 2) * 365.25
want["engagement_recency"] = 2.0 ** (-want.days_since_last_purchase / 90)
want["engagement_frequency"] = frequency / (frequency + 4)
want["engagement_score"] = 100 * (0.5 * want.engagement_recency + 0.3 * want.engagement_frequency) / 0.8
want["is_active"] = (want.days_since_last_purchase <= 90).astype(int)
want["is_dormant"] = (want.days_since_last_purchase > 180).astype(int)
want["is_one_time"] = (want.total_transactions == 1).astype(int)


def score(values):
    cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8]) + 1
    return 1 + (values.to_numpy()[:, None] >= cuts).sum(axis=1)


want["rfm_recency"] = 6 - score(want.days_since_last_purchase)
want["rfm_frequency"] = score(want.total_transactions)
want["rfm_monetary"] = score(want.total_spent)
want["rfm_score"] = want.rfm_recency + want.rfm_frequency + want.rfm_monetary
want["is_frequent"] = (want.rfm_frequency == 5).astype(int)
want["is_high_value"] = (want.rfm_monetary == 5).astype(int)
want["key_account"] = (want.total_spent > np.quantile(want.total_spent, 0.99)).astype(int)
floor = np.quantile(want.total_spent[want.total_spent > 0], 0.01)
basis = {
    "days_since_last_purchase": np.log1p(want.days_since_last_purchase),
    "total_transactions": np.log(want.total_transactions),
    "total_spent": np.log(np.maximum(want.total_spent, floor)),
}
for name, values in basis.items():
    values = np.clip(values, np.quantile(values, 0.01), np.quantile(values, 0.99))
    want["scaled__" + name] = (values - values.mean()) / values.std(ddof=0)
print("customers", len(want), "net", want.total_spent.sum(), file=sys.stderr)

if len(sys.argv) < 3:
    want.to_csv(sys.stdout, index=False)
    sys.exit()
got = pd.read_csv(sys.argv[2])
bad = 0
assert list(got.customer_id) == list(want.customer_id), "other customers"
for name in want.columns:
    a, b = got[name], want[name]
    if a.dtype == object:
        differ = a != b
    else:
        nine = name.startswith(("scaled", "engagement", "evening", "weekend", "refund_share", "purchase_interval_cv"))
        differ = ~np.isclose(a, b, rtol=1e-8 if nine else 1e-12, atol=5.1e-9 if nine else 1e-9, equal_nan=True)
    if differ.any():
        bad += 1
        print(name, differ.sum(), "differ, first", got.customer_id[differ.idxmax()], a[differ.idxmax()], b[differ.idxmax()])
print("the same" if not bad else f"{bad} columns differ")
sys.exit(bad > 0)
