#!/usr/bin/env python3
"""The rows kept of tests/unit/matching.c, by scipy.optimize.linear_sum_assignment on the same tables."""
import numpy as np
from scipy.optimize import linear_sum_assignment

STATE = 1


def draw(below):
    global STATE
    STATE = (STATE * 6364136223846793005 + 1442695040888963407) % 2**64
    return (STATE >> 33) % below


for rows, columns, n in ((40, 37, 2000), (25, 60, 400), (90, 90, 300)):
    cell = np.zeros((rows, columns), dtype=int)
    for _ in range(n):
        row = draw(rows)
        # Half of the rows stay with an old cluster of their new one's, the others go anywhere.
        column = row * 7 % columns if draw(2) else draw(columns)
        cell[row, column] += 1
    gain = np.where(2 * cell >= cell.sum(axis=1, keepdims=True), cell, 0)
    i, j = linear_sum_assignment(-gain)
    print(rows, columns, n, gain[i, j].sum())
