#!/usr/bin/env python3
"""schema.py SCHEMA FILE... - whether JSON documents are as a schema of docs/schemas says, by the package jsonschema.

Writes a line for each fault; exit status 1 where there is one."""
import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    schema = json.load(file)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema, format_checker=jsonschema.FormatChecker())
faults = 0
for name in sys.argv[2:]:
    with open(name) as file:
        for error in validator.iter_errors(json.load(file)):
            print(f'{name}: {"/".join(map(str, error.absolute_path))}: {error.message}')
            faults += 1
sys.exit(faults > 0)
