"""Acts that two people do: asking for one on its exact terms, and the inbox of those that wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.models import Decision, Edition, JointAct, Program
from enrollment.rules.joint import TWO_PEOPLE, can_confirm
from enrollment.rules.staff import has_role
from enrollment.services import joint
from enrollment.services.joint import Act, Terms
from enrollment.staff.access import OfStaff
from enrollment.staff.ask_forms import ASKED_FIRST
from enrollment.staff.figures import Figure
from enrollment.staff.left_open import left_open
from enrollment.staff.terms import readable
from enrollment.staff.zones import zone_of
from lms.decisions import DomainError
from lms.mail.compose import reference
from lms.typed import whole_number

PER_PAGE = 25
GIVEN = signing.Signer(salt="enrollment.staff.joint")
CANNOT_BE = (KeyError, ValueError, TypeError, ObjectDoesNotExist)
MOST_TERMS = 100_000  # characters
LOCK = "lock"


def acts_for(user):
    rows = JointAct.objects.visible_to(user, *TWO_PEOPLE)
    return rows.select_related("program", "asked_by", "confirmed_by")


@dataclass(frozen=True)
class ActShown:
    """One act as the inbox draws it. `refusal` says why the reader may not confirm."""

    act: JointAct
    label: str
    subject: str
    terms: list
    refusal: str
    url: str
    zone: str = "UTC"
    effect: str = ""
    is_grave: bool = False
    warning: str = ""
    left_open: list[Figure] = field(default_factory=list)


def waiting_in(edition: Edition, user, at: datetime) -> list[ActShown]:
    """What waits for a second person in the edition: on itself, its windows, its decisions."""
    acts = JointAct.objects.filter(program=edition.program, confirmed_at=None, dropped_at=None)
    acts = list(acts.select_related("program", "asked_by", "confirmed_by"))
    rows = {key: getattr(row, "edition", row) for key, row in _subjects(acts).items()}
    return shown([act for act in acts if rows.get(act.subject) == edition], user, at)


def shown(acts: list[JointAct], user, at: datetime) -> list[ActShown]:
    """Acts with the rows they are about: one query for each kind of row. Whether the reader may
    confirm depends on the program and on who asked, and is asked once for each such pair; beside a
    lock stands what it would leave open."""
    rows, answers = _subjects(acts), {}
    locks = [act for act in acts if is_open(act) and act.act == LOCK and act.subject in rows]
    left = left_open((rows[act.subject] for act in locks), at)
    left = {act.pk: left[rows[act.subject].pk] for act in locks}
    for act in filter(is_open, acts):
        pair = (act.program_id, act.asked_by_id)
        if pair not in answers:
            answers[pair] = can_confirm(act, user)
    return [
        _shown(
            act,
            rows.get(act.subject),
            answers.get((act.program_id, act.asked_by_id)),
            left.get(act.pk, []),
            at,
        )
        for act in acts
    ]


def _shown(act: JointAct, row, answer, left: list[Figure], at: datetime) -> ActShown:
    kind = kind_of(act.act)
    may_happen = kind and row and is_open(act)
    return ActShown(
        act=act,
        label=capfirst(str(kind.label)) if kind else act.act,
        subject=str(row) if row else act.subject,
        terms=readable(kind, act.terms, zone_of(row)) if kind else list(act.terms.items()),
        refusal=str(answer.reason) if answer is not None and is_open(act) else "",
        url=page_of(row),
        zone=zone_of(row),
        effect=str(kind.effect(row, act.terms)) if may_happen else "",
        is_grave=bool(kind and kind.is_grave),
        warning=str(kind.warning(row, at)) if may_happen else "",
        left_open=left,
    )


def is_open(act: JointAct) -> bool:
    return act.confirmed_at is None and act.dropped_at is None


def kind_of(name: str) -> Act | None:
    try:
        return joint.registered(name)
    except KeyError:
        return None


_pages: dict[type, Callable[[models.Model], str]] = {}


def add_page(model: type[models.Model], page: Callable[[models.Model], str]) -> None:
    """Say where the staff work on the rows of a model of another app."""
    _pages[model] = page


def page_of(row) -> str:
    """The page on which the staff work on the row, where there is one."""
    if page := _pages.get(type(row)):
        return page(row)
    if isinstance(row, Program):
        return reverse("enrollment_staff:roles", args=[row.pk])
    if isinstance(row, Decision):
        return reverse("enrollment_staff:application", args=[row.application_id])
    edition = getattr(row, "edition", row)
    if edition is None or edition._meta.model_name != "edition":
        return ""
    return reverse("enrollment_staff:selection", args=[edition.pk])


def _subjects(acts: list[JointAct]) -> dict[str, models.Model]:
    wanted: dict[type, set[str]] = {}
    for act in acts:
        if kind := kind_of(act.act):
            wanted.setdefault(kind.model, set()).add(act.subject.partition(":")[2])
    return {
        f"{model._meta.model_name}:{row.pk}": row
        for model, keys in wanted.items()
        for row in with_program(model).filter(pk__in=keys)
    }


def with_program(model: type[models.Model]):
    """The rows of a model with the program they belong to, in one query."""
    if model is Decision:
        return Decision.objects.select_related("edition__program", "application__edition__program")
    for path in ("edition__program", "program"):
        try:
            model._meta.get_field(path.partition("__")[0])
        except FieldDoesNotExist:
            continue
        return model._base_manager.select_related(path)
    return model._base_manager.all()


class JointActs(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    """What waits for a second person, and what two people have done."""

    roles = TWO_PEOPLE
    page_title = gettext_lazy("Acts of two people")
    header_icon = "check"
    template_name = "enrollment/staff/joint_acts.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        acts = acts_for(self.request.user)
        is_waiting = Q(confirmed_at=None, dropped_at=None)
        past = Paginator(acts.exclude(is_waiting), PER_PAGE)
        page = past.get_page(self.request.GET.get("p"))
        waiting = shown(list(acts.filter(is_waiting)), self.request.user, self.request.at)
        return super().get_context_data(
            waiting=sorted(waiting, key=lambda one: bool(one.refusal)),
            history=shown(list(page.object_list), self.request.user, self.request.at),
            history_page=page,
            **kwargs,
        )


class AnswerAct(OfStaff, View):
    """Confirm or take back what waits; only by POST."""

    roles = TWO_PEOPLE
    http_method_names = ["post"]

    def post(self, request, pk):
        act = get_object_or_404(acts_for(request.user), pk=pk)
        try:
            messages.success(request, self.answer(act))
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
        return redirect("enrollment_staff:joint_acts")


class ConfirmAct(AnswerAct):
    def answer(self, act: JointAct) -> str:
        joint.confirm(act, by=self.request.user, at=self.request.at)
        return _("Done, by two people together: %(act)s.") % {"act": label_of(act.act)}


class DropAct(AnswerAct):
    def answer(self, act: JointAct) -> str:
        joint.drop(act, by=self.request.user, at=self.request.at)
        return _("Taken back: %(act)s.") % {"act": label_of(act.act)}


def label_of(name: str) -> str:
    kind = kind_of(name)
    return str(kind.label) if kind else name


def page_to_ask(name: str, row: models.Model, **given) -> str:
    """Where an act on `row` is asked for. `given` is what it needs besides, signed: nobody reads
    about other accounts by counting through their ids."""
    page = reverse("enrollment_staff:ask", args=[name, reference(row)])
    return f"{page}?{urlencode({'given': GIVEN.sign_object(given)})}" if given else page


def sent_terms(text: str) -> Terms | None:
    """The terms that the page carried along. Raises ValueError for what no page carries."""
    try:
        terms = json.loads(text[:MOST_TERMS])
    except RecursionError:
        raise ValueError("terms") from None
    if terms is not None and not isinstance(terms, dict):
        raise ValueError("terms")
    return terms


class AskAct(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    """Ask for an act, on exactly the terms that are shown. What an act needs besides its row is
    handed over, signed, by the page that leads here, or asked for by a form first."""

    roles = TWO_PEOPLE
    template_name = "enrollment/staff/ask.html"
    header_icon = "check"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.reason, self.refusal = "", ""

    @cached_property
    def kind(self) -> Act:
        if not (kind := kind_of(self.kwargs["act"])):
            raise Http404
        return kind

    @cached_property
    def row(self) -> models.Model:
        model, _colon, key = self.kwargs["subject"].partition(":")
        if model != self.kind.model._meta.model_name:
            raise Http404
        row = get_object_or_404(with_program(self.kind.model), pk=whole_number(key))
        if not has_role(self.request.user, self.program_of(row), *TWO_PEOPLE):
            raise Http404
        return row

    def program_of(self, row) -> Program:
        return self.kind.program(row)

    def get_page_title(self):
        return capfirst(str(self.kind.label))

    def get_page_subtitle(self):
        return str(self.row)

    def get_breadcrumbs_items(self):
        way = [{"url": reverse("enrollment_staff:joint_acts"), "label": JointActs.page_title}]
        return [*self.breadcrumbs_items, *way, {"url": "", "label": self.get_page_title()}]

    @cached_property
    def first_form(self) -> forms.Form | None:
        """The form for what the act needs besides its row, until it is filled in."""
        form_class = ASKED_FIRST.get(self.kind.name)
        if form_class is None:
            return None
        names = form_class.base_fields
        data = self.request.GET if names.keys() & self.request.GET.keys() else None
        return form_class(self.row, data, at=self.request.at)

    @cached_property
    def given(self) -> dict:
        if self.first_form is None:
            return self.handed_over()
        return self.first_form.given() if self.first_form.is_valid() else {}

    def handed_over(self) -> dict:
        if not (text := self.request.GET.get("given")):
            return {}
        try:
            return GIVEN.unsign_object(text)
        except signing.BadSignature:
            raise Http404

    def terms(self):
        try:
            return joint.terms_of(self.kind.name, self.row, self.request.at, **self.given)
        except DomainError as refusal:
            self.refusal = str(refusal.reason)
        except CANNOT_BE:
            raise Http404
        return None

    def left_open(self) -> list[Figure]:
        if self.kind.name != LOCK:
            return []
        return left_open([self.row], self.request.at)[self.row.pk]

    def post(self, request, *args, **kwargs):
        self.reason = request.POST.get("reason", "")
        try:
            joint.ask(
                self.kind.name,
                self.row,
                by=request.user,
                at=request.at,
                shown=sent_terms(request.POST.get("terms", "null")),
                reason=self.reason,
                **self.given,
            )
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
            return self.render_to_response(self.get_context_data())
        except CANNOT_BE:
            raise Http404
        messages.success(request, _("Asked. Another person confirms it here."))
        return redirect("enrollment_staff:joint_acts")

    def get_context_data(self, **kwargs):
        is_asking_first = self.first_form is not None and not self.given
        terms = None if is_asking_first else self.terms()
        waiting = joint.open_acts(self.row).filter(act=self.kind.name).first()
        return super().get_context_data(
            kind=self.kind,
            row=self.row,
            first_form=self.first_form,
            terms=readable(self.kind, terms, zone_of(self.row)) if terms else [],
            effect=self.kind.effect(self.row, terms) if terms else "",
            warning=self.kind.warning(self.row, self.request.at) if terms else "",
            left_open=self.left_open() if terms else [],
            raw_terms=json.dumps(terms) if terms else "",
            refusal=self.refusal,
            reason=self.reason,
            waiting=waiting,
            back=page_of(self.row),
            **kwargs,
        )
