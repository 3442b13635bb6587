"""What the one Caddyfile needs to know of an instance, and whether its port is free."""

import errno
import shutil
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from collab.supervisor.embedded import CannotStart
from collab.supervisor.instance import ROOT, Instance

CADDYFILE = ROOT / "deploy" / "Caddyfile"
_OURS = Path(sys.executable).parent / "caddy"  # the wheel's, of the version that is locked


def variables(instance: Instance) -> dict[str, str]:
    """Return the environment that fills the Caddyfile in."""
    sockets = instance.sockets()
    local_blobs = not instance.blobs.startswith("s3://")
    values = {
        "COLLAB_FRONT_SITE": instance.url if instance.serves_tls else f"http://:{instance.port}",
        "COLLAB_FRONT_BIND": f"bind {instance.host}" if binds_one_address(instance) else "",
        "COLLAB_FRONT_WEB": quoted(f"unix/{sockets / 'web.sock'}"),
        "COLLAB_FRONT_SOCKETS": quoted(f"unix/{sockets / 'sockets.sock'}"),
        "COLLAB_FRONT_STATIC": quoted(instance.static),
        "COLLAB_FRONT_STORAGE": quoted(instance.data / "front"),
        "XDG_DATA_HOME": str(instance.data / "front"),
        "XDG_CONFIG_HOME": str(instance.data / "front"),
    }
    if local_blobs:
        values["COLLAB_FRONT_BLOBS"] = quoted(Path(instance.blobs).resolve())
    # Empty where blobs are elsewhere: the application then sends them itself.
    values["COLLAB_FRONT_SENDFILE"] = "X-Accel-Redirect" if local_blobs else '""'
    if not instance.serves_tls and _OURS.exists():
        # Caddy cuts answers into pieces of 64 KB, to see one that stalls. Without TLS, where the kernel could send a
        # file by itself, this costs half of the speed of a download; the limit for a whole answer remains.
        values["COLLAB_FRONT_STALLED"] = "write_idle -1s"
    if instance.trusted_proxies:
        values["COLLAB_FRONT_TRUSTED"] = " ".join(instance.trusted_proxies)
    return values


def quoted(path: Path | str) -> str:
    """Return it as one token of a Caddyfile, blanks and all."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def binds_one_address(instance: Instance) -> bool:
    """Return whether to listen on COLLAB_HOST alone: one that serves TLS must be reached from outside."""
    return not (instance.serves_tls and instance.host == "127.0.0.1")


def require_ports(instance: Instance) -> None:
    """Raise CannotStart, with what to do, when a port of the front is taken or forbidden."""
    # Port 80 sends visitors to https, and answers those who issue the certificate.
    ports = [urlsplit(instance.url).port or 443, 80] if instance.serves_tls else [instance.port]
    host = instance.host if binds_one_address(instance) else ""
    for port in ports:
        try:
            probe(host, port)
        except OSError as failure:
            raise CannotStart(explain(failure, host, port, instance)) from None


def probe(host: str, port: int) -> None:
    """Bind the port for a moment, as the front will."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))


def explain(failure: OSError, host: str, port: int, instance: Instance) -> str:
    """Return a sentence on why the port cannot be had, and the way out."""
    other = f"Choose another one: COLLAB_PORT={instance.port + 1} make run"
    if instance.serves_tls:
        other = "An https address needs ports 80 and 443, or COLLAB_TRUSTED_PROXIES when your own proxy serves it."
    if failure.errno == errno.EADDRINUSE:
        return f"Port {port} is used by another program (perhaps by another Collab). {other}"
    if failure.errno == errno.EACCES:
        return f"This account may not use port {port}: ports below 1024 need root or a capability. {other}"
    if failure.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}: correct COLLAB_HOST."
    return f"Port {port} of {host or 'this machine'} cannot be used: {failure.strerror}. {other}"


def program() -> str:
    """Return Caddy: the wheel's beside this Python, else the system's."""
    if _OURS.exists():
        return str(_OURS)
    if path := shutil.which("caddy"):
        return path
    raise CannotStart("Caddy is not installed: run `make setup`.")
