"""What the staff prepare in the admin before the window opens: the program and its people, the
edition with its announced calendar, the pages.

All through the admin's forms; only the Portuguese and English copies of the pages are a
builder's: how they are made is shown where translations are tested."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from content.models.pages import SitePage
from enrollment.models import Program
from tests.certificates.builders import BODY
from tests.enrollment.staff.visits import page
from tests.journeys.staff import Colleague, pk_in

NO_COMMENTS = {
    f"comments-{name}_FORMS": value
    for name, value in {"TOTAL": 0, "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": ""}.items()
}
ALUMNI = "nombre;correo;estado\n{rows}\nSin Correo Ni;no-es-un-correo;completó\n"


def texts(name: str, es: str, pt: str, en: str) -> dict:
    return {f"{name}_es": es, f"{name}_pt-br": pt, f"{name}_en": en}


def make_the_program(admin: Colleague, coordinator: Colleague, approver: Colleague) -> None:
    """An administrator makes it and names its first two people; gets no right over its people."""
    kept = {field.name: 400 for field in Program._meta.fields if field.name.startswith("keep_")}
    admin.fills_in(
        "program_add",
        slug="judges",
        **texts("title", "Programa para jueces", "Programa para juízes", "Program for judges"),
        eligible_countries=["PE", "UY", "BR", "MX", "JM", "CO"],
        needs_alumni="on",
        contact_email="programa@unesco.example",
        coordinator=coordinator.email,
        second_approver=approver.email,
        **kept,
    )
    assert not admin.opens(page("programs")).context["programs"]


def program_of(coordinator: Colleague) -> int:
    [program] = coordinator.opens(page("programs")).context["programs"]
    return program.pk


def name_the_applicant_roles(coordinator: Colleague, program: int) -> None:
    for key, es, pt, en, eligible, relevance in [
        ("judge", "Jueza o juez", "Juíza ou juiz", "Judge", "on", 30),
        ("public_defender", "Defensa pública", "Defensoria pública", "Public defender", "on", 25),
        ("not_justice", "Fuera de la justicia", "Fora da justiça", "Outside justice", "", 0),
    ]:
        coordinator.fills_in(
            "applicant_role_add",
            program,
            **texts("label", es, pt, en),
            key=key,
            eligible=eligible,
            relevance=relevance,
            sort_order=0,
        )


def set_the_calendar(coordinator: Colleague, program: int) -> int:
    """The announced calendar, typed in the ruling zone; deadlines as whole days."""
    edition = pk_in(
        coordinator.fills_in(
            "edition_add",
            program,
            **texts("title", "Edición 2019", "Edição 2019", "2019 edition"),
            slug="2019",
            admission_mode="selective",
            capacity=4,
            waitlist_percent=25,
            languages=["es", "pt-br", "en"],
            ruling_zone="America/Montevideo",
            deadline_zone="America/Tijuana",
            selection_locks_at="2019-04-15 18:00",
            release_planned_at="2019-04-16 10:00",
            offers_respond_by_day="2019-04-25",
            last_entry_at_day="2019-04-28",
            certificates_planned_at="2019-07-01 10:00",
        )
    )
    coordinator.fills_in(
        "phase_add",
        edition,
        **texts("title", "Fase uno", "Fase um", "Phase one"),
        order=1,
        opens_at="2019-04-22 09:00",
        closes_at_day="2019-05-26",
        hours=20,
    )
    coordinator.fills_in(
        "phase_add",
        edition,
        **texts("title", "Fase dos", "Fase dois", "Phase two"),
        order=2,
        opens_at="2019-06-03 09:00",
        closes_at_day="2019-06-23",
        hours=12,
        required_activities=2,
    )
    shown = coordinator.opens(page("window_add", edition))
    phase = shown.context["form"].fields["phase"].queryset.get(order=1)
    coordinator.fills_in(
        "window_add",
        edition,
        phase=phase.pk,
        kind="application",
        opens_at="2019-03-21 09:00",
        closes_at_day="2019-04-12",
    )
    return edition


def upload_the_alumni(coordinator: Colleague, program: int, *people) -> None:
    """The list of who took the basic modules; one row of it is bad and is set aside."""
    rows = "\n".join(f"{one.name};{one.email};completó" for one in people)
    file = SimpleUploadedFile("lista.csv", ALUMNI.format(rows=rows).encode())
    where = coordinator.fills_in("imports", program, file=file)
    source = coordinator.opens(where).context["source"]
    assert (source.imported, source.quarantined) == (len(people), 1)


def publish(editor: Colleague, kind: str, parent: int, title: str, slug: str, **fields) -> int:
    """A page through Wagtail's own form; gives its number."""
    data = {"title": title, "slug": slug, "intro": "", "seo_title": "", "search_description": ""}
    data |= {**NO_COMMENTS, **nested_form_data(fields), "action-publish": "1"}
    answer = editor.sends(f"/admin/pages/add/content/{kind}/{parent}/", data)
    assert answer.url == f"/admin/pages/{parent}/", answer.url
    return Page.objects.get(pk=parent).get_children().get(slug=slug).pk


def body(text: str = "") -> dict:
    return streamfield([("paragraph", rich_text(f"<p>{text}</p>"))] if text else [])


def publish_the_front_pages(admin: Colleague, program: int) -> int:
    """The site's first page and the program's; gives the number of the program's."""
    root = Page.get_first_root_node().pk
    home = publish(admin, "homepage", root, "Inicio", "inicio", edition="", body=body())
    [site] = admin.opens("/admin/sites/").context["object_list"]
    data = {"hostname": "testserver", "port": 80, "root_page": home, "is_default_site": "on"}
    admin.sends(f"/admin/sites/edit/{site.pk}/", {**data, "site_name": "Programa"})
    return publish(admin, "programpage", home, "Jueces", "jueces", program=program, body=body())


def publish_the_edition(coordinator: Colleague, above: int, edition) -> None:
    """Its page, four modules with a lesson and a quiz each, three discussions."""
    body_text = "Cierra: [[window_closes]]."
    top = publish(
        coordinator,
        "editionpage",
        above,
        "Edición 2019",
        "2019",
        edition=edition.pk,
        body=body(body_text),
    )
    for module in edition.phases.get(order=1).modules.all():
        place = publish(
            coordinator, "modulepage", top, str(module), module.slug, module=module.pk, intro=""
        )
        publish(
            coordinator,
            "lessonpage",
            place,
            f"Lección de {module}",
            "leccion",
            module=module.pk,
            minutes=30,
            body=body("Una red de redes."),
        )
    for discussion in edition.phases.get(order=2).discussions.all():
        publish(
            coordinator,
            "discussionpage",
            top,
            str(discussion),
            discussion.slug,
            discussion=discussion.pk,
            expert_intro="Enseña derecho de datos.",
            opening=body("Lean el caso."),
            synthesis=body("Lo que dijimos."),
        )


def set_up_the_modules(coordinator: Colleague, phase: int) -> None:
    """Four modules that open a week apart, each with a quiz of three questions."""
    for order, day in enumerate(["04-22", "04-29", "05-06", "05-13"], start=1):
        title = texts("title", f"Módulo {order}", f"Módulo {order}", f"Module {order}")
        data = {"slug": f"m{order}", "order": order, "opens_at": f"2019-{day} 09:00", "hours": 5}
        data |= {"draw": 3, "pass_mark": 70, "attempts": 3, "cooldown_minutes": 60, **title}
        url = reverse("content_staff:module_add", args=[phase])
        module = pk_in(coordinator.sends(url, data).url)
        for number in (1, 2, 3):
            coordinator.sends(
                reverse("content_staff:question_add", args=[module]), question(number)
            )


def question(number: int) -> dict:
    """With four options, of which the first is right."""
    stem = (f"¿Pregunta {number}?", f"Pergunta {number}?", f"Question {number}?")
    options = {}
    for letter in "abcd":
        options |= texts(
            f"text_{letter}", f"Opción {letter}", f"Opção {letter}", f"Option {letter}"
        )
    why = texts("explanation", "Porque sí.", "Porque sim.", "It is so.")
    return {"kind": "single", **texts("stem", *stem), **options, "right_a": "on", **why}


def set_up_the_discussions(coordinator: Colleague, edition, expert: int) -> None:
    """Three weeks of debate, led by the expert."""
    url = reverse("discussions_staff:add", args=[edition.pk])
    weeks = [
        ("2019-06-03", "2019-06-09", "Privacidad", "Privacidade", "Privacy"),
        ("2019-06-10", "2019-06-16", "Expresión", "Expressão", "Expression"),
        ("2019-06-17", "2019-06-23", "Cifrado", "Criptografia", "Encryption"),
    ]
    for order, (opens, last_day, *title) in enumerate(weeks, start=1):
        data = {"slug": f"d{order}", "phase": edition.phases.get(order=2).pk, "order": order}
        data |= {"opens_at": f"{opens} 09:00", "closes_at_day": last_day, "hours": 4}
        data |= {"experts": [expert], "contribution_words": 80, "replies": 2, "room_size": 45}
        coordinator.sends(url, {**texts("title", *title), **data})


def copies_in_other_languages() -> None:
    """Every page in Portuguese and English, at the same place and published."""
    pages = list(Page.objects.type(SitePage).order_by("path").specific())
    for code in ("pt-br", "en"):
        locale, _is_new = Locale.objects.get_or_create(language_code=code)
        for one in pages:
            one.copy_for_translation(locale, alias=True)


def design_the_certificates(coordinator: Colleague, program: int) -> list[int]:
    """That of the program, and the statement of phase one."""
    url = reverse("certificates_staff:design_add", args=[program])
    titles = [
        (0, "Certificado de participación", "Certificado de participação", "Certificate"),
        (1, "Constancia de la fase uno", "Declaração da fase um", "Statement of phase one"),
    ]
    names = {"signatory_one": "A. Directora", **texts("post_one", "Directora", "Diretora", "Head")}
    body = texts("body", BODY, BODY, BODY)
    return [
        pk_in(
            coordinator.sends(
                url, {"certifies": certifies, **texts("title", *title), **body, **names}
            ).url
        )
        for certifies, *title in titles
    ]
