#!/usr/bin/env python3
"""json_tables.py SUITE - writes tests/data/json-tables.tsv: which files of nst/JSONTestSuite (the folder SUITE, with
test_parsing/ and test_transform/), alone and as a cell, are a table, and which cells it has. Judged by Python's json
module, made as strict as RFC 8259, and by what a table is: an array of flat objects, or flat objects one behind the
other.

Each line: the number of the texts around the file (those of tests/json.bats), its name, then as build/toy/cs-judge says
it: 0, the number of columns, names and cells, escaped as in TSV. What isn't there is no table. For the files that a parser
must accept one more line, with "cuts" before the name: 0 or 3 for each length, where any is 0."""
import json
import os
import sys

WRAPS = [('', ''), ('{"n":1,"a":', '}'), ('[ {"n":1,\n"a": ', '} ]\n'),
         ('{"a":0,"n":1}\n{"a":', ',"n":2}\n{"a":null,"n":3}\n')]
BLANKS = ' \t\n\r'


class NoTable(Exception):
    pass


def escaped(text):
    for byte, letter in (('\\', '\\\\'), ('\t', '\\t'), ('\n', '\\n'), ('\r', '\\r')):
        text = text.replace(byte, letter)
    return text


class Number(str):
    pass


def refuse(word):
    raise NoTable(word)


# Objects are lists of pairs, in a tuple; numbers keep their text.
DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=Number, parse_float=Number, parse_constant=refuse)


def values(text):
    at = 0
    while True:
        while at < len(text) and text[at] in BLANKS:
            at += 1
        if at == len(text):
            return
        value, at = DECODER.raw_decode(text, at)
        yield value


def cell_of(value):
    if value is None:
        return '\\N'
    if value is True or value is False:
        return 'true' if value else 'false'
    if not isinstance(value, str):
        raise NoTable('nested')
    return text_of(value)


def text_of(value):
    if '\0' in value:
        raise NoTable('NUL')
    value.encode()  # fails for half a pair
    return escaped(value)


def table_of(data):
    text = data.decode()
    rows = list(values(text[1:] if text.startswith('\ufeff') else text))
    if rows and isinstance(rows[0], list):
        if len(rows) > 1:
            raise NoTable('text behind the array')
        rows = rows[0]
    columns, cells = [], []
    for row in rows:
        if not isinstance(row, tuple):
            raise NoTable('no object')
        names = [name for name, value in row]
        if len(set(names)) < len(names):
            raise NoTable('a key stands twice')
        columns += [name for name in names if name not in columns]
        cells.append({name: cell_of(value) for name, value in row})
    if not columns:
        raise NoTable('no columns')
    return [text_of(name) for name in columns], [row.get(name, '\\N') for row in cells for name in columns]


def judge(data):
    try:
        names, cells = table_of(data)
    except (NoTable, ValueError, RecursionError):  # UnicodeError is a ValueError
        return ['3']
    return ['0', str(len(names))] + names + cells


def inside(data):
    begin, end = data.find(b'['), data.rfind(b']')
    return data[begin + 1:end] if 0 <= begin < end else data


def wrapped(path, before, behind):
    with open(path, 'rb') as file:
        data = file.read()
    return before.encode() + inside(data) + behind.encode() if before else data


def main():
    print('# Made by tests/oracle/json_tables.py.')
    for number, (before, behind) in enumerate(WRAPS):
        for folder in ('test_parsing', 'test_transform'):
            for name in sorted(os.listdir(os.path.join(sys.argv[1], folder))):
                data = wrapped(os.path.join(sys.argv[1], folder, name), before, behind)
                verdict = judge(data)
                if verdict[0] == '0':
                    print('\t'.join([str(number), name] + verdict))
                if name.startswith('y_'):
                    cuts = ''.join(judge(data[:length])[0] for length in range(len(data) + 1))
                    if '0' in cuts:
                        print('\t'.join([str(number), 'cuts ' + name, cuts]))


main()
