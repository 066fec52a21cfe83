"""The sign-in forms, with labels for placeholders' sake above the fields and nothing inside them.

`ACCOUNT_FORMS` in settings names them.
"""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

_LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
}


class _PlainLabels(forms.BaseForm):
    """Says each label in sentence case, and leaves placeholders out: they vanish as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            # A screen reader hears this with the field; a link in a hint cannot be followed from there.
            if name in ("password", "oldpassword"):
                field.help_text = ""


class SignInForm(_PlainLabels, allauth_forms.LoginForm):
    """E-mail address and password."""


class AskForLinkForm(_PlainLabels, allauth_forms.ResetPasswordForm):
    """The address to send a reset link to."""


class NewPasswordForm(_PlainLabels, allauth_forms.ResetPasswordKeyForm):
    """A new password, by a reset link."""


class ChangePasswordForm(_PlainLabels, allauth_forms.ChangePasswordForm):
    """A new password, by the old."""


class ConfirmItIsYouForm(_PlainLabels, allauth_forms.ReauthenticateForm):
    """The password again, before something that matters."""
