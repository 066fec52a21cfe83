"""The summary, the dashboards by theme, the measures, and what explains them."""

from django.urls import path

from dashboard import board_css, views

urlpatterns = [
    path("", views.summary, name="summary"),
    path("dashboard/", views.themes, name="themes"),
    path("dashboard/<slug:theme>/", views.theme, name="theme"),
    path("measures/<slug:code>/", views.measure, name="measure"),
    path("about/", views.about, name="about"),
    path("board.css", board_css.board_css, name="board_css"),
]
