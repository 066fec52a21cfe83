"""Status: every colour by brute force, every state, and the sentence that says why."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.comparison import Comparator
from dataset.definitions import Kind, Polarity, State, Timing
from dataset.derivation import MeasureValue, derive
from dataset.periods import Quarter, Window
from dataset.status import (
    Judgement,
    JudgementRules,
    Threshold,
    check_threshold,
    compare_with_england,
    judge,
    pick_threshold,
)
from tests.dataset import oracles
from tests.dataset.examples import (
    ENGLAND,
    POPULATION,
    Q4,
    THRESHOLD,
    count,
    figure,
    figures,
    measure,
    rate,
    value,
)

LOW = measure(polarity=Polarity.LOW, unit="referrals", affected="referrals followed an earlier one")
NONE = measure(polarity=Polarity.NONE, affected="")
DAY = date(2013, 4, 1)
parts = st.integers(20, 400).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
edges = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted)
sides = st.sampled_from(["green", "red"])


def a_year(numerator: int, denominator: int, **changes: object) -> MeasureValue:
    """A value of the twelve months to the quarter: four like quarters."""
    stored = figures(
        {
            "in_time": dict.fromkeys(Q4.back(4), numerator),
            "held": dict.fromkeys(Q4.back(4), denominator),
        }
    )
    return derive(measure(**changes), stored, Q4, Window.ROLLING_YEAR)


class TestThresholds:
    @given(parts, edges, sides, st.booleans())
    def test_bands_by_brute_force(self, ratio: tuple[int, int], pair: list[int], side: str, high: bool) -> None:
        green, red = (pair[1], pair[0]) if high else (pair[0], pair[1])
        chosen = measure() if high else LOW
        threshold = Threshold("XX01", DAY, green, red, side)
        found = value(*ratio, chosen)
        status = judge(chosen, found, threshold, None)
        assert status.judgement == oracles.band(threshold, Fraction(100 * ratio[0], ratio[1]), high)
        ends = [
            oracles.band(threshold, Fraction(edge), high) for edge in (found.lower, found.upper) if edge is not None
        ]
        assert status.certain == all(end == status.judgement for end in ends)

    @pytest.mark.parametrize(
        ("polarity", "side", "at_green", "at_red"),
        [
            (Polarity.HIGH, "green", Judgement.ON_TARGET, Judgement.NEAR_TARGET),
            (Polarity.HIGH, "red", Judgement.NEAR_TARGET, Judgement.OFF_TARGET),
            (Polarity.LOW, "green", Judgement.ON_TARGET, Judgement.NEAR_TARGET),
            (Polarity.LOW, "red", Judgement.NEAR_TARGET, Judgement.OFF_TARGET),
        ],
    )
    def test_the_edge_belongs_to_the_side_that_the_board_chose(
        self, polarity: Polarity, side: str, at_green: Judgement, at_red: Judgement
    ) -> None:
        green, red = (80, 70) if polarity is Polarity.HIGH else (70, 80)
        threshold = Threshold("XX01", DAY, green, red, side)
        assert threshold.band(green, polarity) is at_green
        assert threshold.band(red, polarity) is at_red

    def test_an_unrounded_value_just_short_is_short(self) -> None:
        status = judge(measure(), value(79_999, 100_000), THRESHOLD, None)
        assert status.judgement is Judgement.NEAR_TARGET
        assert "Just below the 80% target" in status.reason

    def test_a_measure_without_a_good_direction_never_meets_one(self) -> None:
        assert judge(NONE, value(10, 60, NONE), THRESHOLD, None).judgement is Judgement.NO_STANDARD

    def test_old_quarters_keep_their_threshold(self) -> None:
        old, new = Threshold("XX01", DAY, 75, 60), Threshold("XX01", date(2016, 12, 31), 80, 70)
        assert pick_threshold([new, old], Quarter(2016, 2)) is old
        assert pick_threshold([new, old], Quarter(2016, 3)) is new
        assert pick_threshold([new, old], Quarter(2012, 4)) is None

    def test_of_two_from_one_day_the_later_recorded_stands(self) -> None:
        first, second = Threshold("XX01", DAY, 75, 60), Threshold("XX01", DAY, 80, 70)
        assert pick_threshold([first, second], Q4) is second

    @pytest.mark.parametrize(
        ("threshold", "chosen", "words"),
        [
            (Threshold("XX01", DAY, 70, 80), measure(), "wrong way round: more is better"),
            (Threshold("XX01", DAY, 12, 8), LOW, "wrong way round: less is better"),
            (Threshold("XX01", DAY, 80, 70), NONE, "no good direction"),
            (Threshold("XX01", DAY, 80, 70, "both"), measure(), "write green or red"),
            (Threshold("XX01", DAY, 800, 70), measure(), "outside 0 to 100"),
            (Threshold("XX02", DAY, 80, 70), measure(), "written for XX02"),
        ],
    )
    def test_one_that_cannot_judge_is_refused(self, threshold: Threshold, chosen: object, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            check_threshold(threshold, chosen)  # type: ignore[arg-type]

    def test_a_good_one_passes(self) -> None:
        assert check_threshold(THRESHOLD, measure()) is THRESHOLD


class TestEngland:
    @given(parts, st.integers(0, 1000), st.integers(0, 1), st.sampled_from(list(Polarity)))
    def test_similar_where_the_interval_holds_a_value_that_rounds_to_it(
        self, ratio: tuple[int, int], tenths: int, places: int, polarity: Polarity
    ) -> None:
        published = Decimal(tenths) / 10 if places else Decimal(tenths // 10)
        chosen = measure(polarity=polarity, benchmark_places=places)
        ours = value(*ratio, chosen)
        england = Comparator("England", float(published), "2016-17", "year to March 2017", places)
        found = compare_with_england(chosen, ours, england)
        assert ours.lower is not None
        assert ours.upper is not None
        is_similar = oracles.may_round_to(ours.lower, ours.upper, published, places)
        assert (found in (Judgement.SIMILAR, Judgement.SIMILAR_LEVEL)) == is_similar
        if not is_similar:
            is_above = ours.lower > published
            assert (
                found
                is {
                    (Polarity.NONE, True): Judgement.HIGHER,
                    (Polarity.NONE, False): Judgement.LOWER,
                    (Polarity.HIGH, True): Judgement.BETTER,
                    (Polarity.HIGH, False): Judgement.WORSE,
                    (Polarity.LOW, True): Judgement.WORSE,
                    (Polarity.LOW, False): Judgement.BETTER,
                }[(polarity, is_above)]
            )

    @pytest.mark.parametrize(
        ("lower", "upper", "judgement"),
        [
            (62.4, 84.0, Judgement.SIMILAR),
            (62.5, 84.0, Judgement.BETTER),
            (40.0, 61.5, Judgement.SIMILAR),
            (40.0, 61.4, Judgement.WORSE),
        ],
    )
    def test_a_published_whole_number_stands_for_all_that_rounds_to_it(
        self, lower: float, upper: float, judgement: Judgement
    ) -> None:
        ours = replace(value(45, 60), lower=lower, upper=upper)
        england = Comparator("England", 62, "2016-17", "year to March 2017", 0)
        assert compare_with_england(measure(benchmark_places=0), ours, england) is judgement

    def test_it_judges_twelve_months_not_the_quarter_on_screen(self) -> None:
        status = judge(measure(), value(58, 60), None, ENGLAND, a_year(30, 60))
        assert (status.judgement, status.certain, status.standard) == (Judgement.WORSE, True, "England")
        assert "Our year to March 2017 (50.0%) is worse than England’s (77.2%, year to March 2017)" in status.reason

    def test_the_quarter_alone_is_not_compared(self) -> None:
        status = judge(measure(), value(58, 60), None, ENGLAND, None)
        assert (status.judgement, status.word, status.tone) == (Judgement.NOT_COMPARED, "not compared", "grey")

    def test_twelve_months_with_a_gap_are_not_compared(self) -> None:
        ours = replace(a_year(30, 60), state=State.NOT_RETURNED, value=None, lower=None, upper=None)
        status = judge(measure(), value(58, 60), None, ENGLAND, ours)
        assert status.judgement is Judgement.NOT_COMPARED
        assert "our year to March 2017 is not returned" in status.reason

    def test_a_count_never_meets_another_area(self) -> None:
        found = derive(count(), figures({"episodes": {Q4: 1360}}), Q4, Window.QUARTER)
        assert judge(count(), found, None, ENGLAND, found).judgement is Judgement.NO_STANDARD

    def test_a_withheld_figure_is_no_standard_and_says_so(self) -> None:
        withheld = replace(ENGLAND, value=None, state=State.CONFIDENTIAL)
        status = judge(measure(), value(45, 60), None, withheld, a_year(45, 60))
        assert status.judgement is Judgement.NO_STANDARD
        assert "England’s figure for the year to March 2017" in status.reason

    def test_a_mean_has_no_interval_and_is_not_compared(self) -> None:
        chosen = measure(kind=Kind.MEAN, timing=Timing.AT_QUARTER_END)
        assert judge(chosen, value(90, 60, chosen), None, ENGLAND).judgement is Judgement.NOT_COMPARED

    def test_a_snapshot_is_compared_as_it_stands(self) -> None:
        chosen = rate(timing=Timing.AT_QUARTER_END, unit="children looked after", benchmark_places=0)
        found = derive(chosen, figures({"received": {Q4: 443}}), Q4, Window.YEAR_TO_DATE, POPULATION)
        england = Comparator("England", 62, "2017-03-31", "31 March 2017", 0)
        status = judge(chosen, found, None, england)
        assert (status.judgement, status.tone) == (Judgement.LOWER, "blue")
        assert status.reason == (
            "443 children looked after at 31 March 2017: 42.8 per 10,000. Lower than England (62 per 10,000, "
            "31 March 2017): ordinary variation can put ours anywhere from 39 to 47 per 10,000."
        )

    def test_being_average_is_no_warning(self) -> None:
        status = judge(measure(), value(231, 300), None, ENGLAND, a_year(231, 300))
        assert (status.judgement, status.tone, status.certain) == (Judgement.SIMILAR, "grey-blue", None)


class TestTooFew:
    @pytest.mark.parametrize(("held", "is_too_few"), [(19, True), (20, False)])
    def test_a_percentage_needs_twenty_cases(self, held: int, is_too_few: bool) -> None:
        status = judge(measure(), value(15, held), THRESHOLD, ENGLAND, a_year(45, 60))
        assert (status.judgement is Judgement.TOO_FEW) == is_too_few
        assert (status.tone == "grey") == is_too_few
        assert ("fewer than 20 conferences" in status.reason) == is_too_few

    @pytest.mark.parametrize(("received", "judgement"), [(4, Judgement.TOO_FEW), (5, Judgement.LOWER)])
    def test_a_rate_needs_five_events(self, received: int, judgement: Judgement) -> None:
        found = derive(rate(), figures({"received": {Q4: received}}), Q4, Window.QUARTER, POPULATION)
        ours = replace(found, months=12)
        assert judge(rate(), found, None, ENGLAND, ours).judgement is judgement

    def test_a_count_has_no_such_rule(self) -> None:
        chosen = count(polarity=Polarity.LOW)
        found = derive(chosen, figures({"episodes": {Q4: 2}}), Q4, Window.QUARTER)
        assert judge(chosen, found, Threshold("XX01", DAY, 5, 9), None).judgement is Judgement.ON_TARGET

    def test_the_numbers_are_settings(self) -> None:
        rules = JudgementRules(min_denominator=61)
        assert judge(measure(), value(45, 60), THRESHOLD, None, None, rules).judgement is Judgement.TOO_FEW


class TestNoData:
    @pytest.mark.parametrize("state", [state for state in State if not state.is_number])
    def test_each_state_is_its_own_grey_and_never_judged(self, state: State) -> None:
        stored = {("in_time", Q4, Window.QUARTER): figure(None, state), ("held", Q4, Window.QUARTER): figure(60)}
        status = judge(measure(), derive(measure(), stored, Q4, Window.QUARTER), THRESHOLD, ENGLAND, a_year(45, 60))
        assert status.word == state.label
        assert status.tone == "grey"
        assert (status.certain, status.standard, status.children) == (None, "", None)
        assert status.judgement.is_no_data
        assert not status.judgement.is_judged
        assert status.reason

    def test_what_is_owed_is_named(self) -> None:
        stored = figures({"in_time": {Q4: 45}, "held": dict.fromkeys(Q4.back(4), 60)})
        status = judge(measure(), derive(measure(), stored, Q4, Window.YEAR_TO_DATE), THRESHOLD, None)
        assert status.reason == "Not returned: 2016-17 Q1, Q2 and Q3 are still owed."


class TestLooks:
    def test_word_tone_and_shape_tell_every_judged_status_apart(self) -> None:
        targets = (Judgement.ON_TARGET, Judgement.NEAR_TARGET, Judgement.OFF_TARGET, Judgement.SIMILAR)
        levels = (Judgement.HIGHER, Judgement.SIMILAR_LEVEL, Judgement.LOWER)
        assert len({one.shape for one in targets}) == len({one.tone for one in targets}) == 4
        assert len({one.shape for one in levels}) == 3
        assert {one.tone for one in levels} == {"blue"}
        assert len({one.word for one in Judgement}) == len(Judgement)

    def test_amber_comes_from_thresholds_alone(self) -> None:
        assert [one for one in Judgement if one.tone == "amber"] == [Judgement.NEAR_TARGET]

    @given(parts, st.integers(0, 1000))
    def test_without_a_good_direction_there_is_never_red_amber_or_green(
        self, ratio: tuple[int, int], tenths: int
    ) -> None:
        england = replace(ENGLAND, value=tenths / 10)
        status = judge(NONE, value(*ratio, NONE), THRESHOLD, england, value(*ratio, NONE))
        assert status.tone in ("blue", "grey")


class TestTheReason:
    def test_the_boards_own_example(self) -> None:
        assert judge(measure(), value(45, 60), THRESHOLD, ENGLAND, value(45, 60)).reason == (
            "45 of 60 conferences (75.0%) in January to March 2017; 15 children waited longer. Below the 80% target, "
            "but not certain: with only 60 conferences, ordinary variation can put this anywhere from 63% to 84%. "
            "Similar to England (77.2%, year to March 2017)."
        )

    @pytest.mark.parametrize(
        ("ratio", "words"),
        [
            ((58, 60), "Meets the 80% target, and clearly so."),
            ((600, 800), "Below the 80% target but above the 70% limit, and clearly so."),
            ((30, 60), "Below the 80% target and under the 70% limit, and clearly so."),
            ((80, 100), "Meets the 80% target, but not certain: with 100 conferences, ordinary variation"),
            ((59, 60), "; 1 child waited longer."),
            ((60, 60), "60 of 60 conferences (100.0%) in January to March 2017. Meets"),
        ],
    )
    def test_where_more_is_better(self, ratio: tuple[int, int], words: str) -> None:
        assert words in judge(measure(), value(*ratio), THRESHOLD, None).reason

    @pytest.mark.parametrize(
        ("ratio", "words"),
        [
            ((739, 3912), "739 of 3,912 referrals (18.9%) in January to March 2017; 739 referrals followed an earlier"),
            ((739, 3912), "Above the 8% target and over the 12% limit, and clearly so."),
            ((400, 4000), "Above the 8% target but within the 12% limit, and clearly so."),
            ((0, 60), "0 of 60 referrals (0.0%) in January to March 2017. Within the 8% target, and clearly so."),
        ],
    )
    def test_where_less_is_better(self, ratio: tuple[int, int], words: str) -> None:
        assert words in judge(LOW, value(*ratio, LOW), Threshold("XX01", DAY, 8, 12), None).reason

    def test_an_edge_that_asks_for_more_says_so(self) -> None:
        strict = replace(THRESHOLD, inclusive="red")
        assert "Only at the 80% target, which asks for more" in judge(measure(), value(48, 60), strict, None).reason

    def test_a_carried_value_is_dated(self) -> None:
        chosen = measure(timing=Timing.ANNUAL, unit="schools", affected="schools sent no audit")
        stored = figures({"in_time": {Quarter(2015, 4): 196}, "held": {Quarter(2015, 4): 200}})
        found = derive(chosen, stored, Quarter(2016, 2), Window.QUARTER)
        assert judge(chosen, found, None, None).reason.startswith(
            "196 of 200 schools (98.0%) as returned for 2015-16 Q4; 4 schools sent no audit."
        )

    def test_rates_and_counts_have_one_too(self) -> None:
        found = derive(rate(), figures({"received": {Q4: 978}}), Q4, Window.QUARTER, POPULATION)
        assert judge(rate(), found, None, None).reason == (
            "978 referrals in January to March 2017: 377.8 per 10,000, annualised. Neither more nor less is better "
            "here, and there is no published figure to set it beside."
        )
        episodes = derive(count(), figures({"episodes": {Q4: 1}}), Q4, Window.QUARTER)
        assert judge(count(), episodes, None, None).reason == (
            "1 missing episode in January to March 2017. A count is compared only with its own past."
        )
        average = measure(kind=Kind.MEAN)
        assert judge(average, value(90, 60, average), None, None).reason.startswith(
            "1.5 on average over 60 conferences in January to March 2017."
        )

    def test_a_concern_says_how_many(self) -> None:
        status = judge(measure(), value(30, 60), THRESHOLD, None)
        assert (status.children, status.affected) == (30, "30 children waited longer")
        assert judge(LOW, value(30, 60, LOW), THRESHOLD, None).children == 30
        assert judge(NONE, value(30, 60, NONE), None, None).children is None

    def test_notes_are_told(self) -> None:
        noted = replace(value(45, 60), notes=("the answer is known for 60 of 70",))
        assert "The answer is known for 60 of 70." in judge(measure(), noted, THRESHOLD, None).reason
