#!/usr/bin/env python3
"""quality.py - expected numbers of tests/unit/kmeans.c and tests/unit/quality.c, by scikit-learn 1.2.1 and brute force.

Run with a Python that has scikit-learn and numpy; prints one line for each number."""
import itertools

import numpy as np
from sklearn import datasets, metrics

iris = datasets.load_iris().data
species = datasets.load_iris().target


def scores(name, x, label):
    print(name, 'silhouette %.17g' % metrics.silhouette_score(x, label),
          'DB %.17g' % metrics.davies_bouldin_score(x, label),
          'CH %.17g' % metrics.calinski_harabasz_score(x, label))


scores('iris species', iris, species)
rows = metrics.silhouette_samples(iris, species)
print('iris species, rows 0 50 106', ' '.join('%.17g' % rows[i] for i in (0, 50, 106)))

# 600 rows in 3 columns, in blocks of more than one tile, made without a generator of random numbers.
i = np.arange(600)
wave = np.column_stack([np.sin(i * 12.9898) * 3 + (i % 4) * 2, np.cos(i * 78.233) * 2 - (i % 4), np.sin(i * 0.5)])
scores('wave', wave, i % 4)

elki = np.array([[3, 2], [2, 5], [2, 7], [1, 8], [2, 9], [2, 8], [3, 9], [7, 9], [6, 2], [7, 1], [7, 3], [7, 2], [8, 3],
                 [9, 2], [8, 2], [8, 1], [10, 10], [10, 11], [11, 10], [11, 11]])
scores('elki, noise alone', elki, [0, 1, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5])

a = np.array([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3])
b = np.array([1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2])
print('ARI %.17g' % metrics.adjusted_rand_score(a, b))

# Weighted k-means by exhaustive search over all partitions in two.
x = np.array([0.0, 1, 2, 5, 6, 11])
w = np.array([3.0, 1, 4, 1, 5, 2])


def cost(label):
    total = 0
    for c in (0, 1):
        own = np.array(label) == c
        if not own.any():
            return np.inf
        mean = (w[own] * x[own]).sum() / w[own].sum()
        total += (w[own] * (x[own] - mean) ** 2).sum()
    return total


best = min(itertools.product((0, 1), repeat=6), key=cost)
print('weighted', best, '%.17g' % cost(best))
