"""The text of a discussion, one page for each language."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.models import Page

from content import gate
from content.blocks import BodyField, TextBody
from content.models.discussions import Discussion
from content.models.pages import GatedPage, facts
from enrollment.models import Edition


class DiscussionPage(GatedPage):
    """What opens a discussion, who leads it, and the synthesis shown once it has closed."""

    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="pages", verbose_name=_("discussion")
    )
    intro = models.TextField(_("introduction"), blank=True)
    expert_intro = models.TextField(
        _("the expert"), blank=True, help_text=_("Who leads the discussion, in a few sentences.")
    )
    opening = BodyField(TextBody(required=False), blank=True, verbose_name=_("opening text"))
    synthesis = BodyField(TextBody(required=False), blank=True, verbose_name=_("synthesis"))

    override_translatable_fields = facts("discussion")
    content_panels = [
        *Page.content_panels,
        FieldPanel("discussion"),
        FieldPanel("intro"),
        FieldPanel("expert_intro"),
        FieldPanel("opening"),
        HelpPanel(_("The synthesis is shown from the hour at which the discussion closes.")),
        FieldPanel("synthesis"),
    ]
    levels = 3
    related = ("locale", "discussion__phase__edition__program")
    parent_page_types = ["content.EditionPage"]
    subpage_types = []
    template = "content/discussion_page.html"

    class Meta:
        verbose_name = _("page of a discussion")
        verbose_name_plural = _("pages of discussions")

    @property
    def dated_edition(self) -> Edition:
        return self.discussion.phase.edition

    def access(self, user, at) -> gate.Access:
        return gate.access_to_discussion(user, self.discussion, at)

    def get_context(self, request, *args, **kwargs):
        from content.queries_discussions import page_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **page_context(self.discussion, context["access"], request)}
