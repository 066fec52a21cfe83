"""Whether words that somebody wrote for the board to keep may be kept: they must name nobody."""

from collections.abc import Collection

from dataset.ingest.names import looks_like_a_name
from dataset.ingest.personal_data import scan_text
from dataset.narrative import listing


def wording_problem(text: str, what: str, *, longest: int, places: Collection[str] = ()) -> str:
    """Why the text (`what` it is: 'reason', 'answer') cannot be kept, never repeating it; empty where it can.

    `places` are names that are no person's.
    """
    if not text:
        return f"Give a {what}: a few words that someone will understand in a year."
    if len(text) > longest:
        return f"The {what} is {len(text):,} letters long and may have {longest}. Say it more briefly."
    if found := scan_text(text):
        return f"The {what} seems to hold {listing(found)}. Say it without anything that identifies a person."
    if looks_like_a_name(text, tuple(places), is_sentence=True):
        return (
            f"The {what} seems to name a person. Say it without a name: an agency, a team or a post will do. If it "
            "names nobody, write it with small letters."
        )
    return ""
