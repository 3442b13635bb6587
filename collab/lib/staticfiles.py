"""Static files with the hash of their content in the name, imports of ES modules rewritten too."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """The front serves them as immutable; `support_js_module_import_aggregation` covers `import` and `export from`."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one of a file that was never collected: tests render pages too."""
        try:
            stored: str = super().stored_name(name)
        except ValueError:
            return name
        return stored
