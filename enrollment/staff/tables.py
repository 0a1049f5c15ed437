"""Columns of the listings, drawn without a template for each cell."""

from __future__ import annotations

from django.utils.formats import localize
from django.utils.html import format_html
from wagtail.admin.ui.tables import Column, TitleColumn

from enrollment.staff.zones import zone_of
from lms.templatetags.times import when_short


class TextColumn(Column):
    """A value, escaped, and numbers as the reader writes them. `accessor` is a callable or a dotted
    path."""

    def render_cell_html(self, instance, parent_context):
        value = self.get_value(instance)
        shown = "" if value is None else localize(value)
        return format_html('<td class="{}">{}</td>', self.classname or "", shown)


class LinkColumn(TitleColumn):
    """The row's name, linked to its page."""

    def render_cell_html(self, instance, parent_context):
        return format_html(
            '<td class="title"><div class="title-wrapper"><a href="{}">{}</a></div></td>',
            self._get_url_func(instance),
            self.get_value(instance),
        )


class PersonColumn(LinkColumn):
    """A person's name, linked to the row's page, with the code beneath it."""

    def render_cell_html(self, instance, parent_context):
        name, code = self.get_value(instance)
        return format_html(
            '<td class="title"><div class="title-wrapper"><a href="{}">{}</a></div>'
            "<small>{}</small></td>",
            self._get_url_func(instance),
            name or "—",
            code,
        )


class InstantColumn(TextColumn):
    """An instant on the reader's clock, else on that of the row's edition, which is then named."""

    def get_value(self, instance):
        return when_short(super().get_value(instance), zone_of(instance))


class ChooseColumn(Column):
    """A checkbox that chooses the row for the form `choose`, without any script."""

    def render_header_html(self, parent_context):
        return format_html('<th class="choose"><span class="w-sr-only">{}</span></th>', self.label)

    def render_cell_html(self, instance, parent_context):
        return format_html(
            '<td class="choose"><input type="checkbox" form="choose" name="id" value="{}" '
            'aria-label="{}"></td>',
            instance.pk,
            instance.code,
        )
