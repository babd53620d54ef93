"""What follows from the code of an occupation (NOC 2021)."""

from quizzes.eligibility.leaves import Truth

# IRPR s. 87.2(1): major groups 72 without 726, 73, 82, 83, 92, 93 without 932; minor group 6320; unit group 62200
TRADES = ("72", "73", "82", "83", "92", "93", "6320", "62200")
NOT_TRADES = ("726", "932")
TRADE_TEERS = (2, 3)
# groups in which a licence or certificate is common; only decides whether the question is asked
REGULATED = ("2120", "213", "2231", "31", "32", "33", "4110", "4122", "4220", "1110")


def teer(code: str) -> int:
    """The second digit of a code."""
    return int(code[1])


def is_trade(code: str) -> bool:
    """Whether an occupation is in the groups of the Federal Skilled Trades Program."""
    return code.startswith(TRADES) and not code.startswith(NOT_TRADES)


def trade_of(code: str | None, level: int | None) -> Truth:
    """The same where the code may not be known: the groups are all of TEER 2 or 3."""
    if code is not None:
        return is_trade(code)
    return False if level is not None and level not in TRADE_TEERS else None


def needs_certificate(code: str) -> bool:
    """Whether to ask for a certificate or licence."""
    return is_trade(code) or code.startswith(REGULATED)
