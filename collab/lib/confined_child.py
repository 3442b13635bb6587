"""How a program that reads what strangers sent begins: limits first, then its work. Started by `lib.confined` alone.

Words: bytes of memory, seconds of processor, bytes of output, nice; then the program and its own words.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def limit(memory: int, processor: int, output: int, nice: int) -> None:
    """Let the system end this process when it asks for more than any honest work; each as far as the system can."""
    with contextlib.suppress(OSError):
        os.nice(nice)
    _leave_the_network()
    with contextlib.suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, processor), (resource.RLIMIT_FSIZE, output),
            (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0),
        ):  # fmt: skip
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def _leave_the_network() -> None:
    """Go where there is no network, where the kernel lets anybody do so."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


if __name__ == "__main__":
    _memory, _processor, _output, _nice, _program, *_words = sys.argv[1:]
    limit(int(_memory), int(_processor), int(_output), int(_nice))
    sys.argv = [_program, *_words]
    runpy.run_path(_program, run_name="__main__")
