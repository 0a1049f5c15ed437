"""How the log names what happens in this app: what staff read beside each row."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enrollment.services.joint import all_acts

DONE = {
    "submit_application": _("Application submitted"),
    "edit_application": _("Application changed by the applicant"),
    "withdraw_application": _("Application withdrawn"),
    "return_application": _("Application brought back"),
    "attempt_late": _("Attempt after the close"),
    "assess_application": _("Eligibility and match computed"),
    "settle_match": _("Alumni match settled by hand"),
    "override_eligibility": _("Eligibility set by hand"),
    "note_duplicate": _("Likely duplicate looked at"),
    "merge_application": _("Application merged with another of the same person"),
    "export_applications": _("Applications exported"),
    "export_places": _("Places exported"),
    "propose": _("Outcomes proposed"),
    "decide": _("Outcome decided"),
    "change_balance": _("Rules of the balance changed"),
    "draw": _("Draw written"),
    "export_draw": _("Document of a draw downloaded"),
    "make_offers": _("Offers made"),
    "unmake_offers": _("Offers taken back before anybody saw them"),
    "accept_offer": _("Offer accepted"),
    "decline_offer": _("Offer declined"),
    "expire_offer": _("Offer expired"),
    "reinstate_offer": _("Offer given again"),
    "call_waitlist": _("Called from the waitlist"),
    "wait": _("Placed on the waitlist"),
    "enroll": _("Place confirmed"),
    "withdraw_enrollment": _("Place left"),
    "undo_withdrawal": _("Back in the place that was left"),
    "end_enrollment": _("Place ended by staff"),
    "restore_enrollment": _("Place given back by staff"),
    "confirm_name": _("Name for the certificate confirmed"),
    "sign_up": _("Signed up for a phase"),
    "extend_phase": _("Phase extended for one person"),
    "complete_phase": _("Phase completed"),
    "settle": _("Completion of the program settled"),
    "change_reading_plan": _("Plan of the reading changed"),
    "change_reader": _("Reader described"),
    "assign_review": _("Given to a reader"),
    "score_review": _("Read and given points"),
    "recuse_review": _("Reader recused"),
    "give_back_review": _("Taken back from a reader"),
    "rehearse": _("Release rehearsed, letters sent to staff"),
    "make_extension_code": _("Code made that opens the closed window"),
    "use_extension_code": _("Closed window opened by a code"),
    "revoke_extension_code": _("Code that opened the closed window revoked"),
    "ask_information": _("Information requested"),
    "drop_information": _("Request for information taken back"),
    "ask_reconsideration": _("Reconsideration asked for"),
    "answer_reconsideration": _("Reconsideration answered"),
    "share_filter": _("Filter of a list shared with the staff"),
    "remove_filter": _("Shared filter of a list removed"),
    "freeze_form": _("Form frozen"),
    "suspend_window": _("Window suspended"),
    "change_form": _("Form changed"),
    "close_edition": _("Edition closed"),
    "archive_edition": _("Edition archived"),
    "create_program": _("Program made"),
    "change_program": _("Program changed"),
    "add_applicant_role": _("Applicant role added"),
    "change_applicantrole": _("Applicant role changed"),
    "create_edition": _("Edition made"),
    "change_edition": _("Edition changed"),
    "add_phase": _("Phase added"),
    "change_phase": _("Phase changed"),
    "add_registrationwindow": _("Registration window added"),
    "change_registrationwindow": _("Registration window changed"),
    "delete_of_draft": _("Part of a draft deleted"),
    "receive_alumni": _("List of alumni received"),
    "choose_columns": _("Columns of a list chosen"),
    "import_alumni": _("List of alumni read"),
    "export_quarantine": _("Rows set aside downloaded"),
    "write_letter": _("Letter written to many"),
    "change_mail": _("Text of a mail changed"),
    "grant_role": _("Role given"),
    "revoke_role": _("Role taken"),
    "drop_act": _("Request for a second person taken back"),
    "erase": _("Personal data erased"),
}


def register_actions(actions) -> None:
    """Every action that this app records, joint acts included."""
    for name, label in DONE.items():
        actions.register_action(f"enrollment.{name}", label, label)
    for act in all_acts():
        asked = format_lazy(_("asked to {}"), act.label)
        actions.register_action(f"enrollment.{act.name}", act.label, act.label)
        actions.register_action(f"enrollment.ask_{act.name}", asked, asked)
