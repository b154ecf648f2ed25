#!/usr/bin/python3
"""The expected values of tests/unit/profile.c, by pandas."""
import pandas as pd
from sklearn.datasets import load_iris

iris = load_iris(as_frame=True)
x, species = iris.data, iris.target
print(x.groupby(species).agg(["count", "sum", "mean", "median"]).to_string())
print(x.agg(["mean", "median"]).to_string())
print("effect", ((x.groupby(species).mean() - x.mean()) / x.std(ddof=0)).applymap(repr).to_string())
print("share", (x.groupby(species).sum() / x.sum()).applymap(repr).to_string())
print("index", (100 * x.groupby(species).mean() / x.mean()).applymap(repr).to_string())
