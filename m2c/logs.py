"""What no log may hold: the words in links that only one person has."""

import logging
import re

TOKEN = re.compile(  # of saved and shared results, and of the newsletter's links
    r"(?<=/)[A-Za-z0-9]{32,}(?=/|\s|$)"
    r"|(?<=/u/)[^/\s]+"
    r"|(?<=newsletter/confirm/)[^/\s]+|(?<=infolettre/confirmer/)[^/\s]+"
    r"|(?<=newsletter/preferences/)[^/\s]+|(?<=infolettre/preferences/)[^/\s]+"
)


class HideTokens(logging.Filter):
    """Writes … in the place of a token in an address. It changes the record and lets everything through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Logging calls this with each record of a handler."""
        if isinstance(record.args, tuple):
            record.args = tuple(TOKEN.sub("…", one) if isinstance(one, str) else one for one in record.args)
        if isinstance(record.msg, str):
            record.msg = TOKEN.sub("…", record.msg)
        return True
