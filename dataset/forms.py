"""What a data officer fills in: whose return, which, for when, and the file."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from accounts.models import Agency
from dataset.definitions import ReturnType
from dataset.owing import COUNTS, owner_of, suppliers_of_counts, types_owed_by
from dataset.periods import PeriodError, Quarter
from dataset.returns import RETURN_TYPES

CHOOSE = ("", "Choose")
ACCEPTED_FILES = ".csv,.txt,.tsv,.xlsx,.xls"


class QuarterField(forms.ChoiceField):
    """A choice of quarters, written in any way that `Quarter.parse` reads; the choices are slugs."""

    def to_python(self, value: Any) -> str:
        try:
            return Quarter.parse(str(value or "")).slug
        except PeriodError:
            return str(super().to_python(value))


class UploadForm(forms.Form):
    """An upload: `cleaned_data` holds an Agency, a ReturnType, a Quarter, the file and whether the return is nil.

    `quarters` are those that have ended, newest first. The lists offer what the officer's suppliers owe; every return
    type is taken, and the quarter now running, so that the check can say whose return it is and when to come back.
    """

    supplier = forms.ChoiceField(
        label="Agency",
        error_messages={
            "required": "Choose the agency whose return this is.",
            "invalid_choice": "“%(value)s” is not an agency that you send returns for. Choose one from the list.",
        },
    )
    type = forms.ChoiceField(
        label="Return",
        error_messages={
            "required": "Choose which return this is.",
            "invalid_choice": "There is no return “%(value)s”. Choose one from the list.",
        },
    )
    quarter = QuarterField(
        label="Quarter",
        error_messages={
            "required": "Choose the quarter that the return is for.",
            "invalid_choice": "“%(value)s” is not a quarter that returns are kept for. Choose one from the list.",
        },
    )
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILES}),
        error_messages={
            "required": "Choose the file, or tick the box below it if there is nothing to report.",
            "invalid": "No file arrived. Choose the file again.",
        },
    )
    nil = forms.BooleanField(
        label="This is a nil return: there was nothing to report in the quarter",
        required=False,
        help_text="Then leave the file out, or send the blank template.",
    )

    def __init__(self, *args: Any, suppliers: Sequence[Agency], quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suppliers = {supplier.code: supplier for supplier in suppliers}
        self.only_supplier = suppliers[0] if len(suppliers) == 1 else None
        self.fields["file"].required = not self.data.get("nil")
        self.fields["file"].help_text = (
            f"A CSV or Excel file of up to {filesizeformat(settings.UPLOAD_MAX_BYTES)}, with the column names of the "
            "template, in any order."
        )
        supplier_choices = [(one.code, f"{one.name} ({one.code})") for one in suppliers]
        self._choice("supplier").choices = [CHOOSE, *supplier_choices]
        if self.only_supplier:
            self.fields["supplier"].widget = forms.HiddenInput()
            self.initial["supplier"] = self.only_supplier.code
        ended = [(one.slug, f"{one} ({one.months})") for one in quarters]
        running = quarters[0] + 1
        self._choice("quarter").choices = [(running.slug, f"{running} ({running.months}), not over yet"), *ended]
        self._offer("quarter", [CHOOSE, *ended])
        self._choice("type").choices = return_titles(RETURN_TYPES, several=True)
        self._offer("type", [CHOOSE, *return_titles(types_offered(self.suppliers), several=len(suppliers) > 1)])
        for name in ("supplier", "type", "quarter"):
            if not self.fields[name].widget.is_hidden:  # a hidden field may not say so
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Show these choices, and what was typed, of the more that are taken."""
        typed = str(self[name].value() or "")
        known = dict(self._choice(name).choices)  # type: ignore[arg-type]
        if typed in known and typed not in dict(choices):
            choices = [*choices, (typed, known[typed])]
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        widget.choices = choices

    def clean_supplier(self) -> Agency:
        return self.suppliers[self.cleaned_data["supplier"]]

    def clean_type(self) -> ReturnType:
        return RETURN_TYPES[self.cleaned_data["type"]]

    def clean_quarter(self) -> Quarter:
        return Quarter.parse(self.cleaned_data["quarter"])

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                f"The file is {filesizeformat(file.size or 0)}, and the most that can be loaded in one piece is "
                f"{filesizeformat(settings.UPLOAD_MAX_BYTES)}. Nothing of it was read. Check that it holds one return "
                "for one quarter only; if it does, ask the board manager."
            )
        return file

    @property
    def content(self) -> bytes:
        """The file's bytes; none where a nil return came without a file."""
        file = self.cleaned_data["file"]
        if not file:
            return b""
        file.seek(0)
        content: bytes = file.read()
        return content

    @property
    def file_name(self) -> str:
        file = self.cleaned_data["file"]
        return file.name if file else ""


def types_offered(suppliers: Collection[str]) -> list[str]:
    """The returns that any of these suppliers sends, in the order of the registry."""
    owed = {code for supplier in suppliers for code in types_owed_by(supplier)}
    if any(supplier in suppliers_of_counts() for supplier in suppliers):
        owed.add(COUNTS)
    return [code for code in RETURN_TYPES if code in owed]


def return_titles(codes: Collection[str], *, several: bool) -> list[tuple[str, str]]:
    """Each return's title; with its owner's code where several suppliers' returns stand in one list."""
    titles = []
    for code in codes:
        owner = f" ({owner_of(code)})" if several and code != COUNTS else ""
        titles.append((code, f"{RETURN_TYPES[code].title}{owner}"))
    return titles
