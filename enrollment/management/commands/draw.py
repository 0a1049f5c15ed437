"""`manage.py draw FILE`: repeat a draw from its document. Needs no database."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from enrollment.balance import draw
from enrollment.balance.answer import counts, cut

MOST_BYTES = 200_000_000
SIGNS = {"floor": "≥", "ceiling": "≤"}


class Command(BaseCommand):
    help = (
        "Repeat the draw of a document that the site wrote: print the outcomes, and whether the "
        "checksum agrees. Exits 1 where it does not."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="The document (JSON).")
        parser.add_argument("--quiet", action="store_true", help="The summary alone, no codes.")

    def handle(self, *args, file: Path, quiet: bool, **options):
        try:
            given, stated = draw.read(_text(file))
            drawn = draw.run(given)
        except draw.Unreadable as error:
            raise CommandError(f"{file}: {error}")
        except draw.Contradictory as error:
            raise CommandError(f"{file}: contradictory rules: {error}")
        if not quiet:
            self._outcomes(drawn)
        self._summary(given, drawn)
        if drawn.checksum != stated:
            raise CommandError(
                f"The checksum does not agree: stated {stated[:64]}, drawn {drawn.checksum}."
            )
        self.stdout.write(f"The checksum agrees: {drawn.checksum}")

    def _outcomes(self, drawn: draw.Drawn) -> None:
        def place(item):
            code, one = item
            return (draw.BY_HAND.index(one.outcome), one.rank or 0, code)

        for code, one in sorted(drawn.outcomes.items(), key=place):
            rank = f" {one.rank}" if one.rank else ""
            self.stdout.write(f"{code} {one.outcome}{rank}")

    def _summary(self, given, drawn: draw.Drawn) -> None:
        found = [str(one.outcome) for one in drawn.outcomes.values()]
        outcomes = ", ".join(f"{found.count(name)} {name}" for name in draw.BY_HAND)
        solution, edge = drawn.solution, cut(drawn.problem, drawn.solution)
        self.stdout.write(f"Capacity {given['capacity']}, seed {given['seed']}: {outcomes}.")
        self.stdout.write(
            f"Total score {_points(solution.total)}; lowest in {_points(edge.lowest_in)}, "
            f"highest out {_points(edge.highest_out)}."
        )
        for one in counts(drawn.problem, solution):
            limit = one.limit
            lacking = f", {one.lacking} lacking" if one.lacking else ""
            above = f", {one.above} above by hand" if one.above else ""
            self.stdout.write(
                f"{limit.factor} = {limit.value}: {one.taken} {SIGNS[limit.kind]} "
                f"{limit.seats}{lacking}{above}"
            )
        if solution.is_proven:
            self.stdout.write("Proven: no other choice is as good.")
        elif solution.gap is None:
            self.stdout.write("Not proven.")
        else:
            gap = _points(solution.gap)
            self.stdout.write(f"Not proven: a total greater by {gap} or less is not ruled out.")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file}: larger than a draw can be")
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise CommandError(f"{file}: {error}")


def _points(hundredths: int | None) -> str:
    return "–" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
