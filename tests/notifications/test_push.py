"""Push: encrypted as a browser decrypts it, signed as a push service checks it, sent to no trap, rung once."""

import base64
import contextlib
import datetime as dt
import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID
from django.utils import timezone

from collab.accounts.models import User
from collab.lib import outside
from collab.lib.errors import BadInput, Conflict
from collab.notifications import actions, pushing, webpush
from collab.notifications.models import Device, Notification, Push
from collab.rights.right import READER
from tests import town as make
from tests.notifications.hearing import follow, heard

pytestmark = pytest.mark.django_db


class Browser:
    """What a browser keeps of a subscription: it alone can read what arrives."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"

    @property
    def point(self):
        return self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def decrypt(self, body):
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        assert size == 4096 >= len(body) - 86
        theirs = body[21 : 21 + length]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        secret = _hkdf(shared, self.auth, b"WebPush: info\0" + self.point + theirs, 32)
        key, nonce = (
            _hkdf(secret, salt, b"Content-Encoding: aes128gcm\0", 16),
            _hkdf(secret, salt, b"Content-Encoding: nonce\0", 12),
        )
        plain = AESGCM(key).decrypt(nonce, body[21 + length :], None)
        assert plain[-1] == 2
        return plain[:-1]


def _hkdf(secret, salt, info, size):
    return HKDF(hashes.SHA256(), size, salt, info).derive(secret)


class Service:
    """A push service on this machine, over TLS; `answer`: the status it gives, `came`: what it was sent."""

    def __init__(self):
        self.answer, self.headers, self.came = 201, {}, []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("push.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("push") / "push.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def service(certificate, monkeypatch):
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            found.came.append((dict(self.headers), self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.answer)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    trust = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(outside, "trust", lambda: trust)
    monkeypatch.setattr(outside, "PORTS", {443, port})
    monkeypatch.setattr(outside, "address_of", lambda host, _port: "127.0.0.1")
    found.endpoint = f"https://push.test:{port}/send/abc?x=1"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def bob(quiet, service, browser, monkeypatch):
    monkeypatch.setattr(pushing, "_queue", lambda person: None)
    User.objects.filter(pk=quiet.bob.pk).update(language="en")
    register(quiet.bob, service, browser)
    return User.objects.get(pk=quiet.bob.pk)


def register(person, service, browser, **options):
    return actions.add_device(
        make.act(person), options.pop("endpoint", None) or service.endpoint, webpush.b64(browser.point),
        webpush.b64(browser.auth), session=options.pop("session", "s1"), agent="Firefox",
    )  # fmt: skip


def share_with(quiet, person, name="Accounts"):
    make.share(quiet.alice, make.make_folder(quiet.alice, quiet.root, name), person, READER.mask)
    heard(person)


def later():
    """Let what waits be due."""
    Push.objects.update(at=timezone.now())


def test_a_device_rings_and_its_browser_alone_reads_what_it_says(bob, quiet, service, browser):
    share_with(quiet, bob)
    assert pushing.deliver(bob.pk) == 1
    headers, path, body = service.came[0]
    assert path == "/send/abc?x=1"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Host"].startswith("push.test")
    assert b"Accounts" not in body
    told = json.loads(browser.decrypt(body))
    row = Notification.objects.get(person=bob)
    assert told == {
        "title": "Collab",
        "body": "Alice shared this with you: can view · Accounts",
        "url": f"/notifications/{row.pk}/",
        "tag": f"n{row.pk}",
        "lang": "en",
    }
    assert pushing.deliver(bob.pk) == 0
    assert len(service.came) == 1


def test_it_speaks_the_language_of_its_person(bob, quiet, service, browser):
    User.objects.filter(pk=bob.pk).update(language="fr")
    share_with(quiet, bob)
    pushing.deliver(bob.pk)
    told = json.loads(browser.decrypt(service.came[0][2]))
    assert told["lang"] == "fr"
    assert told["body"] == "Alice vous l’a partagé\N{NO-BREAK SPACE}: peut voir · Accounts"


def test_what_is_discreet_names_nobody_and_nothing(bob, quiet, service, browser):
    actions.prefer(bob, discreet=True)
    share_with(quiet, bob)
    pushing.deliver(bob.pk)
    message = browser.decrypt(service.came[0][2]).decode()
    assert "Something new is waiting for you." in message
    assert "Alice" not in message
    assert "Accounts" not in message


def test_the_push_service_knows_the_house_by_its_signature(bob, quiet, service):
    share_with(quiet, bob)
    pushing.deliver(bob.pk)
    scheme, token, key = service.came[0][0]["Authorization"].replace(",", "").split()
    assert (scheme, token[:2], key[:2]) == ("vapid", "t=", "k=")
    signed, _dot, signature = token[2:].rpartition(".")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), webpush.unb64(key[2:]))
    raw = webpush.unb64(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(webpush.unb64(signed.split(".")[1]))
    assert claims["aud"] == service.endpoint.rpartition("/send")[0]
    assert 0 < claims["exp"] - timezone.now().timestamp() <= 24 * 3600
    assert key[2:] == webpush.public_key()


@pytest.mark.parametrize("status", [404, 410, 301, 403])
def test_a_device_that_is_gone_is_forgotten(bob, quiet, service, status):
    service.answer, service.headers = status, {"Location": "http://127.0.0.1/"}
    share_with(quiet, bob)
    assert pushing.deliver(bob.pk) == 0
    assert not Device.objects.exists()
    assert len(service.came) == 1  # nobody went where it pointed to


def test_a_push_service_that_is_away_is_asked_again_ever_more_rarely(bob, quiet, service, browser):
    service.answer = 503
    share_with(quiet, bob)
    waits = []
    for _time in range(4):
        later()
        pushing.deliver(bob.pk)
        waits.append((Push.objects.get().at - timezone.now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > 400
    service.answer = 201
    assert pushing.deliver(bob.pk) == 0  # not yet
    later()
    assert pushing.deliver(bob.pk) == 1


def test_it_is_asked_when_it_wants_to_be_asked(bob, quiet, service):
    service.answer, service.headers = 429, {"Retry-After": "1800"}
    share_with(quiet, bob)
    pushing.deliver(bob.pk)
    assert (Push.objects.get().at - timezone.now()).total_seconds() > 1700


def test_what_could_not_ring_within_a_day_rings_no_more(bob, quiet, service):
    share_with(quiet, bob)
    make.age(Push.objects, "created_at", 1.1)
    pushing.catch_up()
    assert not Push.objects.exists()


def test_what_was_read_or_may_not_be_seen_any_more_does_not_ring(bob, quiet, service):
    share_with(quiet, bob)
    actions.read_all(make.act(bob))
    assert pushing.deliver(bob.pk) == 0
    folder = make.make_folder(quiet.alice, quiet.root, "Box")
    make.share(quiet.alice, folder, bob, READER.mask)
    heard(bob)
    make.restrict(quiet.alice, folder)
    make.unshare(quiet.alice, folder, bob)
    assert pushing.deliver(bob.pk) == 0
    assert not Push.objects.exists()
    assert service.came == []


def test_what_is_only_followed_does_not_ring_unless_one_wants_it(bob, quiet, service):
    follow(bob, quiet.space)
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    assert not Push.objects.exists()
    actions.prefer(bob, push_kinds={"followed": True})
    make.make_file(quiet.alice, make.make_folder(quiet.alice, quiet.root), "b.txt")
    heard(bob)
    assert pushing.deliver(bob.pk) == 2


def test_a_growing_row_does_not_ring_at_each_step(bob, quiet, service):
    for name in "abc":
        share_with(quiet, bob, name)
        pushing.deliver(bob.pk)
    assert len(service.came) == 1


def test_a_device_is_silent_when_its_session_ends(client, quiet, service, browser):
    client.force_login(quiet.bob)
    register(quiet.bob, service, browser, session=client.session.session_key)
    client.post("/accounts/logout/")
    assert not Device.objects.exists()


def test_who_signs_in_next_in_a_browser_takes_its_place(bob, quiet, service, browser):
    register(quiet.eve, service, browser)
    assert Device.objects.get().person == quiet.eve


def test_a_person_has_so_many_devices_and_no_more(bob, service, browser, monkeypatch):
    monkeypatch.setattr(actions, "MOST_DEVICES", 1)
    with pytest.raises(Conflict):
        register(bob, service, browser, endpoint=service.endpoint + "2")


HOSTILE = [
    "http://push.example.org/x", "https://push.example.org:8080/x", "https://user@push.example.org/x", "ftp://x/",
    "https:///x", "https://push.example.org/" + "x" * 1000, "https://push.example.org/a b", "https://püsh.example.org/",
    "file:///etc/passwd", "https://push.example.org:abc/", "https://push.example.org/\r\nHost: x",
]  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_an_address_that_is_no_push_service_is_refused(quiet, browser, url):
    with pytest.raises(BadInput):
        actions.add_device(make.act(quiet.bob), url, webpush.b64(browser.point), webpush.b64(browser.auth), session="s")


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.1.2.3", "100.64.0.1", "224.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_is_sent_to_a_network_of_ours_whatever_the_name_says(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answers = [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 443)), (family, 1, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: answers)
    with pytest.raises(outside.Hostile):
        outside.address_of("push.example.org", 443)


def test_a_trap_is_forgotten_without_being_asked(quiet, browser, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_o: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", 443))])
    device = actions.add_device(
        make.act(quiet.bob),
        "https://push.example.org/x",
        webpush.b64(browser.point),
        webpush.b64(browser.auth),
        session="s",
    )
    assert pushing.send(device, b"{}", 1) == dt.timedelta(0)


def test_a_certificate_of_another_name_is_not_believed(service, certificate, monkeypatch):
    with pytest.raises(ssl.SSLError):
        outside.post(service.endpoint.replace("push.test", "other.test"), b"", {})


def test_an_endless_answer_is_not_read_to_its_end(monkeypatch, certificate):
    listener = socket.create_server(("127.0.0.1", 0))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def flood():
        plain, _address = listener.accept()
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as wire:
            wire.recv(65536)
            wire.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 100000000000\r\n\r\n")
            while True:
                wire.sendall(b"x" * 65536)

    threading.Thread(target=flood, daemon=True).start()
    port = listener.getsockname()[1]
    trust = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(outside, "trust", lambda: trust)
    monkeypatch.setattr(outside, "PORTS", {port})
    monkeypatch.setattr(outside, "address_of", lambda host, _port: "127.0.0.1")
    assert outside.post(f"https://push.test:{port}/", b"", {})[0] == 201
    listener.close()


def test_the_example_of_the_standard_decrypts():
    """RFC 8291, 5: the receiver's keys and the message as printed there."""
    browser = Browser()
    number = int.from_bytes(webpush.unb64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    browser.key = ec.derive_private_key(number, ec.SECP256R1())
    browser.auth = webpush.unb64("BTBZMqHH6r4Tts7J_aSIgg")
    body = base64.urlsafe_b64decode(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.decrypt(body) == b"When I grow up, I want to be a watermelon"
    assert Browser.decrypt(browser, webpush.encrypt(b"again", browser.point, browser.auth)) == b"again"
