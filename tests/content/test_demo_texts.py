"""How the demonstration's texts become what the editor stores."""

from content.demo.texts import rich


def test_address_is_a_link_and_the_sentence_s_point_is_not():
    assert rich("Escriba a ayuda@programa.example. Gracias & <saludos>") == (
        '<p>Escriba a <a href="mailto:ayuda@programa.example">ayuda@programa.example</a>. '
        "Gracias &amp; &lt;saludos&gt;</p>"
    )


def test_paragraphs_are_parted_by_an_empty_line():
    assert rich("Uno\n\nDos") == "<p>Uno</p><p>Dos</p>"
