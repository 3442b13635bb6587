"""The rules of the house, as tests: what a reviewer would otherwise have to remember."""

import ast
import importlib
import re
from pathlib import Path

import pytest
import urllib3
from django.apps import apps
from django.template.loader import get_template
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from collab.registry import registry

ROOT = Path(__file__).resolve().parent.parent
APPS = [name for name in ("files", "chat", "calendars", "contacts", "deck", "forms", "polls") if (ROOT / name).is_dir()]
OURS = ["collab", *APPS]

PUBLIC = {
    # address → why nobody need be signed in
    "healthz": "machines ask", "readyz": "machines ask", "language/": "choosing a language at the door",
    "house/logo/<slug:mark>/": "stands on the sign-in page",
    "setup/<str:token>/": "guarded by its one-time token", "invitation/<str:token>/": "the same",
    "accounts/strength/": "judges a password being chosen",
    "settings/address/undo/<str:token>/": "guarded by the token of a mail to the address of before; slowed down",
    "status.php": "clients ask before they have a password", "login/v2": "begins a login", "index.php/login/v2": "same",
    "login/v2/poll": "guarded by its token", "index.php/login/v2/poll": "same",
    "index.php/core/wipe/check": "always 404", "index.php/core/wipe/success": "always 404",
    "index.php/apps/notify_push/pre_auth": "checks the device's password itself",
    "apps/notify_push/pre_auth": "the same",
    **{f"{before}{path}": "checks the device's password itself" for before in ("index.php/", "") for path in (
        "core/preview", "core/preview.png", "apps/files_trashbin/preview", "apps/files_versions/preview")},
    "direct/<str:token>": "guarded by its token, as any direct link",
    **{f"{before}avatar/<str:user>/<int:size>{after}": "checks the device's password or the session itself"
       for before in ("index.php/", "") for after in ("", "/dark")},
    "api/v1/openapi.json": "describes the calls, nothing of this house",
    "manifest.webmanifest": "names the house", "sw.js": "the same for everybody", "offline/": "shown without a session",
    "notifications/stop/<str:token>/": "guarded by the token of a mail",
    "notifications/unsubscribe/<str:token>/": "the same",
    "activity/feed/<str:token>/": "guarded by its token: programs read it",
    "hooks/<str:token>": "guarded by its token: programs say something in one channel; slowed down",
    "chat/hooks/<str:token>": "the same",
    "hooks/commands/<str:token>": "guarded by its signature: answers to a command, half an hour, five times",
    "polls/ask/": "mails a link to who asks for a poll of their own, where the house lets visitors; slowed down",
    "polls/key/<str:token>/": "guarded by the token of that mail; slowed down",
    "polls/find/": "sends to an address what is its own, whoever asks; slowed down",
    "calendars/answer/<str:token>/": "guarded by the token of an invitation by mail; slowed down",
    "calendars/answer/<str:token>/event.ics": "the same",
    "s/<str:token>/": "guarded by its token, as any public link", "s/<str:token>/<path:rest>": "same",
}  # fmt: skip
PUBLIC_TREES = (
    "accounts/",
    "ocs/",
    "api/v1/",
    "api/v4/",
    "django-admin/login/",
)  # allauth's doors; calls of OCS and of the APIs check credentials themselves


def sources(suffix=".py", *folders):
    for folder in folders or OURS:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if "migrations" not in path.parts and "vendor" not in path.parts:
                yield path


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def addresses(patterns=None, before=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield where, pattern.callback
        else:
            yield from addresses(pattern.url_patterns, where)


def test_siblings_do_not_import_each_other():
    wrong = [
        (path.relative_to(ROOT), name)
        for app in APPS
        for path in sources(".py", app)
        for name in imports(path)
        if name.split(".")[0] in APPS and name.split(".")[0] != app
    ]
    assert wrong == []


def test_the_core_knows_no_app():
    wrong = [(path, name) for path in sources(".py", "collab") for name in imports(path) if name.split(".")[0] in APPS]
    assert wrong == []


def test_no_file_grows_beyond_its_budget():
    budgets = ((".py", 400, OURS), (".js", 400, ["static"]), (".css", 220, ["static"]), (".html", 140, ["templates"]))
    wrong = {
        str(path.relative_to(ROOT)): count
        for suffix, budget, folders in budgets
        for path in sources(suffix, *folders)
        if path.name != "collab.css" and (count := len(path.read_text().splitlines())) > budget
    }
    assert wrong == {}


def test_every_module_says_what_it_is():
    quiet = {"apps.py", "urls.py"}
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.name not in quiet and path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert wrong == []


WRITES = re.compile(r"\.objects\b.*\.(create|update|delete|get_or_create|update_or_create|bulk_create)\(|\.save\(")


def test_only_actions_write():
    """Views, DAV resources, tasks and consumers find, act and answer."""
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources()
        if {"views", "dav"} & set(path.parts[len(ROOT.parts) :])
        or path.name in {"tasks.py", "consumers.py", "views.py"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if WRITES.search(line) and "form.save(" not in line
    ]
    allowed = ("collab/dav/",)  # the engine is the kitchen of its own locks and dead properties
    assert [line for line in wrong if not line.startswith(allowed)] == []


def test_smells():
    smells = {
        r"\b(TODO|FIXME|XXX|HACK)\b": sources(),
        r"^\s*print\(": (path for path in sources() if "supervisor" not in path.parts),
        r"except:\s*$": sources(),
        r"\|safe\b|\sstyle=\"|\son(click|change|submit|load|input)=\"": sources(".html", "templates"),
        r"!important": sources(".css", "static"),
    }
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for smell, paths in smells.items()
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(smell, line) and path.name != "collab.css"
    ]
    assert wrong == []


def test_what_is_kept_outside_of_the_database_is_named_after_the_house():
    """Others may use the same Redis; and who looks into it finds what is whose: “collab:chat-pace:…”."""
    users = re.compile(r"^from django\.core\.cache import|wake\.client\(\)", re.MULTILINE)
    keys = re.compile(r"""["'](?!collab:)[a-z0-9-]+:\{""")
    texts = [path.read_text() for path in sources()]
    found = [keys.findall(text) for text in texts if users.search(text)]
    assert len(found) > 5
    assert [one for one in found if one] == []


def test_the_repository_speaks_of_collab_alone():
    """No path of a machine, no host of a package registry."""
    never = re.compile("/" + "work/|/" + "root/|py" + r"pi\.org|registry\.np" + r"mjs|deb\.deb" + "ian")
    files = [*sources(".py", *OURS, "tests"), *sources(".md", "docs"), ROOT / "README.md", ROOT / "Makefile"]
    files += [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json", ROOT / "pyproject.toml"]
    assert [str(path) for path in files if path.exists() and never.search(path.read_text())] == []


def test_public_pages_are_the_listed_ones():
    found = {where for where, view in addresses() if not getattr(view, "login_required", True)}
    assert {where for where in found if where in PUBLIC or not where.startswith(PUBLIC_TREES)} == set(PUBLIC)


@pytest.mark.django_db
def test_nobody_gets_past_the_door(client):
    """Every address that needs nothing but itself sends a stranger to the sign-in page."""
    wrong = {}
    for where, _view in addresses():
        if "<" in where or "^" in where or where in PUBLIC or where.startswith(PUBLIC_TREES):
            continue
        answer = client.get(f"/{where}")
        if answer.status_code not in {302, 401, 403, 404, 405}:
            wrong[where] = answer.status_code
    assert wrong == {}


def test_every_guarded_model_names_its_acl():
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "acl" in names and model._meta.app_label not in {"rights"}:
            assert getattr(model, "ACL", None) == "acl", model


def test_templates_and_tasks_of_plugins_exist():
    for plugin in registry.plugins():
        for job in plugin.jobs:
            module, _dot, name = job.task.rpartition(".")
            assert callable(getattr(importlib.import_module(module), name))
    for path in sources(".html", "templates"):
        get_template(str(path.relative_to(ROOT / "templates")))


def test_urllib3_is_the_real_one():
    """A look-alike package overwrites it in some environments, and breaks storage clients silently."""
    assert int(urllib3.__version__.split(".")[2]) < 100


def test_french_is_complete():
    text = (ROOT / "locale/fr/LC_MESSAGES/django.po").read_text()
    entries = [entry for entry in text.split("\n\n") if "msgid" in entry and not entry.startswith("#~")][1:]
    assert [entry for entry in entries if "#, fuzzy" in entry] == []
    assert [entry for entry in entries if re.search(r'msgstr(\[\d\])? ""\n*$', entry, re.M) and not re.search(
        r'msgstr(\[\d\])? ""\n"', entry)] == []  # fmt: skip
