"""Counts: added up under any rush, kept for two years, and shown with a chart that a table repeats."""

import re
import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from quizzes import charts, counts
from quizzes.models import Count
from quizzes.tasks import forget_counts

PAGE = "/admin/quizzes/count/"
What = Count.What


def number(what, name=""):
    return Count.objects.get(what=what, name=name).number


@pytest.mark.django_db
def test_counts_add_up_by_day_quiz_kind_and_name(today):
    for _ in range(3):
        counts.note("immigration", What.START)
    counts.note("student", "start")
    counts.note("immigration", What.ANSWER, "age")
    counts.note_all("immigration", What.VERDICT, ["fsw.likely", "cec.close", "fsw.likely"])
    counts.note_all("immigration", What.VERDICT, [])

    assert Count.objects.get(quiz="immigration", what="start").number == 3
    assert Count.objects.get(quiz="student").number == 1
    assert (number("answer", "age"), number("verdict", "fsw.likely"), number("verdict", "cec.close")) == (1, 2, 1)
    assert set(Count.objects.values_list("day", flat=True)) == {today}


@pytest.mark.django_db
def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="guess"):
        counts.note("immigration", "guess")


@pytest.mark.django_db
def test_one_query_counts_all_verdicts(django_assert_num_queries):
    with django_assert_num_queries(1):
        counts.note_all("immigration", What.VERDICT, [f"p{place}.likely" for place in range(107)])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_many_count_at_once():
    names = [f"p{place}.likely" for place in range(20)]

    def count(backwards):
        try:
            for _ in range(10):
                counts.note_all("immigration", What.VERDICT, reversed(names) if backwards else names)
        finally:
            connection.close()

    threads = [threading.Thread(target=count, args=[place % 2 == 0]) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(Count.objects.values_list("number", flat=True)) == {60}


@pytest.mark.django_db
def test_counts_are_forgotten_after_two_years(today):
    for days in (0, 729, 740):
        Count.objects.create(day=today - timedelta(days=days), quiz="immigration", what="start", number=1)

    forget_counts.call()

    assert {(today - row.day).days for row in Count.objects.all()} == {0, 729}


@pytest.fixture
def counted(today):
    """Ten starts and four results over three days, and where people left."""
    rows = [(0, "start", "", 6), (2, "start", "", 4), (1, "finish", "", 4), (0, "save", "", 1), (400, "start", "", 99)]
    rows += [(0, "shown", "age", 10), (0, "answer", "age", 8), (0, "answer", "goal", 9), (0, "shown", "gone", 2)]
    rows += [(0, "verdict", "fsw.likely", 3), (0, "verdict", "fsw.close", 1), (1, "verdict", "cec.likely", 5)]
    Count.objects.bulk_create(
        Count(day=today - timedelta(days=days), quiz="immigration", what=what, name=name, number=value)
        for days, what, name, value in rows
    )


@pytest.mark.django_db
def test_page_shows_starts_completions_drop_off_and_verdicts(sign_in, counted):
    page = sign_in("editor").get(PAGE)

    given = page.context
    assert (given["starts"], given["finishes"], given["saves"], given["rate"]) == (10, 4, 1, 40)
    rows = {row["slug"]: (row["shown"], row["answered"], row["left"]) for row in given["questions"]}
    assert rows["age"] == (10, 8, 20)
    assert rows["goal"] == (9, 9, 0)  # answered on pages that do not count it as shown
    assert rows["gone"] == (2, 0, 100)  # a question that is no more
    assert rows["funds"] == (0, 0, None)
    assert [(row["key"], row["numbers"][0]) for row in given["verdicts"]] == [("cec", 5), ("fsw", 3)]


@pytest.mark.django_db
def test_chart_has_a_bar_for_each_number_and_the_table_the_same_numbers(sign_in, counted):
    page = sign_in("editor").get(PAGE)
    html = page.content.decode()

    assert html.count('class="chart__bar chart__bar--1" x=') == 30
    cells = [
        int(cell) for cell in re.findall(r"<td>(\d+)</td>", html.partition("chart__table")[2].partition("</table>")[0])
    ]
    assert sum(cells) == 14
    assert " style=" not in html.partition('id="content-main"')[2]


@pytest.mark.django_db
def test_a_year_is_told_by_the_week_and_nonsense_by_the_default(sign_in, counted):
    client = sign_in("editor")
    assert len(client.get(PAGE, {"days": "365"}).context["points"]) == 53
    page = client.get(PAGE, {"days": "9", "quiz": "x"})
    assert (page.context["days"], page.context["quiz"]) == (30, "immigration")
    student = client.get(PAGE, {"quiz": "student"})
    assertContains(student, "Nothing was counted in this time.")
    assertNotContains(student, '<svg class="chart"')


@pytest.mark.django_db
def test_page_costs_the_same_however_much_was_counted(sign_in, counted, today, django_assert_num_queries):
    client = sign_in("editor")
    client.get(PAGE)
    Count.objects.bulk_create(
        Count(day=today - timedelta(days=days), quiz="immigration", what="shown", name="age", number=1)
        for days in range(1, 30)
    )
    with django_assert_num_queries(10):  # session, person, two of rights; titles, day, sums, days, questions, names
        client.get(PAGE)


def test_spread_fills_days_without_a_count():
    day = date(2026, 3, 1)
    points = charts.spread(day, day + timedelta(days=2), timedelta(days=1), [(day, "start", 2)], ["start", "finish"])
    assert [point.numbers for point in points] == [(2, 0), (0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("number", "round_number"), [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (51, 100), (999, 1000)]
)
def test_scale_ends_at_a_round_number(number, round_number):
    assert charts.ceiling(number) == round_number


def test_chart_writes_coordinates_alike_in_both_languages():
    points = charts.spread(date(2026, 3, 1), date(2026, 3, 3), timedelta(days=1), [(date(2026, 3, 1), "s", 7)], ["s"])
    with override("fr"):
        chart = charts.bars(points)
    assert all(re.fullmatch(r"[0-9.]+", bar[name]) for bar in chart["bars"] for name in ("x", "y", "width", "height"))
