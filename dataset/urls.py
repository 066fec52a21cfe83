"""The returns: what is owed, uploading, each version, templates, and the data dictionary."""

from django.urls import path

from dataset.views import (
    annotated,
    calendar,
    columns,
    dictionary,
    grid,
    history,
    neighbour_lists,
    published,
    queries,
    restating,
    schedule,
    upload,
    versions,
)

app_name = "returns"

urlpatterns = [
    path("", calendar.home, name="home"),
    path("upload/", upload.upload, name="upload"),
    path("upload/annotated/", annotated.annotated_upload, name="annotated_upload"),
    path("upload/columns/", columns.remember, name="remember_columns"),
    path("columns/", columns.columns, name="columns"),
    path("columns/forget/", columns.forget, name="forget_column"),
    path("templates/<slug:return_type>.csv", dictionary.template, name="template"),
    path("dictionary/", dictionary.dictionary, name="dictionary"),
    path("dictionary/<slug:return_type>/", dictionary.dictionary_return, name="dictionary_return"),
    path("grid/", grid.grid, name="grid"),
    path("grid.csv", grid.grid_csv, name="grid_csv"),
    path("owed/", schedule.schedule, name="schedule"),
    path("restate/", restating.restate, name="restate"),
    path("restatements/<slug:public_id>/", restating.restatement, name="restatement"),
    path("restatements/<slug:public_id>/accept/", restating.accept, name="accept_year"),
    path("restatements/<slug:public_id>/abandon/", restating.abandon, name="abandon_year"),
    path("lock/", history.lock, name="lock"),
    path("published/", published.publications, name="publications"),
    path("published/load/", published.load, name="load_publication"),
    path("published/neighbours/", neighbour_lists.neighbour_lists, name="neighbour_lists"),
    path("published/neighbours/<slug:public_id>/", neighbour_lists.neighbour_list, name="neighbour_list"),
    path(
        "published/neighbours/<slug:public_id>/accept/",
        neighbour_lists.accept_neighbour_list,
        name="accept_neighbour_list",
    ),
    path("published/waiting/<slug:public_id>/", published.mapping, name="published_mapping"),
    path("published/waiting/<slug:public_id>/changes/", published.changes, name="published_changes"),
    path("published/waiting/<slug:public_id>/accept/", published.accept, name="accept_publication"),
    path("published/waiting/<slug:public_id>/abandon/", published.abandon, name="abandon_publication"),
    path("published/<slug:public_id>/", published.publication, name="publication"),
    path("<slug:public_id>/compare/<slug:other_id>/", history.compare, name="compare"),
    path("<slug:public_id>/withdraw/", history.withdraw, name="withdraw"),
    path("<slug:public_id>/", versions.detail, name="detail"),
    path("<slug:public_id>/queries/", queries.queries, name="queries"),
    path("<slug:public_id>/answer/", queries.answer, name="answer"),
    path("<slug:public_id>/annotated/", annotated.annotated_version, name="annotated_version"),
    path("<slug:public_id>/accept/", versions.accept, name="accept"),
    path("<slug:public_id>/abandon/", versions.abandon, name="abandon"),
]
