"""cases.py - what is measured: cases of our program and its peers, and the targets. A new case is a few lines here.

In a command {in} is the input, {beside} another one of the case, {out} is /dev/null while time counts and a file when the answers are compared, {peers}
is the folder of the peers' scripts, {work} one to write into, {python} a python3 that has the module. A peer runs where what it `needs` is there:
a program, or python:MODULE or R:PACKAGE; where it isn't, it is named as not installed.
"""
import statistics
from dataclasses import dataclass, field

import answers


@dataclass
class Entry:
    name: str
    command: str
    needs: str = ''
    input: str = ''    # another one than the case's
    decoded: int = -1  # columns that are read as numbers: the memory bound is checked
    ours: bool = False
    rows: int = 0      # of the output, where there is no input
    inexact: bool = False  # may have another answer, and is measured all the same


def ours(name, command, **more):
    return Entry(name, command, ours=True, **more)


@dataclass
class Case:
    name: str
    title: str
    input: str  # of data.py; '' for none
    entries: list = field(default_factory=list)
    answer: object = None  # of answers.py
    columns: str = ''      # which it looks at
    phases: bool = False   # also shown, from the logs
    beside: str = ''       # another input, {beside} in commands


SAME_COLUMNS = 'id note city i4 f0 f13'
NUMBERS = ' '.join(f'scaled__{name}' for name in ('i0', 'i7', 'f0', 'f13'))
CUSTOMERS = 'customer_id days_since_last_purchase total_transactions total_spent category_count'


def python(name, script):
    return Entry(name, f'{{python}} {{peers}}/{script}', needs=f'python:{name}')


def fit(name, title, table, centres):
    """k-means from given centres until no row moves, the fit alone being compared; exchanges would go on."""
    return Case(name, title, table, [
        ours('cs-kmeans', 'cs-kmeans -q --init {beside} --exchange no --scale none --save {out} -o /dev/null {in}'),
        ours('every row in every round', 'cs-kmeans -q --init {beside} --exchange no --scale none --algorithm lloyd '
             '--save {out} -o /dev/null {in}'),
        python('sklearn', 'kmeans_fit.py lloyd {beside} {in} {out}'),
        Entry('sklearn, Elkan', '{python} {peers}/kmeans_fit.py elkan {beside} {in} {out}', needs='python:sklearn'),
        Entry('R, Lloyd', 'Rscript {peers}/kmeans_fit.R {beside} {in} {out}', needs='R:data.table'),
    ], answers.fit, phases=True, beside=centres)


def density(name, title, table, eps, points, more=()):
    """DBSCAN at a given eps, the fit alone being compared."""
    return Case(name, title, table, [
        ours('cs-dbscan', f'cs-dbscan -q -e {eps} -m {points} --scale none --point-type {{in}} -o {{out}}'),
        *more,
        Entry('SIGMOD 2020', f'{{python}} {{peers}}/dbscan_fit.py dbscan {eps} {points} {{in}} {{out}}', needs='python:dbscan', inexact=True),
        Entry('sklearn', f'{{python}} {{peers}}/dbscan_fit.py sklearn {eps} {points} {{in}} {{out}}', needs='python:sklearn'),
        Entry('R, dbscan', f'Rscript {{peers}}/dbscan_fit.R {eps} {points} {{in}} {{out}}', needs='R:dbscan'),
    ], answers.density, phases=True)


CASES = [
    Case('table', 'A table of 30 columns is read, and written with one column more', 'wide.csv', [
        ours('cs-scale', 'cs-scale -q -f f0 {in} -o {out}', decoded=1),
        Entry('mlr', 'mlr --icsv --ocsv cat {in} >{out}', needs='mlr'),
        Entry('xsv', 'xsv fmt {in} -o {out}', needs='xsv'),
        Entry('qsv', 'qsv fmt {in} -o {out}', needs='qsv'),
        python('pandas', 'table.py pandas {in} {out}'),
        python('polars', 'table.py polars {in} {out}'),
        python('duckdb', 'table.py duckdb {in} {out}'),
        Entry('data.table', 'Rscript {peers}/table.R {in} {out}', needs='R:data.table'),
    ], answers.columns, SAME_COLUMNS, phases=True),

    Case('pipe', 'The same through a pipe', 'wide.csv', [
        ours('cs-scale', 'cat {in} | cs-scale -q -f f0 >{out}', decoded=1),
        Entry('mlr', 'cat {in} | mlr --icsv --ocsv cat >{out}', needs='mlr'),
        Entry('xsv', 'cat {in} | xsv fmt >{out}', needs='xsv'),
        Entry('qsv', 'cat {in} | qsv fmt - >{out}', needs='qsv'),
    ], answers.columns, SAME_COLUMNS),

    Case('thread', 'The same with one thread', 'wide.csv', [
        ours('cs-scale', 'cs-scale -q -j 1 -f f0 {in} -o {out}', decoded=1),
        Entry('data.table', 'THREADS=1 Rscript {peers}/table.R {in} {out}', needs='R:data.table'),
    ], answers.columns, SAME_COLUMNS),

    Case('json', 'JSON Lines of 30 keys are read, and written with one key more', 'wide.jsonl', [
        ours('cs-scale', 'cs-scale -q -f f0 --to jsonl {in} -o {out}', decoded=1),
        Entry('mlr', 'mlr --ijsonl --ojsonl cat {in} >{out}', needs='mlr'),
        Entry('jq', 'jq -c . {in} >{out}', needs='jq'),
        python('pandas', 'table.py pandas {in} {out}'),
        python('polars', 'table.py polars {in} {out}'),
        python('duckdb', 'table.py duckdb {in} {out}'),
    ], answers.columns, SAME_COLUMNS, phases=True),

    Case('numbers', '22 columns of numbers are decoded, standardised and written beside the 30 that were read',
         'wide.csv', [
        ours('cs-scale', "cs-scale -q -f 'i*,f*' {in} -o {out}", decoded=22),
        python('sklearn', 'scale.py {in} {out}'),
        Entry('data.table', 'Rscript {peers}/scale.R {in} {out}', needs='R:data.table'),
    ], answers.columns, SAME_COLUMNS + ' ' + NUMBERS, phases=True),

    Case('long', 'Many rows of 4 columns', 'long.csv', [
        ours('cs-scale', 'cs-scale -q -f amount {in} -o {out}', decoded=1),
        ours('a tenth of the rows', 'cs-scale -q -f amount {in} -o {out}', input='long-tenth.csv', decoded=1),
        ours('piped', 'cat {in} | cs-scale -q -f amount >{out}', decoded=1),
    ]),

    Case('rows', 'Orders to customers, each row an order (cs-prep moreover nets, scales and audits)', 'orders.csv', [
        ours('cs-prep', 'cs-prep -q --make totals --order-unit row {in} -o {out}'),
        ours('a tenth of the rows', 'cs-prep -q --make totals --order-unit row {in} -o {out}', input='orders-tenth.csv'),
        python('pandas', 'orders.py pandas {in} {out} rows'),
        python('polars', 'orders.py polars {in} {out} rows'),
        python('duckdb', 'orders.py duckdb {in} {out} rows'),
    ], answers.columns, CUSTOMERS, phases=True),

    Case('orders', 'Orders to customers, the rows of a day an order (cs-prep moreover nets, scales and audits)',
         'orders.csv', [
        ours('cs-prep', 'cs-prep -q --make totals {in} -o {out}'),
        ours('with scores, habits and lifetime value', 'cs-prep -q --make all {in} -o {out}'),
        python('pandas', 'orders.py pandas {in} {out}'),
        python('polars', 'orders.py polars {in} {out}'),
        python('duckdb', 'orders.py duckdb {in} {out}'),
        Entry('data.table', 'Rscript {peers}/orders.R {in} {out}', needs='R:data.table'),
    ], answers.columns, CUSTOMERS, phases=True),

    Case('kmeans', 'k-means of 8 columns: 8 clusters, the best of 10 starts, until no row moves', 'blobs.csv', [
        ours('cs-kmeans', 'cs-kmeans -q -k 8 --restarts 10 --scale none {in} -o {out}'),
        python('sklearn', 'kmeans.py 8 10 {in} {out}'),
    ], answers.inertia, ' '.join(f'x{j}' for j in range(8)), phases=True),

    fit('fit', 'k-means of 8 columns from 8 given rows', 'blobs.csv', 'blobs-centres.csv'),
    fit('many', 'k-means of 20 columns from 50 given rows', 'many.csv', 'many-centres.csv'),
    fit('big', 'k-means of 10,000,000 rows of 8 columns from 8 given rows', 'big.csv', 'big-centres.csv'),

    density('dense', 'DBSCAN of 1,000,000 points in the plane, eps 0.1, 10 points', 'dense.csv', 0.1, 10, [
        ours('a tenth of the rows', 'cs-dbscan -q -e 0.1 -m 10 --scale none --point-type {in} -o {out}', input='dense-tenth.csv'),
        ours('ten times the rows', 'cs-dbscan -q -e 0.1 -m 10 --scale none --point-type {in} -o {out}', input='dense-ten.csv'),
        ours('eps found, 10 points', 'cs-dbscan -q -m 10 --scale none --point-type {in} -o {out}', input='dense.csv'),
    ]),
    density('five', 'DBSCAN of 200,000 points in 5 dimensions, eps 2, 10 points', 'five.csv', 2, 10),

    Case('run', 'The whole run: 500 customers from nothing to segments, pictures, dashboards and reports', '', [
        ours('cs-pipeline', 'cs-pipeline --demo --force -q -o {work}/run-ours >{out}', rows=500),
        Entry('pandas, scikit-learn', '{python} {peers}/whole_run.py {work}/run-python && echo done >{out}', needs='python:plotly', rows=500),
    ]),

    Case('gen', 'Customers and orders are made up', '', [
        ours('orders', 'cs-gen -q -n {rows} --only transactions -o {out}', rows=200000),
        ours('customers', 'cs-gen -q -n {rows} -o {out}', rows=200000),
    ]),
]


# A target's judge returns whether it holds and the figure; LookupError says that what it needs wasn't measured.

def _times(results, peer, wanted):
    ratio = results.find('table', peer).median / results.find('table', 'cs-scale').median
    return ratio >= wanted, f'{ratio:.1f} times'


def _orders(results, peer, wanted):
    ratio = results.find('rows', peer).median / results.find('rows', 'cs-prep').median
    return ratio >= wanted, f'{ratio:.1f} times'


def _orders_memory(results, peer, wanted):
    share = results.find('rows', 'cs-prep').memory / results.find('rows', peer).memory
    return share <= wanted, f'{100 * share:.0f} % of it'


def _rate(results, case):
    entry = results.find(case, 'cs-scale')
    rate = entry.input_bytes / entry.median / 1e6
    return rate >= 350, f'{rate:.0f} MB/s'


def _linear(results, case, program):
    big, small = results.find(case, program), results.find(case, 'a tenth of the rows')
    growth = big.median / small.median
    return growth <= 11, f'{growth:.1f} times the time for 10 times the rows'


def _memory(results):
    checked = [entry for entry in results.entries if entry.bound]
    if not checked:
        raise LookupError
    worst = max(checked, key=lambda entry: entry.memory / entry.bound)
    return (all(entry.memory <= entry.bound for entry in checked),
            f'at most {100 * worst.memory / worst.bound:.0f} % of it ({worst.case}: {worst.name})')


def _fits(results, case, wanted):
    """The fit alone: the phase of that name."""
    def seconds(entry):
        return statistics.median(entry.phases['fit'])
    peers = [entry for entry in results.entries if entry.case == case and not entry.ours and entry.phases.get('fit')]
    if not peers:
        raise LookupError
    best = min(peers, key=seconds)
    ratio = seconds(best) / seconds(results.find(case, 'cs-kmeans'))
    return ratio >= wanted, f'{ratio:.1f} times ({best.name})'


def _whole(results, case, peer, wanted):
    ratio = results.find(case, peer).median / results.find(case, 'cs-kmeans').median
    return ratio >= wanted, f'{ratio:.1f} times'


def _density(results, case, peer, wanted):
    """The fit alone, and the memory of the whole process."""
    def seconds(entry):
        return statistics.median(entry.phases['fit'])
    ours_, theirs = results.find(case, 'cs-dbscan'), results.find(case, peer)
    ratio, memory = seconds(theirs) / seconds(ours_), ours_.memory / theirs.memory
    return ratio > wanted and memory < 0.5, f'{ratio:.1f} times, in {100 * memory:.0f} % of the memory{", its answer is another" if theirs.differs else ""}'


def _grows(results, more, less):
    growth = results.find('dense', more).median / results.find('dense', less).median
    return growth <= 13, f'{growth:.1f} times the time for 10 times the rows'


def _found(results):
    """The search for eps beside one fit."""
    entry = results.find('dense', 'eps found, 10 points')
    ratio = statistics.median(entry.phases['eps']) / statistics.median(results.find('dense', 'cs-dbscan').phases['fit'])
    return ratio <= 20, f'{ratio:.1f} times'


TARGETS = [
    ('a table is read and written at 350 MB/s of input or more', lambda r: _rate(r, 'table')),
    ('through a pipe, too', lambda r: _rate(r, 'pipe')),
    ('10 times as fast as mlr cat', lambda r: _times(r, 'mlr', 10)),
    ('30 times as fast as pandas reading and writing', lambda r: _times(r, 'pandas', 30)),
    ('10 times the rows take at most 11 times the time', lambda r: _linear(r, 'long', 'cs-scale')),
    ('memory: 1.25 × the bytes of the input + 8 for each decoded number + 8 for each row + 16 MiB', _memory),
    ('orders to customers 10 times as fast as pandas', lambda r: _orders(r, 'pandas', 10)),
    ('in at most a quarter of its memory', lambda r: _orders_memory(r, 'pandas', 0.25)),
    ('10 times the orders take at most 11 times the time', lambda r: _linear(r, 'rows', 'cs-prep')),
    ('k-means, 1,000,000 x 8, k = 8: the fit alone 6 times as fast as the best peer', lambda r: _fits(r, 'fit', 6)),
    ('100,000 x 20, k = 50, too', lambda r: _fits(r, 'many', 6)),
    ('10,000,000 x 8, k = 8, too', lambda r: _fits(r, 'big', 6)),
    ('k-means from CSV to CSV 10 times as fast as scikit-learn', lambda r: _whole(r, 'kmeans', 'sklearn', 10)),
    ('DBSCAN, 1,000,000 x 2: the fit alone faster than SIGMOD 2020, in half its memory', lambda r: _density(r, 'dense', 'SIGMOD 2020', 1)),
    ('200,000 x 5, too', lambda r: _density(r, 'five', 'SIGMOD 2020', 1)),
    ('30 times as fast as scikit-learn, 1,000,000 x 2', lambda r: _density(r, 'dense', 'sklearn', 30)),
    ('200,000 x 5, too', lambda r: _density(r, 'five', 'sklearn', 30)),
    ('10^5 to 10^6 rows at the same density: at most 13 times the time', lambda r: _grows(r, 'cs-dbscan', 'a tenth of the rows')),
    ('10^6 to 10^7 rows, too', lambda r: _grows(r, 'ten times the rows', 'cs-dbscan')),
    ('finding eps takes at most 20 times one fit', _found),
]
