"""dbcv.py DATA [PROGRAM FOLDER] - DBCV by validity_index() of the Python package hdbscan, of the labels of scikit-learn's DBSCAN. Of rows in
lexicographic order, since its trees begin at the first row, and of exact distances: those that it computes itself aren't 0 between equal
rows. Prints what tests/dbscan.bats expects of DATA/iris.csv, of lattices and of a line: table, eps, min_points, index. With
PROGRAM, metrics.dbcv of cs-dbscan is held against it on the sets of clustering-data-v1 (FOLDER) of at most 1,200 rows and on random
tables of one to ten columns with equal rows and nearly equal distances: fails where they differ by more than 1e-10. Needs numpy, scikit-learn and hdbscan."""
import csv
import glob
import gzip
import io
import json
import subprocess
import sys

import numpy as np
from hdbscan.validity import validity_index
from sklearn.cluster import DBSCAN
from sklearn.neighbors import NearestNeighbors

ROWS_MOST, EQUAL = 1200, 1e-10


def distances(rows):
    squares = np.zeros((len(rows), len(rows)))
    for column in rows.T:
        squares += (column[:, None] - column) ** 2
    return np.sqrt(squares)


def index(rows, label):
    """None where it isn't defined. A cluster of one row, all others near it being another one's, stops hdbscan: it is noise."""
    if label.max() < 1:
        return None
    sizes = np.bincount(label[label >= 0])
    label = np.where((label >= 0) & (sizes[label] > 1), label, -1)
    order = np.lexsort(rows.T[::-1])
    return validity_index(distances(rows[order]), label[order], metric='precomputed', d=rows.shape[1])


def theirs(rows, eps, min_points):
    return index(rows, DBSCAN(eps=eps, min_samples=min_points).fit(rows).labels_)


def ours(program, rows, eps, min_points):
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows([[f'x{j}' for j in range(rows.shape[1])], *[[repr(float(v)) for v in row] for row in rows]])
    out = subprocess.run([program, '-q', '--scale', 'none', '--border', 'first', '-f', f'1..{rows.shape[1]}', '-e', repr(eps), '-m', str(min_points),
                          '--no-names', '-o', '/dev/null', '--save', '/dev/stdout'], input=text.getvalue(), capture_output=True, text=True, check=True).stdout
    return json.loads(out)['metrics']['dbcv']


def lattice(width, height, step):
    """Two of them side by side, three steps apart."""
    return np.array([[round((i + (width + 2) * part) * step, 6), round(j * step, 6)] for part in (0, 1) for i in range(width) for j in range(height)])


def expect(data):
    iris = np.loadtxt(f'{data}/iris.csv', delimiter=',', skiprows=1, usecols=range(4))
    for eps, points in ((0.3, 5), (0.4, 4), (0.4, 5), (0.42, 5), (0.5, 3), (0.5, 5), (0.5, 10), (0.6, 5), (0.8, 5)):
        print(f'iris {eps} {points} {theirs(iris, eps, points):.9f}')
    for width, height, step in ((4, 4, 1), (7, 5, 1), (9, 9, 0.1), (2, 20, 0.3)):
        print(f'lattice,{width},{height},{step} {1.5 * step:.9g} 3 {theirs(lattice(width, height, step), 1.5 * step, 3):.9f}')
    line = np.array([[i + i % 2 * 9000.0] for i in range(5000)])
    print(f'line 500 2 {theirs(line, 500, 2):.9f}')


def tables(folder):
    for path in sorted(glob.glob(f'{folder}/*/*.data.gz')):
        with gzip.open(path) as data:
            rows = np.loadtxt(data, ndmin=2)
        rows = rows[:, rows.min(axis=0) != rows.max(axis=0)]
        if len(rows) <= ROWS_MOST:
            yield path, rows
    rng = np.random.default_rng(3)
    for columns in range(1, 11):
        rows = rng.normal(size=(300, columns)) * rng.uniform(0.1, 0.6, size=(300, 1)) + 3 * rng.integers(0, 2, size=(300, columns))
        yield f'random, {columns} columns', np.vstack([rows, rows[:30]]).round(1 if columns < 4 else 3)
        yield f'nearly equal distances, {columns} columns', 1e9 * (rows.round(1) + 4e-7 * rng.uniform(size=rows.shape))


def compare(program, folder):
    compared = differ = 0
    for name, rows in tables(folder):
        reach = NearestNeighbors(n_neighbors=5).fit(rows).kneighbors(rows)[0][:, -1]
        for quantile in (0.5, 0.75, 0.95):
            eps = float(np.quantile(reach, quantile))
            if eps == 0:
                continue
            want, got = theirs(rows, eps, 5), ours(program, rows, eps, 5)
            compared += want is not None
            if (want is None) != (got is None) or want is not None and abs(want - got) > EQUAL:
                print(f'{name} {eps} {want} {got}')
                differ += 1
    print(f'{compared} indices compared, {differ} differ')
    return 0 if compared and not differ else 1


if len(sys.argv) == 2:
    expect(sys.argv[1])
else:
    sys.exit(compare(*sys.argv[2:]))
