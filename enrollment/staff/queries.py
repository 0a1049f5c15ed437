"""What a list is asked for by its address: normalized, and without what there is no more."""

from __future__ import annotations

from django.http import QueryDict

OF_THE_LIST = ("q", "p", "ordering", "export", "id", "of", "_w_filter_fragment")


def names_of(filters) -> dict[str, str]:
    """The names of the address that the filters read, with the filter of each."""
    found = {}
    for name, field in filters.form.fields.items():
        suffixes = getattr(field.widget, "suffixes", None)
        names = [f"{name}_{suffix}" for suffix in suffixes] if suffixes else [name]
        found |= dict.fromkeys(names, name)
    return found


def normal_query(filters, query: QueryDict) -> str:
    """The filters in order, each value once; without the page, the order, and the words of a
    search, which may be somebody's name."""
    names = names_of(filters)
    kept = QueryDict(mutable=True)
    for name in sorted(names.keys() & query.keys()):
        if values := sorted({value for value in query.getlist(name) if value}):
            kept.setlist(name, values)
    return kept.urlencode()


def without_the_lost(filters, query: QueryDict) -> tuple[QueryDict, list[str]]:
    """The query without the questions and the choices that there are no more, and what these were
    about, in words. What was typed wrong stays: its field says so."""
    names, lost = names_of(filters), []
    kept = query.copy()
    for name in query:
        if name in OF_THE_LIST:
            continue
        if name not in names:
            lost.append(name)
            kept.pop(name)
        elif gone := _gone(filters.form, names[name], query.getlist(name)):
            lost.append(str(filters.form.fields[names[name]].label))
            kept.setlist(name, [one for one in query.getlist(name) if one not in gone])
    return kept, lost


def _gone(form, name: str, values: list[str]) -> set[str]:
    """The values that the field no longer lets one choose."""
    field = form.fields[name]
    errors = form.errors.as_data().get(name, ())
    if not any(error.code in ("invalid_choice", "invalid_pk_value") for error in errors):
        return set()
    is_known = getattr(field, "valid_value", None)
    return {value for value in values if value and not (is_known and is_known(value))}
