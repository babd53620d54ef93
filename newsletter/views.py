"""The newsletter's pages: signing up, which is the same for everybody, and those behind the links of mails."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from doors.forms import open_form
from newsletter import consent, joining, leaving, tasks, throttles, tokens
from newsletter.addresses import masked
from newsletter.forms import PauseForm, PreferencesForm, SignUpForm
from newsletter.models import Consent, Subscriber, Topic
from publishing.caching import public

FIRST = {"pace": "weekly"}  # what the form begins with


def page_context(title: str, description: str = "", **more: Any) -> dict[str, Any]:
    """What every page here tells the layout, and the slots: that it needs no second form."""
    return {
        "page_title": title,
        "heading": title,
        "page_description": description,
        "is_newsletter": True,
        "breadcrumbs": [],
        **more,
    }


# Signing up


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """The form with all topics. Whatever address it gets, it answers the same and does the same work."""
    topics = list(Topic.objects.offered())
    status = 200
    if request.method == "POST":
        form = SignUpForm(sent(request, topics), topics=topics)
        if form.is_valid():
            if throttles.let_in(request):
                if not form.is_trapped:
                    joining.ask(form.wish(sent_from(request), consent.network(request)))
                return HttpResponseRedirect(reverse("newsletter:check_mail"))
            form.add_error(None, _("That is a lot of sign-ups from one place. Please send this one in an hour."))
            status = 429
    else:
        initial = {**FIRST, "language": get_language()}  # no topic is ticked: choosing is part of consent
        form = SignUpForm(initial=initial, topics=topics)
    language = get_language() or "en"
    context = page_context(
        _("Newsletter"),
        _("News on the way to Canada that you choose by topic: free, with sources, and left with one click."),
        form=form,
        topics=topics,
        words=consent.words(language),
        version=consent.version(language),
        asked=set(form["topics"].value() or []),
    )
    response = render(request, "newsletter/subscribe.html", context, status=status)
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
        if status == 429:
            response.headers["Retry-After"] = "3600"
        return response
    return public(response)


def sent(request: HttpRequest, topics: list[Topic]) -> QueryDict:
    """What was posted, with what was suggested instead of what was typed, if that button was pressed."""
    given = request.POST.copy()
    if instead := request.POST.get("instead"):
        given["email"] = instead
    if given.get("place", "page") != "page":  # a box of an article names a topic that may be offered no more
        offered = {topic.key for topic in topics}
        given.setlist("topics", [key for key in given.getlist("topics") if key in offered])
    return given


def sent_from(request: HttpRequest) -> str:
    """The path of the page that a form was sent from, as the browser says."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return parts.path if parts.path.isprintable() else ""


@require_safe
def check_mail(request: HttpRequest) -> HttpResponseBase:
    """What happens next, for everybody who has sent the form."""
    hours = int(tokens.CONFIRM_WITHIN.total_seconds() // 3600)
    context = page_context(_("Look into your mailbox"), robots="noindex", hours=hours, sender=settings.CONTACT_EMAIL)
    return public(render(request, "newsletter/check_mail.html", context))


# Behind the links of mails


def behind_a_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page whose address is somebody's own. A POST needs to know the address, which no other site does; so neither
    Django's token nor the sender's origin is asked for, which a page without referrer could not name anyway.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
        response = view(request, token)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def own_context(title: str, **more: Any) -> dict[str, Any]:
    """For a page behind a link: no address that the layout could tell anybody."""
    nowhere: dict[str, Any] = {
        "alternates": [],
        "canonical": "",
        "other_language": None,
        "social_image": "",
        "robots": "noindex",
    }
    return page_context(title, **nowhere, **more)


def answered(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"newsletter/{template}.html", context, status=status)


@behind_a_link
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """A GET shows a button, for programs open the links of mails too; the button's POST makes a subscriber."""
    try:
        if request.method != "POST":
            row = joining.find(token)
            with override(row.language):
                context = own_context(_("Confirm your subscription"), done=row.confirmed_at, asked=row)
                context["topics"] = [] if row.confirmed_at else joining.wanted(row)
                return answered(request, "confirm", context)
        row, subscriber = joining.confirm(token, consent.network(request))
    except tokens.BadLink as problem:
        old = isinstance(problem, tokens.OldLink)
        context = own_context(_("This link has run out") if old else _("This link is not complete"), old=old)
        return answered(request, "old_link", context, status=410 if old else 404)
    with override(row.language):
        joined = subscriber is not None and subscriber.status == Subscriber.Status.ACTIVE
        context = own_context(_("You are in") if joined else _("You have left meanwhile"), joined=joined)
        if joined and subscriber is not None:
            context["preferences"] = reverse("newsletter:preferences", kwargs={"token": subscriber.token})
        return answered(request, "confirmed", context)


@behind_a_link
def leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """One click in the mail program is a POST here, and so is the button of this page (RFC 8058).

    Every POST is answered with 200, also for a token that is nobody's: it has nothing left to leave. No throttle: the
    posts of millions come from the few networks of their mail providers.
    """
    subscriber = leaving.by_token(token)
    with override(subscriber.language if subscriber else get_language() or "en"):
        if request.method == "POST":
            if subscriber is not None:
                leaving.leave(subscriber, Consent.Method.ONE_CLICK, {"from": consent.network(request)})
            return answered(request, "left", own_context(_("You have left"), **links(subscriber)))
        return answered(request, "leave", own_context(_("Leave the newsletter"), token=token, **links(subscriber)))


def links(subscriber: Subscriber | None) -> dict[str, str]:
    if subscriber is None:
        return {}
    return {"preferences": reverse("newsletter:preferences", kwargs={"token": subscriber.token})}


# Preferences


@behind_a_link
def preferences(request: HttpRequest, token: str) -> HttpResponseBase:
    """What comes and how often, pausing, leaving, and one's data; a POST does what its button is named after."""
    subscriber = leaving.by_token(token)
    if subscriber is None:
        context = own_context(_("This link is not complete"), old=False)
        return answered(request, "old_link", context, status=404)
    page = Preferences(request, subscriber)
    if request.method == "POST" and (response := page.change()) is not None:
        return response
    return page.show()


SAID = {  # what the page says after a redirect, by the word in its address
    "saved": lambda: _("Saved."),
    "paused": lambda: _("Paused. Nothing comes until then."),
    "resumed": lambda: _("The pause is over."),
    "sent": lambda: _("Your data is on its way to your mailbox."),
    "kept": lambda: _("Nothing will be deleted."),
}


class Preferences:
    """One request to the page of preferences."""

    def __init__(self, request: HttpRequest, subscriber: Subscriber) -> None:
        self.request, self.subscriber = request, subscriber
        self.has = {row.topic_id for row in subscriber.subscriptions.current()}
        self.topics = [topic for topic in Topic.objects.all() if topic.is_offered or topic.pk in self.has]
        details = {name: getattr(subscriber, name) for name in ("pace", "language", "time_zone")}
        initial = {**details, "topics": [topic.key for topic in self.topics if topic.pk in self.has]}
        self.form = PreferencesForm(initial=initial, subscriber=subscriber, topics=self.topics)
        self.pause_form = PauseForm(subscriber=subscriber)

    @property
    def here(self) -> str:
        return reverse("newsletter:preferences", kwargs={"token": self.subscriber.token})

    def change(self) -> HttpResponse | None:
        """Do what the button says; None if that has a mistake in it."""
        actions: dict[str, Callable[[], str]] = {
            "save": self.save,
            "pause": self.pause,
            "resume": self.resume,
            "leave": self.leave,
            "data": self.send_data,
            "erase": self.erase,
            "keep": self.keep,
        }
        for name, action in actions.items():
            if name in self.request.POST:
                said = action()
                return HttpResponseRedirect(f"{self.here}?{said}") if said else None
        return HttpResponseRedirect(self.here)

    @property
    def evidence(self) -> dict[str, str]:
        return {"from": consent.network(self.request), "page": "preferences"}

    def save(self) -> str:
        self.form = PreferencesForm(self.request.POST, subscriber=self.subscriber, topics=self.topics)
        if not self.form.is_valid():
            return ""
        given = dict(self.form.cleaned_data)
        keys = given.pop("topics")
        chosen = [topic for topic in self.topics if topic.key in keys]
        language = get_language() or "en"
        leaving.choose(self.subscriber, chosen, given, evidence=self.evidence, language=language)
        return "saved"

    def pause(self) -> str:
        self.pause_form = PauseForm(self.request.POST, subscriber=self.subscriber)
        if not self.pause_form.is_valid():
            return ""
        leaving.pause(self.subscriber, self.pause_form.cleaned_data["until"])
        return "paused"

    def resume(self) -> str:
        leaving.pause(self.subscriber, None)
        return "resumed"

    def leave(self) -> str:
        leaving.leave(self.subscriber, Consent.Method.PREFERENCES, self.evidence)
        return "left"

    def send_data(self) -> str:
        if throttles.may_send_data(self.subscriber.token):
            tasks.send_data.enqueue(self.subscriber.pk)
        return "sent"

    def erase(self) -> str:
        leaving.ask_to_erase(self.subscriber, self.evidence)
        return "erasing"

    def keep(self) -> str:
        leaving.keep_after_all(self.subscriber)
        return "kept"

    def show(self) -> HttpResponse:
        subscriber, language = self.subscriber, get_language() or "en"
        said = next((SAID[word]() for word in SAID if word in self.request.GET), "")
        context = own_context(
            _("Your newsletter"),
            form=self.form,
            pause_form=self.pause_form,
            subscriber=subscriber,
            masked=masked(subscriber.email),
            is_active=subscriber.status == Subscriber.Status.ACTIVE,
            is_paused=subscriber.paused_until is not None and subscriber.paused_until > now(),
            topics=self.topics,
            chosen=set(self.form["topics"].value() or []),
            said=said,
            words=consent.words(language),
            here=self.here,
        )
        return answered(self.request, "preferences", context)
