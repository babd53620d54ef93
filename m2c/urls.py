"""All addresses of the site. Pages for readers live under /en/ and /fr/; everything else has no language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from articles import views as articles
from m2c import views
from m2c.media import media

urlpatterns = [
    path("", views.root, name="root"),
    path("a/<int:pk>/", articles.article_by_id, name="article_by_id"),
    path("admin/", admin.site.urls),
    path("media/<path:name>", media, name="media"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap_index"),
    path("sitemap-<section>.xml", views.sitemap, name="sitemap"),
    path("api/v1/", include("facts.api")),
    path("api/v1/", include("programs.api")),
    path("api/v1/", include("rounds.api")),
    path("api/v1/", include("quizzes.api")),
    path("api/v1/", include("m2c.openapi")),
    path("", include("quizzes.private_urls")),
    path("", include("newsletter.private_urls")),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("manifest.webmanifest", views.manifest, name="manifest"),
        path("", include("facts.urls")),
        path("", include("programs.urls")),
        path("", include("newsletter.urls")),
        path("", include("quizzes.urls")),
        path("", include("rounds.urls")),
        path("", include("articles.urls")),
    ),
]

handler404 = "m2c.views.not_found"
handler500 = "m2c.views.server_error"
