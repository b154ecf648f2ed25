#!/usr/bin/env python3
"""The names of iris in tests/names.bats: of the clusters of scikit-learn's k-means the columns with the largest differences of
means in standard deviations (divisor n); at least 0.5, the second at least half of the first."""
import pathlib

import pandas as pd
from sklearn.cluster import KMeans

data = pathlib.Path(__file__).parent.parent / "data" / "iris.csv"
x = pd.read_csv(data).select_dtypes("number")
for k in (2, 3, 4):
    label = KMeans(k, n_init=100, random_state=0, algorithm="lloyd").fit(x.to_numpy()).labels_
    names = []
    for c in pd.Series(label).value_counts().index:
        effect = (x[label == c].mean() - x.mean()) / x.std(ddof=0)
        top = effect[effect.abs().sort_values(ascending=False).index]
        told = [top.index[0]] if abs(top.iloc[0]) >= 0.5 else []
        if told and abs(top.iloc[1]) >= max(0.5, abs(top.iloc[0]) / 2):
            told.append(top.index[1])
        names.append(", ".join(("high " if effect[t] > 0 else "low ") + t for t in told) or "average")
    print(k, "; ".join(names))
