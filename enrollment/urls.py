from django.urls import path

from enrollment.views import (
    applications,
    enrollments,
    files,
    offers,
    outcome,
    proofs,
    sign_up,
    statuses,
    windows,
)

app_name = "enrollment"

EDITION = "take-part/<slug:program>/<slug:edition>"

urlpatterns = [
    path(f"{EDITION}/apply/", applications.application_form, name="application_form"),
    path(f"{EDITION}/apply/blank/", windows.application_blank, name="application_blank"),
    path(f"{EDITION}/apply/code/", windows.application_code, name="application_code"),
    path(f"{EDITION}/apply/check/", applications.application_check, name="application_check"),
    path(f"{EDITION}/application/", statuses.application_status, name="application_status"),
    path(f"{EDITION}/application/course/", proofs.course_proof, name="course_proof"),
    path(
        f"{EDITION}/application/files/<slug:key>/", files.application_file, name="application_file"
    ),
    path(
        f"{EDITION}/application/withdraw/",
        statuses.application_withdraw,
        name="application_withdraw",
    ),
    path(f"{EDITION}/application/return/", statuses.application_return, name="application_return"),
    path(f"{EDITION}/outcome/", outcome.outcome, name="outcome"),
    path(f"{EDITION}/outcome/again/", outcome.reconsideration, name="reconsideration"),
    path(f"{EDITION}/outcome/accept/", offers.offer_accept, name="offer_accept"),
    path(f"{EDITION}/outcome/decline/", offers.offer_decline, name="offer_decline"),
    path(f"{EDITION}/place/", enrollments.enrollment, name="enrollment"),
    path(f"{EDITION}/place/name/", enrollments.enrollment_name, name="enrollment_name"),
    path(f"{EDITION}/place/leave/", enrollments.enrollment_withdraw, name="enrollment_withdraw"),
    path(f"{EDITION}/place/return/", enrollments.enrollment_return, name="enrollment_return"),
    path(f"{EDITION}/sign-up/<int:order>/", sign_up.phase_sign_up, name="phase_sign_up"),
]
