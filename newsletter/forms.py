"""The forms of readers: signing up, and choosing what comes."""

import zoneinfo
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from newsletter import addresses, consent
from newsletter.addresses import Address, BadAddress
from newsletter.joining import Wish
from newsletter.leaving import LONGEST_PAUSE
from newsletter.models import Language, Pace, Subscriber, Topic

PLACES = ("page", "box", "foot", "band")  # where the form stands; only the page lets one choose topics
# Where most of our readers are; whoever lives elsewhere keeps what an import said, or takes a zone with the same hours.
TIME_ZONES = [
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg", "America/Regina",
    "America/Edmonton", "America/Vancouver", "America/Whitehorse", "America/Mexico_City", "America/Bogota",
    "America/Port-au-Prince", "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Kyiv",
    "Europe/Istanbul", "Africa/Casablanca", "Africa/Algiers", "Africa/Tunis", "Africa/Dakar", "Africa/Abidjan",
    "Africa/Lagos", "Africa/Douala", "Africa/Cairo", "Africa/Nairobi", "Africa/Johannesburg", "Asia/Beirut",
    "Asia/Tehran", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Shanghai", "Asia/Hong_Kong",
    "Asia/Manila", "Asia/Seoul", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
]  # fmt: skip


class TopicsField(forms.MultipleChoiceField):
    """Topics by their keys, as boxes with what each is about."""

    widget = forms.CheckboxSelectMultiple

    def set_topics(self, topics: list[Topic]) -> None:
        self.topics = {topic.key: topic for topic in topics}
        self.choices = [(topic.key, topic.name) for topic in topics]


class SignUpForm(forms.Form):
    """One address, what it wants, and a box to tick. topics: those that are offered. `website` is a trap for machines.

    terms: the version of the words beside the box, from the page, which a cache may have kept a while.
    """

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=400,  # what is too long is said in other words
        strip=False,
        error_messages={"required": _("Type your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "off"}),
    )
    topics = TopicsField(label=_("Topics"), required=False)
    pace = forms.ChoiceField(label=_("How often?"), choices=Pace.choices, required=False)
    language = forms.ChoiceField(label=_("In which language?"), choices=Language.choices, required=False)
    agree = forms.BooleanField(error_messages={"required": _("Tick the box: without your consent nothing is sent.")})
    terms = forms.CharField(required=False)
    place = forms.ChoiceField(choices=[(place, place) for place in PLACES], required=False)
    sure = forms.CharField(required=False)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggested = ""
        self.address: Address | None = None
        field = self.fields["topics"]
        assert isinstance(field, TopicsField)  # noqa: S101  for the type checker
        field.set_topics(topics)

    def clean_email(self) -> str:
        typed = self.cleaned_data["email"]
        try:
            self.address = addresses.check(typed)
        except BadAddress as error:
            raise ValidationError(str(error), code="invalid") from None
        return typed

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        language = get_language() or "en"
        given["place"] = given.get("place") or "page"
        given["pace"] = given.get("pace") or Pace.WEEKLY
        given["language"] = given.get("language") or language
        if given["place"] == "page" and not given.get("topics") and "topics" not in self.errors:
            self.add_error("topics", _("Choose at least one topic."))
        if given.get("agree") and given.get("terms") != consent.version(language):
            self.add_error("agree", _("These words have changed since you opened the page. Read them and tick again."))
        if self.address and given.get("sure") != self.address.typed:
            self.suggested = addresses.suggestion(self.address)
            if self.suggested:
                self.add_error("email", _("Did you mean %(address)s?") % {"address": self.suggested})
        return given

    @property
    def is_trapped(self) -> bool:
        """Has something filled in what no person sees?"""
        return bool(self.cleaned_data["website"])

    def wish(self, page: str, network: str) -> Wish:
        """What was asked, of a valid form; page: the path of the one that it was sent from."""
        assert self.address is not None  # noqa: S101
        given = self.cleaned_data
        return Wish(
            address=self.address,
            language=given["language"],
            pace=given["pace"],
            topics=tuple(given["topics"]),
            place=given["place"],
            page=page,
            network=network,
        )


class PreferencesForm(forms.Form):
    """What a subscriber can change. topics: those that are offered and those that they have."""

    topics = TopicsField(label=_("Topics"), required=False)
    pace = forms.ChoiceField(label=_("How often?"), choices=Pace.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("In which language?"), choices=Language.choices, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label=_("Your time zone"))

    def __init__(self, *args: Any, subscriber: Subscriber, topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, TopicsField)  # noqa: S101  for the type checker
        field.set_topics(topics)
        zones = list(dict.fromkeys([*TIME_ZONES, settings.TIME_ZONE, subscriber.time_zone]))
        zone_field = self.fields["time_zone"]
        assert isinstance(zone_field, forms.ChoiceField)  # noqa: S101
        zone_field.choices = [(zone, zone.replace("_", " ")) for zone in zones]


class PauseForm(forms.Form):
    """Until which day nothing should come."""

    until = forms.DateField(
        label=_("Pause until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def __init__(self, *args: Any, subscriber: Subscriber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zoneinfo.ZoneInfo(subscriber.time_zone)
        self.fields["until"].widget.attrs |= {
            "min": (localdate(timezone=self.zone) + timedelta(days=1)).isoformat(),
            "max": (localdate(timezone=self.zone) + LONGEST_PAUSE).isoformat(),
        }

    def clean_until(self) -> datetime:
        day = self.cleaned_data["until"]
        today = localdate(timezone=self.zone)
        if not today < day <= today + LONGEST_PAUSE:
            raise ValidationError(_("Choose a day from tomorrow on, within a year."), code="day")
        return datetime.combine(day, time.min, self.zone)
