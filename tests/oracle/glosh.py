"""glosh.py PROGRAM FOLDER - outlier scores of cs-dbscan against outlier_scores_ of the Python package hdbscan, on the sets of clustering-data-v1
(FOLDER) of at most 5,000 rows. Where links are of equal length hdbscan takes one after the other, so that a row may miss part of the cluster that
it comes to, and its score is lower: scores may be above hdbscan's on some rows, never below. Prints how many rows differ.
Needs numpy and hdbscan."""
import csv
import glob
import gzip
import io
import subprocess
import sys

import hdbscan
import numpy as np

ROWS_MOST, EQUAL, SHARE = 5000, 1e-8, 0.1


def ours(program, rows, min_points):
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows([[f'x{j}' for j in range(rows.shape[1])], *[[repr(float(v)) for v in row] for row in rows]])
    out = subprocess.run([program, '-q', '--scale', 'none', '-f', f'1..{rows.shape[1]}', '-e', '1', '-m', str(min_points), '--outlier-score'],
                         input=text.getvalue(), capture_output=True, text=True, check=True).stdout
    return np.array([float(line.rsplit(',', 1)[1]) for line in out.splitlines()[1:]])


def main(program, folder):
    compared = above = below = 0
    for path in sorted(glob.glob(f'{folder}/*/*.data.gz')):
        with gzip.open(path) as data:
            rows = np.loadtxt(data, ndmin=2)
        rows = rows[:, rows.min(axis=0) != rows.max(axis=0)]
        if len(rows) > ROWS_MOST or len(np.unique(rows, axis=0)) < len(rows):  # hdbscan's scores of repeated rows aren't numbers
            continue
        theirs = hdbscan.HDBSCAN(min_samples=4, min_cluster_size=5, approx_min_span_tree=False, core_dist_n_jobs=1).fit(rows).outlier_scores_
        gap = ours(program, rows, 5) - theirs
        compared += len(rows)
        above += (gap > EQUAL).sum()
        below += (gap < -EQUAL).sum()
    print(f'{compared} rows compared, {above} above, {below} below')
    return 0 if compared and not below and above <= SHARE * compared else 1


sys.exit(main(*sys.argv[1:]))
