"""Forms of discussions and of their rooms, as staff fills them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import Discussion
from content.rules.discussion_setup import people_with
from enrollment.models import StaffRole
from enrollment.staff.calendar_forms import ShortNameField, SpanForm


class DiscussionForm(SpanForm):
    slug = ShortNameField(help_text=_("Short and stable: the log goes by it."))

    class Meta:
        model = Discussion
        fields = [
            "title",
            "slug",
            "phase",
            "order",
            "opens_at",
            "closes_at",
            "hours",
            "experts",
            "contribution_words",
            "replies",
            "room_size",
        ]
        widgets = {"experts": forms.CheckboxSelectMultiple}
        labels = {"order": _("Place in the phase")}
        help_texts = {
            "experts": _("Those who hold the role of an expert in this program."),
            "contribution_words": _("What participation asks: one contribution of so many words."),
            "replies": _("And so many replies to other people."),
            "room_size": _("Rooms that are full stay as they are."),
        }

    def __init__(self, *args, edition, **options):
        super().__init__(*args, edition=edition, **options)
        self.fields["phase"].queryset = edition.phases.select_related("edition__program")
        self.fields["phase"].label_from_instance = lambda phase: str(phase.title)
        experts = people_with(StaffRole.EXPERT, edition.program)
        if self.instance.pk:
            experts = (experts | self.instance.experts.all()).distinct()
        self.fields["experts"].queryset = experts
