"""The French catalogue: complete, and what is missing or broken in one is named."""

import ast
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, ngettext, override

from m2c import translations

PLURAL = 'ngettext("%(n)d article", "%(n)d articles", n)'
PLURAL_ENTRY = 'msgid "%(n)d article"\nmsgid_plural "%(n)d articles"\nmsgstr[0] "{}"\nmsgstr[1] "{}"\n'


@pytest.fixture
def make_site(settings: Any, tmp_path: Path) -> Callable[..., Path]:
    """A tree with one line of Python, one template and a catalogue; the functions then read it instead of ours."""

    def make(python: str = "", template: str = "", catalogue: str = "") -> Path:
        settings.BASE_DIR = tmp_path
        (tmp_path / "app" / "templates").mkdir(parents=True)
        (tmp_path / "app" / "words.py").write_text(python)
        (tmp_path / "app" / "templates" / "page.html").write_text(template)
        path = translations.catalogue_path()
        path.parent.mkdir(parents=True)
        path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + catalogue)
        return path

    return make


def test_every_string_of_the_site_has_its_french():
    assert translations.problems() == []


def test_a_complete_catalogue_has_no_problems(make_site):
    make_site('_("Read")', catalogue='msgid "Read"\nmsgstr "Lire"\n')

    assert translations.problems() == []


def test_a_string_that_the_catalogue_lacks_is_named_with_its_place(make_site):
    make_site('\n_("Read")')

    assert translations.problems() == ["app/words.py:2: no French for 'Read'"]


def test_a_string_of_a_template_counts_too(make_site):
    make_site(template='{% load i18n %}\n{% translate "Read" %}')

    assert translations.problems() == ["app/templates/page.html:2: no French for 'Read'"]


def test_an_empty_translation_is_missing(make_site):
    make_site('_("Read")', catalogue='msgid "Read"\nmsgstr ""\n')

    assert translations.problems() == ["app/words.py:1: no French for 'Read'"]


def test_a_plural_with_one_form_is_missing(make_site):
    make_site(PLURAL, catalogue=PLURAL_ENTRY.format("%(n)d article", ""))

    assert len(translations.problems()) == 1


def test_the_same_words_in_another_context_are_another_string(make_site):
    make_site('pgettext("address", "work/")', catalogue='msgid "work/"\nmsgstr "travailler/"\n')

    assert translations.problems() == ["app/words.py:1: no French for 'work/'"]


def test_an_uncertain_translation_is_named(make_site):
    make_site('_("Read")', catalogue='#, fuzzy\nmsgid "Read"\nmsgstr "Lire"\n')

    assert translations.problems() == ["app/words.py:1: uncertain French for 'Read'"]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("%(n)d pages", "%(nombre)d pages"),
        ("%(n)d pages", "des pages"),
        ("%(n)d pages", "%(n)s pages"),
        ("{count} characters", "{nombre} caractères"),
        ("{count} characters", "caractères"),
        ("Pages", "%(n)d pages"),
    ],
)
def test_a_translation_with_other_placeholders_is_named(make_site, english, french):
    make_site(f'_("{english}")', catalogue=f'msgid "{english}"\nmsgstr "{french}"\n')

    [problem] = translations.problems()
    assert problem.startswith("app/words.py:1: ")
    assert repr(english) in problem


def test_a_plural_that_lost_its_number_is_named(make_site):
    make_site(PLURAL, catalogue=PLURAL_ENTRY.format("%(n)d article", "articles"))

    assert len(translations.problems()) == 1


def test_the_command_fails_and_says_how_many(make_site):
    make_site('_("Read"); _("Write")')

    with pytest.raises(CommandError, match=r"2 to mend in django\.po"):
        call_command("check_translations")


def test_the_command_is_content_with_a_complete_catalogue(make_site):
    make_site()
    said = StringIO()

    call_command("check_translations", stdout=said)

    assert "Every string has its French" in said.getvalue()


def test_update_brings_new_strings_and_drops_unused_ones(make_site):
    make_site('_("Read"); _("Write")', catalogue='msgid "Read"\nmsgstr "Lire"\n\nmsgid "Gone"\nmsgstr "Parti"\n')

    translations.update()

    assert {message.id: message.string for message in translations.read() if message.id} == {
        "Read": "Lire",
        "Write": "",
    }


def test_update_takes_translations_from_other_catalogues(make_site, tmp_path):
    make_site('_("Read")')
    other = tmp_path / "other.po"
    other.write_text('msgid "Read"\nmsgstr "Lire"\n')

    translations.update([other])

    assert translations.problems() == []


def test_an_update_without_news_leaves_the_file_as_it_is(make_site):
    path = make_site('_("Read")', catalogue='msgid "Read"\nmsgstr "Lire"\n')
    translations.update()
    before = path.read_bytes()

    translations.update()

    assert path.read_bytes() == before


def test_what_is_compiled_speaks_french():
    with override("fr"):
        assert gettext("Skip to content") == "Aller au contenu"


@pytest.mark.parametrize(("minutes", "french"), [(0, "0 minute"), (1, "1 minute"), (2, "2 minutes")])
def test_french_has_its_own_plural(minutes, french):
    with override("fr"):
        text = ngettext("%(minutes)s minute to read", "%(minutes)s minutes to read", minutes)

    assert text % {"minutes": minutes} == f"{french} de lecture"


def eager_calls(tree: ast.AST) -> list[int]:
    """Lines that call gettext itself while the module is imported, when nobody's language is known."""
    eager = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
    }
    found = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in eager:
            found.append(node.lineno)
        inside = {ast.FunctionDef: ("body",), ast.AsyncFunctionDef: ("body",), ast.Lambda: ("body",)}.get(
            type(node), ()
        )
        for name, value in ast.iter_fields(node):
            if name not in inside:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        visit(child)

    visit(tree)
    return found


def test_a_decorator_that_translates_at_once_is_found():
    source = (
        "from django.utils.translation import gettext as _\n@display(description=_('state'))\ndef state(): _('x')\n"
    )

    assert eager_calls(ast.parse(source)) == [2]


def test_no_string_is_translated_while_modules_are_imported():
    found = [
        f"{path}:{line}"
        for path, text in translations.sources()
        if path.suffix == ".py"
        for line in eager_calls(ast.parse(text))
    ]

    assert found == []
