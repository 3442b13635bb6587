"""Web Push as the standards say: a message encrypted for one device (RFC 8291), our name signed to it (RFC 8292)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from email.utils import parseaddr
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

RECORD = 4096
"""Push services take one record of so many bytes."""
LONGEST = 3000
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # how many keys the curve P-256 has
_HALF_A_DAY = 12 * 3600


def encrypt(message: bytes, device_key: bytes, auth: bytes) -> bytes:
    """Return the message as only the device can read it. `device_key`: its public point, `auth`: its 16 secret bytes.

    Raises ValueError for a key that is no point of the curve.
    """
    if len(message) > LONGEST:
        raise ValueError("too long for a push message")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device_key)
    ours = ec.generate_private_key(ec.SECP256R1())
    our_point = _point(ours.public_key())
    secret = _derived(ours.exchange(ec.ECDH(), theirs), auth, b"WebPush: info\0" + device_key + our_point, 32)
    salt = os.urandom(16)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(our_point)]) + our_point
    return head + AESGCM(key).encrypt(nonce, message + b"\2", None)  # 2 ends the last record


def authorization(endpoint: str, now: float | None = None) -> str:
    """Return the header by which the push service knows this house, for the origin of this endpoint."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now or time.time()) + _HALF_A_DAY,
        "sub": settings.URL if settings.HTTPS else f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={public_key()}"


def public_key() -> str:
    """Return the key that browsers are given when they subscribe."""
    return b64(_point(_key().public_key()))


def b64(data: bytes) -> str:
    """Return the bytes as the web writes them in addresses."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Return the bytes of such a text. Raises ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    """The key of this house, from the secret that made itself on the first start."""
    number = int.from_bytes(hashlib.sha512(settings.PUSH_KEY.encode()).digest(), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _derived(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(hashes.SHA256(), size, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _json(value: dict[str, object]) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())
