"""Settling likely duplicates: pair by pair, by keys alone, or those that are sure all at once."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment.models import Application, ApplicationStatus
from enrollment.queries import pairs_settled, pairs_to_settle
from enrollment.rules.duplicates import can_merge, can_take_back
from enrollment.rules.eligibility import can_settle, can_settle_in
from enrollment.services.duplicates import (
    Pair,
    in_order,
    keep_both,
    merge_application,
    pair_seen,
    sure_pairs,
    take_back,
)
from enrollment.services.many import NotAllError, merge_pairs
from enrollment.staff.access import READERS
from enrollment.staff.chosen import sealed, unsealed
from enrollment.staff.pages import OfOneEdition
from enrollment.staff.pairs import compared, side_by_side
from lms.decisions import DomainError
from lms.typed import whole_number

NOBODY, UNSEEN = "nobody", "–"
SALT = "enrollment.staff.duplicates"


class Duplicates(OfOneEdition, TemplateView):
    """The next pair side by side; a POST settles it, or takes back what was settled last."""

    roles = READERS
    page_title = gettext_lazy("Settle likely duplicates")
    header_icon = "group"
    template_name = "enrollment/staff/duplicates.html"
    typed: str | None = None
    asked: int | None = None

    def get_page_subtitle(self):
        return str(self.edition.title)

    @cached_property
    def row(self) -> Application | None:
        """The one that stands for the pair: the first after what was passed over, round to the
        first of all."""
        rows = pairs_to_settle(self.edition)
        if self.asked is not None:
            return rows.filter(pk=self.asked).first()
        after = whole_number(self.request.GET.get("after", "")) or 0
        return rows.filter(pk__gt=after).first() or rows.first()

    @cached_property
    def pair(self) -> Pair:
        rows = Application.objects.filter(pk__in=[self.row.pk, self.row.duplicate_of_id])
        rows = rows.select_related("person", "role", "edition__program")
        rows = rows.prefetch_related("window__edition__program__applicant_roles")
        return in_order(*rows)

    # -- settling --------------------------------------------------------------------------

    def post(self, request, *args, **kwargs):
        application = self._posted("application")
        is_back = "back" in request.POST
        try:
            said, leaving = self._take_back(application) if is_back else self._settle(application)
        except DomainError as refusal:
            return self._refused(application, refusal)
        messages.success(request, said)
        if is_back:
            found = pairs_to_settle(self.edition).filter(
                pk__in=[leaving.pk, leaving.duplicate_of_id]
            )
            return redirect(self._after((found.first() or leaving).pk - 1))
        return redirect(self._after(application.pk, last=leaving.pk))

    def _posted(self, name: str) -> Application:
        key = whole_number(self.request.POST.get(name, ""))
        rows = Application.objects.filter(edition=self.edition, person__isnull=False)
        application = key is not None and rows.filter(pk=key).first()
        if not application:
            raise Http404
        return application

    def _settle(self, application: Application) -> tuple[str, Application]:
        other = application.duplicate_of
        how = self._how(self.request.POST.get("reason", ""))
        if self.request.POST.get("leaves") == NOBODY:
            keep_both(application, **how)
            codes = {"one": application.code, "other": other.code if other else "–"}
            return _("%(one)s and %(other)s: two people.") % codes, application
        leaving = self._posted("leaves")
        if leaving not in (application, other):
            raise Http404
        merge_application(leaving, **how)
        return _("%(code)s left; the other one counts.") % {"code": leaving.code}, leaving

    def _take_back(self, application: Application) -> tuple[str, Application]:
        take_back(application, **self._how(_("Taken back by whoever looked at it.")))
        return _("%(code)s: taken back, look again.") % {"code": application.code}, application

    def _how(self, reason: str) -> dict:
        seen = self.request.POST.get("seen", "") or UNSEEN
        return {"by": self.request.user, "at": self.request.at, "reason": reason, "seen": seen}

    def _refused(self, application: Application, refusal: DomainError):
        """What is still open is shown again with what was typed; else the next pair is."""
        if "back" not in self.request.POST:
            self.asked = application.pk
            self.typed = self.request.POST.get("reason", "")
            if self.row:
                messages.error(self.request, f"{application.code}: {refusal.reason}")
                return self.render_to_response(self.get_context_data())
        application.refresh_from_db()
        said = f"{application.code}: {refusal.reason}"
        if refusal.code == "changed":
            said = f"{_state(application)} {_('Nothing was changed.')}"
        messages.warning(self.request, said)
        return redirect(self._after(application.pk))

    def _after(self, key: int, **query) -> str:
        url = reverse("enrollment_staff:duplicates", args=[self.edition.pk])
        return url + "?" + "&".join(f"{name}={pk}" for name, pk in {"after": key, **query}.items())

    # -- showing ---------------------------------------------------------------------------

    def get_context_data(self, **kwargs):
        rows = pairs_to_settle(self.edition)
        left, done = rows.count(), pairs_settled(self.edition)
        context = super().get_context_data(
            left=left,
            total=left + done,
            last=self._last(),
            locked=can_settle_in(self.edition, self.request.user, self.request.at),
            sure=len(sure_pairs(self.edition)) if left else 0,
            **kwargs,
        )
        if self.row is None:
            return context
        before = rows.filter(pk__lt=self.row.pk)
        previous = before.last() or rows.last()
        return (
            context
            | self._shown()
            | {
                "number": done + before.count() + 1,
                "pass_url": self._after(self.row.pk),
                "previous_url": self._after(previous.pk - 1),
            }
        )

    def _shown(self) -> dict:
        earlier, later = self.pair
        reason = compared(earlier, later) if self.typed is None else self.typed
        return {
            "row": self.row,
            "earlier": earlier,
            "later": later,
            "lines": side_by_side(earlier, later),
            "seen": pair_seen(earlier, later),
            "reason": reason,
            "may_keep": can_settle(self.row, self.request.user, self.request.at),
            "later_may_leave": self._may_leave(later, earlier),
            "earlier_may_leave": self._may_leave(earlier, later),
        }

    def _may_leave(self, application: Application, other: Application) -> bool:
        """Where a third came first, it looks like that one: then it cannot leave for this one."""
        return application.duplicate_of_id == other.pk and bool(
            can_merge(application, other, self.request.user, self.request.at)
        )

    def _last(self) -> dict | None:
        """What was settled last in this tab, where it can be taken back."""
        key = whole_number(self.request.GET.get("last", ""))
        rows = Application.objects.filter(edition=self.edition, duplicate_of__isnull=False)
        rows = rows.select_related("edition__program", "duplicate_of")
        application = key is not None and rows.filter(pk=key).first()
        if not application or not can_take_back(application, self.request.user, self.request.at):
            return None
        seen = pair_seen(application, application.duplicate_of)
        return {"application": application, "seen": seen, "said": _state(application)}


def _state(application: Application) -> str:
    """How the pair of the application stands, in a sentence."""
    other, code = application.duplicate_of, {"code": application.code}
    merged = [
        row.code for row in (application, other) if row and row.status == ApplicationStatus.MERGED
    ]
    if merged:
        return _("%(code)s has left as a duplicate.") % {"code": merged[0]}
    if application.duplicate_settled_at:
        return _("%(code)s and the other one are two people.") % code
    return _("%(code)s: this pair is not open any more, or has changed.") % code


class MergeSurePairs(OfOneEdition, TemplateView):
    """GET shows the pairs that are surely one person, and keeps their list, signed, in the form.
    POST merges exactly those, or none of them."""

    page_title = gettext_lazy("Merge the sure duplicates")
    header_icon = "group"
    template_name = "enrollment/staff/sure_duplicates.html"
    refused = ()

    def way(self):
        return [*super().way(), (Duplicates.page_title, self.back)]

    @property
    def back(self) -> str:
        return reverse("enrollment_staff:duplicates", args=[self.edition.pk])

    @property
    def reason(self) -> str:
        typed = self.request.POST.get("reason", "").strip()
        return typed or _("The same name, country, course, role, institution and gender.")

    def get(self, request, *args, **kwargs):
        self.pairs = sure_pairs(self.edition)
        if not self.pairs:
            messages.warning(request, _("No pair is sure enough: look at each of them."))
            return redirect(self.back)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        shown = dict(unsealed(request.user, request.POST.get("chosen", ""), SALT))
        rows = Application.objects.filter(edition=self.edition, pk__in=shown)
        rows = rows.select_related("edition__program").order_by("pk")
        leaving = [(row, shown[row.pk]) for row in rows]
        if len(leaving) != len(shown):
            messages.error(request, _("Some of these applications are gone: look again."))
            return redirect(request.path)
        how = {"by": request.user, "at": request.at, "reason": self.reason}
        try:
            count = merge_pairs(leaving, **how)
        except NotAllError as error:
            self.refused = error.refused
            gone = {one.application.pk for one in error.refused}
            still = {pk: seen for pk, seen in shown.items() if pk not in gone}
            self.pairs = [
                pair
                for pair in sure_pairs(self.edition)
                if still.get(pair[1].pk) == pair_seen(*pair)
            ]
            return self.render_to_response(self.get_context_data())
        said = ngettext("%(count)d pair is merged.", "%(count)d pairs are merged.", count)
        messages.success(request, said % {"count": count})
        return redirect(self.back)

    def get_context_data(self, **kwargs):
        chosen = [(later.pk, pair_seen(earlier, later)) for earlier, later in self.pairs]
        answer = can_settle_in(self.edition, self.request.user, self.request.at)
        return super().get_context_data(
            pairs=self.pairs,
            count=len(self.pairs),
            chosen=sealed(self.request.user, chosen, SALT),
            locked=answer,
            refused=self.refused,
            back=self.back,
            reason=self.reason,
            **kwargs,
        )
