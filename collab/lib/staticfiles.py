"""Static files with the hash of their content in the name."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """The front serves them as immutable.

    Modules name each other through the page's import map, so their imports are left as they are.
    """

    manifest_strict = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: Any, force: bool = False) -> str:
        """Return the address; a page names a hundred, and none changes while the process lives."""
        if name not in self._addresses:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one of a file that was never collected: tests render pages too."""
        try:
            stored: str = super().stored_name(name)
        except ValueError:
            return name
        return stored
