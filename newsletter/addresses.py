"""E-mail addresses: which ones we take, what makes two of them the same, and what is known of them.

    checked = check("Ana@Exämple.org")   # raises BadAddress with words for the reader
    checked.key                          # "ana@xn--exmple-cua.org"

Dots and what follows a plus stay: whether they matter is up to the mailbox. Upper case does not, anywhere we know of.
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

LONGEST, LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_LABEL = 254, 64, 253, 63  # RFC 5321 and 1035
HASH_LENGTH = 40

_atoms = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_label = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_numbers = re.compile(r"[0-9.]+|0x[0-9a-f.x]+")
# Letters that IDNA 2003, which Python and Django speak, turns into others: the mail would go to another domain.
_ambiguous = re.compile("[\u00df\u03c2\u200c\u200d]")
# Names that lead nowhere or to this machine's own network.
_not_outside = {"localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "invalid", "onion"}
_not_outside |= {"arpa", "alt", "test"}

# Endings that nobody has, for those that they were meant to be.
_mistyped_endings = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "vom", "xom", "cim", "coom", "c0m"), "com"),
    **dict.fromkeys(("ner", "nte", "nett"), "net"),
    **dict.fromkeys(("ogr", "orgg", "rog"), "org"),
}


@cache
def listed(name: str) -> tuple[str, ...]:
    """The lines of a list in newsletter/reference/."""
    text = (Path(__file__).parent / "reference" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def known(name: str) -> frozenset[str]:
    """The same to look things up in."""
    return frozenset(listed(name))


class BadAddress(ValueError):
    """An address that we do not take; the message says why, to the reader."""


@dataclass(frozen=True)
class Address:
    """An address that we take: as it was typed, and the key by which it is known."""

    typed: str
    key: str

    @property
    def local(self) -> str:
        return self.key.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """The domain in small letters, in punycode where it needs that."""
        return self.key.rpartition("@")[2]

    @property
    def is_role(self) -> bool:
        """Does it belong to an office rather than a person?"""
        return self.local.partition("+")[0] in known("roles")

    @property
    def is_disposable(self) -> bool:
        """Is it of a service that gives addresses away for an hour?"""
        parts = self.domain.split(".")
        return any(".".join(parts[start:]) in known("disposable") for start in range(len(parts) - 1))

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)


def check(text: str) -> Address:
    """The address that was typed. Raises BadAddress, with a reason for whoever typed it."""
    typed = text.strip(" \t\r\n\u00a0\ufeff")
    if not typed:
        raise BadAddress(_("Type your e-mail address."))
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for letter in typed):
        raise BadAddress(_("This address holds an invisible character. Type it by hand."))
    if len(typed) > LONGEST:
        raise BadAddress(_("An e-mail address has at most %(most)d characters.") % {"most": LONGEST})
    if any(letter in typed for letter in ",;<>") or any(letter.isspace() for letter in typed):
        raise BadAddress(_("Type one e-mail address alone, without spaces, commas or a name."))
    local, at, domain = typed.rpartition("@")
    if not at or not local or not domain or "@" in local:
        raise BadAddress(_("An e-mail address has one @ between a name and a domain: ana@example.com."))
    return Address(typed, f"{_checked_local(local)}@{_checked_domain(domain)}")


def _checked_local(local: str) -> str:
    if not local.isascii():
        raise BadAddress(_("Mail cannot reach an address with accents or other letters before the @ from here yet."))
    if len(local) > LONGEST_LOCAL:
        raise BadAddress(_("What stands before the @ has at most %(most)d characters.") % {"most": LONGEST_LOCAL})
    if not _atoms.fullmatch(local):
        raise BadAddress(_("What stands before the @ is not complete, or has a sign that mail does not take."))
    return local.lower()


def _checked_domain(domain: str) -> str:
    wrong = BadAddress(_("What follows the @ is not the name of a mail domain, such as example.com."))
    if domain.startswith("[") or _ambiguous.search(domain):
        raise wrong
    try:
        key = domain.lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise wrong from None
    labels = key.split(".")
    if len(labels) < 2 or len(key) > LONGEST_DOMAIN:
        raise wrong
    if not all(len(label) <= LONGEST_LABEL and _label.fullmatch(label) for label in labels):
        raise wrong
    if labels[-1] in _not_outside or _numbers.fullmatch(labels[-1]) or len(labels[-1]) < 2:
        raise wrong
    return key


# Typing mistakes


def suggestion(address: Address) -> str:
    """What was probably meant, as an address; empty if nothing looks mistyped."""
    domain = address.domain
    if domain in known("known_domains"):
        return ""
    name, _dot, ending = domain.rpartition(".")
    meant = f"{name}.{_mistyped_endings[ending]}" if ending in _mistyped_endings else domain
    if meant not in known("known_domains"):
        meant = next((right for right in listed("known_domains") if _is_slip(meant, right)), meant)
    return "" if meant == domain else f"{address.typed.rpartition('@')[0]}@{meant}"


def _is_slip(typed: str, right: str) -> bool:
    """Is it one letter wrong, missing, too many or swapped? Short names are left alone: too many are real."""
    if len(right) < 8 or abs(len(typed) - len(right)) > 1 or typed[0] != right[0]:
        return False
    start = next((place for place, (one, other) in enumerate(zip(typed, right, strict=False)) if one != other), None)
    if start is None:
        return len(typed) != len(right)
    rest, expected = typed[start:], right[start:]
    if typed.partition(".")[0] == right.partition(".")[0]:
        return False  # another country's: yahoo.co beside yahoo.ca exists
    return (
        rest[1:] == expected[1:]
        or rest[1:] == expected
        or rest == expected[1:]
        or (rest[:2] == expected[1::-1] and rest[2:] == expected[2:])
    )


# What is left of an address


def fingerprint(key: str) -> str:
    """A keyed hash of an address: it recognises the address, and nobody reads the address from it.

    The key is settings.ADDRESS_KEY, which must outlive every other: without it nobody who left for good is recognised.
    """
    summed = hmac.new(settings.ADDRESS_KEY.encode(), f"newsletter.address {key}".encode(), hashlib.sha256)
    return summed.hexdigest()[:HASH_LENGTH]


def masked(email: str) -> str:
    """An address as a page or a record may show it to somebody who may not be its owner: a…@example.org."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
