"""The passwords between the services of docker-compose.yml, made once, kept as files on a volume of their own."""

import secrets
import sys
from pathlib import Path


def main(directory: Path) -> int:
    """Write what is missing, the password of each service last, so that a killed first start is begun again."""
    for service, files in (("database", _database), ("redis", _redis)):
        password = directory / f"{service}-password"
        if not password.exists():
            fresh = secrets.token_hex(24)
            for name, content in files(fresh).items():
                _write(directory / name, content)
            _write(password, fresh)
    return 0


def _database(password: str) -> dict[str, str]:
    return {"database-url": f"postgresql://collab:{password}@postgres:5432/collab"}


def _redis(password: str) -> dict[str, str]:
    # It listens on every address of its container: the network between the services is closed to the outside.
    configuration = f"bind * -::*\nport 6379\ndir /data\nrequirepass {password}\n"
    return {"redis-url": f"redis://:{password}@redis:6379", "redis.conf": configuration}


def _write(path: Path, content: str) -> None:
    """Write a whole file or none. The services run as several accounts; no other container mounts the volume."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(content)
    aside.chmod(0o444)
    aside.replace(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
