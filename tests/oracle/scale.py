#!/usr/bin/python3
"""The expected values of tests/unit/scale.c, yeojohnson.c, quantiles.c, pca.c and tests/scale.bats: by scikit-learn and
scipy, the powers of Yeo and Johnson in 150 decimal digits by halving the interval of the likelihood's slope."""
from decimal import Decimal, getcontext

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, QuantileTransformer, RobustScaler, StandardScaler

np.set_printoptions(precision=17)
v = np.array([0.0, 1, 2, 4, 8, 16, 32, -0.5]).reshape(-1, 1)
for name, scaler, x in [
    ("standard", StandardScaler(), v),
    ("minmax", MinMaxScaler(), v),
    ("robust", RobustScaler(), v),
    ("maxabs", MaxAbsScaler(), v),
    ("log", StandardScaler(), np.log1p(v)),
]:
    print(name, [repr(t) for t in scaler.fit_transform(x).ravel()])

for output in "uniform", "normal":
    made = QuantileTransformer(n_quantiles=8, output_distribution=output)
    print("quantile", output, [repr(t) for t in made.fit_transform(v).ravel()])
    print("  of new values", [repr(t) for t in made.transform([[-9.0], [0.5], [3], [20], [99]]).ravel()])
# Of scikit-learn's own percentiles some differ from the values in the last bit, and ties then rank at their end.
print("ties", [repr(t) for t in (rankdata([1, 3, 3, 3, 5, 5, 9]) - 1) / 6])
print("normal quantiles", [repr(norm.ppf(p)) for p in (1e-7, 0.001, 0.3, 0.5, 0.975)])

getcontext().prec, getcontext().Emax, getcontext().Emin = 150, 10**15, -(10**15)


def yeo_johnson(x, power):
    z, mu = (1 + abs(x)).ln(), power if x >= 0 else 2 - power
    t = z if mu == 0 else ((mu * z).exp() - 1) / mu
    return t if x >= 0 else -t


def likelihood(x, power):
    t, n = [yeo_johnson(a, power) for a in x], len(x)
    mean = sum(t) / n
    logs = sum((1 + abs(a)).ln().copy_sign(a) for a in x) / n
    return -(sum((a - mean) ** 2 for a in t) / n).ln() / 2 + (power - 1) * logs


def fit_power(x, low, high):
    h = Decimal(10) ** -20
    while high - low > Decimal(10) ** -18:
        middle = (low + high) / 2
        rising = likelihood(x, middle + h) > likelihood(x, middle - h)
        low, high = (middle, high) if rising else (low, middle)
    return low


for name, low, high, cells in [
    ("mixed", -9, 9, [0, 1, 2, 4, 8, 16, 32, -0.5]),
    ("positive", -9, 9, [3, 7.5, 20, 55, 148, 403]),
    ("negative", -9, 9, [-3, -7.5, -20, -55, -148, -403]),
    ("years", 60, 140, [2003, 1950, 1997, 2000, 2009, 2009, 1980, 1999, 2007, 1991]),
    ("binary", -9, 9, [0, 1, 1, 0, 0]),
    ("money", -9, 9, [1e9, 2.5e9, 2.1e12, 7e10, 3e9]),
]:
    x = [Decimal(repr(float(c))) for c in cells]
    power = fit_power(x, Decimal(low), Decimal(high))
    t = [yeo_johnson(a, power) for a in x]
    mean = sum(t) / len(t)
    deviation = (sum((a - mean) ** 2 for a in t) / len(t)).sqrt()
    print("yeo-johnson", name, "lambda %.17g" % power, ["%.17g" % ((a - mean) / deviation) for a in t])

iris = load_iris().data
for name, x in ("raw", iris), ("scaled", StandardScaler().fit_transform(iris)):
    pca = PCA(svd_solver="full").fit(x)
    print(name, "explained", pca.explained_variance_ratio_, "variance", pca.explained_variance_)
    print(name, "components", pca.components_)
    print(name, "mean", pca.mean_)
    print(name, "scores of rows 1 and 150", pca.transform(x)[[0, 149]])
pca = PCA(1).fit(iris)
print("one component back", pca.inverse_transform(pca.transform(iris))[0])
