"""Where a score stands among the rounds."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertNumQueries

from rounds import standing
from rounds.models import BANDS, PARTS, TOTAL, RoundType
from rounds.standing import Above, Pool

DAY = date(2026, 11, 25)
POOL = [500, 19_705, 73_099, 12_939, 12_890, 16_368, 16_057, 14_845, 60_905, 13_595, 13_267, 11_942, 11_326, 10_775]
POOL += [50_107, 17_101, 7_683, 229_100]  # of 3 August 2026


@pytest.mark.django_db
def test_a_score_is_held_against_every_type_in_one_query(all_rounds):
    with assertNumQueries(1):
        found = {one.type: one for one in standing.by_type(519, DAY)}

    assert len(found) == 15
    cec = found[RoundType.CEC]
    assert (cec.last.number, cec.last.date, cec.last.cutoff) == ("443", date(2026, 9, 15), 519)
    assert cec.last.tie_break == datetime(2026, 3, 26, 0, 16, 39, tzinfo=UTC)
    assert (cec.label, cec.last.path) == ("Canadian Experience Class", "/en/rounds/443/")
    assert (cec.since, cec.until) == (date(2025, 11, 26), DAY)
    assert cec.passed == cec.above + cec.tied
    assert cec.tied >= 1
    assert found[RoundType.GENERAL].rounds == 0
    assert found[RoundType.GENERAL].last.cutoff == 529


@pytest.mark.django_db
@pytest.mark.parametrize(("score", "above", "tied"), [(499, 0, 0), (500, 0, 1), (501, 1, 1), (502, 2, 0), (1200, 3, 0)])
def test_rounds_are_passed_above_the_cut_off_and_tied_at_it(make_round, score, above, tied):
    for cutoff in (500, 501, 503):
        make_round(cutoff=cutoff)

    [one] = standing.by_type(score, date(2026, 6, 30))
    assert (one.rounds, one.above, one.tied) == (3, above, tied)


@pytest.mark.django_db
def test_only_twelve_months_count_and_nothing_of_the_future(make_round):
    for day in ("2025-06-01", "2025-06-02", "2026-06-01", "2026-06-02"):
        make_round(date=date.fromisoformat(day), cutoff=400)

    [one] = standing.by_type(500, date(2026, 6, 1))
    assert (one.rounds, one.last.date, one.since) == (2, date(2026, 6, 1), date(2025, 6, 2))


@pytest.mark.django_db
def test_one_read_serves_many_scores_and_chosen_types(all_rounds):
    recent = standing.recent(DAY)
    with assertNumQueries(0):
        lists = [recent.by_type(score, [RoundType.CEC, RoundType.PNP]) for score in range(0, 1201, 100)]

    assert {len(found) for found in lists} == {2}
    assert recent.newest.number == "444"


@pytest.mark.django_db
def test_without_rounds_there_is_nothing_to_tell(db):
    assert standing.by_type(500) == []
    assert standing.latest_pool() is None


@pytest.mark.parametrize(
    ("day", "since"), [("2028-02-29", "2027-03-01"), ("2027-02-28", "2026-03-01"), ("2026-11-25", "2025-11-26")]
)
def test_twelve_months_begin_the_day_after_the_same_day(day, since):
    assert standing.year_before(date.fromisoformat(day)) == date.fromisoformat(since)


@pytest.mark.django_db
def test_the_newest_pool_is_found_in_one_query(all_rounds):
    with assertNumQueries(1):
        pool = standing.latest_pool()

    assert (pool.as_of, pool.total, pool.round) == (date(2026, 9, 13), 226_793, "444")
    assert pool.above(500) == Above(574 + 20_784, 574 + 20_784)
    assert pool.above(486) == Above(574 + 20_784 + 12_590, 574 + 20_784 + 12_590 + 12_426)
    assert pool.above(1200) == Above(0, 0)


@given(st.lists(st.integers(0, 1200), max_size=60), st.integers(0, 1200))
def test_the_interval_always_holds_the_true_number(scores, score):
    counts = [sum(low <= one <= high for one in scores) for low, high in BANDS]
    pool = Pool(DAY, counts, "1")
    above = pool.above(score)

    assert above.fewest <= sum(one > score for one in scores) <= above.most
    assert pool.total == len(scores)


@given(st.integers(0, 1200))
def test_it_is_exact_at_the_top_of_a_band_only(score):
    pool = Pool(DAY, POOL, "434")

    assert pool.above(score).is_exact == any(BANDS[place][1] == score for place in PARTS)
    assert pool.above(score).most <= POOL[TOTAL]
