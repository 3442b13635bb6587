"""Addresses of one's account: sign-in under /accounts/, the first start, one's devices."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from collab.accounts.views import devices, doors, registering, setup, strength

_to_registering = RedirectView.as_view(pattern_name="accounts:register")
_pages = (
    [
        path("setup/<str:token>/", setup.first_start, name="setup"),
        path("accounts/strength/", strength.judge, name="strength"),
        path("accounts/register/", registering.register, name="register"),
        path("accounts/register/<str:token>/", registering.prove, name="register-prove"),
        path("settings/devices/", devices.index, name="devices"),
        path("settings/devices/new/", devices.create, name="device-new"),
        path("settings/devices/undo/", devices.restore, name="device-restore"),
        path("settings/devices/<int:device>/revoke/", devices.revoke, name="device-revoke"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(_pages)),
    # django-allauth's pages under our growing delay; its other pages follow in collab.urls
    path("accounts/login/", doors.sign_in, name="account_login"),
    path("accounts/reauthenticate/", doors.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", doors.change_password, name="account_change_password"),
    path("accounts/password/reset/", doors.reset_password, name="account_reset_password"),
    path("accounts/signup/", login_not_required(_to_registering), name="account_signup"),
    # one address per person, in the settings: a second list of addresses would open a second way in
    path("accounts/email/", RedirectView.as_view(pattern_name="shell:settings"), name="account_email"),
    path("accounts/2fa/authenticate/", doors.second_step, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", doors.reauthenticate_by_code, name="mfa_reauthenticate"),
]
