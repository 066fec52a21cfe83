"""How sign-in departs from django-allauth's habits."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Nobody registers themselves: the board manager adds people."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "That e-mail address and password do not match an account. Check both "
        "and try again, or ask for a link to choose a new password.",
        "too_many_login_attempts": "There were too many attempts. Wait five minutes and try again.",
        "enter_current_password": "This is not your current password. Type it again.",
        "incorrect_password": "This is not your password. Type it again.",
        "invalid_password_reset": "This link has been used already or is too old. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")  # changing a password signs one out
