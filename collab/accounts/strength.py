"""How hard a password is to guess, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.accounts.hashers import LONGEST, is_too_long
from collab.registry import house

ENOUGH = 2
_WORD = 4
_EXAMINED = 72
"""zxcvbn's time grows with the square of the length; what follows only adds strength."""

LEVELS: tuple[str | Promise, ...] = (
    gettext_lazy("Very easy to guess"),
    gettext_lazy("Easy to guess"),
    gettext_lazy("Good"),
    gettext_lazy("Strong"),
    gettext_lazy("Very strong"),
)

_REASONS: dict[str, str | Promise] = {
    "dictionary": gettext_lazy("It is close to a common word or password."),
    "personal": gettext_lazy("It contains your name or address."),
    "spatial": gettext_lazy("Keys next to each other, such as “azerty”, are guessed first."),
    "repeat": gettext_lazy("Repetitions such as “aaa” or “abcabc” add little."),
    "sequence": gettext_lazy("Sequences such as “abc” or “6543” are guessed first."),
    "regex": gettext_lazy("Years are easy to guess."),
    "date": gettext_lazy("Dates are easy to guess."),
}


@dataclass(frozen=True)
class Strength:
    """`score` 0–4; `reasons` say what is weak, `advice` what to do; both empty when all is well."""

    score: int
    reasons: tuple[str, ...]
    advice: str

    @property
    def is_enough(self) -> bool:
        return self.score >= house.get("accounts.password_score") and not self.reasons

    @property
    def label(self) -> str:
        return str(LEVELS[self.score])


def estimate(password: str, personal: Iterable[str] = ()) -> Strength:
    """Judge a password; `personal` words (name, address) count as guessed at once."""
    if not password:
        return Strength(0, (), "")
    if is_too_long(password):
        return Strength(0, (_("It is too long: %(count)d bytes at most.") % {"count": LONGEST},), "")
    shortest = house.get("accounts.password_length")
    if len(password) < shortest:
        text = ngettext(
            "It has %(count)d character; at least %(least)d are needed.",
            "It has %(count)d characters; at least %(least)d are needed.",
            len(password),
        ) % {"count": len(password), "least": shortest}
        return Strength(0, (text,), _advice())
    examined = password[:_EXAMINED]
    words = [word.casefold() for word in personal if len(word) >= _WORD]
    found = _guessed(examined, words)
    if found["score"] >= ENOUGH:
        if _leans_on(words, examined):
            return Strength(ENOUGH - 1, (str(_REASONS["personal"]),), _advice())
        if found["score"] >= house.get("accounts.password_score"):
            return Strength(found["score"], (), "")
        return Strength(found["score"], (_("Here a password must be harder to guess."),), _advice())
    reasons = dict.fromkeys(str(_REASONS[kind]) for kind in map(_kind, found["sequence"]) if kind in _REASONS)
    return Strength(found["score"], tuple(reasons), _advice())


def personal_words(user: Any) -> list[str]:
    """Return the words of a person that their password should not be made of."""
    texts = [getattr(user, name, None) or "" for name in ("username", "display_name", "email")]
    return [word for text in texts for word in [text, *text.replace("@", " ").replace(".", " ").split()] if word]


class StrengthValidator:
    """Refuse passwords that are too short, too long, or guessed in less than a million tries."""

    def validate(self, password: str, user: Any = None) -> None:
        found = estimate(password, personal_words(user) if user is not None else ())
        if not found.is_enough:
            raise ValidationError([*found.reasons, found.advice] if found.advice else list(found.reasons), "weak")

    def get_help_text(self) -> str:
        return _("At least %(least)d characters; three or four unrelated words are easy to keep in mind.") % {
            "least": house.get("accounts.password_length")
        }


def _leans_on(words: list[str], password: str) -> bool:
    """Whether the password is weak once the personal words in it are taken away ("alice-2026")."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != password.casefold() and (not rest or _guessed(rest)["score"] < ENOUGH)


def _guessed(password: str, words: Iterable[str] = ()) -> dict[str, Any]:
    """Return what zxcvbn says. Its lists of words take 12 MB of each process: of those alone that set a password."""
    import zxcvbn

    found: dict[str, Any] = zxcvbn.zxcvbn(password, user_inputs=list(words))
    return found


def _advice() -> str:
    return _("Choose three or four unrelated words, or let your browser make one.")


def _kind(match: dict[str, Any]) -> str:
    kind: str = match["pattern"]
    return "personal" if match.get("dictionary_name") == "user_inputs" else kind
