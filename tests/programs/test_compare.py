"""Programs side by side."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

pytestmark = pytest.mark.django_db


@pytest.fixture
def compare(client, address):
    """The page for some slugs."""

    def get(*slugs, language="en"):
        return client.get(address("compare", language), {"p": slugs})

    return get


def heads(response):
    """The programs at the top of the table, in their order."""
    head = re.search(r"<thead>(.*?)</thead>", response.content.decode(), re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]*)</a>", head[1]) if head else []


def chosen(response):
    """What the fields of the form have chosen."""
    fields = re.findall(r"<select.*?</select>", response.content.decode(), re.DOTALL)
    return [(re.findall(r'value="([^"]*)" selected', field) or [""])[0] for field in fields]


def test_two_to_four_programs_stand_side_by_side_in_the_order_of_the_address(compare, make_full_program):
    programs = [make_full_program() for _number in range(4)]
    order = [programs[number] for number in (2, 0, 3, 1)]

    response = compare(*(program.slug_en for program in order))

    assert heads(response) == [program.name_en for program in order]
    assert chosen(response) == [program.slug_en for program in order]
    for row in ("Status", "Where", "What it leads to", "What it asks for", "What it costs", "How long it takes"):
        assertContains(response, f'<th scope="row">{row}</th>')
    for words in ("Two years of work", "$990", "6\xa0months", "Workers with a job offer", 'rel="noopener"'):
        assertContains(response, words)
    assertContains(response, '<meta name="robots" content="noindex">')
    assertContains(response, 'role="region" aria-labelledby="compared" tabindex="0"')


def test_the_other_language_compares_the_same_programs(compare, make_program, address):
    one, two = make_program(), make_program()

    response = compare(one.slug_en, two.slug_en)

    query = f"?p={one.slug_fr}&amp;p={two.slug_fr}"
    assertContains(response, f'href="{address("compare", "fr")}{query}" lang="fr"')
    assert heads(compare(one.slug_fr, two.slug_fr, language="fr")) == [one.name_fr, two.name_fr]


def test_a_choice_that_cannot_be_compared_says_why_and_keeps_what_was_entered(compare, make_program):
    programs = [make_program() for _number in range(5)]
    slugs = [program.slug_en for program in programs]

    for given, fault in [
        (slugs[:1], "That is one program."),
        (slugs, "You chose 5 programs. Compare 4 at most"),
        ([slugs[0], slugs[1], slugs[0]], f"“{programs[0].name_en}” is chosen twice."),
    ]:
        response = compare(*given)
        assertContains(response, fault)
        assert heads(response) == []
        assert [slug for slug in chosen(response) if slug] == given


def test_an_unknown_slug_is_404_with_its_name_and_the_rest_of_the_entry(compare, make_program):
    program, hidden = make_program(), make_program(is_hidden=True, slug_en="hidden-one")

    for unknown in ("<b>no</b>", hidden.slug_en):
        response = compare(program.slug_en, unknown)
        assert response.status_code == 404
        assert chosen(response)[0] == program.slug_en
        assertNotContains(response, "<b>no", status_code=404)
    assertContains(response, "There is no program “hidden-one”.", status_code=404)


def test_empty_fields_count_for_nothing(compare, make_program):
    one, two = make_program(), make_program()

    assert heads(compare("", one.slug_en, "", two.slug_en)) == [one.name_en, two.name_en]
    assertNotContains(compare(""), 'id="faults"')


def test_endless_entries_are_not_given_back(compare, make_program):
    slug = make_program().slug_en

    assert len(chosen(compare(*[slug] * 500))) == 12


def test_the_list_leads_to_the_comparison_without_a_script(client, make_program, address):
    program = make_program()

    for language in ("en", "fr"):
        html = client.get(address("programs", language)).content.decode()
        with override(language):
            assert f'<input type="checkbox" name="p" value="{program.slug}">' in html
        assert f'action="{address("compare", language)}" method="get"' in html


def test_a_comparison_costs_the_same_for_two_and_for_four(compare, make_full_program):
    slugs = [make_full_program().slug_en for _number in range(4)]
    counts = []
    for given in (slugs[:2], slugs):
        compare(*given)
        with CaptureQueriesContext(connection) as queries:
            compare(*given)
        counts.append(len(queries))

    assert counts == [5, 5]  # all programs, for the form; fees; criteria; figures; the simple pages of the footer
