"""What a data officer fills in to restate a year: whose return, which, for what year, and its file or files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from accounts.models import Agency
from dataset.definitions import ReturnType
from dataset.forms import ACCEPTED_FILES, CHOOSE, return_titles, types_offered
from dataset.ingest.year_files import SentFile
from dataset.periods import FinancialYear, Quarter
from dataset.returns import RETURN_TYPES

PARTS = ("q1", "q2", "q3", "q4")


def _file(label: str, help_text: str = "") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILES}),
    )


class RestateForm(forms.Form):
    """`sent_files` is one SentFile of the year, or one for each of its quarters. `years` are those that have ended."""

    supplier = forms.ChoiceField(label="Agency", error_messages={"required": "Choose the agency whose return this is."})
    type = forms.ChoiceField(label="Return", error_messages={"required": "Choose which return this is."})
    year = forms.ChoiceField(label="Year", error_messages={"required": "Choose the year that is restated."})
    whole = _file("One file of the whole year", "With a column named quarter, or dates that say the quarter.")
    q1 = _file("First quarter, April to June")
    q2 = _file("Second quarter, July to September")
    q3 = _file("Third quarter, October to December")
    q4 = _file("Fourth quarter, January to March")
    nil_where_empty = forms.BooleanField(
        label="A quarter without rows had nothing to report",
        required=False,
        help_text="Otherwise a quarter without rows is refused.",
    )

    def __init__(self, *args: Any, suppliers: Sequence[Agency], years: Sequence[FinancialYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suppliers = {supplier.code: supplier for supplier in suppliers}
        self.only_supplier = suppliers[0] if len(suppliers) == 1 else None
        offered = return_titles(types_offered(self.suppliers), several=len(suppliers) > 1)
        choices = {
            "supplier": [(one.code, f"{one.name} ({one.code})") for one in suppliers],
            "type": offered,
            "year": [(str(year), str(year)) for year in years],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [CHOOSE, *listed]
            field.error_messages["invalid_choice"] = "“%(value)s” is not on the list. Choose one from it."
        if self.only_supplier:
            self.fields["supplier"].widget = forms.HiddenInput()
            self.initial["supplier"] = self.only_supplier.code

    def clean_supplier(self) -> Agency:
        return self.suppliers[self.cleaned_data["supplier"]]

    def clean_type(self) -> ReturnType:
        return RETURN_TYPES[self.cleaned_data["type"]]

    def clean_year(self) -> FinancialYear:
        return FinancialYear.parse(self.cleaned_data["year"])

    def clean(self) -> dict[str, Any]:
        sent = {name: self.cleaned_data.get(name) for name in ("whole", *PARTS)}
        for name, file in sent.items():
            if file is not None and (file.size or 0) > settings.UPLOAD_MAX_BYTES:
                self.add_error(
                    name,
                    f"The file is {filesizeformat(file.size or 0)}, and the most that can be loaded in one piece is "
                    f"{filesizeformat(settings.UPLOAD_MAX_BYTES)}. Nothing of it was read.",
                )
        given = [name for name in PARTS if sent[name]]
        if sent["whole"] and given:
            self.add_error("whole", "Send one file of the whole year, or four of its quarters, not both.")
        elif not sent["whole"] and not given:
            self.add_error("whole", "Choose one file of the whole year here, or four of its quarters below.")
        elif given and len(given) < len(PARTS):
            for name in PARTS:
                if not sent[name]:
                    self.add_error(name, "Choose this quarter’s file too: the four are accepted together.")
        return self.cleaned_data

    @property
    def sent_files(self) -> SentFile | dict[Quarter, SentFile]:
        whole: UploadedFile | None = self.cleaned_data["whole"]
        if whole:
            return _sent(whole)
        quarters = self.cleaned_data["year"].quarters
        return {quarter: _sent(self.cleaned_data[name]) for quarter, name in zip(quarters, PARTS, strict=True)}


def _sent(file: UploadedFile) -> SentFile:
    return SentFile(file.read(), file.name or "")
