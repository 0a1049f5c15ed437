"""The rules of a balance as one form, and the question "what if"."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from enrollment.balance.problem import CEILING, FLOOR, Rule
from enrollment.forms.typed import Paragraphs
from enrollment.models import RuleKind

MOST_RULES = 60
BLANK = 4
SEATS, PERCENT = "seats", "percent"
UNITS = [(PERCENT, _("% of the seats")), (SEATS, _("seats"))]
MOST_SEATS = 2**31 - 1
MOST_ORDER = 32_767


class Amount(forms.IntegerField):
    def __init__(self, **options):
        options.setdefault("label", _("How many"))
        super().__init__(min_value=0, max_value=MOST_SEATS, **options)


class HowMany(forms.Form):
    """An amount in seats or as a share of them."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("unit") == PERCENT and (cleaned.get("amount") or 0) > 100:
            self.add_error("amount", _("A share is at most 100 %."))
        return cleaned

    def size(self) -> dict[str, int | None]:
        amount = self.cleaned_data["amount"]
        is_share = self.cleaned_data["unit"] == PERCENT
        return {"number": None if is_share else amount, "percent": amount if is_share else None}


class RuleForm(HowMany):
    """A row. Without `who` it says nothing, whatever else stands in it."""

    who = forms.ChoiceField(label=_("Of whom"), required=False)
    kind = forms.ChoiceField(label=_("Rule"), choices=RuleKind.choices)
    amount = Amount(required=False)
    unit = forms.ChoiceField(label=_("Of what"), choices=UNITS)
    order = forms.IntegerField(
        label=_("Gives way"), min_value=0, max_value=MOST_ORDER, required=False
    )

    def __init__(self, *args, groups, **options):
        super().__init__(*args, **options)
        self.fields["who"].choices = [("", "—"), *groups]

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.errors.get("who") and not self.cleaned_data.get("who"):
            self._errors.clear()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("who") and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say how many."))
        return cleaned

    def rule(self) -> Rule | None:
        who = self.cleaned_data.get("who")
        if not who:
            return None
        factor, _sign, value = who.partition("=")
        kind = FLOOR if self.cleaned_data["kind"] == RuleKind.FLOOR else CEILING
        order = (self.cleaned_data.get("order") or 0) if kind == FLOOR else 0
        return Rule(factor, value, kind, order=order, **self.size())


def initial_of(rule: Rule) -> dict:
    is_share = rule.number is None
    return {
        "who": f"{rule.factor}={rule.value}",
        "kind": rule.kind,
        "amount": rule.percent if is_share else rule.number,
        "unit": PERCENT if is_share else SEATS,
        "order": rule.order if rule.kind == FLOOR else None,
    }


class BaseRules(BaseFormSet):
    def rows(self) -> list[tuple[RuleForm, Rule]]:
        """The rows that rule something, in the order of the form."""
        return [(form, rule) for form in self.forms if (rule := form.rule())]


RulesForm = formset_factory(
    RuleForm,
    formset=BaseRules,
    extra=BLANK,
    max_num=MOST_RULES,
    absolute_max=MOST_RULES,
    validate_max=True,
)


class ChangeForm(forms.Form):
    """`shown` is what the rules said when the form was drawn."""

    reason = Paragraphs(
        label=_("Reason of the change"),
        max_chars=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args, is_needed: bool, **options):
        super().__init__(*args, **options)
        if is_needed:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _(
                "Applications have opened: the method statement names every change since, and why."
            )


class WhatIfForm(HowMany):
    rule = forms.TypedChoiceField(label=_("If this rule were"), coerce=int)
    amount = Amount()
    unit = forms.ChoiceField(label=_("Of what"), choices=UNITS)

    def __init__(self, *args, rules: list[tuple[int, str]], **options):
        super().__init__(*args, **options)
        self.fields["rule"].choices = rules

    def clean_rule(self):
        if self.cleaned_data["rule"] == "":
            raise ValidationError(_("Choose a rule."))
        return self.cleaned_data["rule"]
