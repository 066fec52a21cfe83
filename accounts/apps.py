"""The app's configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, agencies, roles and the event trail."""

    name = "accounts"
    verbose_name = "People and agencies"
    default_auto_field = "django.db.models.BigAutoField"
