"""Who owes what, from the definitions alone."""

import pytest

from dataset.measures import ITEMS
from dataset.owing import is_owed, owed_items, owner_of, suppliers_of_counts, types_owed_by
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES


@pytest.mark.parametrize("return_type", [code for code, kind in RETURN_TYPES.items() if kind.table])
def test_every_item_of_a_record_return_has_its_one_owner(return_type: str) -> None:
    assert {item.owner for item in ITEMS.values() if item.source == return_type} == {owner_of(return_type)}


def test_an_annual_item_is_owed_in_its_quarter_alone() -> None:
    annual = [
        [item.code for item in owed_items("POL", Quarter(2016, number)) if item.code == "registered_sexual_offenders"]
        for number in (1, 2, 3, 4)
    ]
    assert annual == [[], [], [], ["registered_sexual_offenders"]]


def test_what_a_supplier_owes_comes_in_the_order_of_the_registry_with_counts_last() -> None:
    assert types_owed_by("POL") == ("marac_cases", "partner_counts")
    assert types_owed_by("MISS") == ("missing_episodes",)
    assert types_owed_by("NPS") == ()


def test_every_owner_may_send_counts_and_no_one_else() -> None:
    assert {"CSC", "POL", "MISS"} <= suppliers_of_counts()
    assert not {"", "NPS", "CCG"} & suppliers_of_counts()


def test_a_counts_return_with_nothing_due_is_not_owed() -> None:
    quarters = [Quarter(2016, number) for number in (1, 2, 3, 4)]
    owners = {item.owner for item in ITEMS.values() if item.source == "partner_counts"}
    for owner in owners:
        for quarter in quarters:
            assert is_owed("partner_counts", owner, quarter) is any(
                item.owner == owner and item.source == "partner_counts" and item.is_due_in(quarter)
                for item in ITEMS.values()
            )
    assert is_owed("referrals", "CSC", quarters[0])
