"""Cells of the listings."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from enrollment.models import EnrollmentStatus
from enrollment.staff.tables import TextColumn


@pytest.mark.parametrize(("language", "shown"), [("es", "40,00"), ("pt-br", "40,00")])
def test_numbers_are_written_as_the_reader_writes_them(language, shown):
    row = SimpleNamespace(score=Decimal("40.00"))
    with override(language):
        assert TextColumn("score").render_cell_html(row, {}) == f'<td class="">{shown}</td>'


def test_a_place_is_confirmed_in_its_own_gender():
    with override("es"):
        assert EnrollmentStatus.CONFIRMED.label == "confirmado"
