from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from articles import sample_scale, sample_site
from articles.models import Article
from m2c.home_sample import load_home


class Command(BaseCommand):
    help = "Load the sample site: pictures, authors, articles, simple pages and home page, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any article")
        parser.add_argument("--scale", type=int, default=0, metavar="N", help="add N generated articles for load tests")
        parser.add_argument("--seed", type=int, default=1, help="of the generated articles; 1 when not given")

    def handle(self, *args: Any, if_empty: bool, scale: int, seed: int, **options: Any) -> None:
        has_articles = Article.objects.exists()
        if not has_articles:
            self.load_site(options["verbosity"])
        elif not (if_empty or scale):
            raise CommandError("There are articles already; the sample site goes into an empty database.")
        if scale:
            live = sample_scale.load(scale, seed=seed)
            self.stdout.write(f"{scale} generated articles, {live} of them live.")

    def load_site(self, verbosity: int) -> None:
        call_command("load_reference", if_changed=True)  # its articles show facts
        if verbosity:
            self.stdout.write("Loading the sample site and rendering its pictures ...")
        try:
            with transaction.atomic():
                count = sample_site.load()
                load_home()
        except sample_site.SampleError as error:
            raise CommandError(f"The sample site cannot be loaded. {error}") from error
        if verbosity:
            self.stdout.write(f"{count} sample articles are live.")
