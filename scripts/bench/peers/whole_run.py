#!/usr/bin/env python3
"""whole_run.py FOLDER - what cs-pipeline --demo does, as it is commonly written with pandas, scikit-learn, matplotlib and plotly:
500 customers and their orders, features, k-means for k = 2..10 by four criteria, DBSCAN over a grid, five pictures, two
dashboards, two reports."""
import sys
from pathlib import Path

import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import plotly.express as px
import seaborn as sns
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

CUSTOMERS, AS_OF = 500, pd.Timestamp('2025-01-01')
FEATURES = ['recency', 'frequency', 'monetary', 'average', 'categories']
out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


def make_orders():
    rng = np.random.default_rng(42)
    kind = rng.choice(4, CUSTOMERS, p=[.15, .35, .3, .2])
    count = np.maximum(1, rng.poisson(np.array([30, 12, 5, 2])[kind]))
    customer = np.repeat(np.arange(CUSTOMERS), count)
    days = np.minimum(rng.exponential(np.array([15, 60, 120, 250])[kind[customer]]), 720).astype(int)
    orders = pd.DataFrame({
        'customer_id': customer + 1000,
        'date': AS_OF - pd.to_timedelta(days, 'D'),
        'amount': rng.lognormal(np.array([4.2, 3.6, 3.2, 3.0])[kind[customer]], .5).round(2),
        'category': rng.choice(['Books', 'Home', 'Toys', 'Food', 'Sports'], len(customer))})
    customers = pd.DataFrame({'customer_id': np.arange(CUSTOMERS) + 1000, 'age': rng.integers(18, 75, CUSTOMERS)})
    orders.to_csv(out / 'transactions.csv', index=False)
    customers.to_csv(out / 'customers.csv', index=False)


def make_features():
    orders = pd.read_csv(out / 'transactions.csv', parse_dates=['date'])
    features = orders.groupby('customer_id').agg(
        last=('date', 'max'), frequency=('date', 'size'), monetary=('amount', 'sum'), average=('amount', 'mean'),
        categories=('category', 'nunique')).reset_index()
    features['recency'] = (AS_OF - features.pop('last')).dt.days
    table = pd.read_csv(out / 'customers.csv').merge(features, on='customer_id')
    table.to_csv(out / 'processed.csv', index=False)
    return table, StandardScaler().fit_transform(table[FEATURES])


def sweep(x):
    rows = []
    for k in range(2, 11):
        fit = KMeans(k, n_init=10, random_state=42).fit(x)
        rows.append((k, fit.inertia_, silhouette_score(x, fit.labels_), davies_bouldin_score(x, fit.labels_),
                     calinski_harabasz_score(x, fit.labels_), fit.labels_))
    return pd.DataFrame(rows, columns=['k', 'inertia', 'silhouette', 'davies_bouldin', 'calinski_harabasz', 'labels'])


def search_density(x):
    NearestNeighbors(n_neighbors=5).fit(x).kneighbors(x)
    best = (-2, np.full(len(x), -1))
    for eps in np.linspace(.5, 2.5, 9):
        for points in (3, 5, 8):
            labels = DBSCAN(eps=eps, min_samples=points).fit_predict(x)
            inside = labels >= 0
            if len(set(labels[inside])) > 1:
                best = max(best, (silhouette_score(x[inside], labels[inside]), labels), key=lambda found: found[0])
    return best[1]


def report(table, x, labels, name):
    places = PCA(2).fit_transform(x)
    table = table.assign(cluster=labels, x=places[:, 0], y=places[:, 1])
    sns.scatterplot(table, x='x', y='y', hue='cluster', palette='tab10')
    plt.savefig(out / f'{name}_clustering_visualization.png', dpi=150)
    plt.close()
    figure, axes = plt.subplots(2, 3, figsize=(15, 9))
    for axis, column in zip(axes.flat, FEATURES):
        sns.boxplot(table, x='cluster', y=column, ax=axis)
    figure.savefig(out / f'{name}_cluster_comparison.png', dpi=150)
    plt.close(figure)
    px.scatter(table, x='x', y='y', color='cluster', hover_data=FEATURES).write_html(out / f'{name}_dashboard.html')
    means = table.groupby('cluster')[FEATURES].mean().round(2)
    (out / f'{name}_report.md').write_text(f'# {name}\n\n```\n{means.to_string()}\n```\n')
    table.to_csv(out / f'customer_clusters_{name}.csv', index=False)


def main():
    make_orders()
    table, x = make_features()
    found = sweep(x)
    figure, axes = plt.subplots(2, 2, figsize=(12, 9))
    for axis, column in zip(axes.flat, found.columns[1:5]):
        axis.plot(found.k, found[column], marker='o')
        axis.set_title(column)
    figure.savefig(out / 'optimal_k_analysis.png', dpi=150)
    plt.close(figure)
    report(table, x, found.labels[found.silhouette.idxmax()], 'kmeans')
    report(table, x, search_density(x), 'dbscan')


main()
