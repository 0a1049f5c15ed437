"""Filters of a list kept under a name: shown above it, made and removed in place."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from enrollment.models import Program, SavedFilter
from enrollment.models.filters import LONGEST_NAME, FilteredList
from enrollment.rules.filters import can_remove, coordinated_by
from enrollment.services.filters import keep_filter, remove_filter
from enrollment.staff.access import READERS
from enrollment.staff.pages import StaffAct, StaffForm, StaffPage
from enrollment.staff.queries import normal_query, without_the_lost
from lms.decisions import DomainError
from lms.typed import whole_number

OWN = "own"


@dataclass(frozen=True)
class FilterShown:
    """`of` names the program whose staff share it; empty where it is the reader's own."""

    pk: int
    name: str
    of: str
    url: str
    is_here: bool
    may_remove: bool


class KeepForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the filter"), max_length=LONGEST_NAME)
    whose = forms.ChoiceField(label=gettext_lazy("For whom"))
    query = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        programs = Program.objects.visible_to(user, *READERS)
        shared = [
            (str(one.pk), _("the staff of “%(program)s”") % {"program": one}) for one in programs
        ]
        self.fields["whose"].choices = [(OWN, _("for me alone")), *shared]

    @property
    def program_id(self) -> int | None:
        return whole_number(self.cleaned_data["whose"])


class WithSavedFilters:
    """A listing with the filters that were kept above it. `kept_as` is which list it is,
    `keep_url_name` where one more is kept."""

    kept_as: str = ""
    keep_url_name: str = ""

    def get(self, request, *args, **kwargs):
        """What is asked for and is no more is left out, and said."""
        if not self.results_only and self.filters:
            query, lost = without_the_lost(self.filters, request.GET)
            if lost:
                text = _("Left out, as it no longer exists: %(what)s. The rest is shown.")
                messages.warning(request, text % {"what": ", ".join(lost)})
                return redirect(f"{request.path}?{query.urlencode()}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, *args, **kwargs):
        query = normal_query(self.filters, self.request.GET)
        shown = self.filters_shown(query)
        is_new = query and not any(one.is_here for one in shown)
        return super().get_context_data(
            *args,
            saved_filters=shown,
            may_remove_filters=any(one.may_remove for one in shown),
            keep_form=KeepForm(user=self.request.user, initial={"query": query})
            if is_new
            else None,
            keep_url=reverse(self.keep_url_name),
            is_searched=bool(self.request.GET.get("q")),
            **kwargs,
        )

    def filters_shown(self, query: str) -> list[FilterShown]:
        user = self.request.user
        rows = SavedFilter.objects.shown_to(user, *READERS).filter(listing=self.kept_as)
        coordinated = coordinated_by(user)
        return [
            FilterShown(
                one.pk,
                one.name,
                str(one.program or ""),
                f"{self.index_url}?{one.query}",
                one.query == query,
                bool(can_remove(user, one, coordinated)),
            )
            for one in rows.select_related("program")
        ]


class Keep(StaffPage, StaffForm):
    """Keep the filter of a list that was shown, under a name."""

    page_title = gettext_lazy("Keep this filter")
    header_icon = "filter"
    form_class = KeepForm
    success_message = gettext_lazy("The filter is kept.")
    listing: type

    @property
    def list_url(self) -> str:
        return reverse(self.listing.index_url_name)

    def way(self):
        return [(self.listing.page_title, self.list_url)]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self):
        return {"query": normal_query(self.filters_of(self.request.GET), self.request.GET)}

    def normal(self, query: QueryDict) -> str:
        """What the list shows of it. Refuses `query_wrong` where something cannot be read."""
        query, _lost = without_the_lost(self.filters_of(query), query)
        filters = self.filters_of(query)
        if not filters.is_valid():
            labels = (str(filters.form.fields[name].label) for name in filters.form.errors)
            said = _("Correct this in the list first: %(what)s.") % {"what": ", ".join(labels)}
            raise DomainError("query_wrong", said)
        return normal_query(filters, query)

    def filters_of(self, query: QueryDict):
        return self.listing.filterset_class(query, request=self.request)

    def form_valid(self, form):
        """What is wrong with the name is said beside it."""
        try:
            self.save(form)
        except DomainError as refusal:
            field = "name" if refusal.code in ("name_taken", "name_missing") else None
            form.add_error(field, str(refusal.reason))
            return self.form_invalid(form)
        messages.success(self.request, self.success_message)
        return redirect(self.get_success_url())

    def save(self, form):
        self.kept = keep_filter(
            self.listing.kept_as,
            form.cleaned_data["name"],
            self.normal(QueryDict(form.cleaned_data["query"])),
            program=self.program_of(form),
            by=self.request.user,
            at=self.request.at,
        )

    def program_of(self, form) -> Program | None:
        programs = Program.objects.visible_to(self.request.user, *READERS)
        return programs.filter(pk=form.program_id).first() if form.program_id else None

    def get_success_url(self):
        return f"{self.list_url}?{self.kept.query}"


class Remove(StaffPage, StaffAct):
    def post(self, request, *args, **kwargs):
        if not SavedFilter.objects.filter(pk=self.kwargs["pk"]).exists():
            messages.info(request, _("This filter was removed already."))
            return redirect(list_url(request.POST.get("list", "")))
        return super().post(request, *args, **kwargs)

    @cached_property
    def saved(self) -> SavedFilter:
        rows = SavedFilter.objects.shown_to(self.request.user, *READERS).select_related("program")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self):
        remove_filter(self.saved, by=self.request.user, at=self.request.at)
        return _("The filter is removed.")

    def get_success_url(self):
        return f"{list_url(self.saved.listing)}?{self.saved.query}"


def list_url(listing: str) -> str:
    name = "places" if listing == FilteredList.PLACES else "applications"
    return reverse(f"enrollment_staff:{name}")
