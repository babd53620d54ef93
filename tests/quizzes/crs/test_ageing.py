"""What birthdays and old tests take away, by date where it is known."""

from datetime import date

import pytest

from quizzes.crs import BOOK, ageing, check

NINES = {"speaking": 9, "listening": 9, "reading": 9, "writing": 9}
PERSON = {
    "age": 29,
    "education": "master_or_professional",
    "first_language": {"language": "en"} | NINES,
    "second_language": {"language": "fr"} | dict.fromkeys(NINES, 7),
}
TODAY = date(2026, 11, 22)


def coming(on=TODAY, born=None, tests=None, **answers):
    return ageing(check(PERSON | answers), BOOK.newest, on=on, born=born, tests=tests)


def birthdays(events):
    return [(event.age, event.change) for event in events if event.subject == "age"]


def test_birthdays_that_cost_points_have_their_day():
    events = coming(born=date(1996, 12, 1))

    assert birthdays(events)[:3] == [(30, -5), (31, -6), (32, -5)]
    assert birthdays(events)[-1] == (45, -6)
    assert events[0].on == date(2026, 12, 1)
    assert events[1].on == date(2027, 12, 1)
    assert events[0].total - events[1].total == 6
    assert sum(change for _, change in birthdays(events)) == -110


def test_a_birthday_today_is_in_the_profile_and_not_to_come():
    assert birthdays(coming(on=date(2026, 12, 1), born=date(1996, 12, 1), age=30))[0] == (31, -6)
    assert birthdays(coming(on=date(2026, 11, 30), born=date(1996, 12, 1)))[0] == (30, -5)


def test_without_a_date_of_birth_the_age_says_when():
    events = [event for event in coming() if event.subject == "age"]

    assert [event.on for event in events] == [None] * 16
    assert (events[0].words.en, events[0].words.fr) == ("At 30", "À 30 ans")
    assert events[0].total - events[-1].total == 105


def test_the_young_gain_first():
    assert birthdays(coming(age=17))[:3] == [(18, 99), (19, 6), (20, 5)]


def test_the_column_with_spouse_ages_by_its_own_figures():
    assert birthdays(coming(marital_status="married", spouse_accompanying=True))[:2] == [(30, -5), (31, -5)]


def test_a_test_of_two_years_takes_its_points_and_those_that_hang_on_it():
    events = coming(born=date(1996, 12, 1), tests={"first_language": date(2025, 5, 2)})

    expiry = next(event for event in events if event.subject == "first_language")
    assert expiry.on == date(2027, 5, 2)
    # four abilities, the master's degree with language, and English beside French
    assert expiry.change == -(4 * 31 + 50 + 25)
    assert [event.subject for event in events[:3]] == ["age", "first_language", "age"]


def test_tests_without_a_date_come_last_each_by_itself():
    events = coming()

    assert [(event.subject, event.on, event.change) for event in events[-2:]] == [
        ("first_language", None, -(4 * 31 + 50 + 25)),
        ("second_language", None, -(4 * 3 + 50)),
    ]


def test_the_spouses_test():
    answers = {"marital_status": "married", "spouse_accompanying": True, "spouse": {"language": NINES}}

    event = coming(tests={"spouse_language": date(2026, 1, 31)}, **answers)[0]

    assert (event.subject, event.on, event.change) == ("spouse_language", date(2028, 1, 31), -20)


def test_a_test_that_is_too_old_already_comes_first():
    event = coming(born=date(1996, 12, 1), tests={"second_language": date(2024, 1, 1)})[0]

    assert (event.subject, event.on) == ("second_language", date(2026, 1, 1))


def test_the_29th_of_february_becomes_the_28th_so_that_no_loss_is_told_late():
    events = coming(born=date(1996, 2, 29), age=30, tests={"first_language": date(2024, 11, 30)})

    assert next(event.on for event in events if event.age == 31) == date(2027, 2, 28)
    assert next(event.on for event in events if event.age == 32) == date(2028, 2, 29)


def test_the_date_of_birth_tells_an_age_that_is_not_known():
    assert birthdays(coming(age=None, born=date(1996, 12, 1)))[0] == (30, -5)
    assert birthdays(coming(age=None)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"born": date(1990, 1, 1)},
        {"born": date(2027, 1, 1)},
        {"born": date(1890, 1, 1), "age": None},
        {"tests": {"first_language": date(2026, 11, 23)}},
        {"tests": {"ielts": date(2026, 1, 1)}},
    ],
)
def test_dates_that_cannot_be(wrong):
    with pytest.raises(ValueError):
        coming(**wrong)
