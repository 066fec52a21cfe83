import hashlib
import hmac

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dataset.ingest.pseudonyms import hash_identifiers, key_fingerprint, pseudonym
from dataset.returns import RETURN_TYPES

KEY = bytes(range(32))
PLANS = RETURN_TYPES["child_protection_plans"]


def digest(
    value: str = "C1", area: str = "E06000054", space: str = "council", scheme: str = "child", key: bytes = KEY
) -> str:
    return pseudonym(value, area=area, space=space, scheme=scheme, key=key)


def test_digest_is_hmac_sha256_over_the_four_parts_with_their_lengths() -> None:
    message = b"".join(len(part).to_bytes(4, "big") + part for part in (b"E06000054", b"council", b"child", b"C1"))
    assert digest() == hmac.new(KEY, message, hashlib.sha256).hexdigest()


def test_one_child_has_one_digest_however_its_number_is_written() -> None:
    assert digest("00123") == digest(" 123 ") == digest("123.0") == digest("１２３")


def test_digest_differs_by_area_space_scheme_and_key() -> None:
    others = [digest(area="E06000030"), digest(space="police"), digest(scheme="plan_id"), digest(key=bytes(32))]
    assert len({digest(), *others}) == 5


three_parts = st.tuples(*[st.text("a\x00", max_size=2)] * 3)


@given(three_parts, three_parts)
def test_parts_cannot_run_into_each_other(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    digests = [pseudonym("1", area=area, space=space, scheme=scheme, key=KEY) for area, space, scheme in (one, other)]
    assert (digests[0] == digests[1]) == (one == other)


def test_identifier_columns_are_replaced_and_nothing_else() -> None:
    frame = pd.DataFrame({"plan_id": ["P1", "P2", "P1"], "child_id": ["7", pd.NA, "07"], "age": [1, 2, 3]}).astype(
        {"plan_id": "string", "child_id": "string"}
    )
    hashed = hash_identifiers(frame, PLANS, area="E06000054", space="council", key=KEY)
    assert hashed["plan_id"].tolist() == [digest(p, scheme="plan_id") for p in ("P1", "P2", "P1")]
    assert hashed["child_id"][0] == hashed["child_id"][2] == digest("7")
    assert hashed["child_id"].isna().tolist() == [False, True, False]
    assert hashed["age"].tolist() == [1, 2, 3]
    assert frame["plan_id"][0] == "P1"


def test_fingerprint_tells_keys_apart_and_is_not_the_key() -> None:
    assert len(key_fingerprint(KEY)) == 16
    assert key_fingerprint(KEY) != key_fingerprint(bytes(32))
    assert key_fingerprint(KEY) not in KEY.hex()
