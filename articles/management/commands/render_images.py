"""`manage.py render_images`: render every picture that lacks its renditions, several at a time."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles import images
from articles.tasks import release


class Command(BaseCommand):
    help = "Render every picture that lacks renditions, then publish what waited for them. Safe to run at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="pictures at the same time")

    def handle(self, *args: Any, jobs: int, **options: Any) -> None:
        pending = images.pending()
        failed = 0
        for image, error in images.render_all(pending, max(1, min(jobs, len(pending)))):
            if error:
                failed += 1
                self.stderr.write(f"{image.file.name} ({image}): {error}")
        release()
        if options["verbosity"] and pending:
            self.stdout.write(f"{len(pending) - failed} pictures rendered.")
        if failed:
            raise CommandError(f"{failed} pictures could not be rendered.")
