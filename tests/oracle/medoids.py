#!/usr/bin/env python3
"""The medoids of tests/match.bats: the rows of iris.csv (from 1) with the least sum of distances to the rows of their
cluster, by scikit-learn's k-means and distances over all pairs."""
import pathlib

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances

data = pathlib.Path(__file__).parent.parent / "data" / "iris.csv"
x = pd.read_csv(data).select_dtypes("number").to_numpy()
for k in (3, 5):
    label = KMeans(k, n_init=100, random_state=0, algorithm="lloyd").fit(x).labels_
    clusters = [np.flatnonzero(label == c) for c in range(k)]
    rows = []
    for rows_of in sorted(clusters, key=len, reverse=True):
        rows.append(1 + rows_of[pairwise_distances(x[rows_of]).sum(axis=1).argmin()])
    print(k, *rows)
