"""The returns: what is owed, uploading, each version, templates, and the data dictionary."""

from django.urls import path

from dataset.views import calendar, dictionary, upload, versions

app_name = "returns"

urlpatterns = [
    path("", calendar.home, name="home"),
    path("upload/", upload.upload, name="upload"),
    path("templates/<slug:return_type>.csv", dictionary.template, name="template"),
    path("dictionary/", dictionary.dictionary, name="dictionary"),
    path("dictionary/<slug:return_type>/", dictionary.dictionary_return, name="dictionary_return"),
    path("<slug:public_id>/", versions.detail, name="detail"),
    path("<slug:public_id>/accept/", versions.accept, name="accept"),
    path("<slug:public_id>/abandon/", versions.abandon, name="abandon"),
]
