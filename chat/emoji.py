"""Signs that people write and put under messages: those of Unicode, by their short names, and the house's own.

A sign of the house is written and kept as “:name:”; where it is drawn, its picture stands for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from chat.models import Emoji
from collab.marks.words import REACTIONS

NAMED = re.compile(r":([a-z0-9][a-z0-9_+-]{0,39}|[+-]1):")
_FILE = settings.BASE_DIR / "static" / "chat" / "emoji.json"
TONES = {
    "1F3FB": ("light", "peau claire", "light skin tone"),
    "1F3FC": ("medium_light", "peau modérément claire", "medium-light skin tone"),
    "1F3FD": ("medium", "peau légèrement mate", "medium skin tone"),
    "1F3FE": ("medium_dark", "peau mate", "medium-dark skin tone"),
    "1F3FF": ("dark", "peau foncée", "dark skin tone"),
}
"""{tone of skin: (as in short names: “wave_dark_skin_tone”, in French, in English)}; names of Unicode's CLDR."""


@dataclass(frozen=True)
class _Known:
    """`names`: {short name: sign}; `labels`: {sign: (French, English)}; `shorts`: {sign: the name it has first}."""

    names: dict[str, str]
    labels: dict[str, tuple[str, str]]
    shorts: dict[str, str]


@cache
def _known() -> _Known:
    names: dict[str, str] = {}
    labels: dict[str, tuple[str, str]] = {}
    shorts: dict[str, str] = {}
    for sign, _group, short, french, english, _words, *toned in json.loads(_FILE.read_text(encoding="utf-8"))["emoji"]:
        labels[sign] = (french, english)
        shorts[sign] = short.split()[0]
        for name in short.split():
            names.setdefault(name, sign)
        for (tone, (slug, fr, en)), spelled in product(TONES.items(), toned):
            one = spelled.replace("*", chr(int(tone, 16)))
            labels[one] = (f"{french} : {fr}", f"{english}: {en}")
            shorts[one] = f"{shorts[sign]}_{slug}_skin_tone"
            for name in short.split():
                names.setdefault(f"{name}_{slug}_skin_tone", one)
    return _Known(names, labels, shorts)


def tone_label(tone: str) -> str:
    """Return what a tone of skin is called in the language at hand."""
    _slug, french, english = TONES[tone]
    return french if (get_language() or "").startswith("fr") else english


def by_name(name: str) -> str | None:
    """Return the sign of Unicode with this short name (“tada”), None for none."""
    return _known().names.get(name)


def short(sign: str) -> str:
    """Return the short name of a sign (“tada”), of one of the house its own."""
    return _known().shorts.get(sign, sign.strip(":"))


def is_sign(text: str) -> bool:
    """Whether it is a sign that can be put under a message: one of Unicode, or one of the house."""
    if text in REACTIONS or text in _known().labels:
        return True
    found = NAMED.fullmatch(text)
    return found is not None and Emoji.objects.standing().filter(name=found[1]).exists()


def label(sign: str) -> str:
    """Return what a sign is called in the language at hand; one of the house by its name."""
    if sign in REACTIONS:
        return str(REACTIONS[sign])
    french, english = _known().labels.get(sign, (sign, sign))
    return french if (get_language() or "").startswith("fr") else english


def quick(tone: str) -> dict[str, str]:
    """Return {sign: its name} of those that stand beside a message, people among them in this tone of skin."""
    return {in_tone(sign, tone): str(name) for sign, name in REACTIONS.items()}


def in_tone(sign: str, tone: str) -> str:
    """Return a sign without a tone of skin in this one (`TONES`), itself where nobody is on it or `tone` is ""."""
    return (by_name(f"{short(sign)}_{TONES[tone][0]}_skin_tone") if tone else None) or sign


def pictures(signs: Iterable[str]) -> dict[str, str]:
    """Return {“:name:”: where its picture is} of the signs of the house among these; asks only where there may be."""
    names = {found[1] for found in map(NAMED.fullmatch, signs) if found}
    return {f":{one.name}:": address(one) for one in Emoji.objects.standing().filter(name__in=names)} if names else {}


def in_text(text: str, tone: Callable[[], str] = str) -> dict[str, str]:
    """Return {short name: its sign, or where its picture is} of the names between colons in a text, at most 100.

    `tone` is asked for the tone of skin of whoever writes where there is a sign of people without one.
    """
    names = list(dict.fromkeys(NAMED.findall(text)))[:100]
    found = {name: sign for name in names if (sign := by_name(name))}
    bare = [name for name in found if by_name(f"{name}_dark_skin_tone")]
    if bare and (chosen := tone()):
        found |= {name: in_tone(found[name], chosen) for name in bare}
    own = pictures(f":{name}:" for name in names if name not in found)
    return found | {name.strip(":"): place for name, place in own.items()}


def address(one: Emoji) -> str:
    """Return where the picture of a sign of the house is: another picture has another address."""
    return reverse("chat:emoji-picture", args=[one.name, one.mark])


def taken(name: str, but: Collection[str] = ()) -> bool:
    """Whether a short name means a sign already."""
    return by_name(name) is not None or (name not in but and Emoji.objects.standing().filter(name=name).exists())
