"""`manage.py evaluate facts.json`: what POST /api/v1/eligibility/ answers, on paper."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from doors.machines import BadBody, read
from quizzes import judging
from quizzes.eligibility.answers import BadAnswers


class Command(BaseCommand):
    """Judge the facts of one person by all programs."""

    help = "Print the verdict of every program for the facts of one person, as the JSON interface does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help='JSON: {"facts": {id: value}, "as_of": "YYYY-MM-DD"}, or the facts alone')

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            sent = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            body = read(sent)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}") from error
        except BadBody as error:
            raise CommandError(f"{name}: {error}") from error
        try:
            answer = judging.judge(body if "facts" in body else {"facts": body})
        except BadAnswers as error:
            raise CommandError("\n".join(f"{name}: {key}: {text}" for key, text in error.errors.items())) from error
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
