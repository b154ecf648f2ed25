"""scale.py IN OUT - appends the number columns i* and f* once more, scaled to mean 0 and variance 1."""
import sys

from phases import phase  # first: the clock starts here

import pandas
from sklearn.preprocessing import StandardScaler

source, target = sys.argv[1:]
phase('import')
table = pandas.read_csv(source)
phase('read')
names = [name for name in table.columns if name[0] in 'if' and name[1:].isdigit()]
scaled = StandardScaler().fit_transform(table[names].to_numpy(dtype=float))
phase('fit')
for column, name in enumerate(names):
    table['scaled__' + name] = scaled[:, column]
table.to_csv(target, index=False)
phase('write')
