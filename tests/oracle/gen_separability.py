#!/usr/bin/python3
"""How well the segments of cs-gen can be told apart, judged by scikit-learn: numbers behind docs/generator.md.

  gen_separability.py [--program build/bin/cs-gen] [-n 500] [--seeds 1..10] [--stability 100] [-- CS-GEN-OPTION...]

For each seed, from the merged table with --truth: the features that cs-prep clusters (log1p of days since the last
order, log orders, log spend with a floor, square root of the discount share where a tenth of the customers has one;
winsorised at 1 % and 99 %, standardised). Then, outliers left out,
  qda      agreement (adjusted Rand index) with the truth of a quadratic discriminant fitted to the truth itself: about
           the best that these features allow;
  kmeans   the same of k-means with six clusters, outliers removed after scaling; `before`: removed before scaling;
           `all`: clustered with the outliers, judged without;
  ratio    kmeans / qda;
  k        with --stability B: the largest k of 3..8 whose every cluster has a mean Jaccard of 0.75 or more over B
           bootstrap resamples after taking off two standard errors, and 3 % of the rows; all rows, and without outliers.
Needs numpy, pandas and scikit-learn.
"""
import argparse
import io
import subprocess
import warnings

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.metrics import adjusted_rand_score

warnings.filterwarnings("ignore")


def generate(program, n, seed, more):
    command = [program, "-q", "-n", str(n), "--seed", str(seed), "--truth", *more]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return pd.read_csv(io.StringIO(text), parse_dates=["last_purchase_date"])


def features(table, as_of):
    spent = table.total_spent
    floor = np.quantile(spent[spent > 0], 0.01)
    columns = [
        np.log1p((as_of - table.last_purchase_date).dt.days),
        np.log(table.total_transactions),
        np.log(np.maximum(spent, floor)),
    ]
    if (table.discount_share > 0).mean() >= 0.1:
        columns.append(np.sqrt(table.discount_share))
    x = np.column_stack(columns)
    low, high = np.quantile(x, [0.01, 0.99], axis=0)
    x = np.clip(x, low, high)
    return (x - x.mean(axis=0)) / x.std(axis=0)


def labels(x, k):
    return KMeans(k, n_init=20, random_state=1).fit_predict(x)


def jaccards(x, k, resamples, rng):
    """[resamples][k]: the best Jaccard of each cluster with one of the resample's, on the distinct rows drawn."""
    n = len(x)
    reference = labels(x, k)
    best = np.zeros((resamples, k))
    for b in range(resamples):
        drawn = rng.integers(0, n, n)
        rows = np.unique(drawn)
        label = np.empty(n, int)
        label[drawn] = KMeans(k, n_init=10, random_state=b).fit(x[drawn]).labels_
        both = np.zeros((k, k))
        np.add.at(both, (reference[rows], label[rows]), 1)
        union = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        best[b] = (both / np.maximum(union, 1)).max(axis=1)
    return best, np.bincount(reference).min() / n


def choose(x, resamples, rng):
    chosen = 2
    for k in range(3, 9):
        best, smallest = jaccards(x, k, resamples, rng)
        low = best.mean(axis=0) - 2 * best.std(axis=0, ddof=1) / np.sqrt(resamples)
        if low.min() >= 0.75 and smallest >= 0.03:
            chosen = k
    return chosen


def judge(table, stability, seed):
    as_of = table.last_purchase_date.max() + pd.Timedelta(days=1)
    keep = (table.true_segment != "outlier").to_numpy()
    truth = table.true_segment[keep]
    whole = features(table, as_of)
    x, before = whole[keep], features(table[keep], as_of)
    qda = QuadraticDiscriminantAnalysis(reg_param=0.01).fit(x, truth).predict(x)
    row = {
        "qda": adjusted_rand_score(truth, qda),
        "kmeans": adjusted_rand_score(truth, labels(x, 6)),
        "before": adjusted_rand_score(truth, labels(before, 6)),
        "all": adjusted_rand_score(truth, labels(whole, 6)[keep]),
    }
    row["ratio"] = row["kmeans"] / row["qda"]
    if stability:
        row["k_all"] = choose(whole, stability, np.random.default_rng(seed))
        row["k"] = choose(x, stability, np.random.default_rng(seed))
    return row


def seed_range(text):
    first, _, last = text.partition("..")
    return range(int(first), int(last or first) + 1)


def main():
    parser = argparse.ArgumentParser(description="how well the segments of cs-gen can be told apart")
    parser.add_argument("--program", default="build/bin/cs-gen")
    parser.add_argument("-n", type=int, default=500)
    parser.add_argument("--seeds", type=seed_range, default=range(1, 11))
    parser.add_argument("--stability", type=int, default=0, metavar="B")
    parser.add_argument("more", nargs="*", help="options for cs-gen, behind --")
    args = parser.parse_args()
    rows = []
    for seed in args.seeds:
        row = judge(generate(args.program, args.n, seed, args.more), args.stability, seed)
        rows.append(row)
        print(f"seed {seed:4d} ", "  ".join(f"{name} {value:.3g}" for name, value in row.items()), flush=True)
    print("mean      ", "  ".join(f"{name} {value:.3f}" for name, value in pd.DataFrame(rows).mean().items()))


if __name__ == "__main__":
    main()
