"""The board's colour as a stylesheet: the Content-Security-Policy forbids setting it in the page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dashboard.theme import board_stylesheet


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def board_css(request: HttpRequest) -> HttpResponse:
    """`:root { --board: … }`, for anyone: the sign-in page wears the colour too."""
    return HttpResponse(board_stylesheet(settings.BOARD_COLOUR), content_type="text/css; charset=utf-8")
