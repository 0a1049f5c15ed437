"""What people write in a room, and about what others wrote."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models.posts import MOST_CHARACTERS
from enrollment.forms.typed import Paragraphs


def new_token() -> str:
    return uuid4().hex


class PostForm(forms.Form):
    """A post. `token` makes a form that is sent twice one post; `revision` tells which wording
    an edit began from. `words` asks the page's counter to count up to so many."""

    use_required_attribute = False
    text = Paragraphs(label=_("Your text"), max_chars=MOST_CHARACTERS)
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, words: int = 0, label: str = "", help_text: str = "", **options):
        initial = {"token": new_token(), **(options.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, label_suffix="", **options)
        text = self.fields["text"]
        text.label, text.help_text = label or text.label, help_text
        text.widget.attrs["rows"] = 8
        if words:
            text.widget.attrs["data-words"] = words

    @property
    def sent_revision(self) -> int:
        return self.cleaned_data.get("revision") or 0


class ReportForm(forms.Form):
    use_required_attribute = False
    reason = Paragraphs(
        label=_("What is wrong with it?"),
        help_text=_("Only the team reads this. The author is not told who reported the post."),
        max_chars=1000,
        required=False,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["reason"].widget.attrs["rows"] = 4


class HideForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(
        label=_("Why is it hidden?"),
        choices=[
            ("editorial", _("For another reason: it still counts as participation.")),
            ("conduct", _("It breaks the house rules: it no longer counts as participation.")),
        ],
        widget=forms.RadioSelect,
    )
    reason = Paragraphs(
        label=_("Reason"),
        help_text=_("The author reads it beside the post. Do not repeat what the post says."),
        max_chars=1000,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["reason"].widget.attrs["rows"] = 4

    @property
    def is_conduct(self) -> bool:
        return self.cleaned_data["kind"] == "conduct"
