"""Draws that were written: the method statement as a page and on paper, and the document with which
anybody repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.balance import draw as drawing
from enrollment.balance.draw import BY_HAND
from enrollment.balance.problem import Rule
from enrollment.models import Decision, Draw, Outcome
from enrollment.rules.balance import rules_of
from enrollment.staff import statement
from enrollment.staff.access import READERS, OfStaff
from enrollment.staff.balance import BalancePage
from enrollment.staff.balance_words import Words, in_and_out, points
from lms import journal


@dataclass(frozen=True)
class Ruled:
    """A limit of the draw, and how many count in it."""

    whom: str
    kind: str
    seats: int
    taken: int
    lacking: int
    above: int


@dataclass(frozen=True)
class Changed:
    """A change of the rules, in words."""

    at: datetime
    by: str
    before: str
    after: str
    reason: str


def rule_of(stated: dict) -> Rule:
    return Rule(
        stated["factor"],
        stated["value"],
        stated["kind"],
        stated.get("number"),
        stated.get("percent"),
        stated["order"],
    )


def file_name(draw: Draw, suffix: str) -> str:
    return f"{draw.edition.slug}-{draw.checksum[:12]}.{suffix}"


def statement_of(draw: Draw) -> dict:
    """What the statement says. The checksum of the locked decisions is that of the last draw
    alone: those before it were drawn again."""
    edition, answer, words = draw.edition, draw.answer, Words(draw.edition)
    is_last = edition.draws.values_list("pk", flat=True).first() == draw.pk
    return {
        "draw": draw,
        "edition": edition,
        "program": edition.program,
        "capacity": draw.document["capacity"],
        "applicants": answer["applicants"],
        "kept_out": drawing.open_cases(draw.document),
        "empty": max(0, draw.document["capacity"] - answer["outcomes"][Outcome.SELECTED]),
        "outcomes": [(Outcome(name).label, answer["outcomes"][name]) for name in BY_HAND],
        "stated": [words.rule(rule_of(one)) for one in draw.document["rules"]],
        "rows": [
            Ruled(
                words.whom(one["factor"], one["value"]),
                one["kind"],
                *(one[name] for name in ("seats", "taken", "lacking", "above")),
            )
            for one in answer["limits"]
        ],
        "total": points(answer["total"]),
        "lowest_in": points(answer["lowest_in"]),
        "highest_out": points(answer["highest_out"]),
        "is_proven": answer["is_proven"],
        "gap": points(answer["gap"]),
        "by_hand": by_hand(draw),
        "in_and_out": in_and_out(drawing.by_hand(draw.document)),
        "readings": answer.get("readings"),
        "changes": changes(draw, words),
        "locked_checksum": edition.decisions_checksum if is_last and rules_of(edition) else "",
        "is_last": is_last,
        "file": file_name(draw, "json"),
    }


def by_hand(draw: Draw) -> list[Decision]:
    """What people had decided with a reason when the draw was written: each application's latest
    version until then."""
    rows = Decision.objects.filter(edition=draw.edition, at__lte=draw.at)
    latest: dict[int, tuple[int, str]] = {}
    for key, application, reason in rows.order_by("version").values_list(
        "pk", "application", "reason"
    ):
        latest[application] = (key, reason)
    keys = [key for key, reason in latest.values() if reason]
    found = Decision.objects.filter(pk__in=keys).select_related("application", "by")
    return list(found.order_by("application__code"))


def changes(draw: Draw, words: Words) -> list[Changed]:
    """Every change of the rules until the draw."""
    rows = journal.history(draw.edition).filter(
        action="enrollment.change_balance", timestamp__lte=draw.at
    )
    return [
        Changed(
            row.timestamp,
            str(row.user or ""),
            *(words.logged(row.data.get(name, "")) for name in ("before", "after")),
            row.data.get("reason", ""),
        )
        for row in rows.order_by("timestamp", "pk")
    ]


class OfDraw(OfStaff):
    """The draw in the address, for those who read the edition's people."""

    @cached_property
    def draw(self) -> Draw:
        rows = Draw.objects.visible_to(self.request.user, *READERS)
        return get_object_or_404(
            rows.select_related("edition__program", "by"), pk=self.kwargs["pk"]
        )


class DrawPage(OfDraw, WagtailAdminTemplateMixin, TemplateView):
    header_icon = "tasks"
    template_name = "enrollment/staff/draw.html"

    def get_page_title(self):
        return _("Method statement")

    def get_page_subtitle(self):
        return str(self.draw.edition.title)

    def get_breadcrumbs_items(self):
        edition = self.draw.edition
        links = [
            (_("Selection"), reverse("enrollment_staff:selections")),
            (str(edition.title), reverse("enrollment_staff:selection", args=[edition.pk])),
            (BalancePage.page_title, reverse("enrollment_staff:balance", args=[edition.pk])),
            (self.get_page_title(), ""),
        ]
        return [*self.breadcrumbs_items, *({"url": url, "label": text} for text, url in links)]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**statement_of(self.draw), **kwargs)


class DrawPaper(OfDraw, View):
    """The same on paper."""

    def get(self, request, pk):
        content = {**statement_of(self.draw), "language": get_language()}
        answer = HttpResponse(statement.render(content), content_type="application/pdf")
        return as_download(answer, file_name(self.draw, "pdf"))


class DrawDocument(OfDraw, View):
    """The whole input, with which `manage.py draw` repeats it. Logged: it says of each code what
    they answered."""

    def get(self, request, pk):
        draw = self.draw
        journal.record(
            draw.edition,
            "enrollment.export_draw",
            by=request.user,
            at=request.at,
            checksum=draw.checksum,
        )
        text = drawing.document(draw.document, draw.checksum)
        answer = HttpResponse(text, content_type="application/json")
        return as_download(answer, file_name(draw, "json"))


def as_download(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
