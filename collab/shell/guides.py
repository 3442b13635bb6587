"""How to connect a device, step by step: one guide per kind of device, with this server's own addresses in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.shell import qr

FILES = "/remote.php/dav/files/"


@dataclass(frozen=True)
class Step:
    """A sentence, and what is to be typed or pasted there: `%(server)s`, `%(dav)s`, `%(davs)s`, `%(user)s`."""

    text: str | Promise
    code: str = ""


_OPENS_FILES = _("It opens files only.")
_OPENS_DATES = _("It opens calendars, tasks and contacts only.")


@dataclass(frozen=True)
class Guide:
    """`password`: the device asks for a name and a password, so one is made for it; `scan`: it reads a code.

    `scopes`: what that password is for, `opens` says it.
    """

    slug: str
    title: str | Promise
    note: str | Promise
    icon: str
    steps: tuple[Step, ...]
    password: bool = True
    scan: bool = False
    warning: str | Promise = ""
    scopes: tuple[str, ...] = ("files",)
    opens: str | Promise = _OPENS_FILES


_DATES = ("calendars", "contacts")
_NAME = Step(_("Give this user name, and the password that is made below."), "%(user)s")

GUIDES = (
    Guide(
        "computer", _("A computer that keeps files in step"),
        _("Windows, macOS, Linux, with the Nextcloud client"), "device",
        (
            Step(_("Install the desktop client of Nextcloud (on Linux: nextcloud-desktop) or of ownCloud.")),
            Step(_("Open it, choose to sign in, and give this address:"), "%(server)s"),
            Step(_("Your browser opens this site and asks whether the client may connect: allow it.")),
            Step(_("Choose the folders to keep on the computer. What changes on one side changes on the other.")),
        ),
        password=False,
    ),
    Guide(
        "phone", _("A phone or a tablet"), _("Android, iPhone, iPad, with the Nextcloud application"), "phone",
        (
            Step(_("Install the application Nextcloud from your store.")),
            Step(_("Open it, choose to sign in, and give this address:"), "%(server)s"),
            Step(_("This site opens and asks whether the application may connect: allow it.")),
            Step(_("Or spare yourself the typing: make a code below, and scan it in the application.")),
        ),
        scan=True,
    ),
    Guide(
        "finder", _("The Finder of a Mac"), _("Files appear as a disk; nothing to install"), "folder",
        (
            Step(_("In the Finder, press Command K (menu Go, Connect to server).")),
            Step(_("Give this address:"), "%(dav)s"),
            Step(_("Choose “Registered user”.")),
            _NAME,
        ),
    ),
    Guide(
        "explorer", _("The Explorer of Windows"), _("Files appear as a drive; nothing to install"), "folder",
        (
            Step(_("In the Explorer, open “This PC”, then the menu “Map network drive”.")),
            Step(_("Give this address as the folder, and tick “Connect using different credentials”:"), "%(dav)s"),
            _NAME,
        ),
        warning=_("Windows opens no file above 50 MB this way, and no address without https. The desktop client does."),
    ),
    Guide(
        "nautilus", _("The files of GNOME"), _("Linux; nothing to install"), "folder",
        (
            Step(_("In Files, choose “Other locations”.")),
            Step(_("Give this address under “Connect to server”:"), "%(davs)s"),
            _NAME,
        ),
    ),
    Guide(
        "rclone", _("rclone"), _("For scripts and backups"), "text",
        (
            Step(_("Make the connection once, with the password that is made below:"),
                 "rclone config create collab webdav url=%(dav)s vendor=nextcloud user=%(user)s pass=%(password)s"),
            Step(_("See what is there:"), "rclone lsd collab:"),
            Step(_("Copy all of it, again and again:"), "rclone sync collab: ~/collab"),
        ),
    ),
    Guide(
        "apple-calendar", _("The calendar of an iPhone, an iPad or a Mac"),
        _("Calendars and reminders; nothing to install"), "calendar",
        (
            Step(_("On the phone: Settings, Apps, Calendar, Accounts, Add account, Other, CalDAV account. On the Mac:"
                   " System settings, Internet accounts, Add other account, CalDAV account.")),
            Step(_("Give this server:"), "%(server)s"),
            _NAME,
            Step(_("Choose calendars and reminders. All calendars that you may see appear by themselves.")),
        ),
        warning=_("Apple's devices want an address with https and a certificate that they know."),
        scopes=_DATES, opens=_OPENS_DATES,
    ),
    Guide(
        "android-calendar", _("The calendar of an Android phone"), _("With the application DAVx⁵"), "calendar",
        (
            Step(_("Install DAVx⁵ from F-Droid or your store, and open it.")),
            Step(_("Add an account, “Login with URL and user name”, and give this address:"), "%(server)s"),
            _NAME,
            Step(_("Tick the calendars and lists of tasks that the phone shall show.")),
        ),
        scopes=_DATES, opens=_OPENS_DATES,
    ),
    Guide(
        "thunderbird", _("Thunderbird or Evolution"), _("Calendars and tasks on a computer"), "calendar",
        (
            Step(_("In Thunderbird: New calendar, On the network. In Evolution: New, Calendar, CalDAV.")),
            _NAME,
            Step(_("Give this address, and let it find your calendars:"), "%(server)s"),
        ),
        scopes=_DATES, opens=_OPENS_DATES,
    ),
)  # fmt: skip
BY_SLUG = {guide.slug: guide for guide in GUIDES}


def addresses(server: str, user: User, secret: str = "") -> Mapping[str, str]:
    """Return what the steps put in: `server` is this site's address without a slash at its end."""
    parts = urlsplit(server)
    dav = f"{FILES}{user.username}/"
    secure = "davs" if parts.scheme == "https" else "dav"
    return {
        "server": server, "dav": server + dav, "davs": f"{secure}://{parts.netloc}{dav}", "user": user.username,
        "password": secret or "…",
    }  # fmt: skip


def steps(guide: Guide, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (sentence, what to type) of each step."""
    return [(str(step.text), step.code % values) for step in guide.steps]


def code_to_scan(server: str, user: User, secret: str) -> SafeString:
    """Return the picture (SVG) that Nextcloud's applications read server, name and password from."""
    login = f"nc://login/server:{server}&user:{quote(user.username)}&password:{quote(secret)}"
    text = qr.svg(login).decode().partition("?>")[2].strip()
    return mark_safe(text)  # noqa: S308 - squares drawn by the library; what was typed is in their places alone
