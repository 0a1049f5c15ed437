"""One chart of the desk: a plot with its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from enrollment import plots

DRAWN = 12  # bars of one plot; the table has all
BARS, DAYS = "bars", "days"


@dataclass(frozen=True)
class Cell:
    text: object
    url: str = ""


@dataclass(frozen=True)
class Chart:
    """A plot (`kind` names its template), what it shows in a sentence, and its table. `notes` are
    what has to be said in words, with where each leads."""

    key: str
    title: str
    said: str
    heads: list[str]
    rows: list[list[Cell]]
    plot: plots.Bars | plots.Days | None = None
    kind: str = BARS
    notes: list[Cell] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = False


def plain_bars(key: str, title: str, said: str, head: str, found: Sequence[tuple], **more) -> Chart:
    """A chart of plain counts: `found` are (name, count, address)."""
    return Chart(
        key,
        title,
        said,
        heads=[head, _("Number")],
        rows=[[Cell(name), Cell(count, url)] for name, count, url in found],
        plot=plots.bars([plots.Bar(str(name), count) for name, count, _url in found]),
        **more,
    )
