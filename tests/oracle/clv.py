#!/usr/bin/python3
"""BG/NBD by sums of logarithms and scipy's Nelder & Mead: the maximum of the likelihood where others lose it.

usage: clv.py TABLE    with the columns bt_x, bt_tx, bt_T of cs-prep

x is a whole number, so the ratios of gamma functions are products: (r)_x, (b)_x / (a + b)_x. Written out as sums of
logarithms they keep their digits where a and b are huge; differences of ln Gamma at 1e12 are off by tens in the sum.
"""
import csv
import sys

import numpy as np
from scipy.optimize import minimize

rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
histories = {}
for row in rows:
    key = int(row["bt_x"]), float(row["bt_tx"]), float(row["bt_T"])
    histories[key] = histories.get(key, 0) + 1


def log_likelihood(r, alpha, a, b):
    total = 0
    for (x, tx, age), weight in histories.items():
        i = np.arange(x)
        bought = np.log1p(i / r).sum() + x * np.log(r / alpha) - np.log1p(a / (b + i)).sum()
        alive = -(r + x) * np.log1p(age / alpha)
        left = np.log(a) - np.log(b + x - 1) - (r + x) * np.log1p(tx / alpha) if x else -np.inf
        total += weight * (bought + np.logaddexp(alive, left))
    return total


def parameters(theta):
    size = np.exp(theta[3])
    return np.exp(theta[0]), np.exp(theta[0] - theta[1]), size / (1 + np.exp(-theta[2])), size / (1 + np.exp(theta[2]))


best = None
for start in [(0, -3, -1, 1), (3, -3, -3, 10), (-1, -3, -6, 2)]:
    end = minimize(lambda theta: -log_likelihood(*parameters(theta)), start, method="Nelder-Mead",
                   options={"maxiter": 4000, "xatol": 1e-8, "fatol": 1e-9})
    if best is None or end.fun < best.fun:
        best = end
print("customers", len(rows), "log-likelihood %.6f" % -best.fun, "r alpha a b", *parameters(best.x))
