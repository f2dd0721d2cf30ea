"""Search keys of names: folding, Latin readings of any script, sounds and consonant skeletons.

Pure functions over strings. Four keys, each coarser than the one before:
`fold` (same letters in any case, accent or keyboard) → `latin` (any script in a-z) →
`sound` (spellings that are said alike) → `skeleton` (consonants only).
"""

from crm.shared.text.folding import ascii_digits, fold, words, written_out
from crm.shared.text.keys import (
    NameKey,
    NameKeys,
    initial_letters,
    is_article,
    is_initial,
    joined_bones,
    name_key,
    name_keys,
    sounds_in,
)
from crm.shared.text.plain import plain_text
from crm.shared.text.scripts import latin, latin_words, readings
from crm.shared.text.sounds import skeleton, sound

__all__ = [
    "NameKey",
    "NameKeys",
    "ascii_digits",
    "fold",
    "initial_letters",
    "is_article",
    "is_initial",
    "joined_bones",
    "latin",
    "latin_words",
    "name_key",
    "name_keys",
    "plain_text",
    "readings",
    "skeleton",
    "sound",
    "sounds_in",
    "words",
    "written_out",
]
