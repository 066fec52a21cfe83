"""The pages: get, check, read, render."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Agency
from accounts.permissions import require
from accounts.roles import Right
from dashboard import presenters
from dashboard import summary as leading
from dashboard.choices import Choice
from dashboard.provenance import provenance
from dashboard.reading import read_for
from dataset import boardtime
from dataset.definitions import Measure, Theme, Timing
from dataset.due import due_returns
from dataset.evidence import Evidence
from dataset.measures import BREAKDOWNS, ITEMS, MEASURES
from dataset.narrative import day
from dataset.periods import Window
from dataset.permissions import audience_for, owners_of
from dataset.readings import Reading, read_breakdown
from dataset.selectors import default_quarter, latest_quarter, load_evidence
from dataset.suppression import Audience

POINTS = 16  # quarters on a chart
BEFORE = 8  # quarters more that the oldest of them may look back on
RUG_QUARTERS = 8
UNDATED = "Published figures without a publication date are shown by the year they are of."


@dataclass(frozen=True)
class View:
    """What the address chose, and the readings of some measures under it."""

    choice: Choice
    evidence: Evidence
    readings: dict[str, Reading]

    @property
    def audience(self) -> str:
        """'restricted' where any number on the page is for restricted readers: the page is then marked."""
        restricted = any(reading.audience is Audience.RESTRICTED for reading in self.readings.values())
        return "restricted" if restricted else "executive"

    @property
    def context(self) -> dict[str, object]:
        return {
            "choice": self.choice,
            "windows": list(Window),
            "audience": self.audience,
            "foot": self.foot,
            "as_at_notice": f"{self.foot} {UNDATED}",
        }

    @property
    def foot(self) -> str:
        """The line under every table: what it is of, and as at when."""
        when = self.choice.as_at or boardtime.today()
        return f"{self.choice.quarter}, {self.choice.window.label.lower()}, as at {day(when)}."


def _view(
    request: HttpRequest,
    measures: Sequence[Measure],
    *,
    window: Window,
    others: Sequence[Measure] = (),
    breakdown: str = "",
    in_window: bool = False,
) -> View | None:
    """The view that the address asks for; None before the first return.

    `others` are measures that the page names without drawing them: they are read without their past quarters.
    """
    latest = latest_quarter()
    if latest is None:
        return None
    choice = Choice.from_query(request.GET, latest, window=window, latest_by=latest_quarter, default_by=default_quarter)
    evidence = load_evidence(
        [*measures, *others], choice.quarter, quarters=POINTS + BEFORE, as_at=choice.moment, breakdown=breakdown
    )
    if evidence is None:
        return None
    models = tuple(dict.fromkeys(one.model for one in evidence.neighbour_lists))
    choice = choice.among(models)
    readings: dict[str, Reading] = {}
    for group, points in ((measures, POINTS), (others, 1)):
        readings |= read_for(
            group,
            evidence,
            choice.quarter,
            choice.window,
            audience_for=audience_for(request.user),
            points=points,
            series_window=choice.window if in_window else Window.QUARTER,
            neighbour_model=choice.neighbours,
        )
    return View(choice, evidence, readings)


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """The quarter at a glance: what to worry about first, then what has improved, then the rest."""
    require(request.user, Right.SEE_SUMMARY)
    lead, volumes = leading.leads(MEASURES.values()), leading.activity(MEASURES.values())
    drawn = list(dict.fromkeys([*lead, *volumes]))
    others = [measure for measure in MEASURES.values() if measure not in drawn]
    view = _view(request, drawn, window=Window.YEAR_TO_DATE, others=others)
    if view is None:
        return render(request, "dashboard/nothing_yet.html")
    query = view.choice.query()
    headlines = {measure.code: view.readings[measure.code] for measure in lead}
    owed = due_returns([view.choice.quarter], as_at=view.choice.as_at)
    concerns = leading.concerns(headlines)
    return render(
        request,
        "dashboard/summary.html",
        view.context
        | {
            "concerns": [(one, presenters.card(one.reading, query)) for one in concerns],
            "improved": [presenters.card(reading, query) for reading in leading.improved(view.readings)],
            "cards": [presenters.card(reading, query) for reading in headlines.values()],
            "activity": [presenters.card(view.readings[measure.code], query) for measure in volumes],
            "rug": _rug(request, view, lead),
            "absent": [one for one in owed if not one.standing.is_in],
            "owed": owed,
            "unjudged": [r for r in headlines.values() if not r.status.judgement.is_judged],
        },
    )


def _rug(request: HttpRequest, view: View, measures: list[Measure]) -> dict[str, object]:
    quarters = view.choice.quarter.back(RUG_QUARTERS)
    asked = audience_for(request.user)
    readings = [
        read_for(measures, view.evidence, quarter, Window.QUARTER, audience_for=asked, points=1) for quarter in quarters
    ]
    return presenters.rug(quarters, readings, measures, view.choice.query())


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The list of dashboards."""
    require(request.user, Right.SEE_DASHBOARD)
    return render(request, "dashboard/themes.html", {"themes": _theme_links(None), "section": "themes"})


@require_safe
def theme(request: HttpRequest, theme: str) -> HttpResponse:
    """One theme: small multiples, then the table."""
    require(request.user, Right.SEE_DASHBOARD)
    if theme not in set(Theme):
        raise Http404(f"There is no dashboard “{theme}”. Choose one from the list of dashboards.")
    chosen = Theme(theme)
    view = _view(request, [m for m in MEASURES.values() if m.theme is chosen], window=Window.YEAR_TO_DATE)
    if view is None:
        return render(request, "dashboard/nothing_yet.html")
    cards = [presenters.card(reading, view.choice.query()) for reading in view.readings.values()]
    return render(
        request,
        "dashboard/theme.html",
        view.context
        | {
            "theme": chosen,
            "themes": _theme_links(chosen, view.choice.query()),
            "cards": cards,
        },
    )


def _theme_links(current: Theme | None, query: str = "") -> list[dict[str, object]]:
    return [
        {
            "label": one.label,
            "url": reverse("theme", args=[str(one)]) + query,
            "current": one is current,
            "measures": [measure for measure in MEASURES.values() if measure.theme is one],
        }
        for one in Theme
    ]


@require_safe
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """One measure: its trend, its numbers, what it means and where they came from."""
    require(request.user, Right.SEE_MEASURE)
    found = MEASURES.get(code.upper())
    if found is None:
        raise Http404(f"There is no measure “{code}”. The data dictionary lists them all.")
    split, problem = _breakdown_of(found, request.GET.get("breakdown", ""))
    view = _view(request, [found], window=_opens_on(found), breakdown=split, in_window=True)
    if view is None:
        return render(request, "dashboard/nothing_yet.html")
    if problem:
        view = replace(view, choice=replace(view.choice, problems=(*view.choice.problems, problem)))
    reading = view.readings[found.code]
    parts = read_breakdown(
        found,
        view.evidence,
        reading.quarter,
        reading.window,
        split,
        audience=reading.audience,
        maximum=settings.SUPPRESSION_MAXIMUM,
    )
    suppliers = dict(Agency.objects.filter(code__in=owners_of(found)).values_list("code", "name"))
    titles = {item: ITEMS[item].title for item in found.items}
    return render(
        request,
        "dashboard/measure.html",
        view.context
        | {
            "measure": found,
            "reading": reading,
            "card": presenters.card(reading, view.choice.query()),
            "finding": presenters.finding(reading),
            "points": presenters.points(reading),
            "notes": presenters.chart_notes(reading),
            "bars": presenters.ranked(reading, view.evidence.area.name),
            "definition": presenters.definition(found, titles, list(suppliers.values()), reading.threshold),
            "breakdown": split,
            "breakdowns": ITEMS[found.numerator].breakdowns,
            "breakdown_table": presenters.breakdown_table(found, split, parts, BREAKDOWNS.get(split)),
            "our_year": presenters.shown(found, reading.beside),
            "published_for_us": presenters.beside(found, reading.reconciliation),
            "models": tuple(dict.fromkeys(one.model for one in view.evidence.neighbour_lists)),
        },
    )


def _opens_on(measure: Measure) -> Window:
    """The window of a measure's page where the address names none."""
    is_of_a_year = measure.timing is Timing.DISTINCT_YEAR_TO_DATE or measure.not_in_quarter
    return Window.YEAR_TO_DATE if is_of_a_year else Window.QUARTER


def _breakdown_of(measure: Measure, asked: str) -> tuple[str, str]:
    """The breakdown asked for, else the first that the numerator has, else none; and what was wrong with the asking."""
    names = ITEMS[measure.numerator].breakdowns
    if asked in names:
        return asked, ""
    instead = names[0] if names else ""
    if not asked:
        return instead, ""
    known = f"It is split by {', '.join(names)}; {instead} is shown." if names else "It is not split."
    return instead, f"{measure.name} is not split by “{asked}”. {known}"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How the board's figures are made; and, on a demonstration, what is printed, published and synthetic."""
    require(request.user, Right.SEE_DICTIONARY)
    lines = provenance() if settings.DEMONSTRATION else []
    return render(request, "dashboard/about.html", {"provenance": lines, "today": boardtime.today()})
