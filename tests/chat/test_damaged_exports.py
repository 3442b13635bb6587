"""Archives whose list or members lie: each is refused with a sentence, and never by a fault."""

import contextlib
import io
import random

import pytest

from chat.moving import opening
from collab.lib.errors import BadInput, Refusal
from tests.chat import exports

LIST, MEMBER, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


def read(archive: bytes) -> None:
    list(opening.opened(io.BytesIO(archive)).records(lambda done, total: None))


def test_a_member_that_begins_before_the_archive_is_refused():
    archive = bytearray(exports.zipped({"import.jsonl": exports.mattermost()}))
    place = archive.find(END) + 16  # where the list begins, told too late: so all members begin too early
    archive[place : place + 4] = (int.from_bytes(archive[place : place + 4], "little") + 50).to_bytes(4, "little")
    with pytest.raises(BadInput):
        read(bytes(archive))


def test_a_member_without_a_name_is_passed_over():
    archive = bytearray(exports.zipped({"import.jsonl": exports.mattermost(), "aa__": b"x"}))
    place = archive.rfind(LIST)
    archive[place + 28 : place + 32] = b"\0\0\4\0"  # its four letters are something added, not a name
    archive[place + 46 : place + 50] = b"aa\0\0"
    read(bytes(archive))


def test_no_damage_is_more_than_a_refusal():
    whole = exports.zipped({"import.jsonl": exports.mattermost(), "data/é.txt": b"a"})
    dice = random.Random(1)
    for _number in range(500):
        damaged = bytearray(whole)
        for _part in range(dice.randrange(1, 4)):
            head = damaged.find(dice.choice([LIST, MEMBER, END]))
            damaged[head + dice.randrange(4, 20)] = dice.choice([0, 1, 8, 255, dice.randrange(256)])
        if dice.random() < 0.3:
            at = dice.randrange(len(damaged) - 22)
            del damaged[at : at + dice.randrange(1, 9)]
        with contextlib.suppress(Refusal):
            read(bytes(damaged))
