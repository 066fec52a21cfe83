"""Every address of the site, each app's under its own door."""

from allauth.account import views as sign_in
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from wscb.health import health

handler500 = "wscb.faults.tell_fault"

# Of allauth's pages only those the board uses. There is no way to register oneself.
account_urls = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("password/reset/done/", sign_in.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
if settings.MFA_ENABLED:
    account_urls.append(path("2fa/", include("allauth.mfa.urls")))

urlpatterns = [
    path("", include("dashboard.urls")),
    path("returns/", include("dataset.urls")),
    path("accounts/", include(account_urls)),
    path("admin/", admin.site.urls),
    path("health", health, name="health"),
]
