"""How errors are written down: what failed, where in the program, when; never a value or a text of a customer.

The log has the whole traceback. The last errors are also in a small file in the data folder, for the page of health, so
that they can be written when the database cannot.
"""

from __future__ import annotations

import json
import logging
import os
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from config import ROOT

_FILE = "errors.jsonl"
_MOST_BYTES = 200_000
_OURS = str(ROOT / "crm")
# Their texts speak of the program, the disk or the schema; the database's leave out the values (crm.shared.database).
_TELLING = (OSError, AttributeError, NameError, ImportError, IntegrityError, OperationalError, ProgrammingError)


@dataclass(frozen=True)
class LoggedError:
    """One error: the line of the log, the kind of exception and the place in the program."""

    at: datetime
    said: str
    kind: str
    place: str


class PlainFormatter(logging.Formatter):
    """Writes an exception with its traceback but without its text, which may hold what somebody typed."""

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the traceback and the kind of an exception and of those before it."""
        return _written(ei[1]) if ei[1] is not None else ""


def _written(error: BaseException) -> str:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    first = f"{_written(before)}\n\nThen came:\n\n" if before is not None else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    said = f"{kind}: {error}" if isinstance(error, _TELLING) else kind
    return f"{first}Traceback (most recent call last):\n{''.join(traceback.format_tb(error.__traceback__))}{said}"


class _Keeper(logging.Handler):
    def __init__(self, path: Path) -> None:
        super().__init__(logging.ERROR)
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "said": record.getMessage()[:200],
            "kind": type(error).__name__ if error else "",
            "place": _place_in_program(error),
        }
        try:
            _append(self.path, json.dumps(line) + "\n")
        except OSError:
            return  # a full disk is told by the page of health itself


def _place_in_program(error: BaseException | None) -> str:
    """Return file and line of the innermost frame that is ours."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)]
    return f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""


def _append(path: Path, line: str) -> None:
    """Add a line in one write, so that several processes do not mix theirs; the older half goes when it is long."""
    if path.exists() and path.stat().st_size > _MOST_BYTES:
        path.replace(path.with_suffix(".old"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def keep_errors(data_dir: Path) -> None:
    """Keep what the program logs as errors; the latest call says where."""
    logger = logging.getLogger("crm")
    for handler in [each for each in logger.handlers if isinstance(each, _Keeper)]:
        logger.removeHandler(handler)
    logger.addHandler(_Keeper(data_dir / _FILE))


def last_errors(data_dir: Path, count: int = 20) -> list[LoggedError]:
    """Return the last errors, newest first."""
    found: list[LoggedError] = []
    for name in (_FILE, Path(_FILE).with_suffix(".old")):
        try:
            lines = (data_dir / name).read_text().splitlines()
        except OSError:
            continue
        found += [error for line in reversed(lines[-count:]) if (error := _read(line)) is not None]
    return found[:count]


def _read(line: str) -> LoggedError | None:
    try:
        entry = json.loads(line)
        return LoggedError(datetime.fromisoformat(entry["at"]), entry["said"], entry["kind"], entry["place"])
    except (ValueError, KeyError, TypeError):
        return None
