#!/usr/bin/python3
"""cs-scale against scikit-learn on whole tables: every method, every way to fill a hole.

usage: scale_tables.py CS-SCALE DATA

DATA is the folder of the real data (iris, wine, mall customers, wholesale, Online Retail). Every number must agree to
nine digits; the exit status is 1 when one doesn't. Two things are computed here anew:

- scikit-learn 1.2 maximises the likelihood of Yeo and Johnson's lambda by comparing likelihoods, which finds half of a
  double's digits, and loses itself where the powers overflow. Its lambda is only the start here: the derivative's zero
  is then found by the secant method in 80-bit numbers. The largest correction is printed.
- its quantiles are percentiles at ranks with rounding errors, so that a value that is one of them may differ from it in
  the last bit, and then ranks at the end of its ties instead of in their middle. They are replaced by those at the exact
  ranks; the transformation is scikit-learn's.
- its normal scores take what is within 1e-7 of the extremes for the extremes, and a constant gets -5.2.
"""
import subprocess
import sys
import tempfile
import warnings
from fractions import Fraction
from io import StringIO

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (MaxAbsScaler, MinMaxScaler, PowerTransformer, QuantileTransformer, RobustScaler,
                                   StandardScaler)

program, data = sys.argv[1:3]
warnings.simplefilter("ignore")
corrections = []


def yeo_johnson(x, power):
    """The transformation and its derivative by lambda, in 80 bits."""
    power, one = np.longdouble(power), np.longdouble(1)
    z, mu = np.log1p(np.abs(x)), np.where(x >= 0, power, 2 - power)
    sign = np.where(x >= 0, one, -one)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(mu == 0, z, np.expm1(mu * z) / mu)
        d = np.where(mu == 0, z * z / 2, (mu * z * np.exp(mu * z) - np.expm1(mu * z)) / mu**2)
    return sign * t, d


def slope(x, power):
    t, d = yeo_johnson(x, power)
    t, d = t - t.mean(), d - d.mean()
    return (np.sign(x) * np.log1p(np.abs(x))).mean() - (t * d).mean() / (t * t).mean()


def fit_power(column):
    x = column.astype(np.longdouble)
    if (column == column[0]).all():
        return np.zeros(len(x))
    start = PowerTransformer(standardize=False).fit(column.reshape(-1, 1)).lambdas_[0]
    a, b = np.longdouble(start), np.longdouble(start) + np.longdouble(1e-6)
    at_a, at_b = slope(x, a), slope(x, b)
    for _ in range(30):
        if at_a == at_b or a == b:
            break
        a, b, at_a = b, b - at_b * (b - a) / (at_b - at_a), at_b
        at_b = slope(x, b)
    corrections.append(abs(float(b) - start))
    t, _ = yeo_johnson(x, b)
    return ((t - t.mean()) / t.std()).astype(float)


def by_column(function):
    return lambda x: np.column_stack([function(x[:, j]) for j in range(x.shape[1])])


def exact_quantiles(x, count):
    """Column by column, at the ranks (n - 1) i / (count - 1)."""
    x = np.sort(x, axis=0)
    place = [Fraction((len(x) - 1) * i, max(count - 1, 1)) for i in range(count)]
    low = np.array([int(p) for p in place])
    high, part = np.minimum(low + 1, len(x) - 1), np.array([float(p - int(p)) for p in place])[:, None]
    return np.where(x[low] == x[high], x[low], x[low] * (1 - part) + x[high] * part)


def quantiles(output):
    def transform(x):
        made = QuantileTransformer(n_quantiles=min(1000, len(x)), subsample=len(x), output_distribution=output).fit(x)
        made.quantiles_ = exact_quantiles(x, made.n_quantiles_)
        y = made.transform(x)
        y[:, (x == x[0]).all(axis=0)] = 0
        return y
    return transform


methods = {
    "standard": lambda x: StandardScaler().fit_transform(x),
    "minmax": lambda x: MinMaxScaler().fit_transform(x),
    "robust": lambda x: RobustScaler().fit_transform(x),
    "maxabs": lambda x: MaxAbsScaler().fit_transform(x),
    "log": lambda x: StandardScaler().fit_transform(np.log1p(x)),
    "yeo-johnson": by_column(fit_power),
    "quantile": quantiles("uniform"),
    "quantile-normal": quantiles("normal"),
}


def online_retail():
    orders = pd.read_csv(f"{data}/online-retail/online_retail.csv", parse_dates=["InvoiceDate"])
    orders["amount"] = (orders.Quantity * orders.UnitPrice).round(2)
    last = orders.InvoiceDate.max()
    return orders.groupby("CustomerID").agg(
        recency=("InvoiceDate", lambda t: (last - t.max()).days), orders=("InvoiceNo", "nunique"),
        net=("amount", lambda a: round(a.sum(), 2)), returned=("Quantity", lambda q: int(q[q < 0].sum())))


def tables():
    yield "iris", pd.read_csv(f"{data}/sklearn-toy/iris.csv", skiprows=1, header=None).iloc[:, :4]
    yield "wine", pd.read_csv(f"{data}/sklearn-toy/wine_data.csv", skiprows=1, header=None).iloc[:, :13]
    yield "mall", pd.read_csv(f"{data}/mall-customers/Mall_Customers.csv").iloc[:, 2:]
    yield "wholesale", pd.read_csv(f"{data}/wholesale-customers/wholesale_semicolon.csv", sep=";")
    yield "online retail", online_retail()
    random = np.random.default_rng(5)
    n = 2500
    made = pd.DataFrame({
        "ties": random.integers(-3, 4, n), "zeros": np.where(random.random(n) < 0.6, 0, random.exponential(50, n)),
        "negative": -random.lognormal(2, 1, n), "constant": np.full(n, 0.1), "holes": random.normal(1, 4, n),
        "money": random.lognormal(13, 2, n), "far": 2000 + random.integers(0, 24, n)}).round(3)
    made.loc[random.random(n) < 0.1, "holes"] = np.nan
    made.loc[random.random(n) < 0.02, "ties"] = np.nan
    yield "made up", made
    yield "few", pd.DataFrame({"binary": [0.0, 1, 1, 0, 0], "gap": [-1.0, 5, 5, np.nan, 7], "one": [3.0] * 5})


def run(table, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        table.to_csv(file.name, index=False)
        out = subprocess.run([program, "-q", *options, file.name], stdout=subprocess.PIPE, text=True, check=True)
    return pd.read_csv(StringIO(out.stdout)).filter(like="scaled__").to_numpy()


def complete(x, impute):
    if impute == "drop":
        return x[~np.isnan(x).any(axis=1)]
    return SimpleImputer(strategy=impute).fit_transform(x)


bad = compared = 0
for name, table in tables():
    table = table.rename(columns=lambda c: f"v{c}" if isinstance(c, int) else c.replace(",", ""))
    holes = table.isna().any().any()
    for method, expected in methods.items():
        chosen = table.loc[:, table.min() > -1] if method == "log" else table
        for impute in ("median", "mean", "drop") if holes else ("median",):
            got = run(chosen, "--method", method, "--impute", impute, "-f", ",".join(f'"{c}"' for c in chosen.columns))
            want = expected(complete(chosen.to_numpy(dtype=float), impute))
            wrong = np.abs(got - want) > 5.01e-9 * np.abs(want) + 1e-11  # half a unit of the ninth digit
            compared += want.size
            bad += int(wrong.sum())
            for j in np.flatnonzero(wrong.any(axis=0)):
                i = np.flatnonzero(wrong[:, j])[0]
                print(f"{name}, {method}, {impute}, column {chosen.columns[j]}: {wrong[:, j].sum()} values differ, "
                      f"row {i + 1}: {got[i, j]!r}, not {want[i, j]!r}")
print(f"{compared} numbers compared, {bad} differ; scikit-learn's lambdas were off by up to {max(corrections):.1g}")
sys.exit(bad > 0)
