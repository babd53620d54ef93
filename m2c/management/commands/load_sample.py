from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from articles import sample_site
from articles.models import Article
from m2c.home_sample import load_home


class Command(BaseCommand):
    help = "Load the sample site: pictures, authors, articles, simple pages and home page, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any article")

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if Article.objects.exists():
            if if_empty:
                return
            raise CommandError("There are articles already; the sample site goes into an empty database.")
        if options["verbosity"]:
            self.stdout.write("Loading the sample site and rendering its pictures ...")
        try:
            with transaction.atomic():
                count = sample_site.load()
                load_home()
        except sample_site.SampleError as error:
            raise CommandError(f"The sample site cannot be loaded. {error}") from error
        if options["verbosity"]:
            self.stdout.write(f"{count} sample articles are live.")
