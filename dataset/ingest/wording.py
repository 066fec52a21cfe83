"""Whether words that somebody wrote for the board to keep may be kept: they must name nobody."""

from collections.abc import Collection

from dataset.ingest.names import looks_like_a_name
from dataset.ingest.personal_data import scan_text
from dataset.ingest.record_numbers import holds_a_number_of, looks_like_a_record_number
from dataset.models import QuarterlyReturn
from dataset.narrative import listing


def wording_problem(
    text: str, what: str, *, longest: int, places: Collection[str] = (), about: QuarterlyReturn | None = None
) -> str:
    """Why the text (`what` it is: 'reason', 'answer') cannot be kept, never repeating it; empty where it can.

    `places` are names that are no person's; `about` is the version that the text is kept with, whose numbers it may
    not hold.
    """
    if not text:
        return f"Give a {what}: a few words that someone will understand in a year."
    if len(text) > longest:
        return f"The {what} is {len(text):,} letters long and may have {longest}. Say it more briefly."
    if found := scan_text(text):
        return f"The {what} seems to hold {listing(found)}. Say it without anything that identifies a person."
    if looks_like_a_record_number(text) or (about is not None and holds_a_number_of(about, text)):
        return (
            f"The {what} seems to hold the number of a record or a child. Leave the number out, name the line instead "
            "(“line 12”), and write a count with its comma (“12,345”)."
        )
    if looks_like_a_name(text, tuple(places), is_sentence=True):
        return (
            f"The {what} seems to name a person. Say it without a name: an agency, a team or a post will do. If it "
            "names nobody, write it with small letters."
        )
    return ""
