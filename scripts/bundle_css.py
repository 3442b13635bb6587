"""Write the stylesheet of the shell, one file of all its parts: a page then costs one request, not thirty."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "static" / "shell" / "css"
BUNDLE = ROOT / "static" / "shell" / "collab.css"


def parts(index: Path = PARTS / "index.css") -> list[Path]:
    """Return the files that the index imports, in its order."""
    return [index.parent / name for name in re.findall(r'@import "([^"]+)";', index.read_text())]


def bundle(index: Path = PARTS / "index.css") -> str:
    """Return the whole stylesheet, without comments and without idle blanks."""
    layers = re.search(r"@layer [^;{]+;", index.read_text())
    sheets = [layers.group() if layers else "", *(part.read_text() for part in parts(index))]
    text = re.sub(r"/\*.*?\*/", "", "\n".join(sheets), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    # Blanks around + and - mean something inside calc(); braces, semicolons and commas never need any.
    return re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}").strip() + "\n"


def main() -> None:
    """Write the bundle if it changed: an untouched file keeps its date and its cached copies."""
    text = bundle()
    if not BUNDLE.exists() or BUNDLE.read_text() != text:
        BUNDLE.write_text(text)
        sys.stdout.write(f"{BUNDLE.relative_to(ROOT)}: {len(text)} bytes\n")


if __name__ == "__main__":
    main()
