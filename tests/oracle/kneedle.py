#!/usr/bin/env python3
"""kneedle.py - expected numbers of tests/unit/kneedle.c, by the package kneed 0.9.0: positions of knees, from 0, -1 for none.

Run with a Python that has kneed; prints one line for each."""
import numpy as np
from kneed import DataGenerator, KneeLocator

CURVES = [('concave', 'increasing'), ('concave', 'decreasing'), ('convex', 'increasing'), ('convex', 'decreasing')]


def position(x, y, curve, direction, s=1.0):
    knee = KneeLocator(x, y, S=s, curve=curve, direction=direction).knee
    return -1 if knee is None else int(np.flatnonzero(np.asarray(x) == knee)[0])


x, y = DataGenerator.figure2()
print('figure 2 of the paper', position(x, y, 'concave', 'increasing'), KneeLocator(x, y).knee)
for curve, direction in CURVES:
    x, y = getattr(DataGenerator, curve + '_' + direction)()
    print(curve, direction, y.tolist(), position(x, y, curve, direction))
x, y = DataGenerator.bumpy()
print('bumpy', [position(x, y, 'convex', 'decreasing', s) for s in (0, 1, 3, 5, 10, 100)])

inertia = [152.347952, 78.851441, 57.228473, 46.446182, 39.039987, 34.298230, 29.988944, 27.786092, 25.849464]
print('iris', position(np.arange(2, 11), inertia, 'convex', 'decreasing'))
print('line', [position(np.arange(5), [0, 1, 2, 3, 4], *curve) for curve in CURVES])
print('step', [position(np.arange(6), [0, 0, 0, 1, 1, 1], *curve) for curve in CURVES])

# Walks of all kinds, made by a generator that C repeats; FNV-1a of the positions.
state = 1


def uniform():
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 11) / 2.0**53


digest, found = 14695981039346656037, 0
for case in range(4000):
    n = 3 + int(uniform() * 40)
    x, y, bend = [0.0], [0.0], uniform() * 3
    for i in range(1, n):
        x.append(x[-1] + (0.01 + uniform()))
        y.append(y[-1] + (bend * i * (case % 3 - 1) / n + uniform() - uniform() * (case % 2)))
    s = (0.5, 1.0, 2.0)[case % 7 % 3]
    if case % 2:
        y = [-value for value in y]
    at = position(x, y, *CURVES[case % 4], s)
    found += at >= 0
    digest = (digest ^ (at + 1)) * 1099511628211 % 2**64
print('walks', found, 'of 4000 have a knee, digest %#x' % digest)
