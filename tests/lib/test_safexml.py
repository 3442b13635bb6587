"""XML from strangers stays within its bounds."""

import pytest

from collab.lib.safexml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, HostileXml, parse


def test_it_works():
    root = parse(b'<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>')
    assert root.tag == "{DAV:}propfind"
    assert root[0][0].tag == "{DAV:}getetag"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<a>",
        b"not xml",
        b"<a xmlns:x=''><x:b/></a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"<a>&undefined;</a>",
        b"\xff\xfe<",
    ],
)
def test_broken_and_hostile_documents_are_refused(document):
    with pytest.raises(HostileXml):
        parse(document)


def test_bounds():
    deep = MAX_DEPTH
    parse(b"<a>" * deep + b"</a>" * deep)
    with pytest.raises(HostileXml):
        parse(b"<a>" * (deep + 1) + b"</a>" * (deep + 1))
    parse(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>")
    with pytest.raises(HostileXml):
        parse(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")
    with pytest.raises(HostileXml):
        parse(b"<a>" + b" " * MAX_BYTES + b"</a>")
