"""What is done to tasks from their lists: said in a line, ticked off, moved, put below each other, several at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calendars.actions import doing
from calendars.ical.todos import DONE
from calendars.ical.writing import Changes
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.tasklists import filling, people, queries
from calendars.tasklists import quick as lines
from calendars.tasklists.queries import Task
from calendars.tasklists.rows import STATUSES
from calendars.views import task, undoing
from collab.lib import numerals
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.lib.partials import Toast
from collab.notifications import actions as notifying
from collab.notifications.models import Level
from collab.shell.answers import changed


@require_POST
def quick(request: HttpRequest) -> HttpResponse:
    """Make a task of one line: “acheter du pain demain !haute #courses @Alain”, in the list named, or below a task.

    `which`: the list that fills itself on whose page it was said, so that it stands there.
    """
    said = lines.read(request.POST.get("line", "").replace("\0", ""), timezone.localtime().replace(tzinfo=None))
    if not said.title:
        raise BadInput(_("Write what is to be done."))
    above = (
        queries.task(request.actor, numerals.required(parent)) if (parent := request.POST.get("parent", "")) else None
    )
    into = above.mine if above is not None else _into(request)
    if not into.may_add:
        raise Forbidden
    which = request.POST.get("which", "")
    day = said.day or (timezone.localdate() if which == "today" else None)
    priority = said.priority or (1 if which == "important" else 0)
    named = people.named(request.actor, into.calendar, said.names)
    given: list[Any] = list(named.people)
    if which == "assigned" and not given:
        given = [request.user]
    # what names nobody was no name: it stays in the title
    title = " ".join([said.title, *(f"@{name}" for name in named.unknown)])
    says = {"SUMMARY": title, **({"PRIORITY": str(priority)} if priority else {})}
    made = doing.make(
        request.actor,
        into.calendar,
        Changes(
            says=says, times=filling.due(day, said.at) if day else None, categories=said.tags or None,
            parent=above.row.uid if above is not None else None,
            edits=(filling.given([people.assignee(one) for one in given]),) if given else (),
        ),
    )  # fmt: skip
    text = _("“%(name)s” is in “%(list)s”.") % {"name": title, "list": into.title}
    if named.blind:
        text += " " + task.blind(named.blind)
    toast = Toast(text, reverse("calendars:task-remove", args=[made.pk]), {"etag": made.etag})
    return changed(request, reverse("calendars:tasks-list", args=[into.calendar.pk]), toast, made=made.pk)


def _into(request: HttpRequest) -> Mine:
    """Return the list that is named, or the first into which the person may put tasks. Raises Forbidden."""
    found = queries.lists(request.actor)
    wanted = request.POST.get("list", "")
    named = [one for one in found if str(one.calendar.pk) == wanted]
    if wanted and not named:
        raise NotFound
    into = next(iter(named or [one for one in found if one.may_add]), None)
    if into is None:
        raise Forbidden(_("There is no list into which you may put anything. Ask a person who manages one."))
    return into


@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a task is done, or, of one that is, that it is not."""
    found = changeable(request, pk)
    done = doing.tick(request.actor, found.row, request.POST.get("etag", ""))
    name = {"name": found.row.summary}
    if done[0].completed_at is not None:
        text = _("“%(name)s” is done.") % name
    elif found.row.completed_at is None and found.row.status not in DONE:
        text = _("“%(name)s” is done for this time; the next one waits.") % name
    else:
        text = _("“%(name)s” is to be done again.") % name
    return changed(request, _back(found), Toast(text, *undoing.of(request, done)))


@require_POST
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far a task is: what moving it to another column means."""
    found = changeable(request, pk)
    wanted = request.POST.get("status", "")
    done = doing.set_status(request.actor, found.row, request.POST.get("etag", ""), wanted)
    label = str(STATUSES.get(wanted, ""))
    text = _("“%(name)s”: %(state)s.") % {"name": found.row.summary, "state": label}
    return changed(request, _back(found), Toast(text, *undoing.of(request, done)))


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a task within its list: `to` up, down, in (below the one before it) or out; `before` or `below` another."""
    found = changeable(request, pk)
    etag, to = request.POST.get("etag", ""), request.POST.get("to", "")
    if to in {"up", "down"} or "before" in request.POST:
        siblings = _siblings(request, found)
        at = next(number for number, one in enumerate(siblings) if one.pk == found.row.pk)
        rest = [one for one in siblings if one.pk != found.row.pk]
        if to:
            at = min(len(rest), max(0, at + (1 if to == "down" else -1)))
        else:
            before = numerals.required(request.POST["before"])
            at = next((number for number, one in enumerate(rest) if one.pk == before), len(rest))
        done = doing.place(request.actor, found.row, etag, rest, at)
        text = _("“%(name)s” is moved, %(place)d of %(all)d.")
        text %= {"name": found.row.summary, "place": at + 1, "all": len(siblings)}
    else:
        above = _above(request, found, to)
        done = [doing.put_below(request.actor, found.row, etag, above.row if above is not None else None)]
        text = _("“%(name)s” is a task by itself.") % {"name": found.row.summary}
        if above is not None:
            text = _("“%(name)s” is a part of “%(above)s”.") % {"name": found.row.summary, "above": above.row.summary}
    return changed(request, _back(found), Toast(text, *undoing.of(request, done)))


def _siblings(request: HttpRequest, found: Task) -> list[CalendarObject]:
    """Return the open tasks beside this one, itself among them, in their order."""
    todo = queries.undone(queries.rows(request.actor, [found.mine]))
    beside = queries.tops(todo) if not _parents(todo, found) else todo.filter(parent_uid=found.row.parent_uid)
    rows = list(beside.order_by("sort_order", "pk")[:5000])
    for one in rows:
        one.calendar = found.mine.calendar
    if all(one.pk != found.row.pk for one in rows):
        rows.append(found.row)
    return rows


def _parents(todo: Any, found: Task) -> list[CalendarObject]:
    return list(todo.filter(uid=found.row.parent_uid)[:1]) if found.row.parent_uid else []


def _above(request: HttpRequest, found: Task, to: str) -> Task | None:
    """Return what a task is put below: the one named, the one before it, or, out, what its own lies below."""
    todo = queries.undone(queries.rows(request.actor, [found.mine]))
    if to == "in":
        siblings = _siblings(request, found)
        at = next(number for number, one in enumerate(siblings) if one.pk == found.row.pk)
        if at == 0:
            raise BadInput(_("There is no task before it of which it could be a part."))
        return queries.task(request.actor, siblings[at - 1].pk)
    if to == "out":
        parents = _parents(todo, found)
        upper = _parents(todo, Task(found.mine, parents[0])) if parents else []
        return queries.task(request.actor, upper[0].pk) if upper else None
    return queries.task(request.actor, numerals.required(request.POST.get("below", "")))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a task into the trash, with what lies below it."""
    found = queries.task(request.actor, pk)
    if not found.may_delete(request.actor):
        raise Forbidden(task.why_not(found))
    done = doing.remove(request.actor, found.row, request.POST.get("etag", ""))
    text = _("“%(name)s” is in the trash.") % {"name": found.row.summary}
    return changed(request, _list(found), Toast(text, *undoing.of(request, done)))


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Watch a task, to hear of all that happens to it, or not any more."""
    found = queries.task(request.actor, pk)
    wanted = Level.FOLLOW if request.POST.get("level") == "follow" else ""
    notifying.set_level(request.actor, found.row, wanted)
    text = _("You hear of all that happens to “%(name)s”.") if wanted else _("You do not watch “%(name)s” any more.")
    address = reverse("calendars:task-follow", args=[pk])
    other = {"level": "" if wanted else "follow"}
    return changed(request, _back(found), Toast(text % {"name": found.row.summary}, address, other))


@require_POST
def several(request: HttpRequest) -> HttpResponse:
    """Do the same to all selected tasks: `do` is done, due, priority, tag, move or trash."""
    chosen = request.POST.getlist("task")
    if not chosen:
        raise BadInput(_("Nothing is selected. Select something first."))
    keys = dict(undoing.keys(chosen))
    found = queries.several(request.actor, list(keys))
    if len(found) < len(keys):
        raise NotFound
    act = _act(request, keys, {one.row.pk: one for one in found})
    done = doing.for_each([one.row for one in found], act)
    count = len(found)
    text = ngettext("%(count)d task is changed.", "%(count)d tasks are changed.", count) % {"count": count}
    return changed(request, reverse("calendars:tasks"), Toast(text, *undoing.of(request, done)))


def _act(request: HttpRequest, keys: dict[int, str], found: dict[int, Task]) -> doing.Act:
    """Return what is done to each of the selected tasks. Raises BadInput, Forbidden."""
    actor, data, wanted = request.actor, request.POST, request.POST.get("do", "")
    able = Task.may_delete if wanted in {"trash", "move"} else Task.may_change
    blocked = next((one for one in found.values() if not able(one, actor)), None)
    if blocked is not None:
        raise Forbidden(f"“{blocked.row.summary}”: {task.why_not(blocked)}")
    if wanted == "done":
        return lambda one: [] if one.completed_at else doing.complete(actor, one, keys[one.pk])
    if wanted == "trash":
        return lambda one: doing.remove(actor, one, keys[one.pk])
    if wanted == "move":
        into = next((one for one in queries.lists(actor) if str(one.calendar.pk) == data.get("list")), None)
        if into is None or not into.may_add:
            raise BadInput(_("Choose a list."))
        target = into.calendar
        return lambda one: doing.change(actor, one, keys[one.pk], Changes(), into=target)
    return lambda one: doing.change(actor, one, keys[one.pk], _said(data, wanted, one))


def _said(data: Any, wanted: str, one: CalendarObject) -> Changes:
    if wanted == "due":
        try:
            return filling.due_on(one, date.fromisoformat(data["due"]) if data.get("due") else None)
        except ValueError:
            raise BadInput(_("Choose a day.")) from None
    if wanted == "priority":
        number = data.get("priority", "")
        if number not in {"0", "1", "5", "9"}:
            raise BadInput
        return Changes(says={"PRIORITY": "" if number == "0" else number})
    if wanted == "tag":
        tag = " ".join(data.get("tag", "").replace(",", " ").split())[:100]
        if not tag or not tag.isprintable():
            raise BadInput(_("Write a tag."))
        return Changes(categories=tuple(dict.fromkeys([*one.categories, tag])))
    raise BadInput


def changeable(request: HttpRequest, pk: int) -> Task:
    """Return a task that the person may change. Raises NotFound, Forbidden with the reason."""
    found = queries.task(request.actor, pk)
    if not found.may_change(request.actor):
        raise Forbidden(task.why_not(found))
    return found


def _back(found: Task) -> str:
    return reverse("calendars:task", args=[found.row.pk])


def _list(found: Task) -> str:
    return reverse("calendars:tasks-list", args=[found.mine.calendar.pk])
