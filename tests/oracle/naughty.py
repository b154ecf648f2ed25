#!/usr/bin/env python3
"""naughty.py FILE - the SHA-256 that tests/json.bats expects of blns.json as TSV, by Python's json: a header 's', then one
string a line."""
import hashlib
import json
import sys

with open(sys.argv[1], encoding='utf-8') as file:
    strings = json.load(file)
lines = ['s'] + [s.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r') for s in strings]
print(hashlib.sha256(''.join(line + '\n' for line in lines).encode()).hexdigest())
