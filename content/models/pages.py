"""The tree of pages. Text only: facts stand on Edition, Module and the like, to which the pages
of every language point by fields that no translation can change."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from content import gate
from content.blocks import BodyField, LessonBody, PublicBody
from content.dates import EditionDates, check
from content.models.activities import Module
from enrollment.models import Edition, Program
from lms import clock


def facts(*names: str) -> list[SynchronizedField]:
    """Fields that are the same in every language, and the address with them."""
    return [SynchronizedField(name, overridable=False) for name in ("slug", *names)]


class SitePage(Page):
    """What all our pages share."""

    show_in_menus_default = False
    promote_panels = [
        FieldPanel("slug"),
        FieldPanel("seo_title"),
        FieldPanel("search_description"),
        FieldPanel("show_in_menus"),
    ]
    override_translatable_fields = facts()

    class Meta:
        abstract = True

    @property
    def dated_edition(self) -> Edition | None:
        """The edition whose dates the page's texts name."""
        return None

    @cached_property
    def dates(self) -> EditionDates:
        edition = self.dated_edition
        return EditionDates(edition if edition and edition.is_public else None)

    def clean(self):
        super().clean()
        try:
            check(getattr(self, "intro", ""))
        except ValidationError as error:
            raise ValidationError({"intro": error}) from error


class PublicPage(SitePage):
    """A page for everybody. Its types are listed by name in `PUBLIC_PAGE_TYPES`."""

    shows_edition = True  # its calendar, and how to apply

    intro = models.TextField(_("introduction"), blank=True)
    body = BodyField(PublicBody(required=False), blank=True, verbose_name=_("body"))

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        abstract = True

    @property
    def dated_edition(self) -> Edition | None:
        return self.edition

    def get_context(self, request, *args, **kwargs):
        from content.showcase import edition_context

        context = super().get_context(request, *args, **kwargs)
        if self.shows_edition:
            context |= edition_context(self.dates.edition, request.at)
        return context


class HomePage(PublicPage):
    """The first page of one language."""

    edition = models.ForeignKey(
        Edition,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("edition"),
        help_text=_("The edition whose dates the page shows."),
    )

    override_translatable_fields = facts("edition")[1:]
    content_panels = [*PublicPage.content_panels, FieldPanel("edition")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.ProgramPage", "content.TextPage"]
    template = "content/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class ProgramPage(PublicPage):
    """The lasting offer."""

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="pages", verbose_name=_("program")
    )

    override_translatable_fields = facts("program")
    content_panels = [*PublicPage.content_panels, FieldPanel("program")]
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.EditionPage", "content.TextPage"]
    template = "content/program_page.html"

    class Meta:
        verbose_name = _("page of a program")
        verbose_name_plural = _("pages of programs")

    @property
    def dated_edition(self) -> Edition | None:
        from content.queries import current_edition

        return current_edition(self.program, clock.now())


class EditionPage(PublicPage):
    """One dated run: public, and for its participants the list of what to do."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="pages", verbose_name=_("edition")
    )

    override_translatable_fields = facts("edition")
    content_panels = [*PublicPage.content_panels, FieldPanel("edition")]
    parent_page_types = ["content.ProgramPage"]
    template = "content/edition_page.html"

    class Meta:
        verbose_name = _("page of an edition")
        verbose_name_plural = _("pages of editions")

    def serve(self, request, *args, **kwargs):
        """An edition that is a draft or cancelled is not there; staff preview it."""
        if not self.edition.is_public:
            raise Http404
        return super().serve(request, *args, **kwargs)

    def get_context(self, request, *args, **kwargs):
        from content.showcase import stages_of

        context = super().get_context(request, *args, **kwargs)
        context["stages"] = stages_of(request.user, self.edition, request.at)
        return context

    def get_sitemap_urls(self, request=None):
        return super().get_sitemap_urls(request) if self.edition.is_public else []


class TextPage(PublicPage):
    """Questions and answers, privacy notice, house rules, accessibility, help."""

    edition = models.ForeignKey(
        Edition,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("edition"),
        help_text=_("The edition whose dates the page shows."),
    )

    override_translatable_fields = facts("edition")
    content_panels = [*PublicPage.content_panels, FieldPanel("edition")]
    subpage_types = ["content.TextPage"]
    template = "content/text_page.html"
    shows_edition = False

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")


PUBLIC_PAGE_TYPES = (HomePage, ProgramPage, EditionPage, TextPage)


class GatedPage(SitePage):
    """A page behind the gate. A type of its own answers `access`; `serve` alone decides, and
    `get_context` draws nothing that was not decided (fails closed)."""

    closed_door_template = "content/closed_door.html"
    levels = 0  # how many words its address has below the first page's
    related = ("locale",)  # what drawing it needs, read with it

    class Meta:
        abstract = True

    def access(self, user, at) -> gate.Access:
        """Who the reader is and whether this page opens: see `gate.access_to_phase`."""
        raise gate.Undecided

    def serve(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        gate.admit(request, self, self.access(request.user, request.at))
        if not request.access.decision:
            return self.closed_door(request)
        if request.access.enrollment:
            self.opened_by(request.access, request.at)
        return super().serve(request, *args, **kwargs)

    def serve_preview(self, request, mode_name):
        """In the editor the same gate decides; nothing is noted as opened."""
        if not request.user.is_authenticated:
            raise Http404
        gate.admit(request, self, self.access(request.user, request.at))
        return super().serve_preview(request, mode_name)

    def opened_by(self, access: gate.Access, at) -> None:
        """A participant opens the page: a type may note it."""

    def closed_door(self, request):
        """For a participant whom the rule refuses: what is missing, in the rule's words."""
        from content.doors import closed_door

        context = {"page": self, "title": self.title, **closed_door(request.access, request.at)}
        return TemplateResponse(request, self.closed_door_template, context, status=403)

    def translation_urls(self, request) -> dict[str, str]:
        """Its address in each language, without a query: only the first word differs. Where a
        translation is missing, `content.routing` leads to one that is there."""
        rest = request.path.split("/", 2)[-1]
        return {code: f"/{code}/{rest}" for code, _name in settings.LANGUAGES}

    def get_context(self, request, *args, **kwargs):
        access = gate.require_admitted(request, self)
        return {**super().get_context(request, *args, **kwargs), "access": access}

    def get_sitemap_urls(self, request=None):
        return []


class ModulePage(GatedPage):
    """A module's lessons, its quiz, and what is still missing."""

    module = models.ForeignKey(
        Module, on_delete=models.PROTECT, related_name="pages", verbose_name=_("module")
    )
    intro = models.TextField(_("introduction"), blank=True)

    override_translatable_fields = facts("module")
    content_panels = [*Page.content_panels, FieldPanel("module"), FieldPanel("intro")]
    parent_page_types = ["content.EditionPage"]
    subpage_types = ["content.LessonPage"]
    template = "content/module_page.html"
    levels = 3
    related = ("locale", "module__phase__edition__program")

    class Meta:
        verbose_name = _("page of a module")
        verbose_name_plural = _("pages of modules")

    @property
    def dated_edition(self) -> Edition:
        return self.module.phase.edition

    def access(self, user, at) -> gate.Access:
        return gate.access_to_module(user, self.module, at)

    def get_context(self, request, *args, **kwargs):
        from content.reading import module_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **module_context(self, context["access"], request)}


class LessonPage(GatedPage):
    """A lesson. `module` repeats the parent's, so that an edition is read in one query."""

    module = models.ForeignKey(
        Module, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("module")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    kilobytes = models.PositiveSmallIntegerField(default=0, editable=False)
    intro = models.TextField(_("introduction"), blank=True)
    body = BodyField(LessonBody(required=False), blank=True, verbose_name=_("body"))

    override_translatable_fields = facts("module", "minutes")
    content_panels = [
        *Page.content_panels,
        FieldPanel("module"),
        FieldPanel("minutes"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    parent_page_types = ["content.ModulePage"]
    subpage_types = []
    template = "content/lesson_page.html"
    levels = 4
    related = ("locale", "module__phase__edition__program")

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    @property
    def dated_edition(self) -> Edition:
        return self.module.phase.edition

    def access(self, user, at) -> gate.Access:
        return gate.access_to_module(user, self.module, at)

    def opened_by(self, access: gate.Access, at) -> None:
        from content.services.learning import open_lesson

        state = access.learning.lesson(self.translation_key)
        if state is None or state.opened_at is None:
            open_lesson(access.enrollment, self, at)

    def get_context(self, request, *args, **kwargs):
        from content.reading import lesson_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **lesson_context(self, context["access"], request)}
