"""What content gives to the roof and to Wagtail's admin: registrations only."""

from django.http import Http404
from wagtail import hooks

from content import (
    discussion_hooks,
    discussion_privacy,
    documents,
    log_actions,
    pace,
    panels,
    privacy,
)
from content.calendar import calendar_entries
from content.demo import building as demo
from content.menu import site_menu
from content.message_kinds import message_kinds
from content.staff import discussion_urls, menu, translating, urls
from content.way import home_card, next_step
from lms.hooks import Schedule

hooks.register("site_menu", site_menu)
hooks.register("next_step", next_step)
hooks.register("home_card", home_card)
hooks.register("calendar_entries", calendar_entries)
hooks.register("export_person", privacy.export_lessons)
hooks.register("export_person", privacy.export_modules)
hooks.register("export_person", privacy.export_attempts)
hooks.register("erase_person", privacy.erase_person)
hooks.register("person_panel", panels.person_panel)
hooks.register("edition_panel", panels.edition_panel)
hooks.register("places_progress", pace.places_progress)
hooks.register("places_behind", pace.places_behind)
hooks.register("register_log_actions", log_actions.register_actions)
hooks.register("next_step", discussion_hooks.next_step)
hooks.register("home_card", discussion_hooks.home_card)
hooks.register("calendar_entries", discussion_hooks.calendar_entries)
hooks.register("person_panel", discussion_hooks.person_panel)
hooks.register("register_log_actions", discussion_hooks.register_actions)
hooks.register("export_person", discussion_privacy.export_posts)
hooks.register("export_person", discussion_privacy.export_participations)
hooks.register("export_person", discussion_privacy.export_reports)
hooks.register("erase_person", discussion_privacy.erase_posts)
hooks.register("sweep", discussion_privacy.forget_names)
hooks.register("register_admin_urls", discussion_urls.admin_urls)
hooks.register("register_admin_urls", urls.admin_urls)
hooks.register("register_admin_urls", translating.admin_urls, order=-1)
hooks.register("register_admin_menu_item", menu.content_menu)
hooks.register("message_kinds", message_kinds)
hooks.register("demo_build", demo.build, order=1)
hooks.register("demo_move", demo.move)


@hooks.register("schedules")
def schedules():
    return [
        Schedule("attempts", "content.tasks.task_settle_attempts", minutes=1),
        Schedule("discussions", "content.discussion_tasks.task_freeze_participations", minutes=5),
    ]


@hooks.register("before_serve_document")
def gate_of_documents(document, request):
    if not documents.may_open(request.user, document, request.at):
        raise Http404
