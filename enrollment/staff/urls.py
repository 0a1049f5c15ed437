"""Addresses of the staff's pages, under the admin's own."""

from django.urls import include, path

from enrollment.staff import (
    act_on,
    application,
    applications,
    balance,
    draws,
    duplicates,
    files,
    first_to_confirm,
    joint,
    letters,
    matches,
    place,
    places,
    reading,
    reading_plan,
    reconsiderations,
    rehearsal,
    saved_filters,
    selection,
    totals,
)

app_name = "enrollment_staff"


def listing(at: str, view, name: str) -> list:
    """A Wagtail listing, and its results alone for the filters' script."""
    return [
        path(f"{at}/", view.as_view(), name=name),
        path(f"{at}/results/", view.as_view(results_only=True), name=f"{name}_results"),
    ]


urlpatterns = [
    *listing("applications", applications.ApplicationListing, "applications"),
    path("applications/act/", act_on.ActOnApplications.as_view(), name="act_on_applications"),
    path("applications/write/", letters.WriteToApplicants.as_view(), name="write_to_applicants"),
    path(
        "applications/filter/",
        applications.KeepFilter.as_view(),
        name="keep_applications_filter",
    ),
    path("applications/<int:pk>/", application.ApplicationPage.as_view(), name="application"),
    path(
        "applications/<int:pk>/files/<slug:key>/",
        files.ApplicationFile.as_view(),
        name="application_file",
    ),
    *listing("selection", selection.Selections, "selections"),
    path("selection/<int:pk>/", selection.SelectionPage.as_view(), name="selection"),
    path("selection/<int:pk>/waitlist/", places.WaitlistListing.as_view(), name="waitlist"),
    path("selection/<int:pk>/balance/", balance.BalancePage.as_view(), name="balance"),
    path("selection/<int:pk>/balance/rules/", balance.BalanceRules.as_view(), name="balance_rules"),
    path("draws/<int:pk>/", draws.DrawPage.as_view(), name="draw"),
    path("draws/<int:pk>/statement.pdf", draws.DrawPaper.as_view(), name="draw_paper"),
    path("draws/<int:pk>/draw.json", draws.DrawDocument.as_view(), name="draw_document"),
    *listing("offers", places.OfferListing, "offers"),
    *listing("places", places.PlaceListing, "places"),
    path("places/write/", letters.WriteToPlaces.as_view(), name="write_to_places"),
    path("places/filter/", places.KeepFilter.as_view(), name="keep_places_filter"),
    path("filters/<int:pk>/remove/", saved_filters.Remove.as_view(), name="remove_filter"),
    path("places/<int:pk>/", place.PlacePage.as_view(), name="place"),
    path("reading/", reading.ReadingDesk.as_view(), name="reading"),
    path("reading/next/<int:edition_id>/", reading.ReadNext.as_view(), name="read_next"),
    path("reading/<int:pk>/", reading.ReviewPage.as_view(), name="review"),
    path("reading/<int:pk>/recuse/", reading.Recuse.as_view(), name="review_recuse"),
    path(
        "editions/<int:edition_id>/reading/",
        reading_plan.Reading.as_view(),
        name="edition_reading",
    ),
    path(
        "editions/<int:edition_id>/reading/plan/",
        reading_plan.EditPlan.as_view(),
        name="reading_plan",
    ),
    path(
        "editions/<int:edition_id>/reading/<int:pk>/give-back/",
        reading_plan.GiveBack.as_view(),
        name="review_give_back",
    ),
    path(
        "programs/<int:program_id>/readers/<int:user_id>/",
        reading_plan.EditReader.as_view(),
        name="reader",
    ),
    path("editions/<int:edition_id>/matches/", matches.Matches.as_view(), name="matches"),
    path(
        "editions/<int:edition_id>/duplicates/",
        duplicates.Duplicates.as_view(),
        name="duplicates",
    ),
    path(
        "editions/<int:edition_id>/duplicates/sure/",
        duplicates.MergeSurePairs.as_view(),
        name="sure_duplicates",
    ),
    path(
        "editions/<int:edition_id>/rehearsal/",
        rehearsal.RehearseRelease.as_view(),
        name="rehearsal",
    ),
    path(
        "editions/<int:edition_id>/reconsiderations/",
        reconsiderations.Reconsiderations.as_view(),
        name="reconsiderations",
    ),
    path(
        "editions/<int:edition_id>/reconsiderations/<int:pk>/",
        reconsiderations.Answer.as_view(),
        name="reconsideration",
    ),
    path(
        "editions/<int:edition_id>/first-to-confirm/",
        first_to_confirm.StartFirstToConfirm.as_view(),
        name="first_to_confirm",
    ),
    path(
        "editions/<int:edition_id>/first-to-confirm/end/",
        first_to_confirm.EndFirstToConfirm.as_view(),
        name="first_to_confirm_end",
    ),
    path("totals/", totals.Totals.as_view(), name="totals"),
    path("joint/", joint.JointActs.as_view(), name="joint_acts"),
    path("joint/<int:pk>/confirm/", joint.ConfirmAct.as_view(), name="confirm_act"),
    path("joint/<int:pk>/drop/", joint.DropAct.as_view(), name="drop_act"),
    path("ask/<slug:act>/<str:subject>/", joint.AskAct.as_view(), name="ask"),
    path("", include("enrollment.staff.program_urls")),
]
