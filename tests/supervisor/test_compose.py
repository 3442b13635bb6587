"""What docker-compose.yml relies on; no engine is needed here."""

import re
import shutil
import stat
import subprocess

import pytest

from collab.supervisor import credentials
from collab.supervisor.instance import ROOT
from collab.supervisor.postgres import Postgres


def test_credentials_are_made_once_and_agree(tmp_path):
    assert credentials.main(tmp_path) == 0
    made = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert made["database-url"] == f"postgresql://collab:{made['database-password']}@postgres:5432/collab"
    assert made["redis-password"] in made["redis-url"]
    assert f"requirepass {made['redis-password']}\n" in made["redis.conf"]
    assert credentials.main(tmp_path) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == made
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o444}


def test_the_database_can_be_made_as_it_is_asked_to(passable):
    """The image hands these words to initdb, at the first start of a house and never before."""
    words = re.search(r"POSTGRES_INITDB_ARGS: (.+)", (ROOT / "docker-compose.yml").read_text())[1].split()
    shelf = passable()
    server, cluster = Postgres(shelf / "postgres"), shelf / "cluster"
    cluster.mkdir(0o700)
    server._give(cluster)
    server._run("initdb", "-D", cluster, "-U", "collab", "--no-sync", *words)
    assert (cluster / "PG_VERSION").exists()


@pytest.mark.client
def test_the_composition_is_valid():
    compose = shutil.which("docker-compose")
    if compose is None:
        pytest.skip("docker-compose is not installed")
    result = subprocess.run([compose, "config", "--quiet"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
