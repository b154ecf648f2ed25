"""kmeans_fit.py ALGORITHM CENTRES IN OUT - k-means of all columns of IN from the rows of CENTRES until no row moves; OUT says what it
came to."""
import json
import sys

from phases import phase  # first: the clock starts here

import pandas
from sklearn.cluster import KMeans

algorithm, centres, source, target = sys.argv[1:]
phase('import')
begin = pandas.read_csv(centres).to_numpy()
matrix = pandas.read_csv(source).to_numpy()
phase('read')
model = KMeans(len(begin), init=begin, n_init=1, max_iter=10000, tol=0, algorithm=algorithm).fit(matrix)
phase('fit')
with open(target, 'w', encoding='utf-8') as out:
    json.dump({'metrics': {'inertia': float(model.inertia_), 'iterations': model.n_iter_}}, out)
phase('write')
