"""The address for leaving: short, in no language, without a slash at its end that a redirect would add."""

from django.urls import path

from newsletter import views

urlpatterns = [path("u/<str:token>", views.leave, name="newsletter_leave")]
