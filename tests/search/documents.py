"""Documents as programs write them, and as nobody honest does; each made by one small function."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def archive(**members: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def docx(body: str = "<w:p><w:r><w:t>Le procès-</w:t></w:r><w:r><w:t>verbal</w:t></w:r></w:p>") -> bytes:
    core = '<cp:p xmlns:cp="c" xmlns:dc="d"><dc:title>Assemblée</dc:title><dc:creator>Zoé</dc:creator></cp:p>'
    return archive(**{
        "docProps/core.xml": core,
        "word/document.xml": f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>',
        "word/footnotes.xml": f"<w:footnotes {W}><w:p><w:r><w:t>note en bas</w:t></w:r></w:p></w:footnotes>",
    })  # fmt: skip


def xlsx() -> bytes:
    return archive(**{
        "xl/sharedStrings.xml": f"<sst {S}><si><t>Recettes</t></si><si><r><t>Dépen</t></r><r><t>ses</t></r></si></sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet {S}><c t="inlineStr"><is><t>cotisation</t></is></c><c><v>1250</v></c>'
        "</worksheet>",
    })  # fmt: skip


def pptx() -> bytes:
    slide = f"<p:sld xmlns:p='p' {A}><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:sld>"
    return archive(**{
        "ppt/slides/slide10.xml": slide % "dernière", "ppt/slides/slide2.xml": slide % "première",
        "ppt/notesSlides/notesSlide1.xml": slide % "parler du car",
    })  # fmt: skip


def odt(body: str = "<text:h>Règlement</text:h><text:p>de la<text:s/>buvette</text:p>") -> bytes:
    return archive(**{
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {OFFICE}><office:body><office:text><text:tracked-changes><text:p>"
        f"effacé</text:p></text:tracked-changes>{body}</office:text></office:body></office:document-content>",
    })  # fmt: skip


def pdf(*streams: bytes, encoded: bool = False, more: bytes = b"") -> bytes:
    """A document with a page for each content stream."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]  # fmt: skip
    for number, stream in enumerate(streams):
        coded = b"/Filter/FlateDecode" if encoded else b""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number}"
            " 0 R>>".encode()
        )
        objects.append(b"<<%b/Length %d>>stream\n%b\nendstream" % (coded, len(stream), stream))
    made, places = io.BytesIO(b"%PDF-1.4\n"), []
    made.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        places.append(made.tell())
        made.write(b"%d 0 obj%b endobj\n" % (number, content))
    made.write(more)
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    made.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    made.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return made.getvalue()


def words(text: str) -> bytes:
    """A content stream that writes the text."""
    return b"BT /F1 12 Tf 20 700 Td (" + text.encode("cp1252") + b") Tj ET"


def mail() -> bytes:
    return (
        b"From: =?utf-8?q?Zo=C3=A9?= <zoe@example.org>\nTo: bureau@example.org\nSubject: =?utf-8?q?R=C3=A9servation?=\n"
        b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/html; charset=utf-8'
        b"\nContent-Transfer-Encoding: quoted-printable\n\n<p>La salle est r=C3=A9serv=C3=A9e</p><script>alert()"
        b"</script>\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=devis.pdf\n"
        b"Content-Transfer-Encoding: base64\n\nJVBERi0=\n--x--\n"
    )


# What follows is made to cost us dearly.


def swollen(name: str, size: int = 250 * 10**6) -> bytes:
    """An archive of a few megabytes at most whose member becomes so many bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file, file.open(name, "w") as member:
        member.write(b"<r>")
        block = b" " * 2**20
        for _number in range(size // len(block)):
            member.write(block)
        member.write(b"</r>")
    return made.getvalue()


def crowded(count: int = 200_000) -> bytes:
    """A list of many members, all the same bytes (as in the bombs that overlap)."""
    name = b"word/document.xml"
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    central = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0
    ) + name  # fmt: skip
    listed = central * count
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, min(count, 65535), min(count, 65535), len(listed), len(local), 0)
    return local + listed + end


def laughing() -> str:
    """A billion words from ten entities."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "ha">{entities}]><w:document {W}><w:t>&e10;</w:t></w:document>'
    )


def reaching(url: str) -> str:
    """A document that asks to be completed from elsewhere."""
    return f'<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]><w:document {W}><w:t>&x;</w:t></w:document>'


def deep(levels: int = 200_000) -> str:
    return f"<w:document {W}>" + "<w:p>" * levels + "</w:p>" * levels + "</w:document>"


def squeezed(size: int = 300 * 10**6) -> bytes:
    """A content stream that becomes so many bytes."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * 2**20) for _number in range(size // 2**20)) + packer.flush()
