"""report.py DOCUMENT.md|DOCUMENT.html CLUSTERED.csv [MODEL.json [QUALITY.json]] - every figure of a report on customers, computed anew from the
table and the model, with nothing of cs: each line that holds a digit must be one that is expected here. Fails with the lines
that aren't, and with the lines that are missing. Python's standard library alone."""
import csv
import html
import json
import math
import re
import sys
from html.parser import HTMLParser

KEYS = [('total_spent', 'spend', 'money'), ('total_transactions', 'orders', 'count'),
        ('days_since_last_purchase', 'days since last purchase', 'days'), ('spent_12m', 'spend, last 12 months', 'money'),
        ('avg_transaction_value', 'spend an order', 'money'), ('tenure_days', 'days since first purchase', 'days'),
        ('purchase_interval', 'days between purchases', 'days'), ('discount_share', 'discount share', 'share'),
        ('category_count', 'categories bought', 'count'), ('clv_advanced', 'lifetime value', 'money'),
        ('churn_risk', 'churn risk', 'share'), ('engagement_score', 'engagement (0-100)', 'score')]
SMALL = 10
FATES = [(0.85, 'comes back nearly the same: highly stable'), (0.75, 'comes back: stable'),
         (0.6, 'comes back with others in it: doubtful'), (-math.inf, 'dissolves: not to be trusted')]


# --- figures as they are written ---

def number(value, decimals):
    if value is None or math.isnan(value):
        return '–'
    text = f'{value:,.{decimals}f}'
    return text.lstrip('-') if not text.strip('-0.,') else text


def percent(share):
    if share is None or math.isnan(share):
        return '–'
    if 0 < share < 0.005:
        return '<1 %'
    if 0.995 <= share < 1:
        return '>99 %'
    return f'{100 * share:.0f} %'


def median(values):
    values = sorted(values)
    place = (len(values) - 1) / 2
    low = math.floor(place)
    return values[low] + (values[math.ceil(place)] - values[low]) * (place - low)


def mean(values):
    return math.fsum(values) / len(values) if values else math.nan


def deviation(values):
    middle = mean(values)
    return math.sqrt(math.fsum((v - middle) ** 2 for v in values) / len(values))


# --- the document as lines and tables ---

class Page(HTMLParser):
    """An HTML fragment as the lines that Markdown would have: cells between |, the rest as text."""

    def __init__(self):
        super().__init__()
        self.lines, self.text, self.row, self.skip = [], '', None, 0

    def handle_starttag(self, tag, attrs):
        self.skip += tag in ('script', 'style', 'svg', 'noscript', 'caption', 'head')
        if tag == 'tr':
            self.row = []
        if tag in ('td', 'th', 'p', 'li', 'h1', 'h2', 'h3'):
            self.text = ''

    def handle_endtag(self, tag):
        self.skip -= tag in ('script', 'style', 'svg', 'noscript', 'caption', 'head')
        if tag in ('td', 'th') and self.row is not None:
            self.row.append(self.text.strip())
        elif tag == 'tr':
            self.lines.append('| ' + ' | '.join(self.row) + ' |')
            self.row = None
        elif tag in ('p', 'li', 'h1', 'h2', 'h3') and not self.skip:
            self.lines.append(self.text.strip())
            self.text = ''

    def handle_data(self, data):
        if not self.skip:
            self.text += data


def lines_of(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if path.endswith('.html'):
        page = Page()
        page.feed(re.search(r'<!-- report -->(.*)<!-- /report -->', text, re.S)[1])
        return page.lines
    lines = []
    for line in text.splitlines():
        line = re.sub(r'^(#+ |- |1\. |!\[.*)', '', line)
        line = re.sub(r'\\(.)', r'\1', line.replace('**', '').strip('_'))
        if line and not re.fullmatch(r'(\|:?-+:?)+\|', line):
            lines.append(html.unescape(line))
    return lines


# --- what is expected ---

class Table:
    def __init__(self, path):
        with open(path, encoding='utf-8', newline='') as file:
            rows = list(csv.DictReader(file))
        self.rows, self.n, self.known = rows, len(rows), {}
        self.labels = sorted({row['cluster'] for row in rows}, key=lambda label: (label == '-1', int(label)))
        self.named = 'cluster_name' in rows[0]
        self.of = {label: [row for row in rows if row['cluster'] == label] for label in self.labels}

    def name(self, label):
        if label == '-1':
            return 'no pattern'
        return self.of[label][0]['cluster_name'] if self.named else f'segment {label}'

    def has(self, column):
        return column in self.rows[0] and bool(self.values(column))

    def values(self, column, label=None):
        if (column, label) not in self.known:
            rows = self.rows if label is None else self.of[label]
            self.known[column, label] = [float(row[column]) for row in rows if row[column] != '']
        return self.known[column, label]


class Expected:
    def __init__(self, table, model, quality):
        self.table, self.model, self.quality = table, model or {}, quality
        self.money = {column: 2 if abs(median(table.values(column))) < 100 else 0
                      for column, _, unit in KEYS if unit == 'money' and table.has(column)}
        self.lines, self.patterns = [], []

    def say(self, column, unit, value, middle=False):
        if unit == 'share':
            return percent(value)
        decimals = self.money[column] if unit == 'money' else 0 if unit == 'days' or middle else 1
        return number(value, decimals)

    def row(self, *cells):
        self.lines.append('| ' + ' | '.join(cells) + ' |')

    def segments(self):
        table, spent = self.table, math.fsum(self.table.values('total_spent'))
        for label in [*table.labels, None]:
            size = table.n if label is None else len(table.of[label])
            name = 'All customers' if label is None else table.name(label)
            cells = [name, number(size, 0), percent(size / table.n)]
            if size < SMALL and label is not None:
                cells += ['–'] * 5
            else:
                own = math.fsum(table.values('total_spent', label))
                cells += [number(own, 0), percent(own / spent)]
                for column, _, unit in KEYS[:3]:
                    cells.append(self.say(column, unit, median(table.values(column, label)), middle=True))
            self.row(*cells)

    def each(self):
        table = self.table
        for label in table.labels:
            size = len(table.of[label])
            self.patterns.append(re.escape(f'{number(size, 0)} customers ({percent(size / table.n)})') + r'(: [^0-9]*)?\.')
            if size < SMALL:
                continue
            jaccard = self.stability().get(label)
            if jaccard is not None:
                fate = next(words for least, words in FATES if jaccard >= least)
                self.lines.append(f'When customers are drawn anew, it {fate}.')
            for column, title, unit in KEYS:
                if not table.has(column):
                    continue
                own, every = table.values(column, label), table.values(column)
                spread = deviation(every)
                effect = (mean(own) - mean(every)) / spread if own and spread else 0.0
                index = 100 * mean(own) / mean(every) if own and mean(every) > 0 else math.nan
                signed = f'{effect:+.1f}'
                self.row(title, self.say(column, unit, mean(own)), self.say(column, unit, median(own) if own else math.nan, middle=True),
                         self.say(column, unit, mean(every)), number(index, 0), signed if signed.strip('+-0.') else signed[1:])

    def stability(self):
        """Of each segment, by its label, the mean Jaccard similarity."""
        model = self.model
        chosen = next((entry for entry in model.get('selection', []) if 'k' in model and entry['k'] == model['k']), {})
        of = chosen.get('stability') or []
        return dict(zip(map(str, model.get('numbers') or range(1, len(of) + 1)), of))

    def insights(self):
        table = self.table
        spent = sorted((max(0.0, v) for v in table.values('total_spent')), reverse=True)
        total, n = math.fsum(spent), len(spent)

        def held(share):
            whole = int(n * share)
            return (math.fsum(spent[:whole]) + (n * share - whole) * (spent[whole] if whole < n else 0)) / total
        ascending = spent[::-1]
        gini = math.fsum((2 * (i + 1) - n - 1) * v for i, v in enumerate(ascending)) / (n * total)
        days, orders = table.values('days_since_last_purchase'), table.values('total_transactions')
        self.lines += [
            f'Concentration: the best quarter of the customers brings {percent(held(0.25))} of revenue, the best hundredth '
            f'{percent(held(0.01))} (Gini {gini:.2f})',
            f'Active: {percent(sum(d <= 90 for d in days) / len(days))} have bought in the last 90 days',
            f'Dormant: {percent(sum(d > 180 for d in days) / len(days))} haven\'t bought for more than 180 days',
            f'Once: {percent(sum(o == 1 for o in orders) / len(orders))} have bought once']

    def sentence(self):
        table = self.table
        spent = math.fsum(table.values('total_spent'))
        share = {label: len(table.of[label]) / table.n for label in table.labels}
        revenue = {label: math.fsum(table.values('total_spent', label)) / spent for label in table.labels}
        if self.model.get('tool') == 'cs-dbscan':
            lost = len(table.of.get('-1', []))
            if lost:
                self.lines.append(f'{number(lost, 0)} customer{"s" if lost > 1 else ""} ({percent(share["-1"])}) fit{"" if lost > 1 else "s"} no pattern'
                                  + (f' and bring {percent(revenue["-1"])} of revenue.' if lost >= SMALL else '.'))
            return
        real = [label for label in table.labels if label != '-1' and len(table.of[label]) >= SMALL]
        rich = max(real, key=lambda label: revenue[label] - share[label])
        text = f'{percent(share[rich])} of customers bring {percent(revenue[rich])} of revenue'
        middle = {label: median(table.values('days_since_last_purchase', label)) for label in real}
        quiet = max(real, key=middle.get)
        if middle[quiet] > median(table.values('days_since_last_purchase')):
            text += f'; {percent(share[quiet])} last bought {number(middle[quiet], 0)} days ago (median)'
        self.lines.append(text + '.')

    def coverage(self):
        clusters = len([label for label in self.table.labels if label != '-1'])
        self.lines.append(f'Customers: {number(self.table.n, 0)} in {clusters} segment{"s" if clusters != 1 else ""}')
        if not self.quality:
            return
        dates, revenue = self.quality['dates'], self.quality.get('revenue') or {'gross': 0}
        self.lines.append(f'Period: orders from {dates["first"]} to {dates["last"]}; time is counted to {dates["as_of"]}')
        if (self.quality.get('guests') or {}).get('share'):
            self.lines.append(f'Guests: {percent(self.quality["guests"]["share"])} of revenue comes from orders without a customer and isn\'t here')
        if revenue['gross']:
            self.lines.append(f'Refunds: {number(revenue["refunded"], 0)} of {number(revenue["gross"], 0)} were given back '
                              f'({percent(revenue["refunded"] / revenue["gross"])}) and are taken off')
        if self.quality['bad_rows']:
            self.lines.append(f'Left out: {number(self.quality["bad_rows"], 0)} of {number(self.quality["rows"], 0)} rows that were read couldn\'t be used')

    def appendix(self):
        model = self.model
        if model.get('tool') != 'cs-kmeans':
            self.patterns += [r'Method: cs-dbscan, eps [\d.]+, min-points \d+', r'Clustered by: .*', r'Chosen: .*', r'\| [\d.]+ \| .*']
            return
        k = model['k']
        self.patterns += [rf'Method: cs-kmeans, k = {k}, seed \d+', r'Chosen: .*']
        silhouette = model['metrics'].get('silhouette')
        if silhouette is not None:
            self.lines.append(f'Silhouette: {silhouette:.2f}')
        for entry in model.get('selection', []):
            stability = entry.get('stability') or []
            mark = ' (chosen)' if entry['k'] == k else ' (runner-up)' if entry['k'] == model['choice'].get('runner_up') else ''
            cells = [f'{entry["k"]}{mark}', *(f'{entry[key]:.{digits}g}' for key, digits in
                     (('inertia', 5), ('silhouette', 3), ('davies_bouldin', 3), ('calinski_harabasz', 4))),
                     number(min(stability) if stability else math.nan, 2), f'{entry["smallest"]}']
            self.row(*cells)
            if entry['k'] == k and stability:
                self.lines.append('Stability: mean Jaccard of the segments under resampling ' + ', '.join(f'{s:.2f}' for _, s in sorted((int(n), s) for n, s in self.stability().items())))
        if model.get('selection'):
            self.lines.append(f'By themselves the criteria would choose {self.votes(model["selection"])}; chosen were {k}.')

    @staticmethod
    def votes(selection):
        voted = {}
        for key, name, sign in (('silhouette', 'silhouette', 1), ('davies_bouldin', 'Davies-Bouldin', -1), ('calinski_harabasz', 'Calinski-Harabasz', 1)):
            best = max((entry for entry in selection if entry.get(key) is not None), key=lambda entry: sign * entry[key])
            voted.setdefault(best['k'], []).append(name)
        return ', '.join(f'{k} by ' + (', '.join(names[:-1]) + ' and ' if len(names) > 1 else '') + names[-1] for k, names in voted.items())

    def spent_of(self, names):
        """What segments of these names spent in the last 12 months, and what all did."""
        table = self.table
        own = math.fsum(math.fsum(table.values('spent_12m', label)) for label in table.labels if table.name(label) in names)
        return own, math.fsum(table.values('spent_12m'))

    def category(self, label, column, value):
        """The share of a value in a segment, and its index."""
        def share(rows):
            there = [row[column] for row in rows if row[column] != '']
            return there.count(value) / len(there)
        own = share(self.table.of[label])
        return percent(own), number(100 * own / share(self.table.rows), 0)

    def typical(self, row):
        """A row as the report would tell it."""
        told = [(column, title, unit) for column, title, unit in KEYS if self.table.has(column) and row[column] != ''][:6]
        return ', '.join(f'{title} {self.say(column, unit, float(row[column]), middle=True)}' for column, title, unit in told)

    def cross(self):
        table = self.table
        if 'rfm_segment' not in table.rows[0]:
            return
        of = {}
        for row in table.rows:
            of[row['rfm_segment']] = of.get(row['rfm_segment'], 0) + 1
        names = sorted(of, key=lambda name: (-of[name], name))
        for label in table.labels:
            counts = [sum(row['rfm_segment'] == name for row in table.of[label]) for name in names]
            self.row(table.name(label), *('–' if len(table.of[label]) < SMALL else number(count, 0) for count in counts))

    def is_advice(self, line):
        """Whether a line of advice has the right figures: which rule fits a segment isn't looked at here."""
        table, spent = self.table, math.fsum(self.table.values('total_spent'))
        if found := re.fullmatch(r'(.*): [^:]*\. ([\d,]+) customers, (.*) of revenue; watch: .*', line):
            for label in table.labels:
                size, own = len(table.of[label]), math.fsum(table.values('total_spent', label))
                if found.groups() == (table.name(label), number(size, 0), percent(own / spent)):
                    return True
            return False
        if found := re.fullmatch(r'([\d,]+): what (.*) spent in the last 12 months \((.*) of all\)\.', line):
            # Names may hold commas.
            own, every = self.spent_of([name for name in map(table.name, table.labels) if name in found[2]])
            return (found[1], found[3]) == (number(own, 0), percent(own / every))
        if found := re.fullmatch(r'At stake: ([\d,]+), what they spent in the last 12 months', line):
            return any(found[1] == number(math.fsum(table.values('spent_12m', label)), 0) for label in table.labels)
        if found := re.fullmatch(r'(\w+): (.*), (.*) of them \(index ([\d,]+)\)', line):
            return any(found.groups()[2:] == self.category(label, *found.groups()[:2]) for label in table.labels)
        if found := re.fullmatch(r'A typical customer: (.*)\.', line):
            return any(found[1] == self.typical(row) for row in table.rows)
        return re.match(r'(What to do|Channel|Watch|Caution): ', line) is not None

    def all(self):
        self.sentence()
        self.segments()
        self.coverage()
        self.insights()
        self.each()
        self.appendix()
        self.cross()
        # Of what isn't computed here: definitions, and what the rows' places tell.
        self.patterns += [r'Index: 100 is the average of all\. .*', r'On the border with .*: (<1|>99|\d+) % of them could as well be there\.',
                          r'Of groups of fewer than 10 customers nothing but their size is told\.', r'When customers are drawn anew, the least stable of the segments .*']
        return self


def load(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def main(document, table, model=None, quality=None):
    expected = Expected(Table(table), model and load(model), quality and load(quality)).all()
    lines, bad = lines_of(document), 0
    wanted = list(expected.lines)
    for line in lines:
        without_action = re.sub(r'(?<=\|) [^|]*\|$', '', line).strip()
        if line in wanted:
            wanted.remove(line)
        elif without_action in wanted:
            wanted.remove(without_action)
        elif expected.is_advice(line):
            continue
        elif re.search(r'\d', line) and not any(re.fullmatch(pattern, line) for pattern in expected.patterns):
            bad += 1
            print(f'not expected: {line}')
    for line in wanted:
        bad += 1
        print(f'missing: {line}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
