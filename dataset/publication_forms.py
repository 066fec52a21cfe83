"""What the board manager fills in to load published figures or neighbour lists."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from dataset.forms import ACCEPTED_FILES
from dataset.ingest.findings import Finding
from dataset.reference.issue import issue_faults
from dataset.reference.neighbour_list import list_faults

_DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"]


def _day_field(label: str, help_text: str, *, required: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=bool(required),
        help_text=help_text,
        input_formats=_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": required, "invalid": "Write the day as day, month and year, like 30/10/2025."},
    )


class FileForm(forms.Form):
    """A form with the file that is sent."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILES}),
        error_messages={"required": "Choose the file.", "invalid": "No file arrived. Choose the file again."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                f"The file is {filesizeformat(file.size or 0)}, and the most that can be loaded is "
                f"{filesizeformat(settings.UPLOAD_MAX_BYTES)}. Download a selection of it, such as fewer years."
            )
        return file

    @property
    def content(self) -> bytes:
        file = self.cleaned_data["file"]
        file.seek(0)
        content: bytes = file.read()
        return content

    @property
    def file_name(self) -> str:
        return str(self.cleaned_data["file"].name)

    def tell(self, faults: list[Finding], fields: dict[str, str]) -> None:
        """Say each fault at its field, or at the form's top."""
        for fault in faults:
            self.add_error(fields.get(fault.code), fault.message)


class PublicationForm(FileForm):
    """An issue of published figures: `known` are the names of publications that were loaded before."""

    field_order = ("name", "published_on", "file")
    name = forms.CharField(
        label="Publication",
        max_length=200,
        help_text="Its name without a year, so that next year’s file is read as this one is: Characteristics of "
        "children in need.",
        widget=forms.TextInput(attrs={"list": "known-publications", "autocomplete": "off"}),
        error_messages={"required": "Say what the publication is called, such as Characteristics of children in need."},
    )
    published_on = _day_field(
        "Published on",
        "The day on the publication’s own page. Earlier papers of the board stay as they were known then.",
        required="Say on which day it was published: the publication’s page has it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            f"The data file as it is downloaded, CSV or Excel, up to {filesizeformat(settings.UPLOAD_MAX_BYTES)}: of "
            "explore education statistics, or a long table such as the Local Authority Interactive Tool’s."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            faults = issue_faults(cleaned["name"], cleaned["published_on"])
            self.tell(faults, {"no_name": "name", "no_day": "published_on", "day_to_come": "published_on"})
        return cleaned


class NeighbourListForm(FileForm):
    """An issue of neighbour lists."""

    field_order = ("model", "valid_from", "valid_to", "file")
    model = forms.CharField(
        label="Model",
        max_length=40,
        help_text="Whose model and of which year, such as dfe_2021. Pages name it so.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say what the model is called, such as dfe_2021."},
    )
    valid_from = _day_field(
        "In force from",
        "Quarters that end before it keep the lists they had.",
        required="Say from which day it is in force.",
    )
    valid_to = _day_field("In force until", "Leave it blank while the model is the latest.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            faults = list_faults(cleaned["model"], cleaned["valid_from"], cleaned["valid_to"])
            self.tell(faults, {"no_model": "model", "no_day": "valid_from", "days_in_order": "valid_to"})
        return cleaned
