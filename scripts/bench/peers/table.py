"""table.py pandas|polars|duckdb IN OUT - reads a CSV or JSON Lines table and writes it again."""
import sys

from phases import phase

engine, source, target = sys.argv[1:]
json = source.endswith('l')


def with_pandas():
    import pandas
    phase('import')
    table = pandas.read_json(source, lines=True) if json else pandas.read_csv(source)
    phase('read')
    table.to_json(target, orient='records', lines=True) if json else table.to_csv(target, index=False)
    phase('write')


def with_polars():
    import polars
    phase('import')
    table = polars.read_ndjson(source) if json else polars.read_csv(source)
    phase('read')
    table.write_ndjson(target) if json else table.write_csv(target)
    phase('write')


def with_duckdb():
    import duckdb
    phase('import')
    form = 'FORMAT json' if json else 'FORMAT csv, HEADER'
    duckdb.execute(f"COPY (SELECT * FROM '{source}') TO '{target}' ({form})")
    phase('read and write')


{'pandas': with_pandas, 'polars': with_polars, 'duckdb': with_duckdb}[engine]()
