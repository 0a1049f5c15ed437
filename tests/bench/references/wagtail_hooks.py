"""A stock Wagtail listing of the applications, as anybody would register it."""

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from enrollment.models import Application


class StockViewSet(ModelViewSet):
    model = Application
    name = "stock"
    icon = "doc-full"
    exclude_form_fields = ["person"]
    list_display = [
        "code",
        "given_names",
        "family_names",
        "country",
        "institution",
        "status",
        "eligibility",
        "alumni_match",
        "score",
        "submitted_at",
    ]
    list_filter = ["status", "eligibility", "alumni_match", "country", "gender", "workplace"]
    search_fields = ["given_names", "family_names", "institution", "person__email", "code"]
    search_backend_name = None
    list_per_page = 50
    add_to_admin_menu = False


@hooks.register("register_admin_viewset")
def stock():
    return StockViewSet("stock")
