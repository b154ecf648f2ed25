"""eps.py PROGRAM FOLDER - how good the eps that cs-dbscan finds is, on the twenty sets of dense structure of clustering-data-v1 (FOLDER): the
adjusted Rand index of its labels, on rows whose truth is above 0 and with noise as one class, beside the best that scikit-learn
reaches over 30 eps chosen with the truth, and beside those of the knee of the k-distances and of the candidate whose DBCV is highest (cs-dbscan
has it up to 5,000 rows). Fails unless at least fourteen are within 0.05 of the best, and their mean is no worse than the knee's.
Needs numpy and scikit-learn."""
import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

SETS = """fcps/atom fcps/chainlink fcps/lsun fcps/target fcps/twodiamonds graves/line graves/ring graves/ring_outliers graves/zigzag
other/chameleon_t4_8k other/hdbscan sipu/aggregation sipu/compound sipu/flame sipu/jain sipu/spiral wut/circles wut/smile wut/stripes
wut/windows""".split()
NEAR, ENOUGH = 0.05, 14


def found(program, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows([[f'x{j}' for j in range(rows.shape[1])], *rows.tolist()])
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, 'model.json')
        out = subprocess.run([program, '-q', '--scale', 'none', '--no-names', '--save', model], input=text.getvalue(),
                             capture_output=True, text=True, check=True).stdout
        with open(model, encoding='utf-8') as file:
            choice = json.load(file)
    return np.array([int(line.rsplit(',', 1)[1]) for line in out.splitlines()[1:]]), choice


def best(rows, truth, min_points, score):
    reach = np.sort(NearestNeighbors(n_neighbors=min_points).fit(rows).kneighbors(rows)[0][:, -1])
    low, high = max(np.quantile(reach, 0.01), reach[reach > 0][0]), np.quantile(reach, 0.999)
    # Beyond the largest k-distance clusters that lie apart still stay apart.
    grid = np.geomspace(low, 4 * high, 30)
    return max(score(DBSCAN(eps=eps, min_samples=min_points).fit(rows).labels_) for eps in grid)


def main(program, folder):
    near, near_dbcv, means = 0, 0, []
    for name in SETS:
        with gzip.open(f'{folder}/{name}.data.gz') as data, gzip.open(f'{folder}/{name}.labels0.gz') as labels:
            rows, truth = np.loadtxt(data, ndmin=2), np.loadtxt(labels, dtype=int)
        min_points = max(5, 2 * rows.shape[1])

        def score(label):
            return adjusted_rand_score(truth[truth > 0], label[truth > 0])
        label, model = found(program, rows)
        knee = DBSCAN(eps=model['choice']['knee'], min_samples=min_points).fit(rows).labels_
        top, ours, theirs = best(rows, truth, min_points, score), score(label), score(knee)
        judged = [s for s in model['selection'] if s['dbcv'] is not None]
        dbcv = np.nan
        if judged:
            dbcv = score(DBSCAN(eps=max(judged, key=lambda s: s['dbcv'])['eps'], min_samples=min_points).fit(rows).labels_)
        near += ours >= top - NEAR
        near_dbcv += dbcv >= top - NEAR
        means.append((top, ours, theirs))
        print(f'{name:22} best {top:.3f}  found {ours:.3f}  knee {theirs:.3f}  DBCV {dbcv:.3f}  eps {model["eps"]:.4g}{"" if ours >= top - NEAR else "  *"}')
    top, ours, theirs = np.mean(means, axis=0)
    print(f'{"mean":22} best {top:.3f}  found {ours:.3f}  knee {theirs:.3f}  {near} of {len(SETS)} within {NEAR}, by DBCV {near_dbcv}')
    return 0 if near >= ENOUGH and ours >= theirs else 1


sys.exit(main(*sys.argv[1:]))
