"""Addresses of the pages on which programs are set up."""

from django.urls import path

from enrollment.staff import (
    alumni,
    editions,
    extension_codes,
    factors,
    form_builder,
    mailings,
    messages,
    people,
    programs,
    roles,
    suspending,
    wordings,
)

P, E = "programs/<int:program_id>", "editions/<int:edition_id>"

urlpatterns = [
    path("programs/", programs.Programs.as_view(), name="programs"),
    path("programs/add/", programs.AddProgram.as_view(), name="program_add"),
    path(f"{P}/", programs.ProgramPage.as_view(), name="program"),
    path(f"{P}/edit/", programs.EditProgram.as_view(), name="program_edit"),
    path(
        f"{P}/applicant-roles/add/",
        programs.EditApplicantRole.as_view(),
        name="applicant_role_add",
    ),
    path(
        f"{P}/applicant-roles/<int:pk>/",
        programs.EditApplicantRole.as_view(),
        name="applicant_role",
    ),
    path(f"{P}/roles/", roles.Roles.as_view(), name="roles"),
    path(f"{P}/roles/<int:pk>/take/", roles.TakeRole.as_view(), name="role_take"),
    path(f"{P}/editions/add/", editions.AddEdition.as_view(), name="edition_add"),
    path(f"{P}/editions/copy/", editions.CopyEdition.as_view(), name="edition_copy"),
    path(f"{E}/", editions.EditionPage.as_view(), name="edition"),
    path(f"{E}/edit/", editions.EditEdition.as_view(), name="edition_edit"),
    path(f"{E}/phases/add/", editions.EditPhase.as_view(), name="phase_add"),
    path(f"{E}/phases/<int:pk>/", editions.EditPhase.as_view(), name="phase_edit"),
    path(f"{E}/windows/add/", editions.EditWindow.as_view(), name="window_add"),
    path(f"{E}/windows/<int:pk>/", editions.EditWindow.as_view(), name="window_edit"),
    path(f"{E}/windows/<int:pk>/form/", form_builder.BuildForm.as_view(), name="window_form"),
    path(
        f"{E}/windows/<int:pk>/form/preview/<slug:language>/",
        form_builder.PreviewForm.as_view(),
        name="window_form_preview",
    ),
    path(
        f"{E}/windows/<int:pk>/suspend/",
        suspending.SuspendWindow.as_view(),
        name="window_suspend",
    ),
    path(
        f"{E}/windows/<int:window_id>/codes/",
        extension_codes.ExtensionCodes.as_view(),
        name="extension_codes",
    ),
    path(
        f"{E}/windows/<int:window_id>/codes/<int:pk>/revoke/",
        extension_codes.RevokeCode.as_view(),
        name="extension_code_revoke",
    ),
    path(
        f"{E}/delete/<slug:kind>/<int:pk>/",
        editions.DeleteOfDraft.as_view(),
        name="delete_of_draft",
    ),
    path(f"{P}/alumni/", alumni.AlumniListing.as_view(), name="alumni"),
    path(
        f"{P}/alumni/results/",
        alumni.AlumniListing.as_view(results_only=True),
        name="alumni_results",
    ),
    path(f"{P}/imports/", alumni.Imports.as_view(), name="imports"),
    path(f"{P}/imports/<int:pk>/", alumni.Import.as_view(), name="import"),
    path(f"{P}/imports/<int:pk>/columns/", alumni.Columns.as_view(), name="import_columns"),
    path(f"{P}/imports/<int:pk>/undo/", alumni.Undo.as_view(), name="import_undo"),
    path(f"{P}/imports/<int:pk>/quarantine/", alumni.Quarantine.as_view(), name="quarantine"),
    path("mails/", wordings.WordingsOfOwn.as_view(), name="wordings_of_own"),
    path(f"{P}/mails/", wordings.Wordings.as_view(), name="wordings"),
    path(f"{P}/mails/<slug:app>/<slug:name>/", wordings.EditWording.as_view(), name="wording"),
    path(
        f"{P}/mails/<slug:app>/<slug:name>/<slug:language>/return/",
        wordings.ReturnToShipped.as_view(),
        name="wording_return",
    ),
    path("mailings/", mailings.Mailings.as_view(), name="mailings"),
    path("mailings/<int:pk>/", mailings.MailingPage.as_view(), name="mailing"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path(
        "messages/results/",
        messages.Messages.as_view(results_only=True),
        name="messages_results",
    ),
    path("messages/<int:pk>/", messages.Message.as_view(), name="message"),
    path("messages/<int:pk>/settle/", messages.SettleMessage.as_view(), name="message_settle"),
    path("messages/<int:pk>/resend/", messages.ResendMessage.as_view(), name="message_resend"),
    path("people/factors/", factors.LostFactors.as_view(), name="lost_factors"),
    path(
        "people/factors/<int:pk>/confirm/",
        factors.ConfirmLostFactor.as_view(),
        name="lost_factor_confirm",
    ),
    path(
        "people/factors/<int:pk>/refuse/",
        factors.RefuseLostFactor.as_view(),
        name="lost_factor_refuse",
    ),
    path("people/requests/", people.Requests.as_view(), name="requests"),
    path("people/<int:person_id>/", people.PersonPage.as_view(), name="person"),
    path("people/<int:person_id>/rescue/", people.AskRescue.as_view(), name="rescue_ask"),
    path(
        "people/<int:person_id>/rescue/<int:pk>/confirm/",
        people.ConfirmRescue.as_view(),
        name="rescue_confirm",
    ),
    path(
        "people/<int:person_id>/rescue/<int:pk>/refuse/",
        people.RefuseRescue.as_view(),
        name="rescue_refuse",
    ),
    path(
        "people/<int:person_id>/erasure/<int:pk>/",
        people.CarryOutErasure.as_view(),
        name="carry_out_erasure",
    ),
]
