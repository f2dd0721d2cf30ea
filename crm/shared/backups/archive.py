"""The file of a backup: a zip whose manifest names every part with its size and SHA-256.

Written under a temporary name, brought to the disk and only then named: a file with a backup's name is whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from crm.shared.errors import Refused

FORMAT = 1
MANIFEST, DATABASE, SECRET_KEY, ERASURES, UPLOADS = (
    "manifest.json",
    "database",
    "secret_key",
    "erasures.jsonl",
    "uploads",
)
_CHUNK = 1 << 20


class BadBackup(Refused):
    """This file is not a whole backup of Regulars."""


class BackupExists(Refused):
    """There is a file of that name already. Choose another name."""


@dataclass(frozen=True)
class Part:
    """One part of a backup."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says about itself; `rows` counts every table at the moment of the copy."""

    version: str
    schema: str
    database: str
    engine: str
    kind: str
    made_at: datetime
    rows: Mapping[str, int]
    parts: Mapping[str, Part] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the manifest as JSON."""
        plain: dict[str, Any] = {"format": FORMAT} | asdict(self)
        return json.dumps(plain | {"made_at": self.made_at.isoformat()}, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Read a manifest; raise BadBackup."""
        try:
            plain = json.loads(text)
            if plain.pop("format") != FORMAT:
                raise BadBackup("This backup was made by a newer version of the program.")
            parts = {str(name): Part(**part) for name, part in plain.pop("parts").items()}
            found = cls(**plain | {"parts": parts, "made_at": datetime.fromisoformat(plain["made_at"])})
            found.demand_sense()
            return found
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadBackup from error

    def demand_sense(self) -> None:
        """Raise ValueError where a value is of another kind than the program writes."""
        words = (self.version, self.schema, self.database, self.engine, self.kind)
        numbers = (*self.rows.values(), *(part.size for part in self.parts.values()))
        if not all(isinstance(each, str) for each in words) or not all(isinstance(each, int) for each in numbers):
            raise ValueError("words and numbers are mixed up")
        if self.made_at.tzinfo is None:
            raise ValueError("nobody knows when it was made")


class Writer:
    """Adds parts to a backup that is being made, and remembers their sums."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Start without parts."""
        self._archive = archive
        self.parts: dict[str, Part] = {}

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a part from memory."""
        self._add(name, io.BytesIO(content))

    def add_file(self, name: str, path: Path) -> None:
        """Add a part from a file; one that is gone by now is left out."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            self._add(name, file)

    def _add(self, name: str, source: IO[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.parts[name] = Part(digest.hexdigest(), size)

    def finish(self, manifest: Manifest) -> Manifest:
        """Add the manifest, which names all parts."""
        whole = Manifest(**{**vars(manifest), "parts": dict(self.parts)})
        self._archive.writestr(MANIFEST, whole.as_json())
        return whole


@contextmanager
def writing(to: Path) -> Iterator[Writer]:
    """Make a backup file of a name that is free: readable by its user only, whole or not there."""
    if to.exists():
        raise BackupExists
    fresh = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(to)
        sync_folder(to.parent)
    finally:
        fresh.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says about itself; raise BadBackup for a file that is none, or is cut."""
    with _opened(path) as archive:
        return Manifest.from_json(archive.read(MANIFEST))


def read_part(path: Path, name: str) -> bytes:
    """Return a small part of a backup, empty where there is none."""
    with _opened(path) as archive:
        return archive.read(name) if name in archive.namelist() else b""


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, comparing every sum; raise BadBackup."""
    with _opened(path) as archive:
        manifest = Manifest.from_json(archive.read(MANIFEST))
        if set(archive.namelist()) != {MANIFEST, *manifest.parts}:
            raise BadBackup("The backup does not hold exactly the parts that its manifest names.")
        for name, part in manifest.parts.items():
            _unpack_part(archive, name, part, folder)
    return manifest


def _unpack_part(archive: zipfile.ZipFile, name: str, part: Part, folder: Path) -> None:
    place = PurePosixPath(name)
    is_upload = place.parts[:1] == (UPLOADS,) and len(place.parts) > 1 and ".." not in place.parts
    if not is_upload and name not in {DATABASE, SECRET_KEY, ERASURES}:
        raise BadBackup
    target = folder.joinpath(*place.parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, left = hashlib.sha256(), part.size
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, archive.open(name) as source:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if left or digest.hexdigest() != part.sha256:
        raise BadBackup(f"The backup is damaged: {name} is not what it was when the backup was made.")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BadBackup(f"There is no file {path}.") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, ValueError) as error:
        raise BadBackup(
            f"{path.name} is not a whole backup of Regulars: it is damaged, cut, or something else."
        ) from error
