"""Code in the colours of its language: words of it with a class each, in one walk that no code can make slow.

It knows what comments, strings, numbers, keywords and names look like, and no grammar: the expressions of a real reader
(Pygments was tried) take seconds over a few hostile kilobytes, and what is said in a channel is drawn at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

MOST = 5_000
"""Characters of one piece of code that are coloured."""
_SLASHES = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?"
_HASH = r"(?<![\w$&])#[^\n]*"
_QUOTED = r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'"
_TRIPLE = r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?|' + r"'''(?:[^'\\]|\\.|'(?!''))*(?:''')?"
_TICKS = r"`(?:[^`\\]|\\.)*`"
_NUMBER = r"(?<![\w.])\d[\w.]*%?"
_WORD = r"@?[^\W\d][\w$]*!?"


@dataclass(frozen=True)
class _Language:
    """`comment`, `string`, `other` (what stands out as a type does): expressions; `keywords`, `values`: words of it.

    `before`: signs before which a word, or a string where `named` says so, is the name of something.
    """

    comment: str
    string: str = _QUOTED
    keywords: str = ""
    values: str = "true false null"
    other: str = r"(?!)"
    before: str = "("
    word: str = _WORD
    named: bool = False
    any_case: bool = False


_C = "if else for while do switch case default break continue return goto struct union enum typedef static const extern"
_C += " sizeof void int char long short float double unsigned signed bool auto volatile inline"
_CPP = " class public private protected virtual override template typename using namespace new delete this try catch"
_CPP += " throw operator friend constexpr nullptr final import export module noexcept"
_JAVA = " extends implements interface package abstract instanceof throws finally super synchronized var record boolean"
_JAVA += " byte string object async await readonly get set out ref in is as foreach internal sealed"
_JS = (
    "async await break case catch class const continue default delete do else export extends finally for from function"
)
_JS += " if import in instanceof let new of return static super switch this throw try typeof var void while yield"
_TS = " interface type enum implements readonly as is keyof namespace declare abstract private public protected string"
_TS += " number boolean any unknown never"
_PYTHON = "and as assert async await break case class continue def del elif else except finally for from global if"
_PYTHON += " import in is lambda match nonlocal not or pass raise return self try while with yield"
_SHELL = "if then else elif fi for while until do done case esac function in return exit export local set unset source"
_SHELL += " echo cd sudo test read shift trap eval exec"
_SQL = "select from where and or not insert into values update set delete create table view index drop alter add column"
_SQL += (
    " primary key foreign references join left right inner outer full cross on group by order having limit offset as"
)
_SQL += (
    " distinct union all exists in like ilike between is case when then else end begin commit rollback with returning"
)
_SQL += " default constraint unique check cascade grant revoke using explain analyze"
_GO = "break case chan const continue default defer else fallthrough for func go goto if import interface map package"
_GO += " range return select struct switch type var"
_RUST = (
    "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub"
)
_RUST += " ref return self Self static struct super trait type unsafe use where while"
_RUBY = "alias and begin break case class def do else elsif end ensure for if in module next not or redo rescue retry"
_RUBY += " return self super then undef unless until when while yield require include attr_accessor attr_reader"
_PHP = " function fn echo foreach as elseif endif endforeach use trait abstract extends implements interface instanceof"
_PHP += " require include require_once include_once isset empty unset array"
_KOTLIN = " fun val var when object companion data sealed suspend override open internal lateinit in is as by init"
_R = "if else for while repeat function return next break in library require"
_DOCKER = (
    "from run cmd label expose env add copy entrypoint volume user workdir arg onbuild stopsignal healthcheck shell as"
)
_MARKUP = r"</?[A-Za-z][\w:.-]*|/?>"
_LANGUAGES = {
    "bash sh shell zsh console": _Language(_HASH, keywords=_SHELL, other=r"\$\w+|\$\{[^}\n]*\}"),
    "c h": _Language(_SLASHES, keywords=_C, values="NULL true false", other=r"^[ \t]*#[ \t]*\w+"),
    "cpp c++ cc hpp": _Language(_SLASHES, keywords=_C + _CPP, other=r"^[ \t]*#[ \t]*\w+"),
    "csharp c# cs java": _Language(_SLASHES, keywords=_C + _CPP + _JAVA),
    "css": _Language(_SLASHES, other=r"#[\w-]+|\.[A-Za-z_][\w-]*|@[\w-]+", before="(:", word=r"[A-Za-z-][\w-]*"),
    "docker dockerfile": _Language(_HASH, keywords=_DOCKER, other=r"\$\w+|\$\{[^}\n]*\}", any_case=True),
    "go golang": _Language(_SLASHES, f"{_QUOTED}|{_TICKS}", _GO, "true false nil iota"),
    "html htm xml svg": _Language(
        r"<!--(?:[^-]|-(?!->))*(?:-->)?", r'(?<==)"[^"]*"' + r"|(?<==)'[^']*'", other=_MARKUP, before="=",
        word=r"[A-Za-z_:][\w:.-]*",
    ),
    "ini cfg conf toml": _Language(
        r"[#;][^\n]*", other=r"^[ \t]*\[[^\]\n]*\]{1,2}", before="=", word=r"[A-Za-z_][\w.-]*", values="true false",
    ),
    "javascript js mjs jsx": _Language(_SLASHES, f"{_QUOTED}|{_TICKS}", _JS, "true false null undefined NaN"),
    "json": _Language(_SLASHES, named=True, before=":"),
    "kotlin kt": _Language(_SLASHES, f"{_TRIPLE}|{_QUOTED}", _C + _CPP + _KOTLIN),
    "php": _Language(f"{_SLASHES}|{_HASH}", keywords=_C + _CPP + _PHP, other=r"\$\w+|<\?(?:php)?|\?>"),
    "python py python3": _Language(_HASH, f"{_TRIPLE}|{_QUOTED}", _PYTHON, "True False None", r"^[ \t]*@[\w.]+"),
    "r": _Language(_HASH, keywords=_R, values="TRUE FALSE NULL NA"),
    "ruby rb": _Language(_HASH, keywords=_RUBY, values="true false nil", other=r"@\w+|:[a-z_]\w*"),
    "rust rs": _Language(_SLASHES, r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\\n]|\\.[^'\n]{0,8})'", _RUST, "true false None"),
    "sql postgres postgresql mysql sqlite": _Language(
        r"--[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?", r"'(?:[^']|'')*'", _SQL, any_case=True,
    ),
    "typescript ts tsx": _Language(_SLASHES, f"{_QUOTED}|{_TICKS}", _JS + _TS, "true false null undefined NaN"),
    "yaml yml": _Language(_HASH, before=":", values="true false null yes no", word=r"[A-Za-z_][\w.-]*"),
}  # fmt: skip
_BY_NAME = {alias: one for aliases, one in _LANGUAGES.items() for alias in aliases.split()}
DIFF = frozenset({"diff", "patch"})
NAMES = frozenset(_BY_NAME) | DIFF


def pieces(code: str, language: str) -> Iterator[tuple[str, str]] | None:
    """Yield (class, text), which together are the code; None where its language is not known, or it is long.

    Classes: "k" a keyword, "s" a string, "n" a number or value, "c" a comment, "t" a tag, variable or directive, "f" a
    name, "i" added, "d" taken out; "" for all else.
    """
    name = language.casefold()
    if len(code) > MOST or name not in NAMES:
        return None
    return _of_diff(code) if name in DIFF else _of(code, _BY_NAME[name])


def _of_diff(code: str) -> Iterator[tuple[str, str]]:
    for line in code.splitlines(keepends=True):
        look = "f" if line.startswith(("+++", "---", "diff ")) else {"+": "i", "-": "d", "@": "t"}.get(line[0], "")
        yield look, line


def _of(code: str, language: _Language) -> Iterator[tuple[str, str]]:
    expression, keywords, values = _read(language)
    done = 0
    for found in expression.finditer(code):
        text, kind = found[0], found.lastgroup or ""
        look = {"comment": "c", "string": "s", "number": "n", "other": "t"}.get(kind, "")
        named = code[found.end() : found.end() + 1] in language.before and found.end() < len(code)
        if kind == "word":
            word = text.lower() if language.any_case else text
            look = "k" if word in keywords else "n" if word in values else "f" if named else ""
        elif kind == "string" and language.named and named:
            look = "f"
        if look:
            if done < found.start():
                yield "", code[done : found.start()]
            yield look, text
            done = found.end()
    if done < len(code):
        yield "", code[done:]


@cache
def _read(language: _Language) -> tuple[re.Pattern[str], frozenset[str], frozenset[str]]:
    parts = {
        "skipped": r"\\.",  # else each quote of many behind such a sign would look for its end
        "comment": language.comment, "string": language.string, "other": language.other, "number": _NUMBER,
        "word": language.word,
    }  # fmt: skip
    expression = "|".join(f"(?P<{name}>{part})" for name, part in parts.items())
    compiled = re.compile(expression, re.MULTILINE | re.DOTALL)
    return compiled, frozenset(language.keywords.split()), frozenset(language.values.split())
