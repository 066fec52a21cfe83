"""What each agency owes and by when: the manager's page."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Agency
from accounts.permissions import require
from accounts.roles import Right
from dataset import boardtime
from dataset.models import Obligation
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from dataset.scheduling import MOST_DAYS, ScheduleRefused, end_owing, possible_obligations, set_days
from dataset.views.who import person

QUARTERS_OFFERED = 12
CHOOSE = ("", "Choose")


@dataclass(frozen=True)
class OwedRow:
    """One term of one obligation, in the words of the page."""

    supplier: Agency
    title: str
    days: int
    first: Quarter
    last: Quarter | None


class ScheduleForm(forms.Form):
    """`cleaned_data` holds what (an agency and a return), the first Quarter, and the days, None where it `ends`."""

    what = forms.ChoiceField(label="Return", error_messages={"required": "Choose whose return it is about."})
    first = forms.ChoiceField(
        label="From the quarter",
        help_text="Quarters before it keep the day they had.",
        error_messages={"required": "Choose the first quarter that it is so for."},
    )
    days = forms.IntegerField(
        label="Days after the quarter’s end",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Calendar days, weekends and holidays included.",
        error_messages={"invalid": "Give a whole number of days."},
    )
    ends = forms.BooleanField(
        label="It is owed no more from this quarter on",
        required=False,
        help_text="Then leave the days blank. Nothing that was sent is lost.",
    )

    def __init__(self, *args: object, suppliers: list[Agency], quarters: list[Quarter], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.suppliers = {supplier.code: supplier for supplier in suppliers}
        offered = possible_obligations(suppliers)
        choices = {
            "what": [(f"{one.code}:{code}", f"{one.name}: {RETURN_TYPES[code].title}") for one, code in offered],
            "first": [(one.slug, str(one)) for one in quarters],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [CHOOSE, *listed]
            field.error_messages["invalid_choice"] = "“%(value)s” is not on the list. Choose one from it."

    def clean_what(self) -> tuple[Agency, str]:
        code, return_type = self.cleaned_data["what"].split(":")
        return self.suppliers[code], return_type

    def clean_first(self) -> Quarter:
        return Quarter.parse(self.cleaned_data["first"])

    def clean(self) -> dict[str, Any]:
        days, ends = self.cleaned_data.get("days"), self.cleaned_data.get("ends")
        if "days" in self.cleaned_data and (days is None) is not ends:
            asked = (
                "Give the days, or tick that it is owed no more."
                if days is None
                else ("Leave the days blank where the return is owed no more, or take the tick away.")
            )
            self.add_error("days", asked)
        return self.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    manager = person(request)
    require(manager, Right.MANAGE_CALENDAR)
    now = Quarter.of(boardtime.today())
    suppliers, quarters = _agencies(now), _offered(now)
    if request.method != "POST":
        empty = ScheduleForm(initial={"first": now.slug}, suppliers=suppliers, quarters=quarters)
        return _page(request, empty, now)
    form = ScheduleForm(request.POST, suppliers=suppliers, quarters=quarters)
    if not form.is_valid():
        return _page(request, form, now, status=422)
    (supplier, return_type), first = form.cleaned_data["what"], form.cleaned_data["first"]
    days = form.cleaned_data["days"]
    title = RETURN_TYPES[return_type].title
    try:
        if days is None:
            end_owing(return_type=return_type, supplier=supplier, first=first, by=manager)
            messages.success(request, f"From {first} on {supplier.name} owes “{title}” no more.")
        else:
            set_days(return_type=return_type, supplier=supplier, days=days, first=first, by=manager)
            messages.success(
                request, f"From {first} on “{title}” of {supplier.name} is due {days} days after the quarter’s end."
            )
    except ScheduleRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, form, now, status=422)
    return redirect("returns:schedule")


def _page(request: HttpRequest, form: ScheduleForm, now: Quarter, *, status: int = 200) -> HttpResponse:
    rows = [
        OwedRow(
            one.supplier,
            RETURN_TYPES[one.return_type].title,
            one.days_after_quarter_end,
            Quarter.from_ordinal(one.first_quarter),
            None if one.last_quarter is None else Quarter.from_ordinal(one.last_quarter),
        )
        for one in Obligation.objects.known()
        .select_related("supplier")
        .order_by("supplier__code", "return_type", "first_quarter")
        if one.last_quarter is None or one.last_quarter >= one.first_quarter
    ]
    return render(request, "returns/schedule.html", {"form": form, "rows": rows, "now": now}, status=status)


def _agencies(now: Quarter) -> list[Agency]:
    """Those at work, and those that still owe something: what they owe must be ended."""
    unending = Q(last_quarter__isnull=True) | Q(last_quarter__gte=now.ordinal)
    owing = Obligation.objects.known().filter(unending).values("supplier")
    return list(Agency.objects.filter(Q(active=True) | Q(pk__in=owing)))


def _offered(now: Quarter) -> list[Quarter]:
    """From two years back, where a calendar is set up late, to a year on."""
    return [now + step for step in range(4, 4 - QUARTERS_OFFERED, -1)]
