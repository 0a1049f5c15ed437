"""What enrollment gives to the roof and to Wagtail's admin: registrations only."""

from django.urls import include, path
from wagtail import hooks

from enrollment import health, privacy, retention
from enrollment.backup_reason import course_to_prove
from enrollment.calendar import calendar_entries
from enrollment.demo.building import build as demo_build
from enrollment.demo.data import demo_accounts
from enrollment.demo.moving import move
from enrollment.log_actions import register_actions
from enrollment.message_kinds import message_kinds
from enrollment.next_step import home_card, next_step
from enrollment.services import eligibility, files
from enrollment.staff import home, menu, program_menu, totals
from lms.hooks import Schedule

hooks.register("message_kinds", message_kinds)
hooks.register("next_step", next_step)
hooks.register("home_card", home_card)
hooks.register("calendar_entries", calendar_entries)
hooks.register("export_person", privacy.export_applications)
hooks.register("export_person", privacy.export_places)
hooks.register("export_person", privacy.export_late_attempts)
hooks.register("export_person", privacy.export_extensions)
hooks.register("export_person", privacy.export_filters)
hooks.register("export_files", privacy.export_files)
hooks.register("erase_person", privacy.erase_person)
hooks.register("address_proved", eligibility.look_again)
hooks.register("backup_reason", course_to_prove)
hooks.register("sweep", retention.keep_periods)
hooks.register("sweep", files.sweep_files)
hooks.register("health", health.findings)
hooks.register("demo_accounts", demo_accounts)
hooks.register("demo_build", demo_build)
hooks.register("demo_move", move)
hooks.register("register_log_actions", register_actions)
hooks.register("register_admin_menu_item", menu.admission_menu)
hooks.register("insert_global_admin_css", menu.styles)
hooks.register("construct_homepage_panels", home.add_panels)
hooks.register("register_admin_menu_item", program_menu.programs_menu)
hooks.register("register_reports_menu_item", totals.menu_item)
hooks.register("register_admin_search_area", menu.search_area)


@hooks.register("register_admin_urls")
def staff_urls():
    return [path("enrollment/", include("enrollment.staff.urls"))]


@hooks.register("schedules")
def schedules():
    return [Schedule("editions", "enrollment.tasks.task_sweep_editions", minutes=1)]
