#!/usr/bin/env python3
"""kmeans_init.py IRIS - scikit-learn's k-means of iris from given rows, one start each, until no row moves: the rows (from 1), rounds and
inertia that tests/kmeans.bats holds cs-kmeans --init FILE --algorithm lloyd against. Made with scikit-learn 1.2.1."""
import csv
import sys

import numpy
from sklearn.cluster import KMeans

with open(sys.argv[1], newline='') as file:
    rows = [[float(cell) for cell in row[:4]] for row in list(csv.reader(file))[1:]]
x = numpy.array(rows)
for start in ((1, 51, 101), (1, 2, 3), (101, 102, 103), (23, 42, 61, 99), (1, 51, 52, 53, 101, 132), (7, 3, 118)):
    begin = x[[row - 1 for row in start]]
    model = KMeans(len(start), init=begin, n_init=1, tol=0, max_iter=1000, algorithm='lloyd').fit(x)
    print(','.join(map(str, start)), model.n_iter_, f'{model.inertia_:.9f}',
          ' '.join(map(str, sorted(numpy.bincount(model.labels_), reverse=True))))
