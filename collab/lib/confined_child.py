"""How a program that reads what strangers sent begins: limits first, then its work. Started by `lib.confined` alone.

Words: bytes of memory, seconds of processor, bytes of output, nice, processes, a folder to write in (or nothing); then
the program and its own words.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
from typing import Any

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
_CREATE_RULES, _ADD_RULE, _RESTRICT = 444, 445, 446
"""Landlock's three calls: the same numbers on every kind of machine (Linux 5.13)."""
_RUN, _WRITE_FILE, _READ_FILE, _READ_FOLDER, _REMOVE_FILE, _MAKE_SOCKET = (1 << bit for bit in (0, 1, 2, 3, 5, 9))
_KNOWN_FILES = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version of Landlock on how many kinds of access to files are known."""
_READABLE = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/var/lib/libreoffice",
    "/var/spool/libreoffice", "/dev/urandom",
)  # fmt: skip
_MEETING = "/tmp"  # noqa: S108 - where LibreOffice meets itself by a socket, whatever it is told


def limit(memory: int, processor: int, output: int, nice: int, processes: int) -> None:
    """Let the system end this process when it asks for more than any honest work; each as far as the system can."""
    with contextlib.suppress(OSError):
        os.nice(nice)
    _leave_the_network()
    with contextlib.suppress(ImportError):
        import resource

        limits = [
            (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, processor), (resource.RLIMIT_FSIZE, output),
            (resource.RLIMIT_CORE, 0),
        ]  # fmt: skip
        # the system counts all that this account runs: a number of one's own can only be none
        limits += [] if processes else [(resource.RLIMIT_NPROC, 0)]
        for what, most in limits:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def see_only(program: str, room: str) -> None:
    """Hide every file but those of Python, of the system and of the program itself, where the kernel can (Landlock)."""
    with contextlib.suppress(Exception):
        import ctypes

        system = ctypes.CDLL(None, use_errno=True)
        version = system.syscall(_CREATE_RULES, None, 0, 1)
        known = max((bits for since, bits in _KNOWN_FILES if since <= version), default=0)
        if not known:
            return
        everything = (1 << known) - 1
        # files; from version 4 on TCP too, from 6 on signals and sockets of others
        handled = (ctypes.c_uint64 * 3)(everything, 3, 3)
        rules = system.syscall(_CREATE_RULES, handled, 8 if version < 4 else 16 if version < 6 else 24, 0)
        places = {*_READABLE, sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.path.abspath(program))}
        for place in places:
            _allow(system, ctypes, rules, place, _RUN | _READ_FILE | _READ_FOLDER)
        _allow(system, ctypes, rules, os.devnull, _READ_FILE | _WRITE_FILE)
        if room:
            _allow(system, ctypes, rules, room, everything)
            _allow(system, ctypes, rules, _MEETING, _READ_FOLDER | _REMOVE_FILE | _MAKE_SOCKET)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        system.syscall(_RESTRICT, rules, 0)
        os.close(rules)


def _allow(system: Any, ctypes: Any, rules: int, place: str, access: int) -> None:
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    access &= -1 if os.path.isdir(place) else ~_READ_FOLDER
    rule = access.to_bytes(8, sys.byteorder) + opened.to_bytes(4, sys.byteorder, signed=True)
    system.syscall(_ADD_RULE, rules, 1, rule, 0)
    os.close(opened)


def _leave_the_network() -> None:
    """Go where there is no network, where the kernel lets anybody do so."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


if __name__ == "__main__":
    _memory, _processor, _output, _nice, _processes, _room, _program, *_words = sys.argv[1:]
    see_only(_program, _room)
    limit(int(_memory), int(_processor), int(_output), int(_nice), int(_processes))
    sys.argv = [_program, *_words]
    runpy.run_path(_program, run_name="__main__")
