"""Makes the long histories of this folder again: `python tests/returns/history/make_histories.py`.

The short ones are written by hand. Nothing here is left to chance, and what the files give stands beside them.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

FOLDER = Path(__file__).parent
NOW = (2016, 4)  # the quarter that the files without one in their name are of
Line = Mapping[str, str]


def quarters_before(number: int) -> list[tuple[int, int]]:
    """So many quarters before ours, oldest first, each as its year and its number."""
    places = [NOW[0] * 4 + NOW[1] - 1 - back for back in range(number, 0, -1)]
    return [(place // 4, place % 4 + 1) for place in places]


def slug(quarter: tuple[int, int]) -> str:
    year, number = quarter
    return f"{year}-{(year + 1) % 100:02d}-Q{number}"


def days_of(quarter: tuple[int, int]) -> Iterator[date]:
    """The quarter's first 80 days, again and again."""
    year, number = quarter
    first = date(year + (number == 4), (number * 3) % 12 + 1, 1)
    return (first + timedelta(days=place) for place in cycle(range(80)))


def referrals(number: int, quarter: tuple[int, int] = NOW, **columns: Sequence[str]) -> list[Line]:
    """So many referrals; each column's cells are those given, in turn."""
    cells = {
        "source": ("6", "2A", "3A"),
        "age": ("9", "3", "14"),
        "gender": ("F", "M"),
        "primary_need": ("N1", "N5"),
        "previous_referral_date": ("",),
        "decision_date": ("",),
        "outcome": ("assessment", "early help", "no further action"),
        "locality": ("Salisbury", "Trowbridge"),
        **columns,
    }
    days = days_of(quarter)
    return [
        {
            "referral_id": f"{slug(quarter)}-R{place:03}",
            "child_id": f"{slug(quarter)}-C{place:03}",
            "referral_date": f"{next(days):%d/%m/%Y}",
            **{name: texts[place % len(texts)] for name, texts in cells.items()},
        }
        for place in range(number)
    ]


def episodes(number: int, quarter: tuple[int, int] = NOW, **columns: Sequence[str]) -> list[Line]:
    """So many missing episodes, a third of them of children looked after."""
    cells = {
        "category": ("missing",),
        "hours_missing": ("6.5", "11"),
        "returned": ("yes",),
        "looked_after": ("yes", "no", "no"),
        "placed_by_other_authority": ("no",),
        "out_of_area": ("no",),
        "interview_offered": ("yes",),
        "interview_outcome": ("declined",),
        "hours_to_interview": ("",),
        "exploitation_risk": ("no",),
        "age": ("14", "16"),
        "gender": ("F", "M"),
        **columns,
    }
    days = days_of(quarter)
    return [
        {
            "episode_id": f"{slug(quarter)}-M{place:03}",
            "child_id": f"C{place:03}",
            "began": f"{next(days):%d/%m/%Y}",
            **{name: texts[place % len(texts)] for name, texts in cells.items()},
        }
        for place in range(number)
    ]


def police_counts(quarter: tuple[int, int] = NOW, **values: int) -> list[Line]:
    """What the police owe for the quarter; the offenders are counted once a year."""
    offenders = {"registered_sexual_offenders": 560} if quarter[1] == 4 else {}
    numbers = {
        "police_protections": 12,
        "cse_disruptions": 9,
        "da_incidents": 800,
        "da_children_present": 410,
        "da_repeat_incidents": 240,
        **offenders,
        **values,
    }
    return [{"item": item, "value": str(value), "state": ""} for item, value in numbers.items()]


def without(lines: Sequence[Line], column: str) -> list[Line]:
    return [{name: text for name, text in line.items() if name != column} for line in lines]


def a_history_of(rows: Sequence[int]) -> dict[str, list[Line]]:
    """Referrals of so many rows a quarter, the last of them just before ours."""
    return {
        slug(quarter): referrals(number, quarter)
        for quarter, number in zip(quarters_before(len(rows)), rows, strict=True)
    }


def on_one_day(number: int, of: int) -> list[Line]:
    """Referrals of which so many were decided on the quarter's last day, the others on the days before it."""
    ends = [date(2017, 3, 31)] * number + [date(2017, 3, 30) - timedelta(days=back) for back in range(of - number)]
    return referrals(of, decision_date=[f"{day:%d/%m/%Y}" for day in ends])


NO_ACTION_GONE, NEED_GONE = ("assessment", "early help"), ("",)
ABSENT = ("missing", "missing", "absent")
CASES: dict[str, dict[str, Sequence[Line]]] = {
    "limits_of_referrals": {
        **a_history_of((26, 28, 25, 27, 26, 28, 25, 27)),
        "above": referrals(34),
        "above_and_near": referrals(33),
        "below": referrals(19),
        "below_and_near": referrals(20),
    },
    "limits_of_counts": {
        **{
            slug(quarter): police_counts(quarter, da_incidents=800 + 7 * (place % 3))
            for place, quarter in enumerate(quarters_before(8))
        },
        "digit_lost": police_counts(da_incidents=80, da_children_present=41, da_repeat_incidents=24),
        "as_usual": police_counts(da_incidents=815),
        "annual_digit_lost": police_counts(registered_sexual_offenders=56),
        "annual_as_usual": police_counts(registered_sexual_offenders=600),
    },
    "half_or_double": {
        **a_history_of((24, 26, 25, 27)),
        "double": referrals(48),
        "nearly_double": referrals(47),
        "half": referrals(12),
        "over_half": referrals(13),
    },
    "small_numbers": {
        **a_history_of((9, 8, 10, 9)),
        "twenty": referrals(20),
        "nineteen": referrals(19),
    },
    "code_vanished": {
        **a_history_of((40, 42, 41, 40)),
        "no_action_gone": referrals(40, outcome=NO_ACTION_GONE),
        "one_is_left": [
            *referrals(40, outcome=NO_ACTION_GONE)[:-1],
            referrals(40, outcome=("no further action",))[-1],
        ],
    },
    "answer_vanished": {
        **{slug(quarter): episodes(33, quarter, category=ABSENT) for quarter in quarters_before(4)},
        "nobody_looked_after": episodes(33, looked_after=("no",)),
        "absent_went_out_of_use": episodes(33),
    },
    "column_now_blank": {
        **a_history_of((30, 32, 31, 30)),
        "need_blank": referrals(30, primary_need=NEED_GONE),
        "need_on_two_rows": [*referrals(30, primary_need=NEED_GONE)[:-2], *referrals(30)[-2:]],
        "locality_left_out": without(referrals(30), "locality"),
        "never_filled": without(referrals(30), "decision_date"),
        "few_rows": referrals(19, primary_need=NEED_GONE),
    },
    "one_day": {
        "over_four_in_five": on_one_day(17, 20),
        "four_in_five": on_one_day(16, 20),
        "too_few": on_one_day(19, 19),
    },
}


def write(case: str, name: str, lines: Sequence[Line]) -> None:
    folder = FOLDER / case
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    for case, files in CASES.items():
        for name, lines in files.items():
            write(case, name, lines)
