"""phases.py - a peer tells its phases in the form of our logs, so that both are read alike."""
import json
import os
import time

_last = time.perf_counter()


def phase(name):
    """What happened since the last call was the phase `name`. $CS_LOG_FILE takes it, as for our programs."""
    global _last
    now = time.perf_counter()
    if path := os.environ.get('CS_LOG_FILE'):
        with open(path, 'a', encoding='utf-8') as log:
            print(json.dumps({'event': 'phase', 'text': f'{name}:', 'seconds': now - _last}), file=log)
    _last = now
