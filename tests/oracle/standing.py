#!/usr/bin/env python3
"""The expected values of tests/unit/standing.c: ranks by scipy.stats.percentileofscore(kind="mean"), effects by numpy."""
import numpy as np
from scipy.stats import percentileofscore

x = np.array([4, 1, 1, np.nan, 9, 2.5, 1, 7, 7, 2.5, 30, -3])
label = np.array([0, 0, 1, 1, 1, 2, 2, 0, 1, 2, 0, 1])
there = x[~np.isnan(x)]
for c in range(3):
    own = x[(label == c) & ~np.isnan(x)]
    median = np.median(own)
    print(c, median, repr(percentileofscore(there, median, kind="mean")), repr((own.mean() - there.mean()) / there.std()))
