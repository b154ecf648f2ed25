#!/usr/bin/env python3
"""run.py full|quick [CASE...] - times our programs beside the peers that are installed, once their answers agree.

The programs of one case run in turn, ours first and last in each round, so that what else the machine does hits all of
them. hyperfine takes the time, measure.c the memory. full with all cases writes docs/performance.md too. Environment:
BUILD, the build folder; PYTHON, a python3 with the peers' modules (else that on PATH, or /usr/bin/python3).
"""
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays as it is
import answers
import cases
import data

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = Path(os.environ.get('BUILD', ROOT / 'build')).resolve()
WORK = BUILD / 'bench'
PEERS = HERE / 'peers'
PATIENCE = 30  # seconds: a peer that has taken as long for its runs is left out of the rounds that remain
MODULES = {'sklearn': 'scikit-learn'}


def relative(path):
    """As it is written in the folder of the project."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


# --- what is installed ---

def output_of(*command):
    """What a command prints, or '' when there is no such command or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ''
    return (done.stdout or done.stderr).strip() if done.returncode == 0 else ''


def find_python(module):
    """A python3 that has the module, and the module's version."""
    for python in filter(None, (os.environ.get('PYTHON'), 'python3', '/usr/bin/python3')):
        version = output_of(python, '-c', f'import {module}, importlib.metadata as m; '
                            f'print(getattr({module}, "__version__", None) or m.version("{module}"))')
        if version:
            return python, version
    return '', ''


class Installed:
    """Versions of the peers by what an entry needs, looked up once; '' is not installed."""

    def __init__(self):
        self.known = {}

    def version(self, needs):
        if needs not in self.known:
            self.known[needs] = self._look(needs)
        return self.known[needs][1]

    def python(self, needs):
        self.version(needs)
        return self.known[needs][0]

    @staticmethod
    def _look(needs):
        kind, _, name = needs.rpartition(':')
        if kind == 'python':
            return find_python(name)
        if kind == 'R':
            return '', output_of('Rscript', '-e', f'cat(as.character(packageVersion("{name}")))')
        found = re.search(r'\d[\w.]*', output_of(name, '--version')) if shutil.which(name) else None
        return '', found[0] if found else ''


# --- one run of all ---

@dataclass
class Result:
    """One entry of a case, measured."""
    case: str
    name: str
    ours: bool
    shown: str = ''  # the command as a user would type it
    missing: bool = False
    wrong: list = field(default_factory=list)
    differs: list = field(default_factory=list)  # the same, of one that is measured all the same
    input_bytes: int = 0
    seconds: list = field(default_factory=list)
    memory: int = 0
    bound: float = 0
    phases: dict = field(default_factory=dict)

    @property
    def median(self):
        return statistics.median(self.seconds)


class Results:
    def __init__(self, entries):
        self.entries = entries

    def find(self, case, name):
        """The result of that name; LookupError unless it was measured and its answer was right."""
        for entry in self.entries:
            if (entry.case, entry.name) == (case, name) and entry.seconds:
                return entry
        raise LookupError(name)


class Bench:
    def __init__(self, size):
        self.size = size
        self.folder = BUILD / 'bench-data' / size
        self.installed = Installed()
        self.rounds = 3 if size == 'full' else 2
        self.env = {**os.environ, 'PATH': f'{BUILD / "bin"}:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8',
                    'PYTHONDONTWRITEBYTECODE': '1'}
        for name in [name for name in self.env if name.startswith('CS_')]:
            del self.env[name]

    def input(self, case, entry):
        name = entry.input or case.input
        return self.folder / name if name else None

    def rows(self, case, entry):
        if entry.rows:
            return entry.rows if self.size == 'full' else entry.rows // 20
        return data.rows(entry.input or case.input, self.size)

    def command(self, case, entry, out, short=False):
        """The command as the shell runs it; short: as people read it, with names for folders."""
        path = self.input(case, entry)
        beside = self.folder / case.beside if case.beside else None
        return entry.command.format(**{
            'in': relative(path) if short and path else path,
            'beside': relative(beside) if short and beside else beside, 'out': out, 'rows': self.rows(case, entry),
            'work': relative(WORK) if short else shlex.quote(str(WORK)),
            'peers': relative(PEERS) if short else shlex.quote(str(PEERS)),
            'python': 'python3' if short else self.installed.python(entry.needs) if 'python:' in entry.needs else ''})

    def measure(self, case):
        """All results of a case."""
        results = []
        for entry in case.entries:
            result = Result(case.name, entry.name, entry.ours, self.command(case, entry, '/dev/null', short=True))
            result.missing = bool(entry.needs) and not self.installed.version(entry.needs)
            results.append(result)
        pairs = [(entry, result) for entry, result in zip(case.entries, results) if not result.missing]
        self.check(case, pairs)
        sound = [(entry, result) for entry, result in pairs if not result.wrong]
        for number in range(self.rounds):
            progress(f'{case.name}: round {number + 1} of {self.rounds}')
            self.turn(case, sound)
        return results

    def check(self, case, pairs):
        """Runs each entry once with its output in a file, and compares what it wrote with what our program wrote."""
        expected = None
        for entry, result in pairs:
            progress(f'{case.name}: the answer of {entry.name}')
            out = WORK / f'out{Path(case.input).suffix}'
            self.run(self.command(case, entry, shlex.quote(str(out))))
            path = self.input(case, entry)
            result.input_bytes = (path or out).stat().st_size
            if entry.decoded >= 0:
                rows = self.rows(case, entry)
                result.bound = 1.25 * result.input_bytes + 8 * rows * entry.decoded + 8 * rows + (16 << 20)
            if case.answer and not entry.input:  # another input has another answer
                answer = case.answer(out, case.columns.split())
                expected = expected or answer
                differences = answers.differences(expected, answer)
                if entry.inexact:
                    result.differs = differences
                else:
                    result.wrong = differences
            out.unlink()

    def run(self, command):
        done = subprocess.run(['sh', '-c', command], env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f'run.py: exit status {done.returncode}: {command}\n{done.stderr}')

    def turn(self, case, pairs):
        """Each entry once, and ours a second time at the end."""
        again = [pair for pair in pairs if pair[0].ours]
        for entry, result in pairs + again:
            if entry.ours or sum(result.seconds) < PATIENCE:
                self.time(self.command(case, entry, '/dev/null'), result)

    def time(self, command, result):
        log, usage, table = WORK / 'log', WORK / 'usage', WORK / 'hyperfine.json'
        for path in (log, usage):
            path.unlink(missing_ok=True)
        line = shlex.join([str(WORK / 'measure'), str(usage), 'sh', '-c', command])
        env = {**self.env, 'CS_LOG_FILE': str(log), 'CS_LOG_FORMAT': 'json'}
        done = subprocess.run(['hyperfine', '--shell=none', '--style=none', '--runs=1', '--export-json', table, line],
                              env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f'run.py: {command}\n{done.stderr}')
        result.seconds.append(json.loads(table.read_text())['results'][0]['times'][0])
        result.memory = max(result.memory, int(usage.read_text().split()[0]))
        for event in map(json.loads, log.read_text().splitlines() if log.exists() else ()):
            if event['event'] == 'phase':
                result.phases.setdefault(event['text'].split(':')[0], []).append(event['seconds'])


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Others:
    """What other programs and, on a virtual machine, other guests took of the processors while we measured."""

    def __init__(self):
        self.begin = self.now()

    @staticmethod
    def now():
        """Wall clock, seconds of all processors that weren't idle, and our own."""
        try:
            user, nice, system, _, _, irq, softirq, steal, *_ = map(int, Path('/proc/stat').read_text().split()[1:11])
        except OSError:
            return None
        busy = (user + nice + system + irq + softirq + steal) / os.sysconf('SC_CLK_TCK')
        return time.monotonic(), busy, sum(os.times()[:4])

    def text(self):
        if not self.begin:
            return ''
        wall, busy, own = (after - before for after, before in zip(self.now(), self.begin))
        return f'Other programs took {max(0, busy - own) / wall:.2f} processors meanwhile.'


# --- what people read ---

def duration(seconds):
    return f'{seconds:.2f}' if seconds >= 1 else f'{seconds:.3f}'


def row_of(result, base):
    """One line of a case's table. base: our program, that the others are compared with."""
    if result.missing:
        return [result.name, 'not installed', '', '', '', '', '']
    if result.wrong:
        return [result.name, f'another answer: {", ".join(result.wrong)}', '', '', '', '', '']
    spread = f'{duration(min(result.seconds))}..{duration(max(result.seconds))}'
    ratio = '' if result.ours else f'{result.median / base.median:.1f}' if base else ''
    name = result.name + (f' (another answer: {", ".join(result.differs)})' if result.differs else '')
    return [name, duration(result.median), spread, str(len(result.seconds)),
            f'{result.input_bytes / result.median / 1e6:.0f}', f'{result.memory / 1e6:.0f}', ratio]


def table(head, rows):
    """A table in Markdown whose columns also line up as text."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(row):
        return '| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths)) + ' |'

    return '\n'.join([line(head), line(['-' * width for width in widths]), *map(line, rows)])


def case_text(case, results, size):
    base = next((result for result in results if result.ours and result.seconds), None)
    unit = 'MB/s of output' if not case.input else 'MB/s of input'
    text = [f'### {case.title}', '']
    if case.input:
        text += [f'`{case.input}`: {data.rows(case.input, size):,} rows, {results[0].input_bytes / 1e6:.0f} MB.', '']
    head = ['', 'median s', 'min..max', 'runs', unit, 'peak MB', 'times ours']
    text += [table(head, [row_of(result, base) for result in results])]
    if case.phases:
        told = [f'{result.name} ' + ', '.join(f'{name} {duration(statistics.median(times))}'
                                              for name, times in result.phases.items())
                for result in results if result.phases]
        text += ['', 'Phases, seconds: ' + '; '.join(told) + '.']
    shown = [result.shown for result in results if not result.missing]
    return '\n'.join([*text, '', '```sh', *shown, '```', ''])


def targets_text(results):
    rows = []
    for text, judge in cases.TARGETS:
        try:
            held, figure = judge(results)
            rows.append([text, 'yes' if held else 'no', figure])
        except LookupError:
            rows.append([text, 'unknown', 'not measured'])
    return table(['target', 'met', 'measured'], rows)


def machine_name():
    about = output_of('cat', '/proc/cpuinfo')
    cpu = re.search(r'model name\s*: (.*)', about)
    vectors = next((f' ({name})' for flag, name in (('avx512f', 'AVX-512'), ('avx2', 'AVX2')) if f' {flag} ' in about), '')
    return f'{cpu[1] if cpu else os.uname().machine}{vectors}, {len(os.sched_getaffinity(0))} processors'


def machine_text(installed):
    compiler = (BUILD / 'flags').read_text().split() if (BUILD / 'flags').exists() else ['cc']
    version = output_of(compiler[0], '--version').split('\n')[0]
    memory = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / (1 << 30)
    flags = ' '.join(dict.fromkeys(word for word in compiler if re.match(r'-[Om]', word)))
    peers = [f'{MODULES.get(needs.split(":")[-1], needs.split(":")[-1])} {version or "not installed"}'
             for needs, (_, version) in sorted(installed.known.items(), key=lambda item: item[0].split(':')[-1])]
    return (f'{machine_name()}, {memory:.0f} GiB; '
            f'{os.uname().sysname}; {version}, {flags}.\n\nPeers: {", ".join(peers)}.')


HEAD = """# Performance

Written by `make bench`; `make bench-quick` prints the same for small inputs in less than a minute. The inputs are made
by `scripts/bench/data.py` and checked by their SHA-256, the cases stand in `scripts/bench/cases.py`. `make charts` draws
the section on charts, where it is.

Before time counts, every program's answer is compared with ours (sums of columns, checksums of texts; of k-means the
inertia, computed anew from the labels). Then all programs of a case run in turn, {rounds} rounds, ours twice a round; a
peer that has taken {patience} seconds is spared further rounds. Time is that of the whole process, start and import of
modules included, with the input in the page cache; peak memory is that of the largest process; 1 MB is 1,000,000 bytes.
All use all processors unless a case says otherwise. Commands are as typed in the folder of the project, with
`build/bin` on the PATH.
"""

QUICK = 'They are meant for the large inputs of `make bench`: here the start of a program weighs much.'


def report_text(bench, measured, results, others):
    parts = [HEAD.format(rounds=bench.rounds, patience=PATIENCE), '## Machine', '', machine_text(bench.installed), '',
             others, '', '## Targets', '']
    if bench.size == 'quick':
        parts += [QUICK, '']
    parts += [targets_text(results), '', '## Cases', '']
    return '\n'.join([*parts, *(case_text(case, some, bench.size) for case, some in measured)])


# --- sections of a document, which others write ---

def section(document, title):
    """The text under '## title', '' where there is none."""
    found = re.search(rf'^## {title}\n+(.*?)\s*(?=^## |\Z)', document, re.MULTILINE | re.DOTALL)
    return found[1] if found else ''


def with_section(document, title, text):
    """The document with this text under '## title': in its place, or at the end."""
    whole = f'## {title}\n\n{text.strip()}\n'
    place = re.compile(rf'^## {title}\n.*?(?=^## |\Z)', re.MULTILINE | re.DOTALL)
    if not place.search(document):
        return f'{document.rstrip()}\n\n{whole}'
    return place.sub(lambda _: f'{whole}\n', document, count=1).rstrip() + '\n'


def keep_sections(path, text, titles):
    """What is to be written to path: the text, with these sections of what stands there."""
    old = path.read_text(encoding='utf-8') if path.exists() else ''
    for title in titles:
        if kept := section(old, title):
            text = with_section(text, title, kept)
    return text


def main():
    names = [case.name for case in cases.CASES]
    if len(sys.argv) < 2 or sys.argv[1] not in ('full', 'quick') or not set(sys.argv[2:]) <= set(names):
        sys.exit(f'{__doc__}\nCases: {", ".join(names)}')
    wanted = [case for case in cases.CASES if case.name in (sys.argv[2:] or names)]
    if not shutil.which('hyperfine'):
        sys.exit('run.py: hyperfine is not installed; the benchmarks need it (Debian: apt-get install hyperfine)')
    bench = Bench(sys.argv[1])
    inputs = [name for case in wanted for name in (case.beside, *(entry.input or case.input for entry in case.entries))]
    for name in dict.fromkeys(inputs):
        if name:
            data.make(name, bench.size, bench.folder)
    others = Others()
    measured = [(case, bench.measure(case)) for case in wanted]
    results = Results([result for _, some in measured for result in some])
    text = report_text(bench, measured, results, others.text())
    print(text)
    if bench.size == 'full' and wanted == cases.CASES:
        path = ROOT / 'docs' / 'performance.md'
        path.write_text(keep_sections(path, text, ['Another machine', 'Charts']), encoding='utf-8')
    if any(result.wrong for result in results.entries):
        sys.exit(1)


if __name__ == '__main__':
    main()
