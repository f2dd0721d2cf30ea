"""Latin readings of words in Hebrew letters, which are written without most of their vowels."""

import re
from functools import lru_cache

from crm.shared.text.spellings import spellings_in

HEBREW = re.compile("[\u05d0-\u05ea]")

# Names whose vowels no rule can guess, as their bearers spell them.
_NAMES = """
אברהם avraham abraham|יצחק yitzhak isaac|יעקב yaakov jacob|יוסף yosef joseph|משה moshe|אהרן aharon aaron
אהרון aharon aaron|דוד david|דויד david|שלמה shlomo solomon|שמואל shmuel samuel|שמעון shimon simon|ראובן reuven reuben
לוי levi|יהודה yehuda judah|דן dan|נפתלי naftali|גד gad|אשר asher|בנימין binyamin benjamin|אפרים efraim|מנשה menashe
יהושע yehoshua joshua|כלב kalev caleb|אליהו eliyahu elijah|אלישע elisha|ישעיהו yeshayahu|ירמיהו yirmiyahu
יחזקאל yehezkel|דניאל daniel|עמוס amos|יונה yona jonah|נחום nahum|זכריה zecharia|מרדכי mordechai|עזרא ezra
נחמיה nehemia|מתתיהו matityahu|יונתן yonatan jonathan|נתן natan nathan|גדעון gideon|שמשון shimshon|אלעזר elazar
אליעזר eliezer|ברוך baruch|חיים chaim|מאיר meir|מנחם menachem|צבי zvi|זאב zeev|אריה arieh|דב dov|הרצל herzl|נועם noam
איתן eitan|יאיר yair|עמית amit|גיל gil|רון ron|אורי uri|אור or|ניר nir|עידו ido|עידן idan|תומר tomer|אלון alon
ארז erez|אסף asaf|עומר omer|עמר omer|עופר ofer|אורן oren|אילן ilan|אבי avi|אבנר avner|אבשלום avshalom|אלעד elad
בועז boaz|גלעד gilad|דרור dror|חנן hanan|יואב yoav|יובל yuval|יורם yoram|יגאל yigal|ישראל israel|מיכאל michael
מיכה micha|עוזי uzi|פנחס pinchas|רפאל rafael|שי shay|שאול shaul|שרה sara sarah|רבקה rivka rebecca|רחל rachel|לאה leah
מרים miriam|חנה hannah channah|דבורה devora deborah|אסתר esther|רות ruth|נעמי naomi|יעל yael|תמר tamar|מיכל michal
אביגיל avigail abigail|אפרת efrat|דינה dina|חוה chava|חיה chaya|צפורה tzipora|ציפורה tzipora|שושנה shoshana
פנינה pnina|ברכה bracha|דליה dalia|הדס hadas|הדסה hadassah|אורית orit|אורלי orly|איילת ayelet|איריס iris|גילה gila
דנה dana|ורד vered|טל tal|יפה yafa|כרמל carmel|כרמלה carmela|לילך lilach|ליאור lior|מיה maya|מאיה maya|מירב merav
נגה noga|נועה noa|נורית nurit|ענת anat|עדי adi|עינת einat|רוני roni|רונית ronit|רותי ruti|שיר shir|שירה shira
שלומית shlomit|שרון sharon|תהילה tehila|כהן cohen|לוין levin|כץ katz|פרץ peretz|ביטון biton|אזולאי azoulay
מזרחי mizrahi|אוחנה ohana|פרידמן friedman|שפירא shapira|אשכנזי ashkenazi|גבאי gabay|חדד hadad|דהן dahan|חזן hazan
בן ben|בר bar|בת bat|אבו abu|גולד gold|רוזן rosen|וייס weiss|שוורץ schwartz|קליין klein|גרוס gross|זילבר silber
ויינ wein|פרל perl
"""
_ENDINGS = (
    ("שטיין", "stein"), ("שטין", "stein"), ("ברג", "berg"), ("מן", "man"), ("פלד", "feld"), ("בלום", "blum"),
    ("באום", "baum"), ("וביץ", "ovich"), ("ביץ", "vich"), ("סקי", "sky"), ("צקי", "tsky"), ("זון", "zon"),
    ("סון", "son"), ("יאל", "iel"), ("אל", "el"), ("יהו", "yahu"), ("יה", "ia"), ("ית", "it"), ("ה", "a"), ("א", "a"),
)  # fmt: skip
_LETTERS = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "o", "ז": "z", "ח": "ch", "ט": "t", "י": "i", "כ": "ch",
    "ך": "ch", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "f", "ף": "f", "צ": "tz",
    "ץ": "tz", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip


_KNOWN = spellings_in(_NAMES)


@lru_cache(maxsize=65536)
def hebrew_readings(word: str) -> tuple[str, ...]:
    """Return the Latin readings of a folded word in Hebrew letters, likeliest first."""
    if known := _KNOWN.get(word):
        return tuple(dict.fromkeys(one.replace("ch", other) for one in known for other in ("ch", "h", "kh")))
    stem, said = next(((word[: -len(end)], said) for end, said in _ENDINGS if _ends(word, end)), (word, ""))
    likeliest = f"{_KNOWN.get(stem, (_spelt(stem),))[0]}{said}"
    options = [likeliest, _spelt(stem).replace("o", "v") + said]
    options += [one.replace("ch", other) for one in tuple(options[:2]) for other in ("h", "kh") if "ch" in one]
    return tuple(dict.fromkeys([*options, options[0].replace("b", "v"), _spelt(word)]))


def _ends(word: str, ending: str) -> bool:
    return word.endswith(ending) and len(word) > len(ending) + 1


def _spelt(word: str) -> str:
    """Spell a word letter by letter: a vav is a vowel or a v, a yod a vowel or a y, by where they stand."""
    word = re.sub("וו|^ו(?=.)|ו(?=[אהוי].)", "v", word)
    word = re.sub("יי", "ay", re.sub("^י(?=.)|י(?=[אהו])", "y", word))
    first = {"כ": "k", "פ": "p"}.get(word[:1], "")
    return first + "".join(_LETTERS.get(letter, letter) for letter in word[len(first) :])
