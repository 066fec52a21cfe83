"""What every page needs to know about the board whose deployment this is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

# The menu's entry that a page belongs to, by the name of its address or of its address's namespace.
SECTIONS = {
    "summary": "summary",
    "themes": "themes",
    "theme": "themes",
    "measure": "themes",
    "returns": "returns",
    "returns:dictionary": "dictionary",
    "about": "about",
}


def board(request: HttpRequest) -> dict[str, Any]:
    """The board's name, whether its records are a demonstration, and which entry of the menu the page is in."""
    match = request.resolver_match
    name = match.view_name if match else ""
    return {
        "board_name": settings.BOARD_NAME,
        "is_demonstration": settings.DEMONSTRATION,
        "section": SECTIONS.get(name) or SECTIONS.get(name.partition(":")[0], ""),
    }
