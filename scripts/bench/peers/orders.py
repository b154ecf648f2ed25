"""orders.py pandas|polars|duckdb IN OUT [rows] - recency, frequency, money and categories of each customer.

As cs-prep counts them where rows carry no order id: what a customer buys on one day is one order, and time ends the day
after the last. With `rows` each row is an order, as with --order-unit row.
"""
import sys

from phases import phase

engine, source, target, *rows = sys.argv[1:]


def with_pandas():
    import pandas
    phase('import')
    orders = pandas.read_csv(source)
    phase('read')
    orders['date'] = pandas.to_datetime(orders['date'], format='%Y-%m-%d')
    orders['amount'] = orders['quantity'] * orders['unit_price']
    end = orders['date'].max() + pandas.Timedelta(days=1)
    customers = orders.groupby('customer_id').agg(
        last=('date', 'max'), total_transactions=('date', 'size' if rows else 'nunique'), total_spent=('amount', 'sum'),
        category_count=('category', 'nunique'))
    customers['days_since_last_purchase'] = (end - customers.pop('last')).dt.days
    phase('fit')
    customers.to_csv(target)
    phase('write')


def with_polars():
    import polars
    from polars import col
    phase('import')
    orders = polars.read_csv(source, try_parse_dates=True)
    phase('read')
    end = orders['date'].max()
    customers = orders.group_by('customer_id').agg(
        (polars.lit(end) - col('date').max()).dt.total_days().add(1).alias('days_since_last_purchase'),
        (polars.len() if rows else col('date').n_unique()).alias('total_transactions'),
        (col('quantity') * col('unit_price')).sum().alias('total_spent'),
        col('category').n_unique().alias('category_count'))
    phase('fit')
    customers.write_csv(target)
    phase('write')


def with_duckdb():
    import duckdb
    phase('import')
    duckdb.execute(f"""COPY (
        SELECT customer_id, (SELECT max(date) FROM '{source}') + 1 - max(date) AS days_since_last_purchase,
               {'count(*)' if rows else 'count(DISTINCT date)'} AS total_transactions, sum(quantity * unit_price) AS total_spent,
               count(DISTINCT category) AS category_count
        FROM '{source}' GROUP BY customer_id) TO '{target}' (FORMAT csv, HEADER)""")
    phase('read, fit and write')


{'pandas': with_pandas, 'polars': with_polars, 'duckdb': with_duckdb}[engine]()
