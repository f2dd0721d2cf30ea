"""A clock that the drill sets: every process of the program sees it jump at once, while time passes as it does."""

from __future__ import annotations

import shutil
import struct
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

# Only the wall clock is moved; waiting is by the steady clock, which no setting of a real clock touches either.
_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *ahead;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void look(void) {
    const char *path = getenv("DRILL_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *found = file < 0 ? MAP_FAILED : mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    if (found != MAP_FAILED) ahead = found;
}

int clock_gettime(clockid_t id, struct timespec *to) {
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int said = real(id, to);
    if (!said && ahead && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) to->tv_sec += *ahead;
    return said;
}

int gettimeofday(struct timeval *to, void *zone) {
    struct timespec at;
    int said = clock_gettime(CLOCK_REALTIME, &at);
    if (!said && to) { to->tv_sec = at.tv_sec; to->tv_usec = at.tv_nsec / 1000; }
    return said;
}

time_t time(time_t *to) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (to) *to = at.tv_sec;
    return at.tv_sec;
}
"""


class Clock:
    """The clock of a program under drill; `settings` are to be given to it."""

    def __init__(self, folder: Path) -> None:
        """Build it in a folder; skip the drill where there is no compiler."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            pytest.skip("no C compiler builds the clock of this drill here")
        folder.mkdir(exist_ok=True)
        self._path, source, library = folder / "ahead", folder / "clock.c", folder / "clock.so"
        self.ahead(0)
        source.write_text(_SOURCE)
        built = subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"],
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode != 0:
            pytest.skip(f"the clock of this drill cannot be built here: {built.stderr[-300:]}")
        self.settings = {"LD_PRELOAD": str(library), "DRILL_CLOCK": str(self._path)}

    def ahead(self, seconds: float) -> None:
        """Set the clock so far ahead of the real one; behind it with a number below 0."""
        self._seconds = int(seconds)
        with self._path.open("r+b" if self._path.exists() else "wb") as file:
            file.write(struct.pack("=q", self._seconds))

    def at(self, moment: datetime) -> None:
        """Set the clock to a moment; time goes on from there."""
        self.ahead((moment - datetime.now(UTC)).total_seconds())

    def now(self) -> datetime:
        """Return what the program's clock says."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self._seconds, UTC)
