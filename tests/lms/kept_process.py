"""A process that keeps what is announced: `python -m … EDITION`. For each line it reads, a request
of its own: it says when the first phase opens, and how many queries that took."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from enrollment.announced import announced
    from lms import kept

    for _line in sys.stdin:
        with kept.in_a_request(), CaptureQueriesContext(connection) as queries:
            opens_at = announced(int(sys.argv[1])).phases[0].opens_at
        print(opens_at.isoformat(), len(queries), flush=True)
