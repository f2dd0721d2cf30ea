"""Real names in many scripts, each found among 5,000 others by what a counter would type."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from crm.contacts.search_index import (
    POSTGRESQL_DDL,
    SQLITE_DDL,
    find,
    remove_document,
    set_active,
    store_document,
    store_documents,
)
from crm.contacts.search_rules import search_document
from crm.contacts.search_scores import Reason
from tests.contacts.search_population import made_up_names

NAMES = Path(__file__).parents[3] / "shared" / "data" / "names.json"
POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
POPULATION = 5000


def _made(engine: Engine, statements: tuple[str, ...]) -> Connection:
    connection = engine.connect()
    connection.execute(text("CREATE TABLE contact (id INTEGER PRIMARY KEY)"))
    for statement in statements:
        connection.execute(text(statement))
    return connection


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Connection]:
    if request.param == "sqlite":
        with _made(create_engine("sqlite://"), SQLITE_DDL) as connection:
            yield connection
        return
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"regulars_search_{uuid4().hex[:12]}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL answers")
    engine = create_engine(make_url(POSTGRESQL).set(database=name))
    with _made(engine, POSTGRESQL_DDL) as connection:
        yield connection
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


@pytest.fixture
def empty(database: Connection) -> Connection:
    database.execute(text("DELETE FROM contact_search"))
    database.execute(text("DELETE FROM contact"))
    return database


def _store_names(database: Connection, names: list[str]) -> None:
    rows = [{"id": at} for at in range(1, len(names) + 1)]
    database.execute(text("INSERT INTO contact (id) VALUES (:id)"), rows)
    documents = ((at, search_document(names=[name])) for at, name in enumerate(names, 1))
    store_documents(database, documents)


def _first_names(people: list[dict[str, Any]]) -> dict[str, str]:
    return {one["id"]: (one["latin"] + [native["text"] for native in one["native"]])[0] for one in people}


@pytest.mark.parametrize("others_before", [0, POPULATION // 2, POPULATION])
def test_names_are_found_as_a_counter_would_type_them(empty: Connection, others_before: int) -> None:
    if not NAMES.exists():
        pytest.skip("the shared data is not here")
    cases = json.loads(NAMES.read_text(encoding="utf-8"))
    people = _first_names(cases["people"])
    others = made_up_names(POPULATION)
    _store_names(empty, [*others[:others_before], *people.values(), *others[others_before:]])
    ids = {person: at for at, person in enumerate(people, others_before + 1)}
    asked: Counter[str] = Counter()
    missed: dict[str, list[str]] = {"must": [], "should": [], "nice": []}
    for search in cases["searches"]:
        person = ids[search["id"]]
        stored_as = search.get("stored_as", people[search["id"]])
        store_document(empty, person, search_document(names=[stored_as]))
        is_found = person in [match.contact_id for match in find(empty, search["query"], 10)]
        store_document(empty, person, search_document(names=[people[search["id"]]]))
        asked[search["level"]] += 1
        if is_found is not (search["expect"] == "found"):
            missed[search["level"]].append(f"{search['query']} | {stored_as}")
    assert missed["must"] == []
    assert len(missed["should"]) <= 0.03 * asked["should"], missed["should"]


PEOPLE = {
    1: "முருகன்",
    2: "محمد رضایی",
    3: "José Dela Cruz",
    4: "M. K. Stalin",
    5: "Murugan Pillai",
    6: "Dy, Napoleon S.",
}


@pytest.fixture
def shop(empty: Connection) -> Connection:
    _store_names(empty, list(PEOPLE.values()))
    document = search_document(
        names=["Anna Schmidt"],
        organisations=["Blue Lotus Bakery", "தாமரை கடை"],
        emails=["anna.schmidt@lotus.example"],
        phones=["098765 43210", "+919876543210"],
        tags=["VIP regular"],
    )
    empty.execute(text("INSERT INTO contact (id) VALUES (7)"))
    store_document(empty, 7, document)
    return empty


@pytest.mark.parametrize(
    ("query", "person", "reason"),
    [
        ("murugan", 1, Reason.NAME),
        ("முரு", 1, Reason.NAME),
        ("murukan", 1, Reason.SOUNDS_LIKE),
        ("mohamad", 2, Reason.SOUNDS_LIKE),
        ("jose", 3, Reason.NAME),
        ("cruz jos", 3, Reason.NAME),
        ("delacruz", 3, Reason.NAME),
        ("mks", 4, Reason.INITIALS),
        ("m k stalin", 4, Reason.NAME),
        ("s m", 4, Reason.INITIALS),
        ("dy", 6, Reason.NAME),
        ("d", 6, Reason.NAME),
        ("lotus bak", 7, Reason.ORGANISATION),
        ("tamarai", 7, Reason.ORGANISATION),
        ("anna lotus", 7, Reason.NAME),
        ("schmidt@lo", 7, Reason.EMAIL),
        ("#vip", 7, Reason.TAG),
        ("98765-43", 7, Reason.PHONE),
        ("0091 98765 43210", 7, Reason.PHONE),
        ("+91 (0) 98765", 7, Reason.PHONE),
        ("४३२१०", 7, Reason.PHONE),
        ("anna 43210", 7, Reason.NAME),
    ],
)
def test_each_result_says_why_it_was_found(shop: Connection, query: str, person: int, reason: Reason) -> None:
    found = {match.contact_id: match.reason for match in find(shop, query)}
    assert found.get(person) == reason


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "\0", "'", '"', '""', "%", "_", "*", "...", "😀", "😀😀😀", "\\", "()", "#", "@",
        "\ud800", "' OR 1=1 --", '" OR "', "NEAR(a b)", "names:", "{names}", "-", "^", "+", "zzqx",
        "x" * 100_000, "\u200c", "%%%", "___", "12", ";", " ; ", " | ", "~", "a" * 40,
    ],
)  # fmt: skip
def test_hostile_queries_find_nobody_and_break_nothing(shop: Connection, query: str) -> None:
    assert find(shop, query) == []


@pytest.mark.parametrize("letters", ["a\0b", "an%a", "ann_", "anna\\", 'anna"', "a'b", "ann* OR"])
def test_odd_letters_in_a_query_are_harmless(shop: Connection, letters: str) -> None:
    assert isinstance(find(shop, letters), list)


def test_the_best_match_comes_first(shop: Connection) -> None:
    assert find(shop, "murugan pillai")[0].contact_id == 5


def test_archived_contacts_are_left_out_unless_asked_for(shop: Connection) -> None:
    set_active(shop, 7, is_active=False)
    assert find(shop, "anna") == []
    assert [match.contact_id for match in find(shop, "anna", with_archived=True)] == [7]


def test_a_changed_or_removed_document_is_found_as_it_is_now(shop: Connection) -> None:
    store_document(shop, 7, search_document(names=["Berta Klein"]))
    assert find(shop, "schmidt") == []
    assert [match.contact_id for match in find(shop, "berta")] == [7]
    remove_document(shop, 7)
    assert find(shop, "berta") == []


def test_no_more_than_the_limit_is_returned(empty: Connection) -> None:
    _store_names(empty, [f"Kumar {letter}" for letter in "abcdefghijklmnop"])
    assert len(find(empty, "kumar", 3)) == 3
    assert find(empty, "kumar", 0) == []


SOUNDS = {
    "பழனிச்சாமி": ("palaniswami", "palanisamy"),
    "கோவிந்தசாமி": ("govindaswamy",),
    "வெற்றிவேல்": ("vetrivel", "vetri vel"),
    "தென்றல்": ("thendral",),
    "ஞானசம்பந்தன்": ("gnanasambandam", "nyanasambandan"),
    "எம்.ஜி. ராமச்சந்திரன்": ("mgr", "m g ramachandran"),
    "ఎన్.టి. రామారావు": ("ntr", "n t rama rao"),
    "జ్ఞానేశ్వర్": ("gnaneshwar", "dnyaneshwar", "jnaneswar"),
    "ज्ञानेश्वर": ("dnyaneshwar", "gyaneshwar"),
    "సుబ్బారావు": ("subba rao", "subbarao"),
    "ऋषिकेश": ("hrishikesh", "rushikesh"),
    "छाया": ("chhaya", "chaya"),
    "ईश्वर": ("eswar", "ishwar"),
    "محمد رضایی": ("mohamad rezaei", "mohammad rezai"),
    "محمدرضا شجریان": ("mohammad reza shajarian",),
    "غلامحسین": ("gholamhossein", "gholam hossein"),
    "عبدالرحمن": ("abdul rahman", "abdolrahman"),
    "نورالدین": ("nooreddin", "nour al-din"),
    "ابوالفضل": ("abu al-fazl", "abolfazl"),
    "مهدی": ("mehdi", "mahdi"),
    "عیسی": ("isa", "issa"),
    "زینب": ("zeinab", "zaynab"),
    "ژاله": ("zhaleh", "jaleh"),
    "الهام": ("elham", "ilham"),
    "خواهرزاده": ("khaharzadeh",),
    "Mohamed Ali Jinna": ("mohd ali", "md ali jinna"),
    "Ma. Theresa Sto. Domingo": ("maria teresa", "theresa sto domingo"),
    "Van der Berg": ("vanderberg", "van den berg"),
    "Xavier Lobo": ("javier lobo", "zavier"),
    "Dr. A.P.J. Kalam": ("a p j", "apj", "dr kalam"),
    "Maya": ("maaya",),
    "محمدجواد ظریف": ("javad zarif", "mohammad javad", "mohammadjavad zarif"),
    "عثمان": ("othman", "osman"),
    "أم كلثوم": ("umm kulthum",),
    "Ευάγγελος": ("evangelos",),
    "Άγγελος": ("angelos",),
    "Μπάμπης": ("babis",),
    "Αντώνης": ("antonis", "andonis"),
    "Χρήστος": ("christos", "khristos"),
    "Sean Byrne": ("shaun byrne",),
    "黃毓民": ("wong", "huang yumin"),
    "阮文饒": ("nguyen",),
    "이민호": ("lee minho",),
    "Murugesan Pandian": ("murugesan sir",),
    # Words written together or apart, also particles, and with one consonant where two meet.
    "Tom Mitchell Arden": ("tommitchell", "tomitchell"),
    "Silver Rose Florist": ("silverrose", "silverroseflorist"),
    "Rosa de la Fuente": ("delafuente",),
    "Lars van der Meer": ("vandermeer",),
    "Bo Ray Tan": ("boray",),
    "Noor ul Ain Sadiq": ("noorulain",),
    "Sri Hari Prasad Nayak": ("srihariprasad",),
    "علی اصغر نوری": ("aliasghar",),
    "Benyahia Samir": ("ben yahia",),
    "N'Diaye Awa": ("n diaye",),
    "St. Clair, Ines": ("saint clair", "stclair"),
    # Servants of the Kind and of the Mighty; consonants that no written vowel parts; one letter for two.
    "عبداللطیف": ("abdullatif", "abdellateef", "abdul latif"),
    "Abdelaziz Mansour": ("abd al aziz", "عبد العزيز"),
    "ساجدی": ("sajedi",),
    "شجاعت": ("shojaat",),
    "مسجدی": ("masjedi",),
    "زجاجیان": ("zojajian",),
    "سميرة خليل": ("سميره خليل", "samira khalil"),
    # Letters that a script or a writer lacks.
    "স্বাতী দত্ত": ("swati dutta",),
    "ওয়াজেদ": ("wajed",),
    "সানোয়ার": ("sanwar", "sanowar"),
    "দ্বারকা": ("dwarka",),
    "ৰূপালী": ("rupali",),
    "Rajnandan Pathak": ("rajanandan",),
    "சிவஞானப்பிரகாசம்": ("sivagnanaprakasam",),
    "Đorđe Petrović": ("djordje",),
    "Şükrü Çağatay": ("chagatay",),
    "François Lemaire": ("fransois",),
    "Kovács Ilona": ("kovach",),
    "Nermin Tütüncü": ("tuetuencue",),
    "Blaž Horčič": ("horchich",),
    "Chaya Gurevitch": ("gurewitsch", "חיה"),
    "Ξένια Ψαρρού": ("ksenia",),
    "महेंद्र राठौड़": ("rathod", "rathore"),
    "जयकृष्ण दातार": ("jaikrishna", "jay krishna"),
    "জয়ন্ত ঘোষ": ("joyonto", "jayanta"),
    "ਬਲਦੇਵ ਲੌੜ": ("lauda",),
    "ஈசுவரமூர்த்தி": ("eswaramoorthy", "iswaramurthi"),
    "விசுவநாதன் பெருமாள்": ("vishwanathan", "viswanathan perumal"),
    # Short vowels that are not written: of known names, and of names made of them.
    "خسرو کمالی": ("khosro", "khosrow kamali"),
    "آرزو گلستان": ("arezoo", "arezu"),
    "طیبه سیاوشی": ("tayyebeh siavashi", "tayebeh"),
    "حسین علیزاده": ("husain", "hosein alizade"),
    "هدى النجار": ("hoda el-naggar", "huda najjar"),
    "רחל מזרחי": ("rachel", "rahel mizrachi"),
    "אברהם גולדשטיין": ("avraham goldstein", "abraham"),
    "יִצְחָק רַבִּינוֹבִיץ": ("יצחק", "isaac", "yitzchak rabinovich"),
    "צפורה בן־חור": ("zipora", "tzipora benhur"),
    # Letters of Chinese names as they are said in Hong Kong and in Vietnam, Japanese family names.
    "莫志偉": ("mok chi wai", "mo zhiwei"),
    "岑美玲": ("sham mei ling",),
    "黃文雄": ("hoàng văn hùng", "wong man hung"),
    "山田健": ("yamada",),
    "鈴木 ゆうこ": ("suzuki", "yuko suzuki"),
    # The short a after a v that some leave out, and at the end.
    "Devraj Navneet": ("devaraj navaneeth", "தேவராஜ்", "దేవరాజ్ నవనీత్"),
    "भावना सावरे": ("bhavana savare", "bhawana sawre"),
    "केशवराव देव": ("kesava rao deva", "keshavarao"),
    "Yuvaraju Siva": ("yuvraju shiv", "शिव"),
    # Names said otherwise than they are spelt, or written otherwise elsewhere.
    "Nikolas Berg": ("nicholas", "nicolas"),
    "കുഞ്ഞാപ്പു": ("kunjappu", "kunhappu"),
    "Ігор Гайда": ("ihor haida", "igor gaida"),
    "Γιώτα": ("yota", "giota"),
    "Ouahid Achrafi": ("wahid ashrafi",),
    # Initials, as letters, by the names of letters and as syllables.
    "P.V.N. Sudhakar Garu": ("sudhakar pvn", "pvn sudhakar"),
    "சி. கே. ஆறுமுகம்": ("arumugam ck", "ck arumugam"),
    "సామలూర చిన్నారెడ్డి": ("s. chinna reddy",),
    "J. R. Hobbs": ("jr hobbs", "jrh"),
    "கே. வி. மகாதேவன்": ("kvm", "k v m", "kv"),
    "பி. டி. ராஜன்": ("bdr", "ptr"),
    "वि. दा. जोशी": ("vdj", "विदा"),
    # A fragment, one wrong letter, and a name half typed that could be an article.
    "Ramalingeswaran": ("lingesw", "eswaran"),
    "கோவிந்தராஜுலு": ("தராஜு",),
    "Walter Hobson": ("hobsno", "hobsen", "hbson"),
    "Varadarajan Ashok": ("varada as",),
}


def test_names_are_found_by_their_other_spellings(empty: Connection) -> None:
    _store_names(empty, [*SOUNDS, *made_up_names(800)])
    missed = [
        (name, query)
        for at, (name, queries) in enumerate(SOUNDS.items(), 1)
        for query in queries
        if at not in [match.contact_id for match in find(empty, query, 10)]
    ]
    assert missed == []


LETTERS = {
    "Мария Орлова": "М", "Ελπίδα Ρήγα": "Ε", "דליה לוי": "ד", "نسیم کیانی": "ن", "ஏழுமலை": "ஏ", "ఈశ్వరి": "ఈ",
    "김하늘": "김", "さくら": "さ", "ნინო": "ნ", "สมศรี": "ส",
}  # fmt: skip


@pytest.mark.parametrize(("name", "letter"), LETTERS.items())
def test_one_letter_of_any_script_finds_who_begins_with_it(empty: Connection, name: str, letter: str) -> None:
    _store_names(empty, ["Peter Quill", name])
    assert [match.contact_id for match in find(empty, letter)] == [2]


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("Sushila Swadesh", ("Sushila Swadesh", "சுசீலா சுவதேஷ்")),
        ("Captain Amarinder Singh", ("कॅप्टन अमरिंदरसिंग", "அமரிந்தர் சிங்")),
    ],
)
def test_one_who_is_sure_does_not_hide_the_same_person_in_another_script(
    empty: Connection, query: str, written: tuple[str, ...]
) -> None:
    _store_names(empty, [*written, "Peter Quill"])
    assert [match.contact_id for match in find(empty, query)] == [1, 2]


@pytest.mark.parametrize("query", ["లక్ష్మి", "లక్ష్"])
def test_a_name_in_the_script_of_the_query_comes_before_those_read_alike(empty: Connection, query: str) -> None:
    _store_names(empty, [f"लक्ष्मी {letter}" for letter in "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह" * 2] + ["లక్ష్మి ప్రసన్న"])
    assert find(empty, query)[0].text == "లక్ష్మి ప్రసన్న"


def test_who_sounds_just_so_is_not_lost_among_many_who_begin_so(empty: Connection) -> None:
    _store_names(empty, [*(f"Shekhar {name}" for name in made_up_names(100)), "Sikhander Shaikh"])
    assert 101 in [match.contact_id for match in find(empty, "sheikh")]


@pytest.mark.parametrize(
    ("name", "query"), [("John Rivers", "rivres"), ("Mary Smith", "smtih"), ("Eva Klein", "klien")]
)
def test_a_family_name_with_two_letters_swapped_is_found_alone(empty: Connection, name: str, query: str) -> None:
    _store_names(empty, [name])
    assert [match.contact_id for match in find(empty, query)] == [1]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("lakshmi stores", Reason.ORGANISATION),
        ("laxmi stors", Reason.ORGANISATION),
        ("baeckerei", Reason.ORGANISATION),
        ("bakerei jager", Reason.ORGANISATION),
        ("stammgaeste", Reason.TAG),
        ("#nonuts", Reason.TAG),
        ("no nuts", Reason.TAG),
    ],
)
def test_organisations_and_tags_are_found_by_their_other_spellings(
    empty: Connection, query: str, reason: Reason
) -> None:
    _store_names(empty, ["Peter Quill", "Ana"])
    organisations = ["Lakshmi Stores", "Bäckerei Jäger"]
    document = search_document(names=["Ana"], organisations=organisations, tags=["Stammgäste", "no-nuts"])
    store_document(empty, 2, document)
    assert [(match.contact_id, match.reason) for match in find(empty, query)] == [(2, reason)]


@pytest.mark.parametrize("query", ["x", "x y", "de la", "al", "何", "明", "ம", "ம கு", "q w e r t y"])
def test_short_queries_and_particles_never_fail(shop: Connection, query: str) -> None:
    assert isinstance(find(shop, query), list)


def test_a_chinese_name_is_found_by_any_of_its_characters(empty: Connection) -> None:
    _store_names(empty, ["何啟明", "李卓人"])
    for query in ("何", "啟明", "明", "qiming he"):
        assert [match.contact_id for match in find(empty, query)] == [1]
