#!/usr/bin/python3
"""Pareto/NBD by mpmath: P(alive) and the chance of a purchase, by integrals at 40 digits cut at each power of ten.

Prints the rows of `apart` in tests/unit/paretonbd.c: parameters many powers of ten apart.
"""
import mpmath as mp

mp.mp.dps = 40


def cut(begin, length):
    return [begin] + [begin + length * mp.mpf(10) ** -k for k in range(18, 0, -1)] + [begin + length]


def alive(r, alpha, s, beta, x, tx, age):
    """The likelihood of having stayed until `age`, among all that can have happened since tx."""
    log_stay = lambda y: -(r + x) * mp.log(alpha + y) - s * mp.log(beta + y)
    left = lambda y: mp.exp(log_stay(y) - log_stay(age)) * s / (beta + y)
    return 1 / (1 + mp.quad(left, cut(tx, age - tx)))


def any_purchase(r, alpha, s, beta, x, tx, age, horizon):
    shape, a, b = r + x, alpha + age, beta + age
    first = lambda u: shape / (a + u) * (a / (a + u)) ** shape * (b / (b + u)) ** s
    return alive(r, alpha, s, beta, x, tx, age) * mp.quad(first, cut(mp.mpf(0), mp.mpf(horizon)))


for row in [("969455", "25714380", "0.000873", "0.00000024", 3, 10, 53, 52), ("0.02", "4e5", "0.3", "2e-5", 0, 0, 20, 1000),
            ("800", "3e-5", "0.01", "5e5", 300, 40, 41, 52), ("250", "2e6", "0.9", "7e-6", 20, 3, 60, 1),
            ("0.003", "6e-6", "700", "8e5", 1, 15, 90, 1000)]:
    numbers = list(map(mp.mpf, row))
    print("{" + ", ".join([*map(str, row), mp.nstr(alive(*numbers[:7]), 15), mp.nstr(any_purchase(*numbers), 15)]) + "},")
