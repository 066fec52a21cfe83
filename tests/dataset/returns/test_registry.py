"""The return types as a whole: every column earns its place, and what the definitions name exists."""

from itertools import chain

import pytest

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.measures import ITEMS
from dataset.models import RECORD_MODELS
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.dataset.rows import frame_of

Q4 = Quarter(2016, 4)
RECORD_TYPES = [return_type for return_type in RETURN_TYPES.values() if return_type.table]
COLUMNS = [(return_type, column) for return_type in RETURN_TYPES.values() for column in return_type.columns]
each_record_type = pytest.mark.parametrize("return_type", RECORD_TYPES, ids=lambda return_type: return_type.code)


class InQ4:
    quarter = Q4


def test_the_return_types_stand_in_the_order_of_the_templates() -> None:
    assert list(RETURN_TYPES) == [
        "referrals",
        "assessments",
        "section47_enquiries",
        "child_protection_plans",
        "looked_after_children",
        "missing_episodes",
        "marac_cases",
        "training_sessions",
        "training_attendance",
        "board_attendance",
        "partner_counts",
    ]


def test_every_record_return_has_its_record_model() -> None:
    assert {code: model.__name__ for code, model in RECORD_MODELS.items()} == {t.code: t.table for t in RECORD_TYPES}


def test_a_column_is_named_once() -> None:
    for return_type in RETURN_TYPES.values():
        names = [column.name for column in return_type.columns]
        assert len(names) == len(set(names)), return_type.code


def test_every_column_serves_an_item_of_its_return_or_a_check() -> None:
    for return_type, column in COLUMNS:
        assert column.serves, column.name
        for served in column.serves:
            assert served.startswith("check: ") or ITEMS[served].source == return_type.code, (column.name, served)


def test_every_item_counted_from_a_return_has_a_column_that_serves_it() -> None:
    for return_type in RECORD_TYPES:
        served = set(chain.from_iterable(column.serves for column in return_type.columns))
        assert {item.code for item in ITEMS.values() if item.source == return_type.code} - served == set()


def test_every_column_says_what_it_holds() -> None:
    for return_type, column in COLUMNS:
        place = f"{return_type.code}.{column.name}"
        assert column.description.endswith("."), place
        assert column.example or column.may_be_blank, place


def test_a_column_that_a_file_may_leave_out_may_be_blank() -> None:
    assert [column.name for _, column in COLUMNS if not column.required and not column.may_be_blank] == []


def test_identifiers_are_the_columns_whose_names_end_so() -> None:
    for return_type, column in COLUMNS:
        named = column.name.endswith("_id") and column.name != "session_id"
        assert (column.kind is ColumnKind.IDENTIFIER) == named, (return_type.code, column.name)


def test_the_codes_of_a_column_and_their_other_names_are_told_apart() -> None:
    for _, column in COLUMNS:
        assert bool(column.codes) == (column.kind in (ColumnKind.CODE, ColumnKind.CODES)), column.name
        for code in column.codes:
            wrong = [name for name in (code.value, code.label, *code.aliases) if column.code_of(name) is not code]
            assert wrong == [], column.name


def test_an_example_is_one_of_the_codes() -> None:
    for _, column in COLUMNS:
        for word in column.example.split() if column.kind is ColumnKind.CODES else [column.example]:
            assert not column.codes or not word or column.code_of(word), (column.name, word)


@pytest.mark.parametrize(
    ("code", "name", "text", "stored"),
    [
        ("referrals", "gender", "1", "M"),
        ("referrals", "gender", "female", "F"),
        ("referrals", "source", "6", "6"),
        ("referrals", "source", "Police", "6"),
        ("referrals", "outcome", "No further action", "no further action"),
        ("referrals", "outcome", "no_further_action", "no further action"),
        ("section47_enquiries", "conference_type", "Transfer-in", "transfer-in"),
        ("child_protection_plans", "category", "neglect", "NEG"),
        ("looked_after_children", "legal_status", "section 20", "V2"),
        ("marac_cases", "referring_agency", "IDVA", "independent advisor"),
        ("training_attendance", "sector", "Children’s social care", "children's social care"),
        ("partner_counts", "state", ":", "x"),
    ],
)
def test_plain_words_are_accepted_beside_the_codes(code: str, name: str, text: str, stored: str) -> None:
    found = RETURN_TYPES[code].column(name).code_of(text)
    assert found is not None
    assert found.value == stored


def test_every_rule_reads_columns_that_exist_and_says_itself() -> None:
    for return_type in RETURN_TYPES.values():
        names = {column.name for column in return_type.columns}
        for rule in return_type.checks:
            assert set(rule.columns) <= names, rule
            assert rule.says.endswith("."), rule


@each_record_type
def test_a_usual_row_has_no_finding(return_type: ReturnType) -> None:
    frame = frame_of(return_type.code, {})
    assert [finding for rule in return_type.checks for finding in rule(frame, InQ4())] == []


@each_record_type
@pytest.mark.parametrize("rows", [0, 2])
def test_a_prepared_frame_has_every_field_of_its_record_model(return_type: ReturnType, rows: int) -> None:
    frame = frame_of(return_type.code, *({} for _ in range(rows)))
    prepared = return_type.prepare(frame, Q4) if return_type.prepare else frame
    fields = {field.name for field in RECORD_MODELS[return_type.code]._meta.concrete_fields}
    assert fields - {"id", "quarterly_return"} <= set(prepared.columns)
    assert len(prepared) == rows


def test_codes_fit_the_fields_that_hold_them() -> None:
    for return_type in RECORD_TYPES:
        fields = {field.name: field for field in RECORD_MODELS[return_type.code]._meta.concrete_fields}
        for column in return_type.columns:
            if column.kind is ColumnKind.CODE and column.name in fields:
                assert max(len(code.value) for code in column.codes) <= fields[column.name].max_length, column.name
                assert _group_length(column) <= 40


def _group_length(column: Column) -> int:
    return max(len(code.group) for code in column.codes)
