"""The tables of files, a noun each."""

from files.models.album import Album, AlbumItem
from files.models.blob import Blob, FormerKey
from files.models.burst import Burst
from files.models.draft import CoAuthor, Draft, DraftUpdate
from files.models.importing import Import, ImportSkip
from files.models.mount import Mount
from files.models.node import Node, Trash
from files.models.photo import Photo
from files.models.preview import Preview
from files.models.upload import Upload
from files.models.version import Version
from files.models.withheld import Withheld

__all__ = [
    "Album", "AlbumItem", "Blob", "Burst", "CoAuthor", "Draft", "DraftUpdate", "FormerKey", "Import",
    "ImportSkip", "Mount", "Node",
    "Photo", "Preview",
    "Trash", "Upload", "Version", "Withheld",
]  # fmt: skip
