"""What an applicant writes to show that they took the earlier course."""

from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _

from enrollment.forms.proofs import ProofForm
from enrollment.rules.eligibility import may_claim_course
from enrollment.services.proofs import give_proof
from enrollment.views.statuses import draw_status
from enrollment.views.windows import of_edition, to
from lms.accounts import limits
from lms.decisions import DomainError


@of_edition
def course_proof(request, window, application):
    """Keep it and go back to the application's page, which says what becomes of it."""
    if application is None:
        raise Http404
    if request.method == "POST":
        form = ProofForm(request.POST)
        try:
            may_claim_course(application, request.at).require()
            if form.is_valid() and not (answer := limits.may_write_proof(request)):
                form.add_error("text", answer.reason)
            if form.errors:
                return draw_status(request, window, application, form)
            give_proof(application, form.cleaned_data["text"], by=request.user, at=request.at)
        except DomainError as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, _("We have received it: somebody of the office looks at it."))
    return to("application_status", window)
