"""Who is asking: the signed-in person, as the actions want them."""

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The reader. LoginRequiredMiddleware lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user
