"""dbscan_fit.py LIBRARY EPS MIN_POINTS IN OUT - DBSCAN of all columns of IN; OUT says what it came to. LIBRARY is sklearn, or dbscan, the code of
Wang, Gu & Shun (SIGMOD 2020)."""
import json
import sys

from phases import phase  # first: the clock starts here

import pandas

library, eps, min_points, source, target = sys.argv[1:]
if library == 'sklearn':
    from sklearn.cluster import DBSCAN
else:
    from dbscan import DBSCAN
phase('import')
matrix = pandas.read_csv(source).to_numpy(dtype=float)
phase('read')
if library == 'sklearn':
    model = DBSCAN(eps=float(eps), min_samples=int(min_points), n_jobs=-1).fit(matrix)
    labels, core = model.labels_, len(model.core_sample_indices_)
else:
    labels, mask = DBSCAN(matrix, float(eps), int(min_points))
    core = mask.sum()
phase('fit')
with open(target, 'w', encoding='utf-8') as out:
    json.dump({'clusters': int(labels.max() + 1), 'core': int(core), 'noise': int((labels < 0).sum())}, out)
phase('write')
