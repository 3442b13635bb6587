"""The pages of bots: who they are, where they were let in, their tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat import reach, tokens
from chat.actions import botting
from chat.forms import BotForm, TokenForm
from chat.models import Bot, Channel
from chat.views import showing
from collab.accounts.actions import devices
from collab.accounts.recent import recent_sign_in_required
from collab.lib import numerals
from collab.lib.errors import Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights.models import Grant
from collab.rights.right import Right
from collab.shell.answers import changed
from collab.spaces.models import Space

MOST_LISTED = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The bots that I look after; a POST makes one."""
    if request.user.is_guest:
        raise Forbidden
    spaces = Space.objects.allowing(request.actor, Right.MANAGE).team().living().order_by("name")
    form = BotForm(request.POST or None, spaces=spaces)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            bot = botting.make(request.actor, told["name"], space=told["space"], purpose=told["purpose"])
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("chat:bot", pk=bot.pk)
    rows = Bot.objects.managed_by(request.actor).select_related("user", "space")[:MOST_LISTED]
    context = showing.column(request) | {"bots": rows, "form": form}
    return render(request, "chat/bots.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One bot; a POST changes what it is called and what it is for."""
    bot = _found(request, pk)
    if request.method != "POST":
        return _page(request, bot)
    form = BotForm(request.POST)
    if form.is_valid():
        try:
            botting.change(request.actor, bot, form.cleaned_data["name"], form.cleaned_data["purpose"])
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return changed(request, reverse("chat:bot", args=[pk]), Toast(_("Saved.")))
    return _page(request, bot, status=400, form=form)


@never_cache
@require_POST
@recent_sign_in_required
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it a token, which is in this answer and nowhere after."""
    bot, form = _found(request, pk), TokenForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made, secret = botting.give_token(
                request.actor, bot, told["title"], scopes=told["scopes"], days=told["days"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return _page(request, bot, made=made, secret=secret)
    return _page(request, bot, status=400, token_form=form)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Stop it and let it come again, take a token and give it back, let it into a channel and put it out."""
    bot, here = _found(request, pk), reverse("chat:bot", args=[pk])
    if verb in {"stop", "resume"}:
        botting.stop(request.actor, bot, on=verb == "stop")
        text = _("The bot is stopped.") if verb == "stop" else _("The bot may come in again.")
        undo = reverse("chat:bot-act", args=[pk, "resume" if verb == "stop" else "stop"])
        return changed(request, here, Toast(text, undo))
    if verb == "take":
        row, undo_of = botting.take_token(request.actor, bot, _number(request, "token"))
        text = _("“%(name)s” opens nothing any more.") % {"name": row.name}
        undo = reverse("chat:bot-act", args=[pk, "give"])
        return changed(request, here, Toast(text, undo, {"token": undo_of}))
    if verb == "give":
        botting.give_token_back(request.actor, bot, request.POST.get("token", ""))
        return changed(request, here, Toast(_("The token is valid again.")))
    if verb in {"let-in", "put-out"}:
        channel = _channels(request).filter(pk=_number(request, "channel")).first()
        if channel is None:
            raise NotFound
        entering = {bot.pk: reach.of(request.actor, channel)} if verb == "let-in" else {}
        ending = tokens.foreign(channel, entering)
        change = botting.let_in if verb == "let-in" else botting.put_out
        change(request.actor, bot, channel)
        text = _("The bot reads and writes there now.") if verb == "let-in" else _("The bot is out of the channel.")
        text = f"{text} {ended}" if (ended := tokens.ended(ending)) else text
        undo = reverse("chat:bot-act", args=[pk, "put-out" if verb == "let-in" else "let-in"])
        return changed(request, here, Toast(text, undo, {"channel": channel.pk}))
    raise NotFound


def _found(request: HttpRequest, pk: int) -> Bot:
    bot = Bot.objects.managed_by(request.actor).select_related("user", "space").filter(pk=pk).first()
    if bot is None:
        raise NotFound
    return bot


def _channels(request: HttpRequest) -> Any:
    """Return the channels into which the person may let somebody."""
    found = Channel.objects.open().rooms().allowing(request.actor, Right.SHARE)
    return found.select_related("space", "acl").order_by("space__name", "title", "pk")


def _page(
    request: HttpRequest, bot: Bot, *, form: BotForm | None = None, token_form: TokenForm | None = None,
    status: int = 200, **more: Any,
) -> HttpResponse:  # fmt: skip
    offered = _channels(request)
    if bot.space_id is not None:
        offered = offered.filter(space=bot.space_id)
    grants = Grant.objects.filter(principal__user=bot.pk, acl__kind=Channel.REF_KIND)
    where = Channel.objects.living().rooms().visible_to(request.actor).filter(pk__in=grants.values("acl__object_id"))
    inside = list(where.select_related("space").order_by("space__name", "title", "pk")[:MOST_LISTED])
    there = {channel.pk for channel in inside}
    given = bot.user.app_passwords.select_related("given_by").order_by("-created_at")
    context = showing.column(request) | {
        "bot": bot,
        "form": form or BotForm(initial={"name": str(bot.user), "purpose": bot.purpose}),
        "token_form": token_form or TokenForm(),
        "inside": inside,
        "offered": [channel for channel in offered[:MOST_LISTED] if channel.pk not in there],
        "tokens": [(row, [devices.SCOPES[scope] for scope in row.scopes]) for row in given],
        "server": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "chat/bot.html", context | more, status=status)


def _number(request: HttpRequest, name: str) -> int:
    value = numerals.whole(request.POST.get(name, ""))
    if value is None:
        raise NotFound
    return value
