"""What this app's mails are, in the words of the staff's list."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "application_received": _("receipt of an application"),
    "application_withdrawn": _("application withdrawn"),
    "decision_corrected": _("outcome corrected"),
    "decision_ineligible": _("outcome: ineligible"),
    "decision_not_selected": _("outcome: not selected"),
    "decision_offer": _("outcome: selected, with the offer"),
    "decision_waitlist": _("outcome: waitlisted"),
    "draft_reminder": _("reminder of a draft"),
    "enrollment_ended": _("place ended by staff"),
    "enrollment_restored": _("place given back by staff"),
    "enrollment_withdrawn": _("place left"),
    "group_letter": _("letter of the staff to many"),
    "extension_code": _("code that opens a closed window"),
    "information_requested": _("request for information"),
    "name_to_confirm": _("name for the certificate to confirm"),
    "offer_accepted": _("offer accepted"),
    "offer_declined": _("offer declined"),
    "offer_expired": _("offer expired"),
    "offer_reinstated": _("offer given again"),
    "offer_reminder": _("reminder of an offer"),
    "phase_completed": _("phase completed"),
    "phase_extended": _("phase extended"),
    "phase_opened": _("phase open"),
    "reconsideration_answered": _("reconsideration answered"),
    "rehearsal": _("rehearsal of a release"),
    "role_given": _("role given"),
    "sign_up_resumed": _("sign-up goes on after a suspension"),
    "signed_up": _("signed up for a phase"),
    "waitlist_called": _("called from the waitlist"),
    "waitlist_closed": _("waitlist closed"),
    "waitlisted": _("placed on the waitlist"),
    "window_extended": _("window extended, to who came late"),
    "window_resumed": _("applications go on after a suspension"),
}


def message_kinds() -> dict[str, object]:
    return {f"enrollment/mail/{name}": words for name, words in KINDS.items()}
