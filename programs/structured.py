"""What search engines read of a program: JSON-LD (schema.org)."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from facts.models import Jurisdiction
from programs.models import Program


def service(program: Program) -> dict[str, Any]:
    """A program as a service of a government; we are not it, so its own page is named as well."""
    area = Jurisdiction(program.province or Jurisdiction.CANADA)
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": program.name,
        "description": program.who,
        "serviceType": str(program.get_family_display()),
        "areaServed": {
            "@type": "AdministrativeArea" if program.province else "Country",
            "name": str(area.label),
        },
        "audience": {"@type": "Audience", "audienceType": program.who},
        "inLanguage": get_language(),
        "url": settings.SITE_URL + program.get_absolute_url(),
        "sameAs": program.official_url,
    }
