"""PostgreSQL and Redis beside the application: started once, adopted, recovered, ended by the last user."""

import os
import pwd
import signal
import stat
import threading
import time

import psycopg
import pytest
import redis as client

from collab.supervisor import postgres_home
from collab.supervisor.embedded import LONGEST_SOCKET_PATH, CannotStart, socket_directory
from collab.supervisor.postgres import Postgres, cache_for
from collab.supervisor.processes import alive, state, wait_until
from collab.supervisor.redis import Redis


@pytest.fixture
def shelf(passable):
    return passable()


@pytest.fixture
def postgres(shelf):
    server = Postgres(shelf / "postgres", durable=False)
    yield server
    server.stop()


@pytest.fixture
def redis(shelf):
    server = Redis(shelf / "redis")
    yield server
    server.stop()


def note(url: str, text: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [text])


def notes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM notes")]


def test_it_keeps_its_data_over_a_stop(postgres):
    note(postgres.start(), "kept")
    postgres.stop()
    assert not postgres.ready()
    assert notes(postgres.start()) == ["kept"]


def test_nobody_enters_without_the_password(postgres):
    url = postgres.start()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("collab:", "collab:x"))
    assert stat.S_IMODE((postgres.home / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700


def test_a_server_that_runs_is_adopted_and_the_last_user_ends_it(postgres):
    first = postgres.start()
    guest = Postgres(postgres.base, durable=False)
    assert guest.start() == first
    assert guest.process is None
    postgres.stop()
    assert guest.ready()
    guest.stop()
    assert not guest.ready()


def test_a_killed_server_that_nobody_reaps_does_not_hinder_the_next(postgres):
    postgres.durable = True
    note(postgres.start(), "before")
    pid = postgres.process.pid
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: state(pid) == "Z", 5)
    heir = Postgres(postgres.base, durable=False)
    assert notes(heir.start()) == ["before"]
    assert state(pid) == "Z"
    heir.stop()
    postgres.process.wait()


def test_one_that_is_ending_is_waited_for_no_longer_than_it_takes(postgres):
    with psycopg.connect(postgres.start()) as last:
        os.kill(postgres.process.pid, signal.SIGTERM)  # it refuses all others, and ends when this one has left
        assert wait_until(lambda: postgres._answer() == 1, 10)
        leaving = threading.Timer(0.5, last.close)
        leaving.start()
        heir, began = Postgres(postgres.base, durable=False), time.monotonic()
        heir.start()
        assert time.monotonic() - began < 60
    assert heir.process is not None
    heir.stop()


def test_a_number_that_another_program_took_over_does_not_hinder(postgres):
    postgres.start()
    postgres.stop()
    (postgres.home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.home / 'data'}\n")
    postgres.start()
    assert postgres.ready()


def test_a_first_start_that_was_killed_is_begun_again(postgres):
    unfinished = postgres.base / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    note(postgres.start(), "whole")


def test_data_of_another_version_is_refused_with_a_sentence(postgres):
    cluster = postgres.base / "data"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9")
    with pytest.raises(CannotStart, match="written by PostgreSQL 9"):
        postgres.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_root_gives_the_server_an_account_and_a_place_it_can_reach(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_home, "SHARED_HOME", tmp_path / "shared")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    nobody = pwd.getpwnam("nobody")
    home = postgres_home.cluster_home(closed / "postgres", nobody)
    assert home.parent == tmp_path / "shared"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert postgres_home.cluster_home(closed / "postgres", nobody) == home
    other = postgres_home.cluster_home(closed / "elsewhere" / "postgres", nobody)
    assert other != home
    (closed / "postgres" / "location").unlink()
    assert postgres_home.cluster_home(closed / "postgres", nobody) not in {home, other}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_a_copied_data_directory_does_not_share_the_database_of_its_original(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_home, "SHARED_HOME", tmp_path / "shared")
    (tmp_path / "closed").mkdir(mode=0o700)
    nobody = pwd.getpwnam("nobody")
    original, copy, moved = (tmp_path / "closed" / name for name in ("original", "copy", "moved"))
    home = postgres_home.cluster_home(original, nobody)
    copy.mkdir()
    (copy / "location").write_text((original / "location").read_text())
    with pytest.raises(CannotStart, match="is a copy of"):
        postgres_home.cluster_home(copy, nobody)
    original.rename(moved)
    assert postgres_home.cluster_home(moved, nobody) == home


def test_queued_work_survives_a_kill(redis):
    door = client.Redis.from_url(redis.start())
    door.rpush("queue", "work")
    # The file is written within the second.
    assert wait_until(lambda: door.info("persistence")["aof_pending_bio_fsync"] == 0, 5)
    os.kill(redis.process.pid, signal.SIGKILL)
    redis.process.wait()
    door = client.Redis.from_url(redis.start())
    assert door.lrange("queue", 0, -1) == [b"work"]


def test_a_damaged_file_is_set_aside(redis):
    redis.start()
    redis.stop()
    for path in (redis.base / "appendonlydir").glob("*.incr.aof"):
        path.write_bytes(b"*1\r\n$-5\r\nnonsense" * 20)
    redis.start()
    assert redis.ready()
    assert list(redis.base.glob("appendonlydir.damaged-*"))


def test_redis_is_adopted_and_ended_by_its_last_user(redis):
    redis.start()
    guest = Redis(redis.base)
    guest.start()
    pid = redis.process.pid
    redis.stop()
    assert guest.ready()
    guest.stop()
    assert wait_until(lambda: not alive(pid), 5)


def test_sockets_fit_the_kernel_however_deep_the_directory_is(tmp_path):
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    found = socket_directory(deep, ".s.PGSQL.5432.lock", os.geteuid())
    assert len(str(found / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    assert socket_directory(deep, ".s.PGSQL.5432.lock", os.geteuid()) == found
    found.rmdir()


@pytest.mark.parametrize(
    ("memory", "cache"), [(1 << 30, "64MB"), (4 << 30, "128MB"), (8 << 30, "256MB"), (64 << 30, "512MB")]
)
def test_the_cache_of_postgresql_grows_with_the_machine(memory, cache):
    assert cache_for(memory) == cache
