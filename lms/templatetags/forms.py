from django import template

register = template.Library()


@register.filter
def first_control(field) -> str:
    """The id that an error's link leads to: of a group of choices, its first one."""
    if field.use_fieldset:
        return next((widget.id_for_label for widget in field.subwidgets), field.auto_id)
    return field.id_for_label or field.auto_id


@register.filter
def kind(field) -> str:
    """The control's kind, as a class of its wrapper: `checkbox`, `choices`, `text` …"""
    widget = field.field.widget
    if getattr(widget, "input_type", "") == "checkbox" and not field.use_fieldset:
        return "checkbox"
    return "choices" if field.use_fieldset else "control"
