"""Texts that people write with Markdown, as HTML that can hold nothing but text, lists, tables and plain links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from collab.lib import highlight

MOST = 20_000
"""Characters that are drawn; nobody may make a page wait by a long text."""
_ALLOWED = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
_HIGHEST, _LOWEST = 2, 4
_SIGNS, _MOST_SIGNS = "[]*_~`<@!", 500
"""A remark with more of these is no prose, and could take seconds to read: it is shown as it was typed."""
_TASK = re.compile(r"\[([ xX])\] ")
_NAMED = re.compile(r"""(?<![\w@/.+-])@(?:"([^"\n@]{1,150})"|(\w(?:[\w.+-]{0,148}\w)?))""")
"""@lucas, or @"Board of the club"."""
_SIGN = re.compile(r":([a-z0-9+-][a-z0-9_+-]{0,39}):")


def render(text: str) -> SafeString:
    """Return the text as HTML. Raw HTML in it is shown as typed, pictures as their words, other addresses as text."""
    return SafeString(_parser().render(text.replace("\0", "")[:MOST]))


def render_remark(text: str, names: Mapping[str, str], *, signs: Mapping[str, str] | None = None) -> SafeString:
    """Return a remark as HTML: as `render`, without headings and tables; who is named after an “@” stands out.

    `names`: {the word after the “@”, without case: what that person or group is called}. `signs`: {the word between
    colons: the sign that it means, or the path at which its picture is}.
    """
    text = text.replace("\0", "")[:MOST]
    if _is_wild(text):
        return SafeString(linebreaks(text, autoescape=True))
    return SafeString(_remarks().render(text, {"names": names, "signs": signs or {}}))


def bare(text: str) -> str:
    """Return the words of the text, a line for each block, without marks; a link's address after its words."""
    text = text.replace("\0", "")
    if len(text) > MOST or _is_wild(text):
        return text
    return "\n".join(
        "".join(_bare(token.children or ())) if token.type == "inline" else token.content.rstrip("\n")
        for token in _parser().parse(text)
        if token.type in {"inline", "fence", "code_block"}
    )


def _bare(parts: Sequence[Token]) -> Iterator[str]:
    address, words = "", ""
    for part in parts:
        if part.type == "link_open":
            address, words = str(part.attrGet("href") or ""), ""
        elif part.type == "link_close":
            if address not in {words, f"mailto:{words}"}:
                yield f" ({address})"
        elif part.type in {"text", "code_inline", "image", "softbreak", "hardbreak"}:
            said = part.content or ("\n" if part.type.endswith("break") else "")
            words += said
            yield said


def named(text: str, *, quoted: bool = False) -> list[str]:
    """Return the words after an “@” in a remark, without case, each once; what stands in code is not meant so.

    Nor is what stands in a quotation, unless `quoted`: whoever was named there has heard of it.
    """
    text = text.replace("\0", "")[:MOST]
    tokens = [] if _is_wild(text) else _remarks().parse(text)
    said = (token for token, depth in _with_depth(tokens) if quoted or not depth)
    words = (part.content for token in said for part in token.children or () if part.type == "text")
    return list(dict.fromkeys((one[1] or one[2]).casefold() for word in words for one in _NAMED.finditer(word)))


def _with_depth(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield each token with the number of quotations around it."""
    depth = 0
    for token in tokens:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        yield token, depth


def _is_wild(text: str) -> bool:
    return sum(text.count(sign) for sign in _SIGNS) > _MOST_SIGNS


@cache
def _remarks() -> MarkdownIt:
    parser = _made()
    parser.disable(["heading", "lheading", "table", "hr"])
    parser.core.ruler.push("named", _name)
    parser.core.ruler.push("signs", _signs)
    parser.add_render_rule("sign", _sign)
    return parser


def _signs(state: StateCore) -> None:
    """Set signs in the place of their names, but in code."""
    signs = state.env.get("signs")
    if signs:
        for token in state.tokens:
            if token.children:
                token.children = [part for child in token.children for part in _signed(child, signs)]


def _signed(child: Token, signs: Mapping[str, str]) -> Iterator[Token]:
    if child.type != "text":
        yield child
        return
    done = 0
    for found in _SIGN.finditer(child.content):
        sign = signs.get(found[1])
        if sign is None:
            continue
        yield _text(child, child.content[done : found.start()])
        picture = sign.startswith("/")
        yield Token("sign", "", 0, content=found[0], meta={"src": sign}) if picture else _text(child, sign)
        done = found.end()
    yield _text(child, child.content[done:])


def _sign(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    name = tokens[index].content
    return format_html('<img class="emoji" src="{}" alt="{}" title="{}">', tokens[index].meta["src"], name, name)


def _name(state: StateCore) -> None:
    """Set the names of people in a frame of their own, and write them as they are called now."""
    names = state.env.get("names", {})
    if names:
        for token in state.tokens:
            if token.children:
                token.children = [part for child in token.children for part in _split(child, names)]


def _split(child: Token, names: Mapping[str, str]) -> Iterator[Token]:
    if child.type != "text":
        yield child
        return
    done = 0
    for found in _NAMED.finditer(child.content):
        name = names.get((found[1] or found[2]).casefold())
        if name is None:
            continue
        yield _text(child, child.content[done : found.start()])
        yield Token("named_open", "span", 1, attrs={"class": "named"})
        yield _text(child, f"@{name}")
        yield Token("named_close", "span", -1)
        done = found.end()
    yield _text(child, child.content[done:])


def _text(like: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=like.level)


@cache
def _parser() -> MarkdownIt:
    parser = _made()
    parser.enable("table")
    parser.core.ruler.push("tasks", _tasks)
    parser.add_render_rule("task", _task)
    return parser


def _tasks(state: StateCore) -> None:
    """Make a box of “[ ]” and “[x]” where a line of a list begins with it."""
    for above, paragraph, token in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        words = token.children[0] if token.type == "inline" and token.children else None
        if above.type != "list_item_open" or paragraph.type != "paragraph_open" or words is None:
            continue
        if words.type == "text" and (found := _TASK.match(words.content)):
            words.content = words.content[found.end() :]
            token.children = [Token("task", "", 0, content=found[1]), *(token.children or [])]
            above.attrJoin("class", "task")


def _task(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    done = tokens[index].content != " "
    return format_html(
        '<span class="task__box{}" role="img" aria-label="{}">{}</span> ',
        " is-done" if done else "", _("done") if done else _("to do"), "☑" if done else "☐",
    )  # fmt: skip


def _made() -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": 20, "highlight": _coloured},
    )
    parser.enable(["strikethrough", "linkify"])
    parser.disable(["html_block", "html_inline"])
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_ip": False})
    parser.validateLink = lambda url: bool(_ALLOWED.match(url))  # type: ignore[method-assign]
    parser.core.ruler.push("collab", _fit)
    parser.add_render_rule("image", _image)
    return parser


def _coloured(code: str, language: str, _attributes: str) -> str:
    """Return code with its words in spans by what they are; "" leaves it as it is."""
    found = highlight.pieces(code, language)
    if found is None:
        return ""
    return "".join(
        format_html('<span class="code-{}">{}</span>', look, text) if look else escape(text) for look, text in found
    )


def _fit(state: StateCore) -> None:
    """Set headings below the page's own, and let links tell nothing of where they were clicked."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(_HIGHEST, min(int(token.tag[1:]), _LOWEST))}"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "nofollow noopener noreferrer")


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A picture from elsewhere would tell its owner who reads: its words stand in its place."""
    return escape(tokens[index].content)
