#!/usr/bin/env python3
"""audit.py - an audit of cs-prep held against its input, its output, and what cs-gen says it planted.

audit.py sums AUDIT                  all that must add up within the audit
audit.py table AUDIT TABLE           ... and the table that was written
audit.py orders AUDIT FILE...        ... and the orders that were read, cleaned here by the rules of docs/cleaning.md
audit.py lines AUDIT NAME DEFECTS FILE   the lines of each rule are those of the defects that it finds in FILE, which is the
                                     table NAME of cs-gen (transactions, customers, merged)

Sums are exact: decimals here, and what an audit says must be the same decimal. Writes a line for each fault."""
import csv
import datetime
import json
import re
import sys
from decimal import Decimal

MISSING = {'', 'NA', 'N/A', 'null', 'NULL', 'NaN'}
KEPT = 10  # lines of a rule
VOID = {'cancelled', 'voided', 'failed'}
ROW_RULES = ['not_selected', 'no_customer', 'unknown_customer', 'bad_date', 'bad_number', 'after_as_of', 'not_completed', 'cancelled',
             'quantity_not_positive', 'price_not_positive', 'duplicate']
faults = 0


def expect(what, got, want):
    global faults
    if got == want:
        return
    faults += 1
    print(f'{what}: {got}, not {want}')


def expect_near(what, got, want):
    if abs(got - want) > Decimal('1e-12'):
        expect(what, got, want)


def read_audit(name):
    with open(name) as file:
        return json.load(file, parse_float=Decimal, parse_int=int)


def read_rows(name):
    """The rows of a table as dictionaries, each with its cells and its line."""
    with open(name, newline='') as file:
        reader = csv.reader(file)
        head = next(reader)
        for cells in reader:
            yield dict(zip(head, cells), line=f'{name}:{reader.line_num}', cells=tuple(cells))


# --- within the audit ---

def check_sums(audit):
    left = audit['rows']
    for stage in audit['stages']:
        rule = stage['rule']
        expect(f'{rule}: rows_in', stage['rows_in'], left)
        left -= stage['rejected']
        expect(f'{rule}: rows_out', stage['rows_out'], left)
        if rule not in ('before_window', 'after_calibration', 'netted', 'outlier'):
            expect(f'{rule}: lines', len(stage['lines']), min(KEPT, stage['rejected']))
    expect('bad_rows', audit['bad_rows'], sum(s['rejected'] for s in audit['stages'] if s['bad']))
    who = audit['customers']
    expect('customers', who['seen'],
           who['no_usable_row'] + who['no_order_left'] + who['outliers_dropped'] + who['written'])
    expect('customers of the last stage', audit['stages'][-1]['customers'], who['written'])
    counts = [s['customers'] for s in audit['stages']]
    expect('customers never grow', counts, sorted(counts, reverse=True))
    if audit['dates']:
        first, last = (datetime.date.fromisoformat(audit['dates'][key]) for key in ('first', 'last'))
        expect('days', audit['dates']['days'], (last - first).days + 1)
    expect('dropped', sum(rule['customers'] for rule in audit['outliers'] if rule['action'] == 'drop'), who['outliers_dropped'])
    if 'rfm' in audit and 'segments' in audit['rfm']:
        expect('segments', sum(s['customers'] for s in audit['rfm']['segments']), who['written'])
    if audit['input'] == 'orders':
        check_order_sums(audit, {s['rule']: s for s in audit['stages']})


def check_order_sums(audit, stage):
    back, revenue = audit['cancellations'], audit['revenue']
    if audit['duplicates']['removed']:
        expect('copies', audit['duplicates']['removed'], stage['duplicate']['rejected'] + back['duplicates'])
    expect('cancelled', back['rows'], stage['cancelled']['rejected'])
    if revenue['gross'] is None:
        return
    expect('net', revenue['net'], revenue['gross'] - revenue['refunded'])
    expect('amount', back['amount'], revenue['refunded'])
    expect('amounts', back['amount'], back['matched_amount'] + back['unmatched_amount'])
    expect('gross', stage['after_calibration']['revenue'], revenue['gross'])
    expect('netted', stage['netted']['revenue'], revenue['gross'] - back['matched_amount'])
    expect('unmatched', stage['unmatched_cancellations']['revenue'], revenue['net'])
    expect('last stage', audit['stages'][-1]['revenue'], revenue['net_of_customers_written'])


# --- the table that was written ---

def check_table(audit, name):
    rows = list(read_rows(name))
    expect('rows written', len(rows), audit['customers']['written'])
    if not rows or 'total_spent' not in rows[0]:
        return
    last = audit['stages'][-1]['revenue']
    expect('total_spent', sum(Decimal(row['total_spent']) for row in rows), last)
    if audit['input'] != 'orders':
        return
    expect('net_of_customers_written', audit['revenue']['net_of_customers_written'], last)
    known = audit['revenue']['gross'] + audit['guests']['revenue'] + audit['unknown_customers']['revenue']
    if audit['coverage'] is not None:
        share = sum(Decimal(row['gross_spent']) for row in rows) / known
        expect_near('coverage', audit['coverage'], share)


# --- the orders that were read ---

def number(text):
    return Decimal(text) if re.fullmatch(r'[+-]?\d+(\.\d+)?', text) else None


def moment(text):
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def amount_of(row):
    """Quantity, price and amount, or None where one of them is no number."""
    quantity = number(row.get('quantity', row.get('Quantity', '1')))
    price = number(row.get('unit_price', row.get('UnitPrice', '1')))
    if 'amount' in row:
        amount, price = number(row['amount']), Decimal(1) if price is None else price
    else:
        amount = quantity * price if quantity is not None and price is not None else None
    return None if quantity is None or amount is None else (quantity, price, amount)


def rule_of(row, numbers, figures):
    """The first rule that the row fails whatever its customer; 'duplicate' for a purchase."""
    if not moment(row.get('order_date', row.get('InvoiceDate', ''))):
        return 'bad_date'
    if not numbers:
        return 'bad_number'
    if row.get('status') in VOID:
        return 'not_completed'
    quantity, price, amount = numbers
    order = row.get('InvoiceNo', '')
    if quantity < 0 or ('amount' in row and amount < 0) or row.get('status') == 'return' or (figures and order[:1] == 'C'):
        return 'cancelled'
    if quantity == 0:
        return 'quantity_not_positive'
    return 'duplicate' if price > 0 else 'price_not_positive'


def clean(rows):
    """Each row with its rule (None: a purchase that is kept), customer, amount and day; and whether a guest's is a purchase."""
    orders = [row['InvoiceNo'] for row in rows if 'InvoiceNo' in row]
    figures = sum(order.isdigit() for order in orders) * 2 > len(orders)
    seen = set()
    for row in rows:
        customer = row.get('customer_id', row.get('CustomerID')).strip()
        numbers = amount_of(row)
        value = rule_of(row, numbers, figures)
        rule = 'no_customer' if customer in MISSING else value
        if rule in ('duplicate', 'cancelled'):
            copy = row['cells'] in seen
            seen.add(row['cells'])
            rule = None if rule == 'duplicate' and not copy else rule
        yield {'line': row['line'], 'rule': rule, 'customer': customer, 'amount': numbers[2] if numbers else Decimal(0),
               'day': row.get('order_date', row.get('InvoiceDate', ''))[:10], 'guest': rule == 'no_customer' and value == 'duplicate'}


def check_orders(audit, names):
    rows = [row for name in names for row in read_rows(name)]
    cleaned = list(clean(rows))
    left = cleaned
    expect('rows', audit['rows'], len(rows))
    for stage, rule in zip(audit['stages'], ROW_RULES):
        bad = [row['line'] for row in left if row['rule'] == rule]
        left = [row for row in left if row['rule'] != rule]
        expect(f'{rule}: rejected', stage['rejected'], len(bad))
        expect(f'{rule}: lines', stage['lines'], bad[:KEPT])
        expect(f'{rule}: revenue', stage['revenue'], sum(row['amount'] for row in left))
        expect(f'{rule}: customers', stage['customers'], len({row['customer'] for row in left} - MISSING))
    bought, guests = sum(row['amount'] for row in left), [row['amount'] for row in cleaned if row['guest']]
    days = [row['day'] for row in left]
    expect('gross', audit['revenue']['gross'], bought)
    expect('dates', (audit['dates']['first'], audit['dates']['last']), (min(days), max(days)))
    expect('guests', (audit['guests']['rows'], audit['guests']['revenue']), (len(guests), sum(guests)))
    expect_near("guests' share", audit['guests']['share'], sum(guests) / (bought + sum(guests)))


# --- what was planted ---

def planted(name, rows, defects):
    """The rule of each row that a defect gives one: by line. A row has one defect at most."""
    by_id, by_order, rule = {}, {}, {}
    for row in rows:
        customer = row['customer_id'].strip()
        by_id.setdefault('' if customer in MISSING else customer, []).append(row)
        by_order.setdefault(row.get('order_id'), []).append(row)
    for defect in defects:
        if defect['table'] != name or not defect['rule']:
            continue
        lost = name != 'transactions' and defect['kind'] == 'missing' and defect['column'] == 'customer_id'
        here = by_id[''] if lost else by_order[defect['order_id']] if name == 'transactions' else by_id[defect['customer_id']]
        if defect['defect'] == 'copy':
            here = [row for i, row in enumerate(here) if row['cells'] in [other['cells'] for other in here[:i]]]
        elif name == 'transactions':
            here = [row for row in here if (row['status'] == 'return') == (defect['defect'] == 'return')]
        rule.update((row['line'], defect['rule']) for row in here)
    return rule


def check_lines(audit, name, defects, table):
    rows, defects = list(read_rows(table)), list(read_rows(defects))
    rule = planted(name, rows, defects)
    if name == 'customers':
        lines = [row['line'] for row in rows if rule.get(row['line']) == 'table_rejected']
        expect('table_rejected', audit['customers']['table_rejected'], len(lines))
        expect('table_lines', audit['customers']['table_lines'], lines[:KEPT])
        return
    joined = 'table_rows' in audit['customers']
    nameless = {defect['customer_id'] for defect in defects
                if defect['table'] == 'customers' and defect['rule'] == 'table_rejected' and defect['kind'] == 'missing'}
    for row in rows:
        if joined and row['customer_id'].strip() in nameless:
            rule[row['line']] = 'unknown_customer'
    told = 0
    for stage in audit['stages']:
        lines = [row['line'] for row in rows if rule.get(row['line']) == stage['rule']]
        if stage['rule'] == 'netted' or (stage['rule'] == 'unknown_customer' and not joined):
            continue
        expect(f"{stage['rule']}: rejected", stage['rejected'], len(lines))
        expect(f"{stage['rule']}: lines", stage['lines'], lines[:KEPT])
        told += len(lines)
    expect('lines that are told', told > 0, True)


def main():
    what, audit = sys.argv[1], read_audit(sys.argv[2])
    if what == 'lines':
        check_lines(audit, *sys.argv[3:])
    else:
        check_sums(audit)
    if what == 'table':
        check_table(audit, sys.argv[3])
    if what == 'orders':
        check_orders(audit, sys.argv[3:])
    return faults > 0


sys.exit(main())
