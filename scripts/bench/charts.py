#!/usr/bin/env python3
"""charts.py full|quick [CHART...] - how long the fit of k-means takes as rows, columns and clusters grow, ours and that of the
peers that are installed, from the same centres until no row moves; with the limits of the machine as lines.

full writes docs/charts/*.svg and the section "Charts" of docs/performance.md, quick the same on small inputs into
BUILD/bench/charts. gnuplot draws. Environment as for run.py, whose harness this is.
"""
import json
import math
import shlex
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays as it is
import answers
import cases
import data
import run

ROUNDS = 3
SECTION = 'Charts'
PROGRAMS = {  # of cases.fit: what it is called here, and its colour; the last is drawn on top
    'sklearn': ('scikit-learn, Lloyd', '#D55E00'),
    'sklearn, Elkan': ('scikit-learn, Elkan', '#009E73'),
    'every row in every round': ('cs-kmeans, every row', '#3D8FC6'),
    'cs-kmeans': ('cs-kmeans', '#0072B2'),
}


# --- what is measured ---

@dataclass
class Chart:
    axis: str  # what grows
    table: str  # of data.py
    shape: tuple  # rows, columns, clusters; None for what grows
    sizes: dict
    points: list = field(default_factory=list)

    def shape_of(self, size):
        return tuple(size if count is None else count for count in self.shape)

    @property
    def title(self):
        """What doesn't grow."""
        return ', '.join(f'{count:,} {name}' for count, name in zip(self.points[0].shape, ('rows', 'columns', 'clusters'))
                         if name != self.axis)


@dataclass
class Point:
    size: int
    shape: tuple
    rounds: int
    seconds: dict  # by program


CHARTS = [
    Chart('rows', 'big.csv', (None, 8, 8),
          {'full': [10000, 30000, 100000, 300000, 1000000, 3000000, 10000000], 'quick': [1000, 5000, 50000]}),
    Chart('columns', 'broad.csv', (100000, None, 16),
          {'full': [2, 4, 8, 16, 32, 64], 'quick': [2, 8, 64]}),
    Chart('clusters', 'many.csv', (100000, 20, None),
          {'full': [2, 5, 10, 20, 50, 100, 200, 500], 'quick': [2, 20, 100]}),
]


class ChartBench(run.Bench):
    """Cases on parts of the inputs: the first rows and columns, from the first rows as centres."""

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

    def point(self, chart, size):
        rows, columns, clusters = chart.shape_of(size)
        rows = min(rows, data.rows(chart.table, self.size))
        self.cut(chart.table, 'rows.csv', rows, columns)
        self.cut(chart.table, 'centres.csv', clusters, columns)
        rounds = []

        def answer(path, names):
            rounds.append(json.loads(path.read_text())['metrics']['iterations'])
            return answers.fit(path, names)

        case = cases.fit(f'{size} {chart.axis}', '', 'rows.csv', 'centres.csv')
        case.answer = answer
        case.entries = [entry for entry in case.entries if entry.name in PROGRAMS]
        results = self.measure(case)
        for result in results:
            if result.wrong:
                sys.exit(f'charts.py: {case.name}: {result.name} has another answer: {", ".join(result.wrong)}')
        seconds = {result.name: statistics.median(result.phases['fit']) for result in results if result.seconds}
        return Point(size, (rows, columns, clusters), rounds[0], seconds)


# --- what is drawn ---

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
        size = 8 * rows * columns
        return point.rounds * size / self.bandwidth if size > self.cache else None

    def arithmetic(self, point):
        """A multiplication and an addition for each row, column and cluster a round."""
        return point.rounds * 2 * math.prod(point.shape) / self.operations


def grouped(number):
    """1,000; 10 million."""
    return f'{number // 1000000} million' if number >= 1000000 and number % 1000000 == 0 else f'{number:,}'


def duration(seconds):
    """A tick of a logarithmic axis."""
    for unit, name in ((1, 's'), (1e-3, 'ms'), (1e-6, 'µs')):
        if seconds >= unit * 0.999:
            return f'{seconds / unit:g} {name}'
    return f'{seconds * 1e9:g} ns'


@dataclass
class Line:
    label: str
    colour: str
    points: list
    limit: bool = False


def lines_of(chart, limits):
    lines = []
    for name, (label, colour) in PROGRAMS.items():
        points = [(point.size, point.seconds[name]) for point in chart.points if name in point.seconds]
        if points:
            lines.append(Line(label, colour, points))
    for label, law in (('limit of arithmetic', limits.arithmetic), ('limit of memory', limits.memory)):
        points = [(point.size, law(point)) for point in chart.points if law(point)]
        if len(points) > 1:
            lines.append(Line(label, '#66727f', points, limit=True))
    return lines


def spread(wanted, gap):
    """Places from 0 to 1 as near to those that are wanted as the gap between neighbours allows."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    place = [min(max(wanted[i], 0), 1) for i in order]
    for _ in range(200):
        for i in range(1, len(place)):
            short = gap - (place[i] - place[i - 1])
            if short > 0:
                place[i - 1] -= short / 2
                place[i] += short / 2
    found = [0.0] * len(wanted)
    for at, i in zip(place, order):
        found[i] = at
    return found


STYLE = """
set terminal svg size {width},{height} font 'DejaVu Sans,14' background rgb 'white'
set encoding utf8
set border 3 lc rgb '#c8ced6' lw 1
set tics nomirror out scale 0.4 textcolor rgb '#66727f'
set grid xtics ytics back lt 1 lc rgb '#e9edf1' lw 1
set key off
set logscale xy
set lmargin at screen 0.115
set rmargin at screen 0.775
set tmargin at screen 0.84
set bmargin at screen 0.125
set xtics offset 0,0.1
set ylabel 'time of the fit' tc rgb '#66727f' offset 0.5,0
"""
WIDTH, HEIGHT, LABEL_GAP = 900, 520, 0.062


def script_of(chart, limits, machine):
    """gnuplot's. No text of it comes from outside."""
    lines = lines_of(chart, limits)
    xs = [point.size for point in chart.points]
    ys = [y for line in lines for _, y in line.points]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))
    text = [STYLE.format(width=WIDTH, height=HEIGHT)]
    text += [f"set label 1 '{{/:Bold=18 The fit of k-means as {chart.axis} grow}}' at screen 0.02,0.955 left tc rgb '#1f2933'",
             f"set label 2 '{chart.title}; from the same centres to the same end; {machine}' "
             "at screen 0.02,0.9 left tc rgb '#66727f' font ',13'"]
    text += [f'set xrange [{0.96 * min(xs)}:{1.04 * max(xs)}]', f'set yrange [{low}:{high}]']
    text += ['set xtics (' + ', '.join(f"'{grouped(x)}' {x}" for x in ticks(xs)) + ')']
    decades = range(round(math.log10(low)), round(math.log10(high)) + 1)
    text += ['set ytics (' + ', '.join(f"'{duration(10.0 ** e)}' 1e{e}" for e in decades) + ')']
    text += [f"set xlabel '{chart.axis}' tc rgb '#66727f' offset 0,0.4"]
    wanted = [math.log(line.points[-1][1] / low) / math.log(high / low) for line in lines]
    for number, (line, place) in enumerate(zip(lines, spread(wanted, LABEL_GAP)), 10):
        text += [f"set label {number} '{line.label}' at graph 1.025,{place:.4f} left tc rgb '{line.colour}'"]
    for number, line in enumerate(lines):
        text += [f'$line{number} << END', *(f'{x} {y:.9g}' for x, y in line.points), 'END']
    plots = [f"$line{number} w l lw 1.6 dt (6,4) lc rgb '{line.colour}'" if line.limit else
             f"$line{number} w lp lw 2.4 pt 7 ps 0.55 lc rgb '{line.colour}'" for number, line in enumerate(lines)]
    return '\n'.join([*text, 'plot ' + ', '.join(plots), ''])


def ticks(sizes):
    """Of rows, which grow by powers of ten, those alone."""
    powers = [size for size in sizes if math.log10(size).is_integer()]
    return powers if len(powers) > 2 else sizes


def draw(chart, limits, machine, path):
    script = script_of(chart, limits, machine)
    done = subprocess.run(['gnuplot', '-d', '-'], input=script.encode(), capture_output=True, check=False)
    if done.returncode:
        sys.exit(f'charts.py: gnuplot: {done.stderr.decode()}')
    svg = done.stdout.decode()
    svg = svg.replace('font-family="DejaVu Sans"', 'font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"')
    svg = svg.replace('<title>Gnuplot</title>', f'<title>The fit of k-means as {chart.axis} grow</title>')
    path.write_text(svg, encoding='utf-8')


# --- what is written ---

HEAD = """Written by `make charts`. Each point is the median of {rounds} runs in turn with the others' and of the fit alone (ours: the phase
`fit` of `-v`; the peers': the call, the data being in memory), with all processors, from the first rows of the table as
centres until no row moves. All of a point end with the same inertia to ten digits, so they go through the same rounds.
`cs-kmeans, every row` is `--algorithm lloyd`. The dashed lines are what this machine can't go below as long as every row
is looked at in every round: {bandwidth:.1f} GB/s from memory, which must bring the matrix once a round where no cache
({cache:.0f} MiB) holds it, and {operations:.0f} GFLOP/s of multiply-adds of doubles, of which a round takes one for each row,
column and cluster. `cs-kmeans` passes over rows whose centre can't have changed, and asks floats first, of which a vector holds
twice as many: so it may be below the line of arithmetic.
"""


def table_text(chart):
    programs = [name for name in reversed(PROGRAMS) if any(name in point.seconds for point in chart.points)]
    head = [chart.axis, 'rounds', *(PROGRAMS[name][0] for name in programs)]
    rows = [[f'{point.size:,}', str(point.rounds), *(f'{point.seconds[name]:.3g}' if name in point.seconds else ''
                                                     for name in programs)] for point in chart.points]
    return run.table(head, rows)


def section_text(charts, limits):
    text = [HEAD.format(rounds=ROUNDS, bandwidth=limits.bandwidth / 1e9, cache=limits.cache / (1 << 20),
                        operations=limits.operations / 1e9)]
    for chart in charts:
        text += [f'### As {chart.axis} grow', '',
                 f'![Seconds of the fit as {chart.axis} grow, {chart.title}](charts/{chart.axis}.svg)', '',
                 f'{chart.title}, seconds:', '', table_text(chart), '']
    return '\n'.join(text)


def main():
    names = [chart.axis for chart in CHARTS]
    if len(sys.argv) < 2 or sys.argv[1] not in ('full', 'quick') or not set(sys.argv[2:]) <= set(names):
        sys.exit(f'{__doc__}\nCharts: {", ".join(names)}')
    for program in ('gnuplot', 'hyperfine'):
        if not shutil.which(program):
            sys.exit(f'charts.py: {program} is not installed (Debian: apt-get install {program.replace("gnuplot", "gnuplot-nox")})')
    size, wanted = sys.argv[1], [chart for chart in CHARTS if chart.axis in (sys.argv[2:] or names)]
    bench = ChartBench(size)
    for chart in wanted:
        data.make(chart.table, size, bench.inputs)
    limits = Limits.measure()
    for chart in wanted:
        chart.points = [bench.point(chart, at) for at in chart.sizes[size]]
    shutil.rmtree(bench.folder)
    docs = run.ROOT / 'docs' if size == 'full' else run.WORK
    (docs / 'charts').mkdir(exist_ok=True)
    machine = run.machine_name()
    for chart in wanted:
        draw(chart, limits, machine, docs / 'charts' / f'{chart.axis}.svg')
    text = section_text(wanted, limits)
    print(text)
    if size == 'full' and wanted == CHARTS:
        path = docs / 'performance.md'
        path.write_text(run.with_section(path.read_text(encoding='utf-8'), SECTION, text), encoding='utf-8')


if __name__ == '__main__':
    main()
