"""One task: beside its list, or as a page of its own; changed by one form, with its subtasks, people and files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from calendars import attaching, drawing, wording
from calendars.actions import doing
from calendars.ical import reading
from calendars.ical.parts import Item
from calendars.ical.todos import key_of
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.tasklists import filling, people, queries, rows
from calendars.tasklists.form import TaskForm
from calendars.tasklists.queries import Task
from calendars.views import editing, tasks, undoing
from collab.lib.errors import BadInput, Forbidden, Refusal
from collab.lib.markdown import render as markdown
from collab.lib.partials import Toast, is_fragment
from collab.notifications import levels
from collab.rights.right import Right
from collab.shell.answers import came_from, changed


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a task with its form as a page, over the calendar in short; a POST changes it."""
    found = queries.task(request.actor, pk)
    lists = queries.lists(request.actor)
    if request.method == "POST":
        return _save(request, found, lists)
    if is_fragment(request):  # over the calendar
        back = came_from(request, reverse("calendars:home"))
        return render(request, "calendars/_task_card.html", facts(request, found, lists) | {"back": back})
    return _page(request, found, lists, {})


def panel(request: HttpRequest, pk: int, back: str, lists: list[Mine]) -> dict[str, Any]:
    """Return what is drawn of a task beside its list; nothing of one that is gone or not seen."""
    try:
        found = queries.task(request.actor, pk)
    except Refusal:
        return {}
    return facts(request, found, lists) | {"back": back, "in_panel": True}


def facts(request: HttpRequest, found: Task, lists: list[Mine], form: TaskForm | None = None) -> dict[str, Any]:
    """Return what is said of a task: its form to who may change it, else in words."""
    item = reading.read(bytes(found.row.data))
    part = item.parts[0]
    may_change = found.may_change(request.actor)
    filled = filling.of(found, item)
    (row,) = rows.draw(request.actor, [found.row], [found.mine])
    rows.name_parents([row])
    under = queries.below([found.row.pk])
    seen = list(queries.rows(request.actor, [found.mine]).filter(pk__in=list(under)))
    (nested,) = rows.nest(request.actor, [found.row], seen, [found.mine], under)
    return {
        "task": row,
        "children": nested.children,
        "part": part,
        "form": (form or _form(found, item, lists, request)) if may_change else None,
        "etag": found.row.etag,
        "may_change": may_change,
        "may_delete": found.may_delete(request.actor),
        "why_not": "" if may_change else _why_not(found),
        "notes": markdown(part.description) if part.description else "",
        "repeats": wording.repeats(part),
        "reminders": [wording.reminder(one) for one in part.alarms],
        "attached": attaching.attached(request, part.attachments),
        "row": found.row,
        "follows": levels.of(request.user.pk, found.row).level == "follow",
        "names": [people.value(one) for one in row.people],
        "outside": [one.name or one.email or one.address for one in part.attendees if _is_outside(row, one)],
        "suggested": queries.tags(request.actor, lists),
        "kept": filled,
    }  # fmt: skip


def _is_outside(row: rows.Row, one: Any) -> bool:
    return key_of(one) in row.others


def _form(found: Task, item: Item, lists: list[Mine], request: HttpRequest, data: Any = None) -> TaskForm:
    filled = filling.of(found, item)
    elsewhere = [one for one in lists if one.may_add and one.calendar.pk != found.mine.calendar.pk]
    choices = [found.mine, *(elsewhere if found.may_delete(request.actor) else [])]
    return TaskForm(
        data, calendars=editing.named(choices), initial=filled.initial, known=filled.known, minutes=filled.minutes,
        zones=[filled.initial["zone"]], priorities=[filled.initial["priority"]], auto_id="task-%s",
    )  # fmt: skip


def _save(request: HttpRequest, found: Task, lists: list[Mine]) -> HttpResponse:
    if not found.may_change(request.actor):
        raise Forbidden(_why_not(found))
    item = reading.read(bytes(found.row.data))
    filled = filling.of(found, item)
    form = _form(found, item, lists, request, request.POST)
    etag = request.POST.get("etag", "")
    if not form.is_valid():
        return _page(request, found, lists, {"etag": etag}, form, 400)
    into = next(one for one in lists if one.calendar.pk == form.cleaned_data["calendar"]).calendar
    try:
        edits = _given(request, found, into, form.cleaned_data["secrecy"])
        changes = filling.changes(form, filled)
        changes = replace(changes, edits=(*changes.edits, *edits))
        done = doing.keep(request.actor, found.row, etag, changes, form.cleaned_data["status"], into)
    except Refusal as refusal:
        if refusal.status not in {400, 409, 412}:
            raise
        stale = refusal.status == 412
        said = {"etag": found.row.etag if stale else etag, "stale": stale, "refused": "" if stale else refusal.message}
        return _page(request, found, lists, said, form, refusal.status)
    undo = undoing.of(request, done) if done[0].etag != etag else ()
    toast = Toast(_("“%(name)s” is changed.") % {"name": done[0].summary}, *undo)
    return changed(request, reverse("calendars:task", args=[done[0].pk]), toast)


def _given(request: HttpRequest, found: Task, into: Any, secrecy: str) -> tuple[Any, ...]:
    """Return what gives the task to the people named, and takes it from those no longer named. Raises BadInput."""
    if "people" not in request.POST:
        return ()
    typed = [*request.POST.getlist("whom"), *request.POST.get("people", "").split(",")]
    named = people.named(request.actor, into, [name for one in typed if (name := one.strip())])
    if named.blind:
        raise BadInput(blind(named.blind))
    if named.unknown:
        text = _("Nobody who sees this list is called “%(name)s”.")
        raise BadInput(text % {"name": named.unknown[0][:80]})
    (row,) = rows.draw(request.actor, [found.row], [found.mine])
    wanted = {one.pk for one in named.people}
    gone = {one.pk for one in row.people} - wanted
    known = people.by_address(found.row.assignees)
    out = [address for address, person in known.items() if person.pk in gone]
    there = {person.pk for person in known.values()}
    fresh = [people.assignee(one) for one in named.people if one.pk not in there]
    return (filling.given(fresh, out),) if fresh or out else ()


def blind(found: list[Any]) -> str:
    """Say that somebody does not see a list."""
    text = _("%(name)s does not see this list. Share the list first, then give the task.")
    return text % {"name": ", ".join(map(str, found))}


def _page(
    request: HttpRequest, found: Task, lists: list[Mine], said: dict[str, Any], form: TaskForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    if request.actor.can(found.mine.calendar.space, Right.SEE):
        request.space = found.mine.calendar.space
    context = tasks.column(request, lists, mine=found.mine) | facts(request, found, lists, form)
    back = came_from(request, reverse("calendars:tasks-list", args=[found.mine.calendar.pk]))
    context |= {"back": back, "style": drawing.style(drawing.hue_rules(lists))} | said
    return render(request, "calendars/task.html", context, status=status)


def _why_not(found: Task) -> str:
    if found.mine.calendar.space.archived_at is not None:
        return _("The space of this list is archived: nothing is changed in it.")
    if found.mine.may_add:
        return _("You may change only what you put into this list yourself.")
    return _("You may look at this list, not change it. Ask a person who manages it.")


def why_not(found: Task) -> str:
    """Say why a task cannot be changed by this person."""
    return _why_not(found)


def shown(row: CalendarObject) -> str:
    """Return the page of a task."""
    return reverse("calendars:task", args=[row.pk])
