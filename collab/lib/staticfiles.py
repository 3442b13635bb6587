"""Static files with the hash of their content in the name, imports of ES modules rewritten too."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """The front serves them as immutable; `support_js_module_import_aggregation` covers `import` and `export from`."""

    support_js_module_import_aggregation = True
    manifest_strict = False
