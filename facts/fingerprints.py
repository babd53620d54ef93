"""The words of a web page, to tell whether they have changed: no browser, just what a reader would notice.

Pages are as large and as broken as whoever wrote them liked: everything here takes one pass, whatever it is given, and
in doubt shows too much, never too little.
"""

import hashlib
import re

HTML = {"text/html", "application/xhtml+xml"}
TEXT = {"text/plain", "text/xml", "application/xml", "application/json"}
DOCUMENTS = {"application/pdf"}

UNSEEN = ("head", "script", "style", "noscript", "template", "nav", "footer")  # menus change, and mean nothing here
OPENED = re.compile(rf"<!(--)|<({'|'.join(UNSEEN)})(?=[\s/>])(?![^<>]*/>)", re.IGNORECASE)
CLOSED = {name: re.compile(rf"</{name}(?:\s[^<>]*)?>", re.IGNORECASE) for name in UNSEEN} | {"--": re.compile("--!?>")}
TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)


def fingerprint(kind: str, body: bytes) -> str:
    """The SHA-256 of the words of a page, or of the bytes of a document; empty where there are none.

    kind: its media type, one of HTML, TEXT and DOCUMENTS.
    """
    if kind not in DOCUMENTS:
        text = decoded(body)
        body = " ".join((visible(text) if kind in HTML else text).split()).encode()
    return hashlib.sha256(body).hexdigest() if body else ""


def decoded(body: bytes) -> str:
    """Text of some bytes, the same text each time. What it is worth in other encodings does not matter here."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def visible(html: str) -> str:
    """HTML without its tags, its comments and what readers do not see. Something unseen that never ends is kept."""
    kept: list[str] = []
    endless: set[str] = set()  # looked for once, up to the end
    position = 0
    while opened := OPENED.search(html, position):
        name = opened[1] or opened[2].lower()
        # From behind "<!": the shortest comment is "<!-->".
        closed = None if name in endless else CLOSED[name].search(html, opened.start() + 2)
        if closed is None:
            endless.add(name)
        kept.append(html[position : opened.start() if closed else opened.end()])
        position = closed.end() if closed else opened.end()
    kept.append(html[position:])
    return TAG.sub(" ", " ".join(kept))
