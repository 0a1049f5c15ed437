"""What the tests of applications share: a complete set of answers, and its addresses."""

from django.urls import reverse
from django.utils import translation

COMPLETE = {
    "given_names": "Rosa",
    "family_names": "Medina Quispe",
    "certificate_name": "Rosa Medina Quispe",
    "backup_email": "",
    "country": "PE",
    "subdivision": "Puno",
    "workplace_kind": "rural_or_small_town",
    "role": "judge",
    "institution": "Corte Superior de Justicia de Puno",
    "years_in_role": "7",
    "gender": "woman",
    "language": "es",
    "basic_module_edition": "2017, Perú",
    "basic_module_email": "",
    "connection": "mobile_data_mainly",
    "accessibility_needs": "",
    "motivation": "Para resolver mejor los casos de medidas cautelares.",
    "show_name_to_peers": "name_and_initial",
    "privacy_notice_version": "on",
}


def answers(**changes) -> dict[str, str]:
    return {**COMPLETE, **changes}


def address(name: str, edition, language: str = "es") -> str:
    with translation.override(language):
        return reverse(
            f"enrollment:{name}", kwargs={"program": edition.program.slug, "edition": edition.slug}
        )


def revision_of(response) -> str:
    return str(response.context["revision"])


def draft(client, edition, *, button: str = "continue", revision=None, **changes):
    """Fill in the form as it is shown and press a button; the answer is not followed."""
    url = address("application_form", edition)
    if revision is None:
        revision = revision_of(client.get(url))
    data = {**answers(**changes), "revision": revision, button: "1"}
    return client.post(url, data)


def submit(client, edition, **changes):
    """The whole way: fill in, continue, check, submit. The answer is not followed."""
    answer = draft(client, edition, **changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return press_submit(client, edition)


def press_submit(client, edition, revision=None):
    url = address("application_check", edition)
    if revision is None:
        revision = str(client.get(url).context["application"].revision)
    return client.post(url, {"revision": revision})
