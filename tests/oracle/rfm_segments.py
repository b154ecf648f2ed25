#!/usr/bin/env python3
"""The segment tables of tests/rules.bats, by pandas: customers, orders and revenue of each segment that the schemes of R's
package rfm make of its orders, as of 2006-12-31. The scores are also held against the package's own result
(rfm_expected_result.csv). Run by hand:
rfm_segments.py FOLDER, which has rfm_data_orders.csv and rfm_expected_result.csv."""
import pathlib
import sys

import numpy as np
import pandas as pd

data = pathlib.Path(sys.argv[1])
orders = pd.read_csv(data / "rfm_data_orders.csv", parse_dates=["order_date"])
package = pd.read_csv(data / "rfm_expected_result.csv").set_index("customer_id")
as_of = pd.Timestamp("2006-12-31")

customers = orders.groupby("customer_id").agg(
    last=("order_date", "max"), orders=("revenue", "size"), revenue=("revenue", "sum"))
customers["days"] = (as_of - customers["last"]).dt.days


def score(values):
    cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8]) + 1
    print("cuts", [round(float(cut), 9) for cut in cuts])
    return 1 + np.searchsorted(cuts, values, side="right")


customers["R"] = 6 - score(customers.days)
customers["F"] = score(customers.orders)
customers["M"] = score(customers.revenue)
cells = customers.R * 100 + customers.F * 10 + customers.M
assert (cells == package.rfm_score[customers.index]).all()

README = [("Champions", 5, 5, 5, 5, 5, 5), ("Potential Loyalist", 3, 5, 3, 5, 2, 5), ("Loyal Customers", 2, 4, 2, 4, 2, 4),
          ("Promising", 3, 4, 1, 3, 3, 5), ("New Customers", 4, 5, 1, 3, 1, 5), ("Can't Lose Them", 1, 2, 3, 4, 4, 5),
          ("At Risk", 1, 2, 2, 5, 4, 5), ("Need Attention", 1, 3, 3, 5, 3, 5), ("About To Sleep", 2, 3, 1, 3, 1, 4),
          ("Lost", 1, 1, 1, 5, 1, 5)]
BLOG = [("Champions", 4, 5, 4, 5, 4, 5), ("Loyal Customers", 2, 5, 3, 5, 3, 5), ("Potential Loyalist", 3, 5, 1, 3, 1, 3),
        ("New Customers", 4, 5, 1, 1, 1, 1), ("Promising", 3, 4, 1, 1, 1, 1), ("Need Attention", 2, 3, 2, 3, 2, 3),
        ("About To Sleep", 2, 3, 1, 2, 1, 2), ("At Risk", 1, 2, 2, 5, 2, 5), ("Can't Lose Them", 1, 1, 4, 5, 4, 5),
        ("Lost", 1, 2, 1, 2, 1, 2)]


def name(row, scheme):
    for segment, r, r2, f, f2, m, m2 in scheme:
        if r <= row.R <= r2 and f <= row.F <= f2 and m <= row.M <= m2:
            return segment
    return "Other"


def coverage(scheme):
    count = {}
    fires = set()
    for segment, r, r2, f, f2, m, m2 in scheme:
        for cell in np.ndindex(5, 5, 5):
            R, F, M = (score + 1 for score in cell)
            if r <= R <= r2 and f <= F <= f2 and m <= M <= m2:
                count[cell] = count.get(cell, 0) + 1
                if count[cell] == 1:
                    fires.add(segment)
    never = [segment for segment, *_ in scheme if segment not in fires]
    print("cells without a rule", 125 - len(count), "with several", sum(c > 1 for c in count.values()), "never", never)


for title, scheme in (("README", README), ("tests and blog", BLOG)):
    print(title)
    coverage(scheme)
    segment = customers.apply(name, axis=1, scheme=scheme)
    if scheme is README:
        assert (segment == package.segment[customers.index]).all()
    table = customers.groupby(segment).agg(n=("orders", "size"), orders=("orders", "sum"), revenue=("revenue", "sum"))
    for row in table.itertuples():
        print(f"{row.Index},{row.n},{row.orders},{row.revenue:.0f}")
