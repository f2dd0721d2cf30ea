"""The side files of an import, under a random name: what was uploaded, what the dry run found, how far it is.

Progress is a file and not a column, so that a page can read it while the import's own transaction holds
the database.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, ClassVar

from crm.contacts.importing import AddressDraft, ConsentDraft, ContactDraft, Kind, PhoneDraft
from crm.shared.errors import Refused
from crm.shared.paging import BadPlace, Page, decode_place, encode_place

PROGRESS_SECONDS = 0.3
KINDS = ("file", "shape", "drafts", "new", "matched", "wrong", "errors", "progress")


class NoRoomForFiles(Refused):
    """The file cannot be kept just now: the disk is full or not writable. Nothing was changed."""

    status: ClassVar[int] = 503


class FilesGone(Refused):
    """The file of this import is not kept any more. Upload it again."""

    status: ClassVar[int] = 404


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """The files of one import; `name` is random and never comes from the uploaded file."""

    folder: Path
    name: str

    @classmethod
    def fresh(cls, folder: Path) -> ImportFiles:
        """Return a new place for an upload."""
        return cls(folder, secrets.token_hex(16))

    def path(self, kind: str) -> Path:
        """Return where the file of a kind is."""
        return self.folder / f"{self.name}.{kind}"

    def keep(self, stream: IO[bytes]) -> None:
        """Store what was uploaded; raise NoRoomForFiles."""

        def copy(out: IO[bytes]) -> None:
            while block := stream.read(1 << 20):
                out.write(block)

        self._write("file", copy)

    def content(self) -> bytes:
        """Return what was uploaded; raise FilesGone."""
        return self.read("file")

    def read(self, kind: str) -> bytes:
        """Return a file as it is; raise FilesGone."""
        try:
            return self.path(kind).read_bytes()
        except FileNotFoundError:
            raise FilesGone from None

    def write(self, kind: str, content: bytes) -> None:
        """Write a file as a whole."""
        self._write(kind, lambda out: out.write(content))

    def write_lines(self, kind: str, values: Iterable[Mapping[str, Any]]) -> None:
        """Write values one a line."""

        def write(out: IO[bytes]) -> None:
            for value in values:
                out.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

        self._write(kind, write)

    def lines(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield the values of a file."""
        try:
            with self.path(kind).open("rb") as file:
                yield from map(json.loads, file)
        except FileNotFoundError:
            raise FilesGone from None

    def page(self, kind: str, place: str | None, size: int) -> Page[dict[str, Any]]:
        """Return one page of the values of a file; a place is where its next line begins."""
        key = decode_place(place, 1)
        start = key[0] if key and isinstance(key[0], int) and 0 < key[0] < 2**40 else 0
        try:
            with self.path(kind).open("rb") as file:
                file.seek(start)
                rows = [json.loads(line) for line in islice(file, size)]
                end = file.tell()
                return Page(rows, encode_place([end]) if file.read(1) else None)
        except FileNotFoundError:
            return Page([])
        except ValueError:
            raise BadPlace from None

    def remove(self, kinds: Iterable[str] = KINDS) -> None:
        """Remove files; those that are gone already do no harm."""
        for kind in kinds:
            self.path(kind).unlink(missing_ok=True)

    def _write(self, kind: str, write: Callable[[IO[bytes]], object]) -> None:
        fresh = self.path(f"{kind}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with fresh.open("wb") as out:
                write(out)
            fresh.replace(self.path(kind))
        except OSError as error:
            raise NoRoomForFiles from error


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: the step, and rows done of all (0 of 0 where nothing can be counted)."""

    step: str = ""
    done: int = 0
    total: int = 0


class Tracker:
    """Writes how far an import is, at most a few times a second."""

    def __init__(self, files: ImportFiles) -> None:
        """Track the import of these files."""
        self.files = files
        self.written_at = 0.0
        self.step = ""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        """Note the progress; failing to write it never fails the import."""
        if step == self.step and done != total and time.monotonic() - self.written_at < PROGRESS_SECONDS:
            return
        self.step, self.written_at = step, time.monotonic()
        try:
            self.files.write("progress", json.dumps([step, done, total]).encode())
        except NoRoomForFiles:
            return


def read_progress(files: ImportFiles) -> Progress:
    """Return how far an import is; nothing before it begins."""
    try:
        return Progress(*json.loads(files.read("progress")))
    except (FilesGone, OSError, ValueError, TypeError):
        return Progress()


def draft_to_plain(draft: ContactDraft) -> dict[str, Any]:
    """Return a draft as values for a line of a file."""
    plain = asdict(draft)
    plain["kind"] = draft.kind.value
    return {name: value for name, value in plain.items() if value}


def draft_from_plain(plain: Mapping[str, Any]) -> ContactDraft:
    """Return the draft that was written."""
    lists = {name: tuple(plain.get(name, ())) for name in ("emails", "links", "tags", "warnings")}
    return ContactDraft(
        **{
            **plain,
            **lists,
            "kind": Kind(plain["kind"]),
            "phones": tuple(PhoneDraft(**each) for each in plain.get("phones", ())),
            "addresses": tuple(AddressDraft(**each) for each in plain.get("addresses", ())),
            "consents": tuple(ConsentDraft(**each) for each in plain.get("consents", ())),
        }
    )
