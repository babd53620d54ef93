"""The admin of what is published: save, publish, schedule, unpublish, and the revisions behind them.

A button is a submit button of the form, so what was typed is saved by the same request. All of it is one transaction:
when publishing is refused, or when somebody else saved meanwhile, nothing is saved and the form comes back as typed.
"""

from typing import Any, cast

from content_editor.admin import ContentEditor
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from psycopg.errors import LockNotAvailable

from publishing import history, release, richtext
from publishing.admin_forms import Attempt, Conflict, PublishableForm, Refused, StaysOnTheForm, moment
from publishing.admin_lists import CappedPaginator, StateChangeList, badge, newest_first
from publishing.compare import Wording, differences, extra_keys
from publishing.conflicts import reconcile
from publishing.fields import RichTextField
from publishing.models import Publication, Publishable, Revision, State
from publishing.readiness import Finding

BUTTONS = ("_publish", "_schedule", "_unschedule", "_unpublish")


class PublishableAdmin(StaysOnTheForm, ContentEditor):
    """What the admins of articles and simple pages share."""

    form = PublishableForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    actions = None
    change_form_template = "admin/publishing/change_form.html"
    change_list_template = "admin/publishing/change_list.html"
    arrangement: tuple[int | type, ...] = ()  # fieldsets by number and inlines by class, in the order of the form

    # What the subclass says of its texts

    def readiness(self, content: dict[str, Any]) -> list[Finding]:
        """All that keeps a snapshot from being published; an empty list if it may go out."""
        raise NotImplementedError

    def used_by(self, host: Publishable) -> list[tuple[str, str]]:
        """Titles and addresses of what leads readers to this page, for whoever wants to unpublish it."""
        return []

    def unpublish_form(self, request: HttpRequest, host: Publishable) -> forms.ModelForm | None:
        """What is asked before a page is taken down."""
        return None

    def other_buttons(self, request: HttpRequest, host: Publishable) -> HttpResponse | None:
        """Handles further submit buttons after the save, in its transaction."""
        return None

    # Who may

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """May this person decide what readers see?"""
        codename = get_permission_codename("publish", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def was_released(self, host: Publishable) -> bool:
        """Was it ever handed over to readers: published, scheduled, or waiting for its pictures?"""
        if not hasattr(host, "_was_released"):
            publications = host.publications  # type: ignore[attr-defined]
            host._was_released = host.waiting_at is not None or publications.exists()  # type: ignore[attr-defined]
        return host._was_released  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Publishable | None = None) -> bool:
        """What was ever public is unpublished, never deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or not self.was_released(obj))

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StateChangeList]:
        return StateChangeList

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return newest_first()

    @admin.display(description=gettext_lazy("state"))
    def state_badge(self, obj: Publishable) -> str:
        return badge(obj)

    # One save

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        request.attempt = Attempt()  # type: ignore[attr-defined]
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            attempt = Attempt(findings=refused.findings, conflict=refused.conflict)
        except IntegrityError as error:
            attempt = Attempt(findings=[self._constraint(error)])
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            attempt = Attempt(findings=[Finding(_("Somebody else is saving this right now. Save again."))])
        request.attempt = attempt  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _constraint(self, error: IntegrityError) -> Finding:
        """A promise of the database that two savers broke at once, in the words of its model."""
        for constraint in self.opts.constraints:
            if constraint.name in str(error):
                return Finding(str(constraint.get_violation_error_message()))
        raise error

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Publishable | None:
        """The row; while something is saved, locked before anything of it is read, so that saves take turns."""
        attempt = getattr(request, "attempt", None)
        try:
            pk = self.opts.pk.to_python(object_id)
        except ValidationError:
            return None
        if attempt is None:
            return super().get_object(request, object_id, from_field)
        if request.method != "POST":
            # Before the rest: a save between the two must make this form an old one, not a new one with old words.
            attempt.number = self._newest_number(pk)
            return super().get_object(request, object_id, from_field)
        list(self.model._default_manager.select_for_update().filter(pk=pk).values_list("pk"))
        host = super().get_object(request, object_id, from_field)
        if host is not None:
            attempt.latest = history.latest(host)
            number = request.POST.get("base_number", "")
            attempt.number = int(number) if number.isdecimal() and len(number) < 10 else 0
            attempt.base = host.revisions.filter(number=attempt.number).first()
            attempt.stale = attempt.base != attempt.latest
        return host

    def _newest_number(self, pk: Any) -> int:
        """The number of a row's newest revision; 0 before its first."""
        relation = self.model.revisions
        numbers = relation.rel.related_model.objects.filter(**{f"{relation.field.name}_id": pk})
        return numbers.order_by("-number").values_list("number", flat=True).first() or 0

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        given = {"attempt": getattr(request, "attempt", None), "user": request.user}
        return type(form.__name__, (form,), given)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in given and request.attempt.stale and obj.pk:  # type: ignore[attr-defined]
            formset = inline.get_formset(request, obj)
            rows = list(formset(instance=obj, queryset=given["queryset"], prefix=prefix).get_queryset())
            reconcile(
                given["data"], prefix, rows, inline.identity, inline.identify, lambda row: formset.form(instance=row)
            )
        return given

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        # Not ContentEditor's own: it also copies blocks by id, of any text, which no permission guards.
        super(ContentEditor, self).save_related(request, form, formsets, change)
        host, attempt = form.instance, request.attempt  # type: ignore[attr-defined]
        if attempt.stale:
            self._stop_at_conflict(host, attempt)
        revision = history.save_revision(host, cast(Any, request.user))
        self.release(request, host, revision, form.cleaned_data.get("publish_at"))

    def _stop_at_conflict(self, host: Publishable, attempt: Attempt) -> None:
        """Roll back and show both versions, unless they say the same."""
        mine = history.snapshot(host)
        latest = attempt.latest
        if latest is None or history.digest(mine) == latest.digest:
            return
        base = attempt.base.content if attempt.base else None
        raise Refused([], Conflict(latest, differences(type(host), base, latest.content, mine)))

    def release(self, request: HttpRequest, host: Publishable, revision: Revision, at: Any) -> None:
        """Do what the pressed button says with the revision that was just saved."""
        attempt = request.attempt  # type: ignore[attr-defined]
        if not any(name in request.POST for name in BUTTONS):
            attempt.outcome = _("Saved.")
            if host.publications.live().exists():  # type: ignore[attr-defined]
                attempt.outcome = _("Saved. What readers see has not changed.")
            return
        if not self.has_publish_permission(request):
            raise PermissionDenied
        if "_unschedule" in request.POST:
            dropped = release.unschedule(host)
            attempt.outcome = _("Saved. Nothing is scheduled any more.") if dropped else _("Saved.")
        elif "_unpublish" not in request.POST:
            self._publish(request, host, revision, at if "_schedule" in request.POST else None)

    def _publish(self, request: HttpRequest, host: Publishable, revision: Revision, at: Any) -> None:
        attempt = request.attempt  # type: ignore[attr-defined]
        if findings := self.readiness(revision.content):
            raise Refused(findings)
        replaced = list(host.publications.upcoming().values_list("live_from", flat=True))  # type: ignore[attr-defined]
        try:
            publication = release.publish(host, revision, at=at, by=cast(Any, request.user))
        except ValidationError as error:
            column = {"address": "slug", "past": "publish_at"}.get(error.code or "")
            raise Refused([Finding(message, column) for message in error.messages]) from error
        if publication is None:
            attempt.outcome = _("Saved. It goes live as soon as its pictures are ready.")
            attempt.outcome_level = "warning"
        elif at is not None:
            attempt.outcome = _("Saved and scheduled: it goes live on %(when)s.") % {"when": moment(at)}
        else:
            attempt.outcome = _("Saved and published: readers see it now.")
        if replaced:
            attempt.outcome += " " + _("What was scheduled for %(when)s is replaced.") % {"when": moment(replaced[0])}

    # What comes after a save

    def response_add(
        self, request: HttpRequest, obj: Publishable, post_url_continue: str | None = None
    ) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._after(request, obj)

    def response_change(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        return self._after(request, obj)

    def _after(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        attempt = request.attempt  # type: ignore[attr-defined]
        if (other := self.other_buttons(request, obj)) is not None:
            return other
        if "_unpublish" in request.POST:
            return HttpResponseRedirect(self.address("unpublish", obj))
        level = messages.WARNING if attempt.outcome_level == "warning" else messages.SUCCESS
        text = attempt.outcome
        if (address := self.view_on_site(obj)) is not None:
            text = format_html('{} <a href="{}">{}</a>', text, address, _("View on site"))
        self.message_user(request, text, level)
        if "_save" in request.POST:
            return self.response_post_save_change(request, obj)
        return HttpResponseRedirect(self.address("change", obj))

    def address(self, name: str, *parts: Any) -> str:
        """One of this admin's own addresses; the first part is the row or its key."""
        keys = [quote(part.pk) if isinstance(part, models.Model) else part for part in parts]
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=keys)

    def view_on_site(self, obj: Publishable) -> str | None:
        """The address at which readers see it now, or None; a draft has none."""
        live: Publication | None = obj.publications.live().first()  # type: ignore[attr-defined]
        return None if live is None else self.public_address(obj, live)

    def public_address(self, host: Publishable, live: Publication) -> str:
        """Where the live publication is read."""
        return live.get_absolute_url()  # type: ignore[attr-defined]

    # The form's page

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Publishable | None = None,
    ) -> TemplateResponse:
        attempt: Attempt = request.attempt  # type: ignore[attr-defined]
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        context |= {
            "parts": self.parts(context),
            "may_save": may_save,
            "may_publish": may_save and self.has_publish_permission(request),
            "conflict": attempt.conflict,
            "publish_at": context["adminform"].form["publish_at"] if may_save else None,
        }
        if obj is not None:
            context |= self.standing(request, obj, attempt)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def parts(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """Fieldsets and inlines in the order of `arrangement`; what it does not name comes last."""
        fieldsets = [{"fieldset": fieldset, "number": number} for number, fieldset in enumerate(context["adminform"])]
        inlines = [{"inline": inline} for inline in context["inline_admin_formsets"]]
        ordered: list[dict[str, Any]] = []
        for place in self.arrangement:
            if isinstance(place, int):
                ordered.append(fieldsets[place])
            else:
                ordered += [part for part in inlines if isinstance(part["inline"].opts, place)]
        return ordered + [part for part in [*fieldsets, *inlines] if part not in ordered]

    def standing(self, request: HttpRequest, obj: Publishable, attempt: Attempt) -> dict[str, Any]:
        """What the top of the form says of the row: its state, since when, and what the clock will do."""
        host = self.model._default_manager.with_state().get(pk=obj.pk)
        state = host.state
        return {
            "base_number": attempt.conflict.latest.number if attempt.conflict else attempt.number,
            "badge": badge(host),
            "is_live": host.live_digest is not None,
            "live_since": moment(host.live_since) if host.live_since else "",
            "is_scheduled": host.scheduled_for is not None or host.waiting_at is not None,
            "is_public_or_coming": state not in {State.DRAFT, State.UNPUBLISHED},
            "waiting_fault": host.waiting_fault,
            "revisions_url": self.address("history", obj),
            "changed": moment(host.changed_at) if host.changed_at else "",
        }

    # Addresses of our own: revisions and unpublishing

    def get_urls(self) -> list[URLPattern]:
        def named(route: str, view: Any, name: str) -> URLPattern:
            return path(
                route, self.admin_site.admin_view(view), name=f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            )

        return [
            named("<path:object_id>/history/<int:number>/", self.revision_view, "revision"),
            named("<path:object_id>/history/<int:number>/restore/", self.restore_view, "restore"),
            named("<path:object_id>/unpublish/", self.unpublish_view, "unpublish"),
            *super().get_urls(),
        ]

    def _seen(self, request: HttpRequest, object_id: str) -> Publishable:
        """The row as the admin's own list would give it; raises Http404, or PermissionDenied for who may not see it."""
        host = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, host):
            raise PermissionDenied
        if host is None:
            raise Http404
        return host

    def _revision(self, host: Publishable, number: int) -> Revision:
        revision = host.revisions.select_related("created_by").filter(number=number).first()  # type: ignore[attr-defined]
        if revision is None:
            raise Http404
        return revision

    def _page(self, request: HttpRequest, template: str, host: Publishable, title: str, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        given = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": host,
            "title": title,
            **context,
        }
        return TemplateResponse(request, f"admin/publishing/{template}.html", given)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """All revisions, newest first, with the ones that were made public marked."""
        host = self._seen(request, object_id)
        revisions = host.revisions.select_related("created_by").defer("content")  # type: ignore[attr-defined]
        page = Paginator(revisions, 50).get_page(request.GET.get("p"))
        publications: dict[int, Publication] = {}
        for publication in host.publications.filter(revision__in=[row.pk for row in page]).order_by("live_from"):  # type: ignore[attr-defined]
            publications[publication.revision_id] = publication
        rows = [
            {
                "revision": revision,
                "when": moment(revision.created_at),
                "live_from": moment(publications[revision.pk].live_from) if revision.pk in publications else "",
                "url": self.address("revision", host, revision.number),
            }
            for revision in page
        ]
        return self._page(
            request, "revisions", host, _("Revisions of “%(name)s”") % {"name": host}, rows=rows, page=page
        )

    def revision_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """One revision as it was saved, to read."""
        host = self._seen(request, object_id)
        revision = self._revision(host, number)
        return self._page(
            request,
            "revision",
            host,
            _("Revision %(number)d of “%(name)s”") % {"number": number, "name": host},
            revision=revision,
            when=moment(revision.created_at),
            fields=self._readable_fields(revision),
            blocks=self._readable_blocks(revision),
            may_restore=self.has_change_permission(request, host) and history.latest(host) != revision,
            restore_url=self.address("restore", host, number),
            revisions_url=self.address("history", host),
        )

    def _readable_fields(self, revision: Revision) -> list[tuple[str, list[str]]]:
        wording = Wording(self.model)
        content = revision.content
        shown = []
        for name in self.model.snapshot_fields:
            column = self.model._meta.get_field(name)
            shown.append((capfirst(str(column.verbose_name)), wording.lines(column, content["fields"].get(name))))
        for key in extra_keys(content):
            shown.append((wording.extra_label(key), [wording.extra_line(item) for item in content[key]]))
        return shown

    def _readable_blocks(self, revision: Revision) -> list[dict[str, Any]]:
        """Label, lines and cleaned HTML of each block; a block of a kind that is gone keeps its name only."""
        wording = Wording(self.model)
        shown = []
        for block in revision.content["blocks"]:
            model = wording.block_models.get(block["type"])
            names = model.snapshot_fields if model else ()
            columns: list[tuple[str, Any]] = [(name, model._meta.get_field(name)) for name in names] if model else []
            shown.append(
                {
                    "label": wording.block_label(block),
                    "lines": [
                        f"{capfirst(str(column.verbose_name))}: {line}"
                        for name, column in columns
                        if not isinstance(column, RichTextField)
                        for line in wording.lines(column, block.get(name))
                    ],
                    "html": richtext.clean(
                        "".join(block.get(name, "") for name, column in columns if isinstance(column, RichTextField))
                    ),
                }
            )
        return shown

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Make the working copy what it was; what readers see stays."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        host = self._seen(request, object_id)
        if not self.has_change_permission(request, host):
            raise PermissionDenied
        revision = self._revision(host, number)
        try:
            with transaction.atomic():
                left_out = history.restore(revision, host, cast(Any, request.user))
                self.log_change(request, host, _("Restored revision %(number)d.") % {"number": number})
        except IntegrityError as error:
            self.message_user(request, self._constraint(error).message, messages.ERROR)
            return HttpResponseRedirect(self.address("revision", host, number))
        self.message_user(
            request,
            _("Revision %(number)d is back as the draft. What readers see has not changed.") % {"number": number},
        )
        if left_out:
            text = ngettext(
                "%(count)d thing no longer exists and was left out: %(names)s",
                "%(count)d things no longer exist and were left out: %(names)s",
                len(left_out),
            ) % {"count": len(left_out), "names": "; ".join(left_out)}
            self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(self.address("change", host))

    def unpublish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Says who links here, asks where readers shall go, and takes the page down."""
        host = self._seen(request, object_id)
        if not (self.has_change_permission(request, host) and self.has_publish_permission(request)):
            raise PermissionDenied
        form = self.unpublish_form(request, host)
        if request.method == "POST" and (form is None or form.is_valid()):
            with transaction.atomic():
                history.lock(host)
                if form is not None:
                    form.save()
                done = release.unpublish(host)
                if done:
                    self.log_change(request, host, _("Unpublished."))
            self.message_user(
                request,
                _("“%(name)s” is off the site.") % {"name": host} if done else _("It was not on the site."),
                messages.SUCCESS if done else messages.WARNING,
            )
            return HttpResponseRedirect(self.address("change", host))
        return self._page(
            request,
            "unpublish",
            host,
            _("Unpublish “%(name)s”?") % {"name": host},
            form=form,
            media=self.media + (form.media if form is not None else forms.Media()),
            used_by=self.used_by(host),
            badge=badge(self.model._default_manager.with_state().get(pk=host.pk)),
            back_url=self.address("change", host),
        )
