#!/usr/bin/env python3
"""schema.py NAME FILE... - holds JSON documents against docs/schemas/NAME, with the package jsonschema; names what differs."""
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import jsonschema  # noqa: E402

folder = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schemas"
schema = json.loads((folder / sys.argv[1]).read_text())
jsonschema.Draft202012Validator.check_schema(schema)
resolver = jsonschema.RefResolver(folder.as_uri() + "/" + sys.argv[1], schema)
validator = jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
bad = 0
for name in sys.argv[2:]:
    for error in validator.iter_errors(json.loads(pathlib.Path(name).read_text())):
        print(f"{name}: {'/'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}")
        bad = 1
sys.exit(bad)
