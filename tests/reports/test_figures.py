"""Every figure of the review opens as many records as it says."""

from __future__ import annotations

import re
from html import unescape

from crm.accounts.models import Staff
from tests.client import PageClient
from tests.factories.complaints import make_complaint

PERIOD = "?from=2026-04-01&to=2026-06-30"
_HREF = r'<a[^>]*href="([^"]*/review/[^"]+)"[^>]*>'
FIGURES = (
    re.compile(_HREF + r"<bdi>[^<]*</bdi></a>\s*<svg.*?</svg>\s*<span><b>[^<]*</b> <small>\d+ of (\d+)</small>", re.S),
    re.compile(_HREF + r"(\d+)</a></td>"),  # a table of bars
    re.compile(_HREF + r"[^<]*<b>(\d+)</b>"),  # the counts beside a headline
    re.compile(_HREF + r"(\d+) of \d+</a>"),  # answers "satisfied"
    re.compile(_HREF + r"<bdi>[^<]*</bdi></a> · (\d+)</p>"),  # the most common causes
    re.compile(_HREF + r"<bdi>[^<]*</bdi></a>\s*<svg.*?</svg><span><b>(\d+)</b>", re.S),  # causes by number
)


def _figures(page: str) -> list[tuple[str, int]]:
    return [(unescape(href), int(count)) for pattern in FIGURES for href, count in pattern.findall(page)]


def _rows_behind(client: PageClient, path: str) -> int:
    page = client.get(path).text
    more = re.search(r'<a class="button" href="([^"]*place=[^"]+)">', page)
    return len(re.findall(r'href="/complaints/\d+"', page)) + (_rows_behind(client, unescape(more[1])) if more else 0)


def test_every_figure_opens_as_many_records_as_it_says(as_owner: PageClient, year: int) -> None:
    review, causes = as_owner.get("/review" + PERIOD).text, as_owner.get("/review/causes" + PERIOD).text
    figures = {(path, count) for page in (review, causes) for path, count in _figures(page)}
    assert len(figures) > 60
    assert {path: count for path, count in figures if _rows_behind(as_owner, path) != count} == {}


def test_the_share_of_all_opens_those_that_count(as_owner: PageClient, year: int) -> None:
    page = as_owner.get("/review" + PERIOD).text
    kept, total = map(int, re.findall(r"(\d+) of (\d+) promises kept", page)[0])
    headline = re.search(r'<a class="figure" href="([^"]+)"', page)
    assert headline is not None and 0 < kept <= total == _rows_behind(as_owner, unescape(headline[1]))


def test_what_has_nothing_counted_opens_nothing(as_owner: PageClient, kavitha: Staff) -> None:
    make_complaint(kavitha)  # its promises are still open
    page = as_owner.get("/review?from=2026-06-01&to=2026-06-30").text
    plain = re.findall(r'<li class="bars--plain">(.*?)</li>', page, re.S)
    assert plain and all("none counted" in each and "<a " not in each for each in plain)
