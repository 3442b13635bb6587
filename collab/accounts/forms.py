"""What people type at the doors of their account."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as code_forms
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.accounts import strength
from collab.accounts.actions.devices import LASTS, SCOPES
from collab.accounts.hashers import is_too_long
from collab.accounts.models import User
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import TooMany

EPOCH = "accounts.epoch"
"""Key in a session: the person's epoch when the password was typed."""


class SlowedDown:
    """A form whose secret is guarded by the growing delay: it says how long to wait, and its page answers 429."""

    retry_after: int | None = None

    def clean(self) -> dict[str, Any]:
        """Check the form, turning the delay into a sentence above it."""
        try:
            return super().clean()  # type: ignore[misc]
        except TooMany as slow:
            self.retry_after = slow.retry_after
            raise forms.ValidationError(slow.message, "too-many") from None


class SignInForm(SlowedDown, account_forms.LoginForm):
    """User name or address, and password."""

    remember = forms.BooleanField(label=_("Stay signed in on this computer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=_("Address or user name"), password=_("Password"))
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["login"].max_length = 254
        self.fields["password"].help_text = ""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Go on to the second step, or in; remembers with which credentials one began."""
        request.session[EPOCH] = self.user.epoch
        answer = super().login(request, redirect_url)
        if self.cleaned_data["remember"]:
            request.session.set_expiry(None)  # as long as the house says, by our own store
        return answer


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The present password, then the new one; typed once, since it can be shown."""

    retry_after: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _plain(self, oldpassword=_("Present password"), password1=_("New password"))
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = password_validation.password_validators_help_texts()[-1]

    def clean_oldpassword(self) -> str:
        """Compare under the same delay as signing in: a stolen session must not guess the password."""
        throttle, address = Throttle(), client_address(context.request.META)
        try:
            throttle.check("web", self.user.username, address)
        except TooMany as slow:
            self.retry_after = slow.retry_after
            raise forms.ValidationError(slow.message, "too-many") from None
        try:
            typed = super().clean_oldpassword()
        except forms.ValidationError:
            throttle.fail("web", self.user.username, address, secret=self.cleaned_data.get("oldpassword", ""))
            raise
        throttle.succeed("web", self.user.username, address)
        return typed


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """The address to which the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email=_("E-mail address"))
        self.fields["email"].widget.attrs["autocomplete"] = "email"


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    """The new password, typed once, since it can be shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _plain(self, password1=_("New password"))


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more, before something sensitive."""

    retry_after: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("Password"))
        self.fields["password"].help_text = ""

    def clean_password(self) -> str:
        try:
            return super().clean_password()
        except TooMany as slow:
            self.retry_after = slow.retry_after
            raise forms.ValidationError(slow.message, "too-many") from None


class _GuardedCode:
    """Six digits are few: the second step has a delay of its own."""

    retry_after: int | None = None

    def clean_code(self) -> str:
        """Compare the code under the delay of the door `two-factor`."""
        throttle, address = Throttle(), client_address(context.request.META)
        account = self.user.username  # type: ignore[attr-defined]
        try:
            throttle.check("two-factor", account, address)
        except TooMany as slow:
            self.retry_after = slow.retry_after
            raise forms.ValidationError(slow.message, "too-many") from None
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            throttle.fail("two-factor", account, address)
            raise
        throttle.succeed("two-factor", account, address)
        return code


class CodeForm(_GuardedCode, code_forms.AuthenticateForm):
    """The code of the second step, at sign-in."""


class ReauthenticateCodeForm(_GuardedCode, code_forms.ReauthenticateForm):
    """The code of the second step, before something sensitive."""


class SetupForm(forms.Form):
    """The first person of the house: its owner."""

    display_name = forms.CharField(label=_("Your name"), max_length=120)
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Small letters, digits, dots, dashes. It identifies you on your devices and never changes."),
    )
    email = forms.EmailField(
        label=_("E-mail address"), required=False, help_text=_("Optional. Needed to get a new password by mail.")
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_validation.password_validators_help_texts()[-1]
        for name, hint in {"display_name": "name", "username": "username", "email": "email"}.items():
            self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        person = User(**{name: found.get(name) or "" for name in ("username", "display_name", "email")})
        password = found.get("password", "")
        if password:
            judged = strength.estimate(password, strength.personal_words(person))
            for reason in (*judged.reasons, judged.advice) if not judged.is_enough else ():
                self.add_error("password", reason)
        return found


class RegisterForm(SetupForm):
    """Somebody who makes an account by themselves; the user name is made from the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["username"]
        self.fields["email"].required = True
        self.fields["email"].help_text = ""


class ProveForm(forms.Form):
    """The password chosen when registering, once more, by who reads the mail."""

    password = forms.CharField(
        label=_("The password you chose"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class DeviceForm(forms.Form):
    """A new app password: which device, and what it may touch."""

    name = forms.CharField(label=_("Device or application"), max_length=200)
    scopes = forms.MultipleChoiceField(
        label=_("Limited to"),
        required=False,
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: everything you may do yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("Lasts"), choices=list(LASTS.items()), coerce=int, initial=0, required=False, empty_value=0
    )


class StrengthForm(forms.Form):
    """A password being typed, and the words around it that make it easier to guess."""

    password = forms.CharField(strip=False, required=False, max_length=4096)
    username = forms.CharField(required=False, max_length=200)
    display_name = forms.CharField(required=False, max_length=200)
    email = forms.CharField(required=False, max_length=254)

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        return typed[:2048] if is_too_long(typed) else typed


def _plain(form: forms.Form, **labels: str | Promise) -> None:
    """Use our words for the labels, and no placeholder: it vanishes when one types."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
