import pytest

from dataset.reference.choosing import Choice, Key, Part, check_choices, remembered_choices, suggest_key
from dataset.reference.issue import read_issue
from dataset.reference.published import PublishedFile
from tests.dataset.reference.publications import OUR_ROW, a_published_file

KEYS = {
    key: Key(key, title, unit, False)
    for key, title, unit in (
        ("re_referral_pct", "Re-referrals within 12 months of an earlier referral", "%"),
        ("referral_nfa_pct", "Referrals that ended in no further action", "%"),
        ("referral_rate", "Referrals", "per 10,000 children aged 0-17"),
        ("cp_plan_count", "Children on a plan", "children"),
    )
}


def by_gender(*values: str) -> PublishedFile:
    """A file with a row of our own for each value of its column gender."""
    return read_issue(
        a_published_file(
            *({**OUR_ROW, "gender": value, "referral_count": "9"} for value in values or ("Total", "Boys"))
        )
    )


def faults(*choices: Choice, file: PublishedFile | None = None) -> list[str]:
    return [fault.message for fault in check_choices(choices, file or by_gender(), KEYS)[1]]


CHOICE = Choice("rereferral_percent", "re_referral_pct")


def test_a_column_s_total_is_meant_where_nothing_is_said() -> None:
    (filled,), found = check_choices([CHOICE], by_gender(), KEYS)
    assert found == []
    assert dict(filled.filters) == {"category": "Referrals", "gender": "Total"}


def test_a_chosen_value_is_taken_as_the_file_writes_it() -> None:
    chosen = Choice(CHOICE.indicator, CHOICE.key, filters=(("Gender", "boys"),))
    (filled,), found = check_choices([chosen], by_gender(), KEYS)
    assert found == []
    assert dict(filled.filters)["gender"] == "Boys"


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ([], "No indicator is chosen"),
        ([Choice("rereferal_percent", "re_referral_pct")], "Did you mean rereferral_percent or"),
        ([Choice("rereferral_percent", "re_referal_pct")], "Did you mean re_referral_pct or"),
        ([CHOICE, Choice("referral_count", "re_referral_pct")], "Both rereferral_percent and referral_count"),
        ([Choice("referral_count", "re_referral_pct", Part.DENOMINATOR)], "Only the denominator of “Re-referrals"),
        ([Choice(CHOICE.indicator, CHOICE.key, filters=(("sex", "Boys"),))], "no filter column “sex”"),
        ([Choice(CHOICE.indicator, CHOICE.key, filters=(("gender", "Girls"),))], "It holds: Total, Boys."),
    ],
)
def test_a_choice_that_cannot_be_is_told(choices: list[Choice], says: str) -> None:
    (message,) = faults(*choices)
    assert says in message


def test_a_filter_without_a_total_has_to_be_chosen() -> None:
    (message,) = faults(CHOICE, file=by_gender("Girls", "Boys"))
    assert "Choose one of: Girls, Boys." in message


def test_what_was_chosen_is_found_again_whatever_its_case() -> None:
    before = Choice("REREFERRAL_PERCENT", "re_referral_pct", filters=(("Gender", "total"),))
    (found,) = remembered_choices([before], by_gender())
    assert (found.indicator, dict(found.filters)) == ("rereferral_percent", {"Gender": "total"})


@pytest.mark.parametrize(
    "before",
    [Choice("gone", "re_referral_pct"), Choice(CHOICE.indicator, CHOICE.key, filters=(("gender", "Girls"),))],
)
def test_what_the_file_cannot_answer_any_more_is_asked_again(before: Choice) -> None:
    assert remembered_choices([before], by_gender()) == ()


def test_a_filter_that_the_new_issue_has_not_changes_nothing() -> None:
    before = Choice(CHOICE.indicator, CHOICE.key, filters=(("region_type", "All"),))
    assert remembered_choices([before], by_gender()) == (CHOICE,)


@pytest.mark.parametrize(
    ("indicator", "key"),
    [
        ("rereferral_percent", "re_referral_pct"),
        ("Re-referrals within 12 months (%)", "re_referral_pct"),
        ("cp_plan_number", "cp_plan_count"),
        ("referral_nfa_percentage", "referral_nfa_pct"),
        ("school_meals_percent", None),
        ("rereferral_count", None),
    ],
)
def test_the_key_most_alike_is_suggested(indicator: str, key: str | None) -> None:
    found = suggest_key(indicator, KEYS)
    assert (found.key if found else None) == key
