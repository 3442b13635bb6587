"""Compile gettext catalogues (`.po` to `.mo`) where gettext's own msgfmt is not installed."""

import ast
import struct
import sys
from pathlib import Path

MAGIC = 0x950412DE


def parse(text: str) -> dict[str, str]:
    """Return what each message becomes; fuzzy, obsolete and empty ones are left to the source language.

    Contexts and plural forms are joined as the GNU .mo format wants them: by EOT before the message, NUL between forms.
    """
    messages: dict[str, str] = {}
    for block in text.split("\n\n"):
        fields: dict[str, str] = {}
        field = ""
        lines = [line.strip() for line in block.splitlines() if not line.startswith("#~")]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        for line in lines:
            if line.startswith("msg"):
                field, _, quoted = line.partition(" ")
                if field in fields:
                    raise SystemExit(f"Two entries stand together without a blank line: {quoted}")
                fields[field] = ast.literal_eval(quoted)
            elif line.startswith('"'):
                fields[field] += ast.literal_eval(line)
        source = fields.get("msgid")
        if source is None or (fuzzy and source):
            continue
        if "msgctxt" in fields:
            source = f"{fields['msgctxt']}\x04{source}"
        forms = [value for key, value in sorted(fields.items()) if key.startswith("msgstr")]
        if "msgid_plural" in fields:
            source = f"{source}\0{fields['msgid_plural']}"
        if all(forms):
            messages[source] = "\0".join(forms)
    return messages


def pack(messages: dict[str, str]) -> bytes:
    """Return the binary catalogue: a header, two tables of (length, offset), then the strings, sorted by source."""
    pairs = sorted((source.encode(), translation.encode()) for source, translation in messages.items())
    count = len(pairs)
    offset = 28 + 16 * count
    tables, strings = [], b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset + len(strings)))
            strings += pair[column] + b"\0"
    header = struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    return header + b"".join(tables) + strings


def main() -> None:
    """Compile each file named on the command line beside itself."""
    for name in sys.argv[1:]:
        path = Path(name)
        path.with_suffix(".mo").write_bytes(pack(parse(path.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
