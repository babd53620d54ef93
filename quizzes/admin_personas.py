"""The admin of personas: their facts and expected verdicts, and the page that runs them all."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from facts import ledger
from facts.admin_lists import LedgerAdmin
from programs.models import Program
from publishing.languages import active
from quizzes import personas, tables
from quizzes.eligibility.figures import NotInForce
from quizzes.eligibility.verdicts import RULES, Verdict
from quizzes.models import Persona
from quizzes.personas import LABELS

LOOKS = {
    Verdict.LIKELY: "live",
    Verdict.WORTH_CHECKING: "changed",
    Verdict.NEED_ANSWER: "changed",
    Verdict.CLOSE: "scheduled",
    Verdict.NOT_NOW: "draft",
    Verdict.CLOSED: "overdue",
}


def badge(verdict: Verdict) -> SafeString:
    """A verdict in words on a colour."""
    return format_html('<span class="state state--{}">{}</span>', LOOKS[verdict], LABELS[verdict])


class Pairs(json.JSONDecoder):
    """JSON in which nothing stands twice: the second one would win in silence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "object_pairs_hook": self.once})

    @staticmethod
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _value in pairs]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValidationError(_("%(names)s: stands twice."), params={"names": ", ".join(twice)}, code="twice")
        return dict(pairs)


class ObjectField(forms.JSONField):
    """An object as JSON, one line for each entry; a mistake is told with its line."""

    widget = forms.Textarea(attrs={"class": "vLargeTextField fact-table", "rows": 14, "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "decoder": Pairs, "required": False})

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return json.loads(value or "{}", cls=Pairs)
        except json.JSONDecodeError as error:
            words = gettext("Line %(line)d, column %(column)d cannot be read as JSON: %(fault)s.")
            given = {"line": error.lineno, "column": error.colno, "fault": error.msg}
            raise ValidationError(words % given, code="invalid") from error
        except RecursionError as error:
            raise ValidationError(gettext("This is nested too deep."), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value  # as it was typed
        return json.dumps(value, ensure_ascii=False, indent=2)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.disabled else data


class PersonaForm(forms.ModelForm):
    facts = ObjectField(
        label=_("Facts"),
        help_text=_(
            "As the public interface takes them: an object of facts by id. null is “not sure”; a fact that is not "
            "here takes its default."
        ),
    )
    expected = ObjectField(
        label=_("Expected verdicts"),
        help_text=format_lazy(
            _("An object of verdicts by the key of the program, for the programs that matter here: {verdicts}."),
            verdicts=", ".join(Verdict),
        ),
    )

    class Meta:
        model = Persona
        fields = ["key", "name", "note", "is_active", "facts", "expected"]
        widgets = {
            "name": forms.TextInput(attrs={"class": "vTextField"}),
            "note": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3}),
        }

    def clean_facts(self) -> Any:
        return self.checked("facts", personas.faults_of_facts)

    def clean_expected(self) -> Any:
        return self.checked("expected", personas.faults_of_expected)

    def checked(self, name: str, faults_of: Any) -> Any:
        if faults := faults_of(self.cleaned_data[name]):
            raise ValidationError(faults)
        return self.cleaned_data[name]


@admin.register(Persona)
class PersonaAdmin(LedgerAdmin):
    form = PersonaForm
    change_form_template = "admin/quizzes/persona_change.html"
    change_list_template = "admin/quizzes/persona_list.html"
    list_display = ["name", "key", "expects", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["key", "name", "note"]
    search_help_text = _("The key, or words of the name or the note")
    list_per_page = 120  # all of them
    ordering = ["key"]
    actions = None  # those of the files are not deleted, neither one by one nor many at once
    fieldsets = [
        (None, {"fields": [("key", "is_active"), "name", "note"]}),
        (_("Who it is, and what we expect"), {"fields": ["facts", "expected"]}),
    ]

    @admin.display(description=_("expected verdicts"))
    def expects(self, obj: Persona) -> str:
        words = ngettext("%(count)d program", "%(count)d programs", len(obj.expected))
        return words % {"count": len(obj.expected)}

    def get_readonly_fields(self, request: HttpRequest, obj: Persona | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """Those of the files would come back with them; they are switched off instead."""
        return super().has_delete_permission(request, obj) and not (obj and obj.loaded)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Persona | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= found(obj)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.run_view)
        return [path("run/", view, name="quizzes_persona_run"), *super().get_urls()]

    def run_view(self, request: HttpRequest) -> HttpResponse:
        """Every persona by the ledger of today: what is not as expected, and why. It changes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Run of all personas"),
            **run_all(),
        }
        return TemplateResponse(request, "admin/quizzes/persona_run.html", context)


def names_of(keys: set[str]) -> dict[str, str]:
    """The names of programs; a program that nobody has loaded goes by its key."""
    names = {program.key: program.name for program in Program.objects.filter(key__in=keys).only(*NAMES)}
    return {key: names.get(key, key) for key in keys}


NAMES = ("key", "name_en", "name_fr")


def run_all() -> dict[str, Any]:
    """What the page of a run shows."""
    day = ledger.today()
    people = list(Persona.objects.all())
    try:
        outcomes = personas.run([one for one in people if one.is_active], tables.read(), day)
    except (NotInForce, tables.BadTable) as error:
        return {"day": day, "fault": str(error)}
    names = names_of({miss.program for outcome in outcomes for miss in outcome.misses})
    failures = [
        {
            "persona": outcome.persona,
            "faults": outcome.faults,
            "misses": [
                {
                    "program": names[miss.program],
                    "key": miss.program,
                    "expected": badge(miss.expected),
                    "found": badge(miss.found.verdict),
                    "why": personas.why(miss.found, active()),
                }
                for miss in outcome.misses
            ],
        }
        for outcome in outcomes
        if not outcome.is_as_expected
    ]
    return {
        "day": day,
        "failures": failures,
        "ran": len(outcomes),
        "off": len(people) - len(outcomes),
        "verdicts": sum(len(outcome.persona.expected) for outcome in outcomes),
        "version": RULES.version,
    }


def found(persona: Persona) -> dict[str, Any]:
    """What today's rules say of a stored persona: first what is expected, then all that is not a plain no."""
    try:
        judgements = personas.judge(persona, tables.read(), ledger.today())
    except (NotInForce, tables.BadTable, ValueError) as error:
        return {"fault": str(error)}
    dull = {Verdict.NOT_NOW, Verdict.CLOSED}
    keys = [key for key in persona.expected if key in judgements]
    others = [key for key, one in judgements.items() if key not in persona.expected and one.verdict not in dull]
    names = names_of({*keys, *others})
    rows = [
        {
            "program": names[key],
            "key": key,
            "expected": badge(Verdict(persona.expected[key])) if key in persona.expected else "",
            "found": badge(judgements[key].verdict),
            "differs": key in persona.expected and persona.expected[key] != judgements[key].verdict,
            "why": personas.why(judgements[key], active()),
        }
        for key in [*keys, *others]
    ]
    return {"rows": rows}
