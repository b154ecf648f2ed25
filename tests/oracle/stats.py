#!/usr/bin/python3
"""The expected values of tests/unit/stats.c, by numpy and scipy."""
import numpy as np
from scipy.stats import skew

sepal = np.array([5.1, 4.9, 4.7, 4.6, 5.0, 5.4, 4.6, 5.0, 4.4, 4.9])
print("mean", repr(sepal.mean()))
print("var0", repr(sepal.var()), "var1", repr(sepal.var(ddof=1)), "sd1", repr(sepal.std(ddof=1)))
print("skew", repr(skew(sepal)))
print("quantiles", [repr(np.quantile(sepal, p)) for p in (0, 0.25, 0.5, 0.9, 1)])
print("huge", repr(np.std(np.array([1, 1.5, 1.2]))))
