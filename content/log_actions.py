"""How the log names what happens in learning."""

from django.utils.translation import gettext_lazy as _

DONE = {
    "start_attempt": _("Attempt at a quiz begun"),
    "submit_attempt": _("Attempt at a quiz handed in"),
    "regrade": _("Attempt graded again after a correction"),
    "complete_module": _("Module completed"),
    "add_module": _("Module added"),
    "change_module": _("Module changed"),
    "add_question": _("Question added"),
    "change_question": _("Question changed"),
    "retire_question": _("Question retired"),
    "restore_question": _("Question used again"),
    "delete_question": _("Question deleted"),
    "copy_pages_again": _("Pages to be copied once more"),
    "copy_pages": _("Pages copied from an earlier edition"),
}


def register_actions(actions) -> None:
    for name, label in DONE.items():
        actions.register_action(f"content.{name}", label, label)
