"""What choosing costs, and whether it is proven: each in a process of its own, whose memory is its
own too. `python -m tests.bench.balance 10000` prints `cpu, megabytes, gap`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from random import Random

from enrollment.balance.problem import CEILING, FLOOR, Applicant, Problem, Rule
from enrollment.balance.solving import solve

SEATS = 1000
AT_MOST = {10_000: 5, 100_000: 60}  # applicants: seconds of CPU
MEGABYTES = 500
COUNTRIES = [f"C{number}" for number in range(18)]
RULES = [
    Rule("country", "C0", CEILING, percent=15),
    Rule("country", "C1", CEILING, percent=14),
    Rule("country", "C17", FLOOR, number=12, order=1),
    Rule("country", "C16", FLOOR, number=25, order=2),
    Rule("gender", "woman", FLOOR, percent=45, order=9),
    Rule("gender", "another", FLOOR, percent=4, order=8),
    Rule("role", "judge", CEILING, percent=47),
    Rule("role", "defender", FLOOR, percent=19, order=5),
    Rule("workplace", "rural", FLOOR, percent=25, order=4),
    Rule("workplace", "capital", CEILING, percent=45),
    Rule("language", "en", FLOOR, percent=8, order=3),
    Rule("language", "es", CEILING, percent=60),
]
SHARES = {
    "country": dict(zip(COUNTRIES, (2 ** (-n / 3) for n in range(18)), strict=True)),
    "role": {"judge": 50, "prosecutor": 20, "defender": 15, "clerk": 10, "academic": 5},
    "gender": {"man": 60, "woman": 37, "another": 3},
    "workplace": {"capital": 55, "other_city": 30, "rural": 15},
    "language": {"es": 70, "pt-br": 25, "en": 5},
}


def a_problem(size: int) -> Problem:
    random = Random(size)  # noqa: S311
    answers = {
        factor: random.choices(list(shares), list(shares.values()), k=size)
        for factor, shares in SHARES.items()
    }
    applicants = [
        Applicant(
            f"A{place:06d}",
            random.randint(0, 10_000),
            {factor: values[place] for factor, values in answers.items()},
        )
        for place in range(size)
    ]
    return Problem(applicants, RULES, SEATS, "bench")


def measure(size: int) -> dict[str, float]:
    problem = a_problem(size)
    before = time.process_time()
    solution = solve(problem)
    seconds = time.process_time() - before
    assert len(solution.chosen) == SEATS
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gap = 0 if solution.is_proven else (solution.gap or 0) + 1
    return {"cpu": seconds, "megabytes": kilobytes / 1024, "gap": gap / 100}


def figures() -> Iterator[tuple[str, float, float, str]]:
    for size, seconds in AT_MOST.items():
        command = [sys.executable, "-m", "tests.bench.balance", str(size)]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(run.stdout)
        name = f"balance, {SEATS:,} of {size:,}"
        yield f"{name}, {len(RULES)} rules, CPU", found["cpu"], seconds, "s"
        yield f"{name}, memory", found["megabytes"], MEGABYTES, "MB"
        yield f"{name}, gap (0: proven)", found["gap"], 0, "points"


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
