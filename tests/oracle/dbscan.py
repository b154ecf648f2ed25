"""dbscan.py PROGRAM FOLDER - cs-dbscan against scikit-learn's DBSCAN on every labelled set of FOLDER (clustering-data-v1), at four settings each:
core points, noise and the partition of the core points must be the same, and a border row must be in the cluster of the nearest core point,
the lexicographically smaller one of several; with --border first all labels. Prints a line for each fault, then how many
fits were compared. Needs numpy and scikit-learn."""
import csv
import glob
import gzip
import io
import subprocess
import sys

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.neighbors import NearestNeighbors

ROWS_MOST = 20000


def ours(program, rows, eps, min_points, border):
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows([[f'x{j}' for j in range(rows.shape[1])], *[[repr(float(v)) for v in row] for row in rows]])
    out = subprocess.run([program, '-q', '--scale', 'none', '-f', f'1..{rows.shape[1]}', '-e', repr(float(eps)), '-m', str(min_points),
                          '--border', border, '--point-type', '--no-names'],
                         input=text.getvalue(), capture_output=True, text=True, check=True).stdout
    cells = [line.rsplit(',', 2)[1:] for line in out.splitlines()[1:]]
    return np.array([int(c[0]) for c in cells]), np.array([c[1] for c in cells])


def same_partition(a, b):
    pairs = set(zip(a.tolist(), b.tolist()))
    return len(pairs) == len(set(a.tolist())) == len(set(b.tolist()))


def nearest_core(rows, core, at):
    """The core rows nearest to row `at`, and of these the lexicographically smallest."""
    squares = np.zeros(len(core))
    for j in range(rows.shape[1]):  # in the order of the columns, as the program sums them
        squares += (rows[core, j] - rows[at, j]) ** 2
    near = core[squares == squares.min()]
    return min(near, key=lambda i: tuple(rows[i]))


def compare(program, rows, eps, min_points):
    theirs = DBSCAN(eps=eps, min_samples=min_points, algorithm='kd_tree').fit(rows)
    core = np.zeros(len(rows), bool)
    core[theirs.core_sample_indices_] = True
    label, kind = ours(program, rows, eps, min_points, 'nearest')
    if not np.array_equal(kind == 'core', core):
        return 'core points differ'
    if not np.array_equal(label == -1, theirs.labels_ == -1) or not np.array_equal(kind == 'noise', label == -1):
        return 'noise differs'
    if not same_partition(label[core], theirs.labels_[core]):
        return 'the partition of the core points differs'
    cores = np.flatnonzero(core)
    for at in np.flatnonzero(kind == 'border')[:200]:
        if label[at] != label[nearest_core(rows, cores, at)]:
            return f'row {at} is in the wrong cluster'
    first, _ = ours(program, rows, eps, min_points, 'first')
    return None if same_partition(first, theirs.labels_) else '--border first differs'


def main(program, folder):
    fits = 0
    for path in sorted(glob.glob(f'{folder}/*/*.data.gz')):
        with gzip.open(path) as data:
            rows = np.loadtxt(data, ndmin=2)
        rows = rows[:, rows.min(axis=0) != rows.max(axis=0)]  # constant columns drop out
        if len(rows) > ROWS_MOST or not rows.shape[1]:
            continue
        for min_points in (4, 10):
            reach = NearestNeighbors(n_neighbors=min(min_points, len(rows))).fit(rows).kneighbors(rows)[0][:, -1]
            for share in (0.5, 0.9):
                eps = float(np.quantile(reach, share))
                if eps <= 0:
                    continue
                fault = compare(program, rows, eps, min_points)
                fits += 1
                if fault:
                    print(f'{path}: eps {eps!r}, min-points {min_points}: {fault}')
    print(f'{fits} fits compared')


main(*sys.argv[1:])
