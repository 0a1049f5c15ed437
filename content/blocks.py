"""The pieces of which pages and lessons are made. Changing them makes no migration.

Every text may name dates of the edition: see `content.dates`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    StructBlockValidationError,
)
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

from content.dates import DATES, NUMBERED, check

INLINE = ["bold", "italic", "link", "document-link"]


class BodyField(StreamField):
    """A StreamField whose definition stays out of migrations."""

    def deconstruct(self):
        name, _path, _args, options = super().deconstruct()
        options["block_lookup"] = {}
        return name, "wagtail.fields.StreamField", [[]], options


class DatedText:
    """A text that may name the edition's dates as `[[…]]`: see `content.dates`."""

    def clean(self, value):
        value = super().clean(value)
        check(getattr(value, "source", value) or "")
        return value


class TextBlock(DatedText, blocks.TextBlock):
    pass


class RichTextBlock(DatedText, blocks.RichTextBlock):
    class Meta:
        template = "content/blocks/paragraph.html"


class QuoteBlock(StructBlock):
    text = TextBlock(label=_("text"))
    source = CharBlock(label=_("source"), required=False)

    class Meta:
        icon = "openquote"
        label = _("quote")
        template = "content/blocks/quote.html"


class FigureBlock(StructBlock):
    """An image with the words that stand for it; without an image, the words alone."""

    image = ImageChooserBlock(label=_("image"), required=False)
    alt = CharBlock(label=_("what is seen, in one sentence"), required=False)
    caption = CharBlock(label=_("caption"), required=False)
    diagram = TextBlock(label=_("full description"), required=False)

    class Meta:
        icon = "image"
        label = _("figure")
        template = "content/blocks/figure.html"


class CaseBlock(StructBlock):
    title = CharBlock(label=_("title"))
    text = RichTextBlock(label=_("text"), features=INLINE)

    class Meta:
        icon = "folder-open-inverse"
        label = _("case")
        template = "content/blocks/case.html"


class SelfCheckBlock(StructBlock):
    question = TextBlock(label=_("question"))
    answer = RichTextBlock(label=_("answer"), features=INLINE)

    class Meta:
        icon = "help"
        label = _("question to oneself")
        template = "content/blocks/self_check.html"


class TermBlock(StructBlock):
    term = CharBlock(label=_("term"))
    definition = TextBlock(label=_("definition"))


class DocumentBlock(StructBlock):
    document = DocumentChooserBlock(label=_("document"))
    text = CharBlock(label=_("text of the link"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("document")
        template = "content/blocks/document.html"


class DateBlock(StructBlock):
    """A date of the edition: read from it whenever the page is drawn, never typed."""

    which = ChoiceBlock(label=_("date"), choices=DATES)
    number = IntegerBlock(
        label=_("number"), required=False, min_value=1, help_text=_("Of the phase, module …")
    )
    text = CharBlock(label=_("text beside it"), required=False)
    countries = ChoiceBlock(
        label=_("table of countries"),
        choices=[("", _("no")), ("yes", _("yes"))],
        required=False,
    )

    class Meta:
        icon = "date"
        label = _("date of the edition")
        template = "content/blocks/date.html"

    def clean(self, value):
        value = super().clean(value)
        if value["which"] in NUMBERED and not value["number"]:
            missing = ValidationError(_("Say which one: its number."))
            raise StructBlockValidationError(block_errors={"number": missing})
        return value


class DatesBlock(ListBlock):
    def __init__(self, **options):
        super().__init__(DateBlock(), **options)

    class Meta:
        icon = "date"
        label = _("dates of the edition")
        template = "content/blocks/dates.html"


class RetentionBlock(StructBlock):
    """How long what is kept: read from the program's own settings."""

    heading = CharBlock(label=_("heading"), required=False)

    class Meta:
        icon = "history"
        label = _("how long data are kept")
        template = "content/blocks/retention.html"


class ExpertBlock(StructBlock):
    name = CharBlock(label=_("name"))
    post = CharBlock(label=_("post"), required=False)
    text = TextBlock(label=_("text"), required=False)
    image = ImageChooserBlock(label=_("image"), required=False)

    class Meta:
        icon = "user"
        label = _("expert")


class TextBody(StreamBlock):
    """What any page may be made of."""

    heading = CharBlock(label=_("heading"), icon="title", template="content/blocks/heading.html")
    paragraph = RichTextBlock(label=_("paragraph"), features=INLINE)
    list = ListBlock(
        TextBlock(label=_("item")),
        label=_("list"),
        icon="list-ul",
        template="content/blocks/list.html",
    )
    quote = QuoteBlock()
    figure = FigureBlock()
    case = CaseBlock()
    self_check = SelfCheckBlock()
    document = DocumentBlock()
    legal_note = RichTextBlock(
        label=_("legal note"), features=INLINE, template="content/blocks/legal_note.html"
    )

    class Meta:
        template = "content/blocks/body.html"


class PublicBody(TextBody):
    """Public pages also show the edition's dates and the program's promises."""

    faq = SelfCheckBlock(label=_("question and answer"), template="content/blocks/faq.html")
    date = DateBlock()
    dates = DatesBlock()
    retention = RetentionBlock()
    experts = ListBlock(
        ExpertBlock(),
        label=_("experts"),
        icon="group",
        template="content/blocks/experts.html",
    )


class LessonBody(TextBody):
    key_points = ListBlock(
        TextBlock(label=_("point")),
        label=_("key points"),
        icon="tick",
        template="content/blocks/key_points.html",
    )
    glossary = ListBlock(
        TermBlock(),
        label=_("glossary"),
        icon="list-ol",
        template="content/blocks/glossary.html",
    )
