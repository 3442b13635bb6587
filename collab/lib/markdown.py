"""Texts that people write with Markdown, as HTML that can hold nothing but text, lists, tables and plain links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MOST = 20_000
"""Characters that are drawn; nobody may make a page wait by a long text."""
_ALLOWED = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
_HIGHEST, _LOWEST = 2, 4


def render(text: str) -> SafeString:
    """Return the text as HTML. Raw HTML in it is shown as typed, pictures as their words, other addresses as text."""
    return SafeString(_parser().render(text.replace("\0", "")[:MOST]))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.disable(["html_block", "html_inline"])
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_ip": False})
    parser.validateLink = lambda url: bool(_ALLOWED.match(url))  # type: ignore[method-assign]
    parser.core.ruler.push("collab", _fit)
    parser.add_render_rule("image", _image)
    return parser


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
