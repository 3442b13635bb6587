"""Static files with the hash of their content in the name."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """The front serves them as immutable.

    Modules name each other through the page's import map, so their imports are left as they are.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one of a file that was never collected: tests render pages too."""
        try:
            stored: str = super().stored_name(name)
        except ValueError:
            return name
        return stored
