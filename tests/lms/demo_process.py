"""The demonstration built by a process of its own, on a given day: `python -m … DAY SCALE`."""

import sys
from datetime import datetime

import django
import time_machine

if __name__ == "__main__":
    day, scale = datetime.fromisoformat(sys.argv[1]), float(sys.argv[2])
    django.setup()
    from lms.demo import standing

    with time_machine.travel(day, tick=False):
        standing.build(day, scale=scale)
