"""Posts: written, edited, withdrawn, reported, and moderated. Each act is a page of its own or a
button; a text that was refused comes back with the reason."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content import queries_discussions as queries
from content.forms.discussions import HideForm, PostForm, ReportForm
from content.models import Participation, Post, PostStatus
from content.rules import discussions as rules
from content.services import moderation, posts
from content.threads import shown
from content.views.way_in import ROOMS, address_of, in_room
from lms.accounts import resume
from lms.decisions import DomainError

GONE = ("discussion_closed", "closed", "parent_gone", "withdrawn", "hidden_for_conduct")


def of_post(view):
    """Find the post in a room where the person has a place; 404 for what they cannot see."""

    @never_cache
    @wraps(view)
    def found(request, post):
        if not request.user.is_authenticated:
            return resume.to_entrance(request)
        post = get_object_or_404(Post.objects, pk=post)
        post.room = ROOMS.get(pk=post.room_id)
        place, refusal = in_room(request, post.room)
        if refusal:
            return refusal
        seen = queries.with_authors(queries.posts_in(place)).filter(pk=post.pk).first()
        if seen is None:
            raise Http404
        seen.room = post.room
        return view(request, place, seen)

    return found


@of_post
@require_safe
def post(request, place, post):
    """A lasting address of a post: leads to where it stands now."""
    return redirect(address_of(place, post))


# -- writing ---------------------------------------------------------------------------


def contribution_form(request, place, data=None) -> PostForm:
    discussion = place.room.discussion
    if data is None:
        data = resume.take(request, request.path)
    words = discussion.contribution_words
    return PostForm(
        data=data,
        words=0 if place.is_moderator else words,
        label=_("Your contribution"),
        help_text="" if place.is_moderator else _("At least %(n)s words.") % {"n": words},
    )


def send_contribution(request, place):
    form = contribution_form(request, place, request.POST)
    return _send(
        request,
        place,
        form,
        lambda text, token: posts.post_contribution(
            request.user, place.room, text, at=request.at, token=token
        ),
        heading=_("Your contribution"),
    )


@of_post
@require_http_methods(["GET", "HEAD", "POST"])
def post_reply(request, place, post):
    seen = shown(post, place, request.at)
    heading = _("Reply to %(name)s") % {"name": seen.author.name}
    if request.method != "POST":
        rules.can_reply(place, post, request.at).require()
        form = PostForm(resume.take(request, request.path), label=_("Your reply"))
        return _draw(request, place, form, heading=heading, seen=seen)
    form = PostForm(request.POST, label=_("Your reply"))
    return _send(
        request,
        place,
        form,
        lambda text, token: posts.post_reply(request.user, post, text, at=request.at, token=token),
        heading=heading,
        seen=seen,
    )


def _send(request, place, form, write, **context):
    if not form.is_valid():
        return _draw(request, place, form, **context)
    try:
        written = write(form.cleaned_data["text"], form.cleaned_data["token"])
    except DomainError as refusal:
        return _draw_refused(request, place, form, refusal, **context)
    _say_written(request, place, written)
    return redirect(address_of(place, written))


def _say_written(request, place, written):
    if written.status == PostStatus.HELD:
        messages.info(
            request,
            _(
                "Your post is kept. Because it is your first one and holds a link, a facilitator "
                "looks at it before the others see it. It counts already."
            ),
        )
    elif place.is_moderator:
        messages.success(request, _("Your post stands in the room."))
    else:
        messages.success(request, _said_of_participation(place))


def _said_of_participation(place) -> str:
    own = Participation.objects.get(pk=place.participation.pk)
    missing = queries.standing_of(place.room.discussion, own).missing
    if not missing:
        return _("Your post stands in the room. Your participation in this discussion is met.")
    return _("Your post stands in the room. Still missing: %(missing)s.") % {"missing": missing}


@of_post
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request, place, post):
    seen = shown(post, place, request.at)
    if not seen.is_own:
        raise Http404
    heading = _("Edit your post")
    words = 0 if place.is_moderator or post.is_reply else place.room.discussion.contribution_words
    if request.method != "POST":
        rules.can_edit(place, post, request.at).require()
        initial = {"text": post.text, "revision": post.revision}
        typed = resume.take(request, request.path)
        form = PostForm(typed, words=words, initial=initial)
        return _draw(request, place, form, heading=heading)
    form = PostForm(request.POST, words=words)
    if not form.is_valid():
        return _draw(request, place, form, heading=heading)
    try:
        posts.edit_post(
            request.user,
            post,
            form.cleaned_data["text"],
            revision=form.sent_revision,
            at=request.at,
        )
    except DomainError as refusal:
        saved = _take_over(form, post) if refusal.code == "stale" else ""
        return _draw_refused(request, place, form, refusal, heading=heading, saved=saved)
    messages.success(request, _("Your post is changed."))
    return redirect(address_of(place, post))


def _take_over(form, post) -> str:
    """What was typed stays in the form, now on top of the wording saved meanwhile, which is
    given to be shown beside it."""
    post.refresh_from_db()
    data = form.data.copy()
    data["revision"] = post.revision
    form.data = data
    return post.text


def _draw_refused(request, place, form, refusal, **context):
    form.add_error(None, str(refusal.reason))
    is_over = refusal.code in GONE
    return _draw(request, place, form, status=409, is_over=is_over, **context)


def _draw(request, place, form, *, status=200, **context):
    context = {
        "place": place,
        "room": place.room,
        "discussion": place.room.discussion,
        "form": form,
        **context,
    }
    return render(request, "content/post_form.html", context, status=status)


# -- withdrawing and reporting ---------------------------------------------------------


@of_post
@require_http_methods(["GET", "HEAD", "POST"])
def post_withdraw(request, place, post):
    seen = shown(post, place, request.at)
    if not seen.is_own:
        raise Http404
    if request.method != "POST":
        rules.can_withdraw(place, post, request.at).require()
        return _ask(request, place, seen, "content/post_withdraw.html")
    posts.withdraw_post(request.user, post, at=request.at)
    messages.success(request, _("You withdrew your post. It counts no longer."))
    return redirect(address_of(place, post))


@of_post
@require_http_methods(["GET", "HEAD", "POST"])
def post_report(request, place, post):
    seen = shown(post, place, request.at)
    form = ReportForm(request.POST or resume.take(request, request.path))
    if request.method != "POST" or not form.is_valid():
        rules.can_report(place, post).require()
        return _ask(request, place, seen, "content/post_report.html", form=form)
    posts.report_post(request.user, post, at=request.at, reason=form.cleaned_data["reason"])
    messages.success(request, _("Thank you. The facilitators will look at this post."))
    return redirect("content:room", place.room.pk)


def _ask(request, place, seen, template, **context):
    context = {"place": place, "room": place.room, "seen": seen, **context}
    return render(request, template, {**context, "discussion": place.room.discussion})


# -- moderating ------------------------------------------------------------------------


def by_staff(view):
    """Only for who moderates the room; for others there is no such page."""

    @of_post
    @wraps(view)
    def found(request, place, post):
        if not place.is_moderator:
            raise Http404
        return view(request, place, post)

    return found


@by_staff
@require_http_methods(["GET", "HEAD", "POST"])
def post_hide(request, place, post):
    form = HideForm(request.POST or resume.take(request, request.path))
    if request.method != "POST" or not form.is_valid():
        rules.can_hide(post).require()
        seen = shown(post, place, request.at)
        return _ask(request, place, seen, "content/post_hide.html", form=form)
    moderation.hide_post(
        post,
        by=request.user,
        at=request.at,
        reason=form.cleaned_data["reason"],
        is_conduct=form.is_conduct,
    )
    messages.success(request, _("The post is hidden. It can be restored for 30 days."))
    return redirect(address_of(place, post))


@by_staff
@require_POST
def post_restore(request, place, post):
    return _act(request, place, post, moderation.restore_post, _("The post stands again."))


@by_staff
@require_POST
def post_release(request, place, post):
    return _act(request, place, post, moderation.release_post, _("The post is released."))


def _act(request, place, post, service, done):
    try:
        service(post, by=request.user, at=request.at)
    except DomainError as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, done)
    return redirect(address_of(place, post))
