"""Headers in the scripts of the counter: the things themselves, whose they are, and words that only say "number"."""

from __future__ import annotations

import pytest

from crm.contacts.importing import suggest_mapping
from crm.contacts.importing.mapping import field_of
from tests.contacts.test_importing_values import only


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        (
            "name",
            "வாடிக்கையாளர்|வாடிக்கையாளரின் பெயர்|நோயாளி பெயர்|కస్టమర్|రోగి పేరు|ग्राहक|रुग्णाचे नाव|सभासदाचे नाव|"
            "मरीज का नाम|مشتری|نام بیمار|گاہک کا نام|اسم الزبون|Pangalan ng pasyente|গ্রাহকের নাম|ಹೆಸರು|പേര്|નામ|ਨਾਮ|නම",
        ),
        ("given", "முதற்பெயர்|प्रथम नाम|نام کوچک مشتری"),
        ("family", "குடும்பப்பெயர்|ఇంటిపేరు|نام خانوادگی مشتری|পদবি"),
        (
            "phone",
            "தொடர்பு எண்|வாட்ஸ்அப் எண்|వాట్సాప్ నంబర్|संपर्क क्रमांक|व्हॉट्सअ‍ॅप|شماره واتساپ|تلفن تماس|فون نمبر|"
            "رقم الواتساب|ফোন নম্বর|ಫೋನ್ ಸಂಖ್ಯೆ|ഫോൺ നമ്പർ|ફોન નંબર|දුරකථන අංකය|Viber number",
        ),
        (
            "phone:cell",
            "செல் நம்பர்|செல்பேசி எண்|సెల్ నెం|मोबाईल क्र.|मोबाइल नं|شماره موبایل مشتری|Numero ng selpon|CP No.|মোবাইল নম্বর",
        ),
        ("email", "ஈமெயில்|ఈ-మెయిల్|ईमेल आयडी|نشانی ایمیل|ইমেইল|ಇಮೇಲ್|ഇമെയിൽ"),
        ("birthday", "பிறந்த தினம்|జన్మదినం|जन्म की तारीख|تاریخ پیدائش|Petsa ng kaarawan|জন্ম তারিখ|ಜನ್ಮ ದಿನಾಂಕ"),
        ("anniversary", "திருமண தேதி|పెళ్లి తేదీ|लग्नाची तारीख|शादी की सालगिरह|تاریخ ازدواج|Petsa ng kasal"),
        ("address", "விலாசம்|పూర్తి చిరునామా|ग्राहकाचा पत्ता|मरीज का पता|آدرس مشتری|Tirahan ng kliyente|ঠিকানা"),
        ("street:home", "வீட்டு முகவரி|ఇంటి చిరునామా|घरचा पत्ता"),
        ("notes", "கருத்து|వ్యాఖ్యలు|शेरा|टिप्पण्या|نوٹ|ملاحظات مشتری|Mga paalala"),
        ("tags", "குழு|వర్గం|गट|श्रेणी|گروه مشتری|Kategorya"),
        ("organisation", "கடை பெயர்|కంపెనీ పేరు|दुकानाचे नाव|कंपनी का नाम|نام فروشگاه|Pangalan ng kumpanya"),
        ("external_id", "کد مشتری|کد عضویت|ग्राहक आयडी|కస్టమర్ ఐడి"),
    ],
)
def test_a_header_in_a_script_of_the_counter(field: str, headers: str) -> None:
    assert {header: field_of(header) for header in headers.split("|")} == dict.fromkeys(headers.split("|"), field)


@pytest.mark.parametrize("header", ["தேதி", "تاریخ عضویت", "ग्राहक क्रमांक", "شماره مشتری", "Kaarawan ng suki at iba pa"])
def test_a_header_that_says_no_field_of_ours_stays_open(header: str) -> None:
    assert field_of(header) is None


def test_the_number_of_a_customer_is_a_phone_where_its_values_are() -> None:
    header = ["نام مشتری", "شماره مشتری"]
    assert suggest_mapping(header, [["سارا", "09123456789"]]) == {header[0]: "name", header[1]: "phone"}
    assert suggest_mapping(header, [["سارا", "1001"]]) == {header[0]: "name"}


@pytest.mark.parametrize(
    ("value", "field"), [("75001", "postcode"), ("0917 600 0001", "phone"), ("+63 917 600 0001", "phone")]
)
def test_cp_is_a_postcode_or_a_cell_phone(value: str, field: str) -> None:
    assert suggest_mapping(["Nom", "CP"], [["Anne", value]])["CP"] == field


@pytest.mark.parametrize(
    ("header", "name"),
    [("Invitee Name", "Ann Lee"), ("Owner name", "Kumar"), ("Parent's name", "Ann Lee"), ("Name of booker", "Ann Lee")],
)
def test_a_column_called_the_name_of_somebody_is_the_name_where_no_other_is(header: str, name: str) -> None:
    found = only(f"No,{header},Mobile\n1,{name},9840012345\n", "list.csv", region="IN")
    assert found.name == name


@pytest.mark.parametrize("header", ["Salesperson Name", "Service name", "Staff name", "School name"])
def test_the_name_of_our_own_people_or_of_a_thing_is_not_the_contact(header: str) -> None:
    found = only(f"No,{header},Mobile\n1,Ann Lee,9840012345\n", "list.csv", region="IN")
    assert found.name != "Ann Lee"


def test_a_name_of_somebody_stays_a_detail_beside_a_name() -> None:
    found = only("Student name,Parent name,Mobile\nAsha Rao,Uma Rao,9840012345\n", "list.csv", region="IN")
    assert (found.name, found.extra) == ("Asha Rao", {"Parent name": "Uma Rao"})
