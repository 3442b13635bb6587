#!/usr/bin/env python
"""Run one command; `serve` starts everything, any other finds or starts the database it needs."""

import os
import sys


def main() -> None:
    """Hand over to the supervisor before Django loads, or to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    if sys.argv[1:2] == ["serve"]:
        from collab.supervisor.serve import main as serve

        sys.exit(serve(sys.argv[2:]))
    from collab.supervisor.environment import servers

    with servers(sys.argv[1:]):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
