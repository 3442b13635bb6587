"""A DAV client that calls the WSGI application in this process, and reads its XML."""

from __future__ import annotations

import base64
import hashlib
import io
import secrets
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree

from collab.accounts.models import AppPassword

NS = {
    "d": "DAV:",
    "s": "http://sabredav.org/ns",
    "oc": "http://owncloud.org/ns",
    "nc": "http://nextcloud.org/ns",
}
TWELVE = [
    "d:getlastmodified", "d:getetag", "d:getcontentlength", "d:resourcetype", "d:getcontenttype", "oc:id", "oc:fileid",
    "oc:permissions", "oc:size", "oc:checksums", "oc:share-types", "oc:favorite",
]  # fmt: skip
"""What the desktop client asks."""


@dataclass
class Answer:
    """What came back; `props(href)` of a Multi-Status gives {status: {tag: element}}."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self):
        return ElementTree.fromstring(self.body)

    @property
    def hrefs(self):
        return [item.text for item in self.xml.iterfind("d:response/d:href", NS)]

    @property
    def message(self):
        return self.xml.findtext("s:message", namespaces=NS)

    def props(self, href=None):
        for response in self.xml.iterfind("d:response", NS):
            if href in (None, response.findtext("d:href", namespaces=NS)):
                return {
                    int(item.findtext("d:status", namespaces=NS).split()[1]): {
                        child.tag: child for child in item.find("d:prop", NS)
                    }
                    for item in response.iterfind("d:propstat", NS)
                }
        raise KeyError(href)

    def value(self, tag, href=None):
        prefix, _colon, local = tag.partition(":")
        found = self.props(href).get(200, {}).get(f"{{{NS[prefix]}}}{local}")
        return None if found is None else found.text or ""


def give_password(user, password=None, scopes=()):
    """Store an app password and return its text."""
    password = password or secrets.token_urlsafe(24)
    digest = hashlib.sha256(password.encode()).digest()
    AppPassword.objects.create(user=user, name="test", digest=digest, scopes=list(scopes))
    return password


def propfind_body(tags):
    names = "".join(f"<{tag}/>" for tag in tags)
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
    return f"<?xml version='1.0'?><d:propfind {spaces}><d:prop>{names}</d:prop></d:propfind>".encode()


class Client:
    """One device of one person. Paths are below their root unless they begin with a slash."""

    def __init__(self, username, password=None, base=None):
        self.username = username
        self.base = base if base is not None else f"/remote.php/dav/files/{username}"
        self.headers = {}
        if username:
            token = base64.b64encode(f"{username}:{password or username + '-password'}".encode()).decode()
            self.headers["Authorization"] = f"Basic {token}"

    def url(self, path):
        return path if path.startswith("/") else f"{self.base}/{quote(path, safe='/%')}"

    def __call__(self, method, path="", body=None, *, chunked=False, announce=None, **headers):
        """Send a request; header names are written with underscores."""
        from collab.wsgi import application

        target, _mark, query = self.url(path).partition("?")
        body = body.encode() if isinstance(body, str) else body or b""
        environ = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "QUERY_STRING": query, "SERVER_NAME": "testserver",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "testserver",
            "PATH_INFO": _unquote(target), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.input": io.BytesIO(body), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
            "HTTP_X_COLLAB_URI": self.url(path), "HTTP_ACCEPT_LANGUAGE": "en",
        }  # fmt: skip
        if chunked:
            environ["HTTP_TRANSFER_ENCODING"] = "chunked"
        elif body or announce is not None:
            environ["CONTENT_LENGTH"] = str(len(body) if announce is None else announce)
        for name, value in {
            **self.headers,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        seen = {}

        def start_response(status, pairs, exc_info=None):
            assert all(value.isascii() for _name, value in pairs), "Granian panics on other header values"
            seen.update(status=int(status.split()[0]), headers={name.lower(): value for name, value in pairs})

        blocks = application(environ, start_response)
        assert seen, "Granian takes the status when the application returns"
        try:
            content = b"".join(blocks)
        finally:
            if hasattr(blocks, "close"):
                blocks.close()
        return Answer(seen["status"], seen["headers"], content)

    def propfind(self, path="", tags=TWELVE, depth="0", **headers):
        return self("PROPFIND", path, propfind_body(tags), Depth=depth, **headers)

    def put(self, path, body=b"", **headers):
        return self("PUT", path, body, **headers)

    def move(self, path, to, **headers):
        return self("MOVE", path, Destination=self.url(to), **headers)

    def copy(self, path, to, **headers):
        return self("COPY", path, Destination=self.url(to), **headers)


def _unquote(path):
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")
