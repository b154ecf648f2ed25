#!/usr/bin/python3
"""The expected values of tests/unit/scale.c, tests/unit/pca.c and tests/scale.bats, by scikit-learn."""
import numpy as np
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

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

iris = load_iris().data
for name, x in ("raw", iris), ("scaled", StandardScaler().fit_transform(iris)):
    pca = PCA(svd_solver="full").fit(x)
    print(name, "explained", pca.explained_variance_ratio_, "variance", pca.explained_variance_)
    print(name, "components", pca.components_)
    print(name, "mean", pca.mean_)
    print(name, "scores of rows 1 and 150", pca.transform(x)[[0, 149]])
