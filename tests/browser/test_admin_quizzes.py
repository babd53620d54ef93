"""The editors' side of the quizzes in a real browser: pages that axe and a phone do not mind."""

import pytest
from django.core.management import call_command

from facts.models import Fact
from programs.models import Program
from quizzes import counts
from quizzes.models import Persona, Question, Quiz

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_minds_nothing_on_the_editors_side_of_the_quizzes(desk, live_server, axe, width, scheme):
    call_command("load_reference", verbosity=0)
    Persona.objects.filter(key="welder-mexico").update(expected={"fst": "closed"})
    for what in ("start", "finish"):
        counts.note("immigration", what)
    counts.note("immigration", "shown", "age")
    counts.note_all("immigration", "verdict", ["fsw.likely", "cec.close"])
    question = Question.objects.get(quiz__key="immigration", slug="where")
    funds = Fact.objects.get(key="ee.funds.table")
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    found = []

    def look(name):
        found.extend(f"{name}: {problem}" for problem in axe(desk))
        if desk.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{name} is too wide")

    for path in [
        "quizzes/quiz/",
        f"quizzes/quiz/{Quiz.objects.get(key='immigration').pk}/change/",
        "quizzes/question/",
        f"quizzes/question/{question.pk}/change/",
        "quizzes/persona/",
        f"quizzes/persona/{Persona.objects.get(key='welder-mexico').pk}/change/",
        "quizzes/persona/run/",
        "quizzes/count/",
        f"programs/program/{Program.objects.get(key='fsw').pk}/change/",
    ]:
        desk.goto(f"{live_server.url}/admin/{path}")
        look(path)
    desk.goto(f"{live_server.url}/admin/facts/fact/{funds.pk}/values/add/")
    desk.fill("[name=value]", desk.input_value("[name=value]").replace("28362", "29000"))
    desk.get_by_role("button", name="Add this value").click()
    desk.get_by_role("heading", name="What this would change").wait_for()
    desk.wait_for_load_state()
    look("what a change would move")
    desk.get_by_label("I have read this").check()
    desk.get_by_role("button", name="Add this value").click()
    desk.get_by_text("It shows on").wait_for()

    assert not found, "\n".join(found)
