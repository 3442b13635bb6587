"""The whole suite with encryption on: `COLLAB_TEST_ENCRYPTION=1`. Each house that tests build then seals its contents.

The key is in the environment, so that the processes which tests start have it too.
"""

from __future__ import annotations

import os
from typing import Any

from collab.registry import house
from collab.vault import actions, keys, master
from collab.vault.models import Vault

IS_ON = os.environ.get("COLLAB_TEST_ENCRYPTION") == "1"
KEY = bytes(range(32))

if IS_ON:
    os.environ["COLLAB_MASTER_KEY"] = master.text(KEY)


def give_key(settings: Any) -> None:
    """Let this process have the key."""
    settings.MASTER_KEY = master.text(KEY)


def seal_house() -> keys.Lock:
    """Turn encryption on as somebody would who has kept the recovery key; return what contents are sealed with."""
    if not keys.vault().fingerprint:
        groups = actions.begin(None).split("-")
        wanted = actions.asked("-".join(groups))
        actions.prove(None, " ".join(groups[number - 1] for number in wanted))
    actions.turn_on(None)
    house.forget_all()
    found = keys.current()
    assert found is not None
    assert Vault.objects.get().fingerprint
    return found
