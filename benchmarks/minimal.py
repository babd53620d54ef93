"""A minimal article view with the same blocks; a stock ModelAdmin with the same columns and without a full count."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from articles.models import Article, Image, Publication
from articles.pages import Surroundings, shown_blocks
from facts.ledger import resolve
from facts.rendering import Notes


def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article in three queries, four with facts: itself, its facts, the pictures in its text, three more like it."""
    publications = Publication.objects.live().filter(language="en").select_related("category", "image")
    publication = get_object_or_404(publications, slug=slug)
    images = Image.objects.in_bulk(publication.image_ids)
    notes = Notes(resolve(publication.fact_keys), publication.body.get("facts", {}))
    blocks = shown_blocks(publication.body, Surroundings("en", {}, images, notes))
    newest = publications.filter(category=publication.category_id).exclude(pk=publication.pk).defer("body")
    related = newest.order_by("-first_published_at")[:3]
    context = {"publication": publication, "blocks": blocks, "related": related}
    return render(request, "minimal_article.html", context)


class NoCount(Paginator):
    """Takes the list to be long, and counts nothing."""

    count = 100_000


class StockAdmin(admin.ModelAdmin):
    """The columns of ours, with a plain one in place of the state, which a stock admin would ask for row by row."""

    list_display = ["title", "slug", "category", "language", "owner", "changed_at", "review_by"]
    list_select_related = ["category", "owner"]
    list_filter = ["category", "language"]
    search_fields = ["title", "slug"]
    list_per_page = 50
    show_full_result_count = False
    paginator = NoCount


site = admin.AdminSite()
site.register(Article, StockAdmin)
urlpatterns = [path("en/articles/<slug:slug>/", article), path("admin/", site.urls)]
