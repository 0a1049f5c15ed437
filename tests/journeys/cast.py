"""Who takes part in the journey of 2019, and where each of them sits."""

from tests.builders import a_person
from tests.journeys.applicants import Applicant
from tests.journeys.staff import Colleague


class Cast:
    """Everybody of the story. Of their accounts only the administrator's is there before they
    enter, as `createsuperuser` makes it."""

    def __init__(self, site):
        self.site = site
        self.admin = Colleague(site, "admin@unesco.example")
        self.coordinator = Colleague(site, "coordinadora@unesco.example")
        self.approver = Colleague(site, "aprobador@unesco.example")
        self.expert = Colleague(site, "experta@unesco.example")
        a_person(self.admin.email, is_staff=True, is_superuser=True)

        self.rosa = self._applicant("rosa@pj.example", "Rosa Medina Quispe", "PE", "Lima")
        self.teresa = self._applicant("teresa@pj.example", "Teresa Ibáñez", "UY", "Montevideo")
        self.esteban = self._applicant("esteban@pj.example", "Esteban Ruiz", "MX", "Tijuana")
        self.joao = self._applicant(
            "joao@tj.example", "João Conceição", "BR", "Sao_Paulo", language="pt-br"
        )
        defends = {"role": "public_defender", "workplace_kind": "capital"}
        self.marcia = self._applicant(
            "marcia@court.example", "Marcia Campbell", "JM", "Jamaica", language="en", **defends
        )
        self.andres = self._applicant(
            "andres@pj.example", "Andrés Salas", "PE", "Lima", workplace_kind="capital"
        )
        self.nadia = self._applicant(
            "nadia@diario.example", "Nadia Torres", "PE", "Lima", role="not_justice"
        )
        self.tomas = self._applicant("tomas@rama.example", "Tomás Vega", "CO", "Bogota")

    def _applicant(self, email, name, country, city, *, language="es", **answers):
        given, _space, family = name.partition(" ")
        names = {"given_names": given, "family_names": family, "certificate_name": name}
        answers = {**names, "country": country, **answers}
        return Applicant(self.site, email, language, f"America/{city}", **answers)

    @property
    def submitted(self) -> list[Applicant]:
        """Those whose application arrived in time."""
        return [
            self.rosa,
            self.teresa,
            self.esteban,
            self.joao,
            self.marcia,
            self.andres,
            self.nadia,
        ]

    @property
    def everybody(self) -> list:
        staff = [self.admin, self.coordinator, self.approver, self.expert]
        return [*staff, *self.submitted, self.tomas]
