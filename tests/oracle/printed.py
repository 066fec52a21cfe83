"""What the annual report's figures are made of, and how a print is compared: the year's parts, counted slowly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from tests.oracle.counting import DISTINCT_ITEMS, count_items, distinct, partner_counts
from tests.oracle.files import read_rows
from tests.oracle.tally import Answer

# A measure's numerator, denominator and multiplier. '#': the last quarter's count; '=': due once, with the fourth.
PARTS: dict[str, tuple[str, str, int]] = {
    "EH01": ("early_help_assessments_started", "", 1),
    "EH03": ("#troubled_families_engaged", "", 1),
    "FD01": ("contacts", "", 1),
    "FD02": ("referrals_received", "contacts", 100),
    "FD04": ("rereferrals", "referrals_received", 100),
    "AS01": ("assessments_completed", "", 1),
    "AS02": ("assessments_in_45_days", "assessments_completed", 100),
    "AS06": ("assessments_fgm_or_belief", "assessments_completed", 100),
    "CP01": ("#plans_open", "", 1),
    "CP05": ("plans_started_within_two_years", "plans_started", 100),
    "LA01": ("#looked_after", "", 1),
    "LA02": ("#looked_after", "population", 10_000),
    "LA04": ("#stable_two_years", "#looked_after_two_and_half_years_under_16", 100),
    "LA05": ("#placed_over_20_miles", "#looked_after_distance_known", 100),
    "LA07": ("#fostered", "#looked_after", 100),
    "LA08": ("initial_health_in_time", "initial_health_due", 100),
    "LA17": ("#care_leavers", "", 1),
    "EX01": ("#cse_open", "", 1),
    "MI01": ("missing_episodes", "", 1),
    "MI02": ("children_missing", "", 1),
    "MI03": ("children_missing_looked_after", "children_missing", 100),
    "MI04": ("episodes_looked_after", "missing_episodes", 100),
    "MI05": ("interviews_completed", "interviews_not_declined", 100),
    "MI06": ("interviews_declined", "interviews_offered", 100),
    "MI08": ("looked_after_missing_repeat", "", 1),
    "MI09": ("episodes_out_of_area", "missing_episodes", 100),
    "MI10": ("children_missing_12_times", "", 1),
    "DA01": ("da_incidents", "", 1),
    "DA02": ("da_children_present", "", 1),
    "DA03": ("marac_cases", "", 1),
    "DA04": ("marac_children", "", 1),
    "HW01": ("camhs_referrals", "", 1),
    "HW02": ("camhs_helped", "camhs_referrals", 100),
    "HW03": ("sexual_health_assessments", "", 1),
    "HW04": ("sexual_health_to_mash", "", 1),
    "SW01": ("allegations", "", 1),
    "PF01": ("pf_notifications", "", 1),
    "PF02": ("#pf_arrangements", "", 1),
    "PF03": ("pf_visits_in_time", "pf_arrangements_started", 100),
    "TR01": ("sessions_held", "", 1),
    "TR02": ("delegates_attended", "", 1),
    "TR03": ("delegates_attended", "places_offered", 100),
    "TR04": ("rated_good_or_excellent", "evaluations_returned", 100),
    "TR06": ("delegates_schools_early_years", "delegates_by_sector", 100),
    "TR07": ("online_completions", "", 1),
    "CR01": ("deaths_notified", "", 1),
    "CR02": ("deaths_unexpected", "", 1),
    "CR03": ("=deaths_modifiable", "=deaths_reviewed", 100),
    "CR04": ("cases_considered_for_review", "", 1),
    "PA01": ("executive_attendances", "executive_places", 100),
    "PA03": ("=s175_returned", "=s175_schools", 100),
    "PA04": ("=early_years_settings_returned", "=early_years_settings", 100),
    "PA05": ("=childminders_returned", "=childminders", 100),
    "PA06": ("=s157_returned", "=s157_schools", 100),
    "PA10": ("=training_spend", "=board_spend", 100),
    "CX02": ("=ehcp", "", 1),
    "CX03": ("#young_carers", "", 1),
    "CX04": ("yot_programmes", "", 1),
    "CX05": ("=children_in_poverty", "=children_in_poverty_base", 100),
    "CX06": ("=free_school_meals", "=pupils", 100),
    "CX07": ("=persistent_absentees", "=pupils_absence_base", 100),
    "CX09": ("=pupils_in_good_schools", "=pupils_in_inspected_schools", 100),
    "CX10": ("=forces_children", "=pupils", 100),
    "CX12": ("=registered_sexual_offenders", "", 1),
}


class Year:
    """Every item of one year to March, counted from the files of its four quarters."""

    def __init__(self, folder: Path, reference: Path, label: str) -> None:
        quarters = [f"{label} Q{number}" for number in (1, 2, 3, 4)]
        self.quarters: list[Answer] = [count_items(folder, q) | partner_counts(folder, q) for q in quarters]
        self.distinct = distinct(folder, quarters)
        self.population = next(
            int(row["population"])
            for row in read_rows(reference / "population.csv")
            if (row["area_code"], row["mid_year"]) == ("E06000054", label[:4])
        )

    def of(self, item: str) -> int:
        """The item over the year; '#' and '=' before its name ask for the fourth quarter alone."""
        if item == "population":
            return self.population
        if item[0] in "#=":
            found = self.quarters[3][item[1:]]
            assert found is not None
            return found
        if item in DISTINCT_ITEMS:
            return self.distinct[item] or 0
        counts = [quarter[item] for quarter in self.quarters]
        assert None not in counts, f"{item} is missing for a quarter"
        return sum(count or 0 for count in counts)

    def value(self, measure: str) -> Fraction:
        numerator, denominator, per = PARTS[measure]
        return Fraction(self.of(numerator) * per, self.of(denominator) if denominator else 1)


def agrees(value: Fraction, printed: str) -> bool:
    """Whether the unrounded value, rounded half up to the printed places, is the print ('<1': below one)."""
    if printed.startswith("<"):
        return value < Fraction(printed[1:])
    places = len(printed.partition(".")[2])
    rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
    )
    return rounded == Decimal(printed)
