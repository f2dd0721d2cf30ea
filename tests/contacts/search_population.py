"""Thousands of made-up names of many countries, the same ones every time."""

from collections.abc import Iterator
from itertools import cycle, islice

from faker import Faker

LOCALES = ("en_IN", "hi_IN", "ta_IN", "fa_IR", "fil_PH", "en_US", "ar_AA", "vi_VN", "te_IN")


def made_up_names(count: int, *, seed: int = 7) -> list[str]:
    """Return so many names, the locales in turn."""
    return list(islice(_different(_names(seed)), count))


def _different(names: Iterator[str]) -> Iterator[str]:
    """Leave out repetitions, until there are hardly any new ones."""
    seen: dict[str, int] = {}
    for name in names:
        if seen.setdefault(name, 0) < len(seen) // 20_000 + 1:
            seen[name] += 1
            yield name


def _names(seed: int) -> Iterator[str]:
    fakers = []
    for locale in LOCALES:
        try:
            faker = Faker(locale)
        except AttributeError:  # Faker does not know the locale
            continue
        faker.seed_instance(seed)
        fakers.append(faker)
    for faker in cycle(fakers):
        yield f"{faker.first_name()} {faker.last_name()}"
