"""drawing.py - lines over two logarithmic axes, drawn by gnuplot as an SVG. No text of its script comes from outside."""
import math
import subprocess
from dataclasses import dataclass


@dataclass
class Line:
    label: str
    colour: str
    points: list
    limit: bool = False


@dataclass
class Picture:
    title: str
    subtitle: str
    across: str  # what the axes are
    up: str
    lines: list
    tick: object  # how a power of ten of the upright axis is written


def grouped(number):
    """1,000; 10 million; 0.3."""
    return f'{number // 1000000} million' if number >= 1000000 and number % 1000000 == 0 else f'{number:,}'


def duration(seconds):
    for unit, name in ((1, 's'), (1e-3, 'ms'), (1e-6, 'µs')):
        if seconds >= unit * 0.999:
            return f'{seconds / unit:g} {name}'
    return f'{seconds * 1e9:g} ns'


def size(number):
    """Of memory, in bytes."""
    for unit, name in ((1e9, 'GB'), (1e6, 'MB')):
        if number >= unit * 0.999:
            return f'{number / unit:g} {name}'
    return f'{number / 1e3:g} kB'


def ticks(sizes):
    """Of sizes that grow by powers of ten, those alone."""
    powers = [at for at in sizes if math.log10(at).is_integer()]
    return powers if len(powers) > 2 else sizes


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
"""
WIDTH, HEIGHT, LABEL_GAP = 900, 520, 0.062


def script(picture):
    lines = picture.lines
    xs = sorted({x for line in lines for x, _ in line.points})
    ys = [y for line in lines for _, y in line.points]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))
    text = [STYLE.format(width=WIDTH, height=HEIGHT)]
    text += [f"set label 1 '{{/:Bold=18 {picture.title}}}' at screen 0.02,0.955 left tc rgb '#1f2933'",
             f"set label 2 '{picture.subtitle}' at screen 0.02,0.9 left tc rgb '#66727f' font ',13'"]
    text += [f'set xrange [{0.96 * min(xs)}:{1.04 * max(xs)}]', f'set yrange [{low}:{high}]']
    text += ['set xtics (' + ', '.join(f"'{grouped(x)}' {x}" for x in ticks(xs)) + ')']
    decades = range(round(math.log10(low)), round(math.log10(high)) + 1)
    text += ['set ytics (' + ', '.join(f"'{picture.tick(10.0 ** e)}' 1e{e}" for e in decades) + ')']
    text += [f"set xlabel '{picture.across}' tc rgb '#66727f' offset 0,0.4",
             f"set ylabel '{picture.up}' tc rgb '#66727f' offset 0.5,0"]
    wanted = [math.log(line.points[-1][1] / low) / math.log(high / low) for line in lines]
    for number, (line, place) in enumerate(zip(lines, spread(wanted, LABEL_GAP)), 10):
        text += [f"set label {number} '{line.label}' at graph 1.025,{place:.4f} left tc rgb '{line.colour}'"]
    for number, line in enumerate(lines):
        text += [f'$line{number} << END', *(f'{x} {y:.9g}' for x, y in line.points), 'END']
    plots = [f"$line{number} w l lw 1.6 dt (6,4) lc rgb '{line.colour}'" if line.limit else
             f"$line{number} w lp lw 2.4 pt 7 ps 0.55 lc rgb '{line.colour}'" for number, line in enumerate(lines)]
    return '\n'.join([*text, 'plot ' + ', '.join(plots), ''])


def draw(picture, path):
    done = subprocess.run(['gnuplot', '-d', '-'], input=script(picture).encode(), capture_output=True, check=False)
    if done.returncode:
        raise OSError(f'gnuplot: {done.stderr.decode()}')
    svg = done.stdout.decode()
    svg = svg.replace('font-family="DejaVu Sans"', 'font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"')
    svg = svg.replace('<title>Gnuplot</title>', f'<title>{picture.title}</title>')
    path.write_text(svg, encoding='utf-8')
