#!/usr/bin/env python3
"""charts.py full|quick [CHART...] - how time and memory grow, ours and those of the peers that are installed: the fit of k-means as rows,
columns and clusters grow, from the same centres until no row moves and with the limits of the machine as lines; DBSCAN as
rows and as neighbours grow.

full writes docs/charts/*.svg and the section "Charts" of docs/performance.md, quick the same on small inputs into
BUILD/bench/charts. gnuplot draws. Environment as for run.py, whose harness this is.
"""
import json
import math
import shlex
import shutil
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays as it is
import answers
import cases
import data
import drawing
import run

ROUNDS = 3
SECTION = 'Charts'
ENOUGH_SECONDS, ENOUGH_MEMORY = 8, 4e9  # a peer that has taken as much isn't asked for more


@dataclass
class Point:
    """What each program took at a size, by its name; those that weren't asked are absent."""
    size: float
    shape: tuple
    rounds: int
    seconds: dict
    memory: dict = field(default_factory=dict)


@dataclass
class Chart:
    name: str
    axis: str  # what grows
    tables: tuple  # of data.py
    sizes: dict
    programs = {}  # of the case: what it is called here, and its colour; the last is drawn on top
    points: list = field(default_factory=list)

    def measured(self, values):
        """The programs that have a figure at any point, the last first."""
        return [name for name in reversed(self.programs) if any(name in values(point) for point in self.points)]

    def lines(self, values):
        return [drawing.Line(*self.programs[name], [(point.size, values(point)[name]) for point in self.points if name in values(point)])
                for name in reversed(self.measured(values))]


# --- the fit of k-means ---

HEAD = """### The fit of k-means

Each point is the median of {rounds} runs in turn with the others' and of the fit alone (ours: the phase
`fit` of `-v`; the peers': the call, the data being in memory), with all processors, from the first rows of the table as
centres until no row moves. All of a point end with the same inertia to ten digits, so they go through the same rounds.
`cs-kmeans, every row` is `--algorithm lloyd`. The dashed lines are what this machine can't go below as long as every row
is looked at in every round: {bandwidth:.1f} GB/s from memory, which must bring the matrix once a round where no cache
({cache:.0f} MiB) holds it, and {operations:.0f} GFLOP/s of multiply-adds of doubles, of which a round takes one for each row,
column and cluster. `cs-kmeans` passes over rows whose centre can't have changed, and asks floats first, of which a vector holds
twice as many: so it may be below the line of arithmetic.
"""


@dataclass
class Limits:
    """Bytes from memory and operations a second, and the bytes that a cache holds."""
    bandwidth: float
    operations: float
    cache: int

    @classmethod
    def measure(cls):
        numbers = run.output_of(str(run.WORK / 'limits')).split()
        caches = [path.read_text().strip() for path in Path('/sys/devices/system/cpu/cpu0/cache').glob('index*/size')]
        return cls(*map(float, numbers), max((int(cache[:-1]) << 10 for cache in caches if cache.endswith('K')), default=0))

    def memory(self, point):
        """A read of the matrix a round; None where a cache holds it."""
        rows, columns, _ = point.shape
        bytes_ = 8 * rows * columns
        return point.rounds * bytes_ / self.bandwidth if bytes_ > self.cache else None

    def arithmetic(self, point):
        """A multiplication and an addition for each row, column and cluster a round."""
        return point.rounds * 2 * math.prod(point.shape) / self.operations


@dataclass
class KMeansChart(Chart):
    shape: tuple = ()  # rows, columns, clusters; None for what grows
    programs = {
        'sklearn': ('scikit-learn, Lloyd', '#D55E00'),
        'sklearn, Elkan': ('scikit-learn, Elkan', '#009E73'),
        'every row in every round': ('cs-kmeans, every row', '#3D8FC6'),
        'cs-kmeans': ('cs-kmeans', '#0072B2'),
    }

    def shape_of(self, size):
        return tuple(size if count is None else count for count in self.shape)

    @property
    def title(self):
        """What doesn't grow."""
        return ', '.join(f'{count:,} {name}' for count, name in zip(self.points[0].shape, ('rows', 'columns', 'clusters'))
                         if name != self.axis)

    def point(self, bench, size):
        table, shape = self.tables[0], self.shape_of(size)
        rows, columns, clusters = min(shape[0], data.rows(table, bench.size)), *shape[1:]
        bench.cut(table, 'rows.csv', rows, columns)
        bench.cut(table, 'centres.csv', clusters, columns)
        rounds = []

        def answer(path, names):
            rounds.append(json.loads(path.read_text())['metrics']['iterations'])
            return answers.fit(path, names)

        case = cases.fit(f'{size} {self.axis}', '', 'rows.csv', 'centres.csv')
        case.answer = answer
        results = bench.ask(self, case)
        return Point(size, (rows, columns, clusters), rounds[0], bench.fits(results))

    def draw(self, folder, limits, machine):
        lines = self.lines(lambda point: point.seconds)
        for label, law in (('limit of arithmetic', limits.arithmetic), ('limit of memory', limits.memory)):
            points = [(point.size, law(point)) for point in self.points if law(point)]
            if len(points) > 1:
                lines.append(drawing.Line(label, '#66727f', points, limit=True))
        drawing.draw(drawing.Picture(f'The fit of k-means as {self.axis} grow', f'{self.title}; from the same centres to the same end; {machine}',
                                     self.axis, 'time of the fit', lines, drawing.duration), folder / f'{self.name}.svg')

    def text(self):
        names = self.measured(lambda point: point.seconds)
        rows = [[f'{point.size:,}', str(point.rounds), *(f'{point.seconds[name]:.3g}' if name in point.seconds else '' for name in names)]
                for point in self.points]
        return '\n'.join([f'#### As {self.axis} grow', '',
                          f'![Seconds of the fit as {self.axis} grow, {self.title}](charts/{self.name}.svg)', '',
                          f'{self.title}, seconds:', '', run.table([self.axis, 'rounds', *(self.programs[name][0] for name in names)], rows), ''])


# --- DBSCAN ---

DENSITY_HEAD = """### DBSCAN

Each point is the median of {rounds} runs in turn with the others', once their clusters, noise and core points are the same. Time is that of the
fit alone, memory the peak of the whole process, the table that was read included. A peer that has taken {seconds} seconds or
{memory:.0f} GB isn't asked for more.
"""


@dataclass
class DensityChart(Chart):
    title: str = ''
    about: str = ''
    programs = {
        'R, dbscan': ('R, dbscan', '#009E73'),
        'sklearn': ('scikit-learn', '#D55E00'),
        'SIGMOD 2020': ('SIGMOD 2020', '#CC79A7'),
        'cs-dbscan': ('cs-dbscan', '#0072B2'),
    }

    @property
    def caption(self):
        return self.about.format(rows=self.points[0].shape[0])

    def case(self, bench, size):
        raise NotImplementedError

    def point(self, bench, size):
        case, rows, columns = self.case(bench, size)
        results = bench.ask(self, case)
        return Point(size, (rows, columns), 1, bench.fits(results), {result.name: result.memory for result in results if result.seconds})

    def draw(self, folder, limits, machine):
        for what, values, tick, up in (('time', lambda point: point.seconds, drawing.duration, 'time of the fit'),
                                       ('memory', lambda point: point.memory, drawing.size, 'peak memory')):
            drawing.draw(drawing.Picture(f'DBSCAN: {what} as {self.title}', f'{self.caption}; {machine}', self.axis, up, self.lines(values), tick),
                         folder / f'{self.name}-{what}.svg')

    def text(self):
        names = self.measured(lambda point: point.seconds)
        rows = [[f'{point.size:,}', *(f'{point.seconds[name]:.3g} s, {point.memory[name] / 1e6:,.0f} MB' if name in point.seconds else ''
                                      for name in names)] for point in self.points]
        return '\n'.join([f'#### As {self.title}', '', f'![Peak memory as {self.title}](charts/{self.name}-memory.svg)', '',
                          f'![Seconds of the fit as {self.title}](charts/{self.name}-time.svg)', '', f'{self.caption}:', '',
                          run.table([self.axis, *(self.programs[name][0] for name in names)], rows), ''])


class PointsChart(DensityChart):
    def case(self, bench, size):
        table = min((table for table in self.tables if data.rows(table, bench.size) >= size), key=lambda table: data.rows(table, bench.size))
        assert data.rows(table, bench.size) == size  # as dense as the others
        bench.cut(table, 'rows.csv', size, 2)
        return cases.density(f'{size} rows', '', 'rows.csv', 0.1, 10), size, 2


class NeighboursChart(DensityChart):
    ROWS = {'full': 20000, 'quick': 2000}

    def case(self, bench, size):
        rows = self.ROWS[bench.size]
        bench.cut(self.tables[0], 'rows.csv', rows, 2)
        return cases.density(f'eps {size}', '', 'rows.csv', size, 10), rows, 2


# --- all of them ---

CHARTS = [
    KMeansChart('rows', 'rows', ('big.csv',),
                {'full': [10000, 30000, 100000, 300000, 1000000, 3000000, 10000000], 'quick': [1000, 5000, 50000]}, shape=(None, 8, 8)),
    KMeansChart('columns', 'columns', ('broad.csv',), {'full': [2, 4, 8, 16, 32, 64], 'quick': [2, 8, 64]}, shape=(100000, None, 16)),
    KMeansChart('clusters', 'clusters', ('many.csv',),
                {'full': [2, 5, 10, 20, 50, 100, 200, 500], 'quick': [2, 20, 100]}, shape=(100000, 20, None)),
    PointsChart('density-rows', 'rows', ('dense-hundredth.csv', 'dense-tenth.csv', 'dense.csv', 'dense-ten.csv'),
                {'full': [10000, 100000, 1000000, 10000000], 'quick': [500, 5000, 50000, 100000]},
                title='rows grow', about='points in the plane, as dense whatever their number, eps 0.1, min-points 10'),
    NeighboursChart('density-neighbours', 'eps', ('dense-tenth.csv',), {'full': [0.03, 0.1, 0.3, 1, 3, 10, 30], 'quick': [0.1, 1, 10]},
                    title='neighbours grow', about='{rows:,} points in the plane, min-points 10; within the largest eps lies nearly every point'),
]


class ChartBench(run.Bench):
    """Cases on parts of the inputs: the first rows and columns."""

    def __init__(self, size):
        super().__init__(size)
        self.inputs, self.folder = self.folder, run.WORK / 'parts'
        self.rounds = ROUNDS
        self.folder.mkdir(parents=True, exist_ok=True)

    def rows(self, case, entry):
        return 0  # no command asks for them

    def cut(self, table, name, rows, columns):
        """The header, and the first rows and columns of a table."""
        source, target = (shlex.quote(str(path)) for path in (self.inputs / table, self.folder / name))
        self.run(f'head -n {rows + 1} {source} | cut -d, -f1-{columns} >{target}')

    @staticmethod
    def had_enough(chart, name):
        return any(point.seconds.get(name, 0) > ENOUGH_SECONDS or point.memory.get(name, 0) > ENOUGH_MEMORY for point in chart.points)

    def ask(self, chart, case):
        """The programs of the chart, as long as they can; all must agree."""
        case.entries = [entry for entry in case.entries
                        if entry.name in chart.programs and (entry.ours or not self.had_enough(chart, entry.name))]
        results = self.measure(case)
        for result in results:
            if result.wrong:
                sys.exit(f'charts.py: {case.name}: {result.name} has another answer: {", ".join(result.wrong)}')
        return results

    @staticmethod
    def fits(results):
        return {result.name: statistics.median(result.phases['fit']) for result in results if result.seconds}


def section_text(charts, limits):
    text = ['Written by `make charts`.', '']
    heads = {KMeansChart: HEAD.format(rounds=ROUNDS, bandwidth=limits.bandwidth / 1e9, cache=limits.cache / (1 << 20),
                                      operations=limits.operations / 1e9),
             DensityChart: DENSITY_HEAD.format(rounds=ROUNDS, seconds=ENOUGH_SECONDS, memory=ENOUGH_MEMORY / 1e9)}
    for kind, head in heads.items():
        some = [chart for chart in charts if isinstance(chart, kind)]
        text += [head, *(chart.text() for chart in some)] if some else []
    return '\n'.join(text)


def main():
    names = [chart.name for chart in CHARTS]
    if len(sys.argv) < 2 or sys.argv[1] not in ('full', 'quick') or not set(sys.argv[2:]) <= set(names):
        sys.exit(f'{__doc__}\nCharts: {", ".join(names)}')
    for program in ('gnuplot', 'hyperfine'):
        if not shutil.which(program):
            sys.exit(f'charts.py: {program} is not installed (Debian: apt-get install {program.replace("gnuplot", "gnuplot-nox")})')
    size, wanted = sys.argv[1], [chart for chart in CHARTS if chart.name in (sys.argv[2:] or names)]
    bench = ChartBench(size)
    for chart in wanted:
        for table in chart.tables:
            data.make(table, size, bench.inputs)
    limits = Limits.measure()
    for chart in wanted:
        for at in chart.sizes[size]:
            chart.points.append(chart.point(bench, at))
    shutil.rmtree(bench.folder)
    docs = run.ROOT / 'docs' if size == 'full' else run.WORK
    (docs / 'charts').mkdir(exist_ok=True)
    machine = run.machine_name()
    for chart in wanted:
        chart.draw(docs / 'charts', limits, machine)
    text = section_text(wanted, limits)
    print(text)
    if size == 'full' and wanted == CHARTS:
        path = docs / 'performance.md'
        path.write_text(run.with_section(path.read_text(encoding='utf-8'), SECTION, text), encoding='utf-8')


if __name__ == '__main__':
    main()
