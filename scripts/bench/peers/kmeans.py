"""kmeans.py K STARTS IN OUT - k-means of all columns of IN until no row moves; appends the column cluster."""
import sys

from phases import phase  # first: the clock starts here

import pandas
from sklearn.cluster import KMeans

k, starts, source, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
phase('import')
table = pandas.read_csv(source)
phase('read')
model = KMeans(k, n_init=starts, max_iter=1000, tol=0, random_state=1).fit(table.to_numpy())
phase('fit')
table['cluster'] = model.labels_
table.to_csv(target, index=False)
phase('write')
