"""The admin of the newsletter's people: who they are and what they agreed to is read here, and never typed."""

import json
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from facts.admin_lists import LedgerAdmin, counted
from newsletter import admin_imports, importing, leaving
from newsletter.addresses import BadAddress, check
from newsletter.models import Consent, SignUp, Subscriber, Subscription, Suppression, Topic
from publishing import purge
from publishing.admin_forms import short_moment

# Django looks for this module only.
__all__ = ["admin_imports"]


class ReadOnly(LedgerAdmin):
    """What is looked at, and neither added, changed nor deleted by hand."""

    actions = None
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def key_of(term: str) -> str:
    """The key of an address that was typed into a search; empty for anything else."""
    try:
        return check(term).key
    except BadAddress:
        return ""


# Topics


class TopicForm(forms.ModelForm):
    class Meta:
        widgets = {
            **{f"{name}_{code}": counted(120) for name in ("name", "sample_title") for code in ("en", "fr")},
            **{f"description_{code}": counted(200, rows=2) for code in ("en", "fr")},
            **{f"sample_{code}": counted(1500, rows=8) for code in ("en", "fr")},
        }


@admin.register(Topic)
class TopicAdmin(LedgerAdmin):
    """Topics are written in both languages; one that somebody had is taken off offer, and never deleted."""

    form = TopicForm
    change_form_template = "admin/facts/change_form.html"
    list_display = ["title", "key", "subscribers", "is_offered", "order"]
    sortable_by = ()
    fieldsets = [
        (None, {"fields": ["key", ("name_en", "name_fr"), ("description_en", "description_fr")]}),
        (_("Sample"), {"fields": [("sample_title_en", "sample_title_fr"), ("sample_en", "sample_fr")]}),
        (_("Options"), {"fields": [("order", "is_offered")]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["key"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        on = Count("subscriptions", filter=Q(subscriptions__is_on=True))
        return super().get_queryset(request).annotate(on=on).defer("loaded")

    @admin.display(description=_("name"))
    def title(self, obj: Topic) -> str:
        return obj.name

    @admin.display(description=_("subscriptions"))
    def subscribers(self, obj: Any) -> int:
        return obj.on

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        paths = set()
        for language in ("en", "fr"):
            with override(language):
                paths.add(reverse("newsletter:subscribe"))
        transaction.on_commit(partial(purge.paths, sorted(paths)), robust=True)


# Subscribers


class TopicFilter(admin.SimpleListFilter):
    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(topic.key, topic.name) for topic in Topic.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if not self.value():
            return None
        on = Subscription.objects.current().filter(topic__key=self.value())
        return queryset.filter(pk__in=on.values("subscriber"))


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnly):
    change_form_template = "admin/newsletter/subscriber.html"
    change_list_template = "admin/newsletter/subscriber_list.html"
    list_display = ["email", "state_badge", "language", "pace", "marks", "joined"]
    list_filter = ["status", TopicFilter, "language", "pace", "is_role", "is_disposable"]
    search_fields = ["email_key", "name"]
    search_help_text = _("An address or a part of it, or a name")
    fieldsets = [
        (None, {"fields": ["email", "name", "state_badge", "marks"]}),
        (_("Choices"), {"fields": ["language", "time_zone", "pace", "paused_until"]}),
        (_("Dates"), {"fields": ["joined_at", "left_at", "erase_at"]}),
    ]
    readonly_fields = ["state_badge", "marks"]

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "newsletter_subscriber"
        return [
            path("export/", view(self.export_list), name=f"{name}_export"),
            path("<path:object_id>/data/", view(self.data), name=f"{name}_data"),
            path("<path:object_id>/erase/", view(self.erase), name=f"{name}_erase"),
            path("<path:object_id>/block/", view(self.block), name=f"{name}_block"),
            *super().get_urls(),
        ]

    # The list

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet, bool]:
        """A whole address is looked up by its key, which is quick and finds it however it was typed."""
        if key := key_of(search_term):
            return queryset.filter(email_key=key), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("status"))
    def state_badge(self, obj: Subscriber) -> SafeString:
        look = "verified" if obj.status == Subscriber.Status.ACTIVE else "archived"
        return format_html('<span class="state state--{}">{}</span>', look, obj.get_status_display())

    @admin.display(description=_("marks"))
    def marks(self, obj: Subscriber) -> str:
        marks = [(obj.is_role, gettext("office")), (obj.is_disposable, gettext("disposable"))]
        return ", ".join(words for is_marked, words in marks if is_marked) or "–"

    @admin.display(description=_("joined"))
    def joined(self, obj: Subscriber) -> str:
        return short_moment(obj.joined_at)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {
            "may_export": request.user.has_perm("newsletter.export_subscriber"),
            "may_import": request.user.has_perm("newsletter.import_subscriber"),
        }
        return super().changelist_view(request, {**may, **(extra_context or {})})

    # One subscriber

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        may: dict[str, Any] = {
            "may_export": request.user.has_perm("newsletter.export_subscriber"),
            "may_erase": request.user.has_perm("newsletter.erase_subscriber"),
            "may_block": request.user.has_perm("newsletter.add_suppression"),
        }
        row = self.get_object(request, unquote(object_id))
        more: dict[str, Any] = {}
        if row is not None:
            more = {
                "held_back": Suppression.objects.filter(address_hash=row.address_hash).first(),
                "subscriptions": row.subscriptions.select_related("topic"),
                "consents": row.consents.select_related("topic", "text"),
            }
        return super().change_view(request, object_id, form_url, {**may, **more, **(extra_context or {})})

    def one(self, request: HttpRequest, object_id: str, permission: str) -> Subscriber:
        """The subscriber of an address, for somebody who may see them and has a permission beside that."""
        if not (self.has_view_permission(request) and request.user.has_perm(f"newsletter.{permission}")):
            raise PermissionDenied
        row: Subscriber | None = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def data(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All that is kept of somebody, with their consent, as a file for them or for the regulator."""
        row = self.one(request, object_id, "export_subscriber")
        self.log(request, row, "Exported all that is kept of this person.")
        content = json.dumps(leaving.data(row), ensure_ascii=False, indent=2)
        headers = {"Content-Disposition": f'attachment; filename="subscriber-{row.pk}.json"'}
        return HttpResponse(content, content_type="application/json", headers=headers)

    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask first, then forget somebody at once."""
        row = self.one(request, object_id, "erase_subscriber")
        if request.method == "POST":
            self.log(request, row, "Erased.")
            leaving.erase(row)
            self.message_user(request, gettext("Everything that says who this was is deleted."), messages.SUCCESS)
            return HttpResponseRedirect(self.address("changelist"))
        words = gettext(
            "Address, name, choices and subscriptions are deleted at once, and cannot be brought back. A keyed hash of "
            "the address stays in the record of consent, and on the list of suppressed addresses."
        )
        return self.ask(request, row, gettext("Erase this person"), words)

    def block(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask first, then mail this address no more, whoever signs it up."""
        row = self.one(request, object_id, "add_suppression")
        if request.method == "POST":
            with transaction.atomic():
                leaving.suppress(row.address_hash, Suppression.Reason.BLOCKED, f"{request.user}")
                leaving.leave(row, Consent.Method.EDITOR, {"by": str(request.user)})
                self.log(request, row, "Blocked.")
            self.message_user(request, gettext("No mail goes to this address any more."), messages.SUCCESS)
            return HttpResponseRedirect(self.address("change", row.pk))
        words = gettext("No mail goes to this address any more, and signing up again does not change that.")
        return self.ask(request, row, gettext("Block this address"), words)

    def ask(self, request: HttpRequest, row: Subscriber, title: str, words: str) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "words": words,
            "original": row,
            "opts": self.opts,
            "back_url": self.address("change", row.pk),
        }
        return TemplateResponse(request, "admin/newsletter/ask.html", context)

    def log(self, request: HttpRequest, row: Subscriber, words: str) -> None:
        """What an editor did with somebody's data, by a masked address that may outlive the row."""
        LogEntry.objects.log_actions(cast(int, request.user.pk), [row], CHANGE, words, single_object=True)

    def export_list(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """All subscribers that the list would show, as CSV."""
        if not (self.has_view_permission(request) and request.user.has_perm("newsletter.export_subscriber")):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request).order_by("pk")
        LogEntry.objects.create(
            user_id=cast(int, request.user.pk),
            action_flag=CHANGE,
            object_repr="–",
            change_message="Exported a list of subscribers.",
        )
        return StreamingHttpResponse(
            importing.export(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="subscribers-{localdate().isoformat()}.csv"'},
        )


# The record of somebody who may be erased by now


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    """Found by the whole address, also after the person was erased: the record knows its keyed hash."""

    list_display = ["moment", "who", "act", "topic", "kind", "method", "expires_at"]
    list_display_links = ["moment"]
    list_select_related = ["subscriber", "topic"]
    list_filter = ["act", "kind", "method"]
    search_fields = ["address_hash"]
    search_help_text = _("A whole address; it is also found once its owner was erased")
    ordering = ["-at", "-pk"]
    fields = ["moment", "who", "act", "topic", "kind", "method", "words", "evidence", "expires_at"]
    readonly_fields = ["moment", "who", "words"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term:
            return queryset, False
        key = key_of(search_term)
        return (queryset.filter(address_hash=check(key).fingerprint) if key else queryset.none()), False

    @admin.display(description=_("at"))
    def moment(self, obj: Consent) -> str:
        return short_moment(obj.at)

    @admin.display(description=_("who"))
    def who(self, obj: Consent) -> str:
        return obj.subscriber.email if obj.subscriber else gettext("erased (%(hash)s)") % {"hash": obj.address_hash[:8]}

    @admin.display(description=_("words"))
    def words(self, obj: Consent) -> str:
        return f"{obj.text}: {obj.text.text}" if obj.text else "–"


@admin.register(SignUp)
class SignUpAdmin(ReadOnly):
    """For the question why no mail has come."""

    list_display = ["email", "asked", "outcome_words", "mailed", "confirmed", "place", "network"]
    list_filter = ["outcome", "place", "language"]
    search_fields = ["email_key"]
    search_help_text = _("An address or a part of it")
    fields = ["email", "asked", "outcome_words", "mailed", "confirmed", "language", "pace", "topics", "place", "page"]
    readonly_fields = ["asked", "outcome_words", "mailed", "confirmed"]

    @admin.display(description=_("asked"))
    def asked(self, obj: SignUp) -> str:
        return short_moment(obj.asked_at)

    @admin.display(description=_("outcome"))
    def outcome_words(self, obj: SignUp) -> str:
        return gettext("Cancelled by leaving") if obj.cancelled_at else obj.get_outcome_display()

    @admin.display(description=_("mailed"))
    def mailed(self, obj: SignUp) -> str:
        return short_moment(obj.mailed_at) if obj.mailed_at else "–"

    @admin.display(description=_("confirmed"))
    def confirmed(self, obj: SignUp) -> str:
        return short_moment(obj.confirmed_at) if obj.confirmed_at else "–"


# Suppressed addresses


class SuppressionForm(forms.ModelForm):
    email = forms.CharField(label=_("E-mail address"), help_text=_("Only its keyed hash is kept."))

    def clean_email(self) -> str:
        try:
            address = check(self.cleaned_data["email"])
        except BadAddress as error:
            raise ValidationError(str(error)) from None
        if Suppression.objects.filter(address_hash=address.fingerprint).exclude(reason="erased").exists():
            raise ValidationError(gettext("This address is on the list already."))
        return address.fingerprint


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    list_display = ["short_hash", "reason", "source", "moment"]
    list_filter = ["reason"]
    search_fields = ["address_hash"]
    search_help_text = _("A whole address")
    readonly_fields = ["moment"]

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return request.user.has_perm("newsletter.add_suppression")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("newsletter.delete_suppression")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["short_hash", "reason", "source", "moment"] if obj else ["email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["short_hash", "reason", "source", "moment"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs |= {"form": SuppressionForm, "fields": []}
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Whoever is a subscriber leaves by it."""
        found = leaving.suppress(form.cleaned_data["email"], Suppression.Reason.BLOCKED, f"{request.user}")
        obj.pk, obj.address_hash, obj.reason, obj.since = found.pk, found.address_hash, found.reason, found.since
        subscriber = Subscriber.objects.filter(address_hash=found.address_hash).first()
        if subscriber is not None:
            leaving.leave(subscriber, Consent.Method.EDITOR, {"by": str(request.user)})

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        self.message_user(request, gettext("Mail may go to this address again."), messages.SUCCESS)
        return HttpResponseRedirect(self.address("changelist"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term:
            return queryset, False
        key = key_of(search_term)
        return (queryset.filter(address_hash=check(key).fingerprint) if key else queryset.none()), False

    @admin.display(description=_("address"))
    def short_hash(self, obj: Suppression) -> str:
        return f"{obj.address_hash[:12]}…"

    @admin.display(description=_("since"))
    def moment(self, obj: Suppression) -> str:
        return short_moment(obj.since)
