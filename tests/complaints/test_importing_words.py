"""Headers and words of more programs and languages, and what is chosen by hand for category words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.complaints.importing import BadMapping, Choice, UnreadableFile, as_json, choice_from_json, open_log, read_log
from crm.complaints.importing.fields import suggest_columns
from crm.complaints.importing.words import (
    in_time,
    is_disputed,
    means_closed,
    proposed_channel,
    severity_of,
    yes_or_no,
)

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "cells", "field"),
    [
        ("State", "Closed", "status"),
        ("incident_state", "In Progress", "status"),
        ("SR Status", "Done", "status"),
        ("Request Status", "Open", "status"),
        ("status_description", "Closed", "status"),
        ("Complaint #", "17", "reference"),
        ("Service Request #", "17", "reference"),
        ("No.", "17", "reference"),
        ("Ticket-Nr.", "17", "reference"),
        ("N° réclamation", "17", "reference"),
        ("Date of Disposal", "14-05-2024", "closed_at"),
        ("Date response sent", "14-05-2024", "closed_at"),
        ("Afgehandeld op", "14-05-2024", "closed_at"),
        ("निपटान दिनांक", "14-05-2024", "closed_at"),
        ("RESOLUTIONDATE", "2024/05/14", "closed_at"),
        ("Kapanış Tarihi", "14.05.2024", "closed_at"),
        ("Data zamknięcia", "14.05.2024", "closed_at"),
        ("Дата закрытия", "14.05.2024", "closed_at"),
        ("办结时间", "2024-05-14", "closed_at"),
        ("完了日時", "2024年5月14日", "closed_at"),
        ("Tanggal Selesai", "14/05/2024", "closed_at"),
        ("Fällig bis", "14.05.2024", "due_at"),
        ("नियत तिथि", "14-05-2024", "due_at"),
        ("SERVICEDUEDATE", "2024/05/14", "due_at"),
        ("Son Tarih", "14.05.2024", "due_at"),
        ("Termin", "14.05.2024", "due_at"),
        ("Срок", "14.05.2024", "due_at"),
        ("截止时间", "2024-05-14", "due_at"),
        ("期限", "2024年5月14日", "due_at"),
        ("Batas Waktu", "14/05/2024", "due_at"),
        ("ontime", "ONTIME", "timely"),
        ("OnTime_Status", "OVERDUE", "timely"),
        ("Within TAT (Y/N)", "N", "timely"),
        ("Late (Yes/No)", "YES", "late"),
        ("sla_breached", "False", "late"),
        ("EXCEEDED EST TIMEFRAME", "N", "late"),
        ("Topic (formerly Complaint Type)", "Noise", "category"),
        ("Current Status", "Under process", "status"),
        ("Resolution Status", "Work in progress", "status"),
        ("Case Stage", "Closed - refunded", "status"),
        ("Type of Complaint", "Noise", "category"),
        ("SR Type Desc", "Noise", "category"),
        ("RequestSource", "Walk in", "channel"),
        ("Canal de Origem", "Telefone", "channel"),
        ("Complainant's Name", "Ann", "contact_name"),
        ("Date limite de réponse", "14/05/2024", "due_at"),
        ("Délai respecté", "Oui", "timely"),
        ("TICKETID", "17", "reference"),
        ("COMPLETEDDATETIME", "2024-05-14 10:00", "closed_at"),
        ("resolution_dt", "2024-05-14", "closed_at"),
        ("Data Finalização", "14/05/2024", "closed_at"),
        ("Date & Time of Rectification", "14/05/2024 10:00", "closed_at"),
        ("Final Reply Sent", "14/05/2024", "closed_at"),
        ("Prazo Resposta", "14/05/2024", "due_at"),
        ("Agreed response date", "14/05/2024", "due_at"),
        ("Fecha Vencimiento", "14/05/2024", "due_at"),
        ("Complainant Phone", "2125550100", "contact_phone"),
    ],
)
def test_a_header_of_a_usual_export(header: str, cells: str, field: str) -> None:
    assert suggest_columns(["Received", header], [["2024-05-13", cells]]).get(header) == field


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("State", "NY"),
        ("Date of Purchase", "2024-05-14"),
        ("Invoice date", "2024-05-14"),
        ("Closed", "Yes"),
        ("Overdue", "-7.93"),
        ("Dernière modification", "2024-05-14"),
        ("Customer Type", "Private"),
        ("Number of complaints", "3"),
        ("Customer Service", "Ann"),
    ],
)
def test_a_header_that_means_something_else(header: str, cells: str) -> None:
    assert suggest_columns(["Colour", header], [["red", cells]]) == {}


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        (("WhatsApp Business", "Whats App", "WhatsApp Business App", "Web chat", "व्हाट्सऐप"), "messaging"),
        (("Telephonic", "Helpline", "Toll free", "Llamada", "Telefoon", "फ़ोन", "تلفنی", "電話"), "phone"),
        (("Reception", "நேரடியாக", "窓口"), "in-person"),
    ],
)
def test_words_for_channels(words: tuple[str, ...], channel: str) -> None:
    assert {word: proposed_channel(word) for word in words} == dict.fromkeys(words, channel)


@pytest.mark.parametrize(
    "status",
    [
        *(
            "Case closed",
            "Complaint closed",
            "Auto-closed",
            "Issue Resolved",
            "Disposed",
            "Close",
            "Closed (duplicate)",
            "Duplicate (closed)",
            "Work order completed",
            "RESOL",
            "CANC",
        ),
        *("Clôturée", "Fermée", "Résolue", "Cerrada", "Resuelta", "Fechada", "Concluída", "Afgehandeld", "Encerrado"),
        *("निपटाया", "مختومه", "بسته‌شده", "Закрыто", "已办结", "完了", "Selesai"),
    ],
)
def test_words_for_closed(status: str) -> None:
    assert means_closed(status)


@pytest.mark.parametrize(
    "status",
    [
        "Not closed",
        "To be closed",
        "Unresolved",
        "Complaint",
        "Case open",
        "Pending closure",
        "Partially resolved",
        "RES",
    ],
)
def test_words_for_open(status: str) -> None:
    assert not means_closed(status)


def test_what_is_not_urgent_is_not_urgent() -> None:
    words = ("Urgent", "Not urgent", "non-urgent", "No urgente", "Nicht dringend", "2 - High")
    assert [severity_of(word) for word in words] == ["urgent", *["normal"] * 4, "high"]


def test_of_a_number_and_words_the_words_say_how_bad_it_is() -> None:
    words = ("5 very high", "1 very low", "3 normal", "1 - Critical", "1")
    assert [severity_of(word) for word in words] == ["urgent", "low", "normal", "urgent", "urgent"]


def test_words_for_yes_and_no() -> None:
    assert [yes_or_no(word) for word in ("1.0", "Да", "はい", "0.0", "Нет", "N/A")] == [True] * 3 + [False] * 2 + [None]
    assert [in_time(word, "") for word in ("Yes", "Timely", "No", "Untimely", "Not met", "Missed", "")] == [
        *(True, True, False, False, False, False),
        None,
    ]
    assert [in_time("", word) for word in ("No", "false", "On time", "YES", "1", "Late", "?")] == [
        *(True, True, True, False, False, False),
        None,
    ]
    assert [is_disputed(word) for word in ("Yes", "Disputed", "Not disputed", "no", "N/A", "Late")] == [
        *(True, True, False, False),
        *(None, None),
    ]


def test_a_row_of_values_is_no_header_whatever_words_it_has() -> None:
    content = b"NR_TEXT,Colour,Rank\nNO,Closed,5/13/2024 10:00\nYES,Open,5/14/2024 10:00\n"
    assert open_log(content, filename="log.csv").columns == ["NR_TEXT", "Colour", "Rank"]


LOG = b"Ref,Category,Opened\n1,Late delivery,2024-05-13\n2,staff,2024-05-13\n3,,2024-05-13\n"


def test_category_words_are_proposed_chosen_and_reported() -> None:
    log = open_log(LOG, filename="log.csv", categories=("Staff", "Delivery"), category_words={"nothing": "Staff"})
    settings = log.settings(Choice())
    assert settings.categories == {"Late delivery": "", "staff": "Staff"}
    assert as_json(read_log(log, settings, now=NOW))["findings"]["unknown_category"] == [2]
    chosen = log.settings(choice_from_json({"categories": {"late delivery": "delivery"}}))
    assert chosen.categories["Late delivery"] == "Delivery"
    assert "unknown_category" not in as_json(read_log(log, chosen, now=NOW))["findings"]
    with pytest.raises(BadMapping, match="There is no category Mood; there are Staff, Delivery"):
        log.settings(Choice(categories={"Late delivery": "Mood"}))


def test_without_categories_nothing_is_said_of_their_words() -> None:
    log = open_log(LOG, filename="log.csv")
    found = as_json(read_log(log, log.settings(Choice()), now=NOW))
    assert "unknown_category" not in found["findings"] and found["read_as"]["categories"] == {}


def test_it_is_said_how_a_log_was_read() -> None:
    log = open_log(b"Ref,Via,Opened,Colour\n1,Web,13/05/2024,red\n", filename="log.csv")
    assert as_json(read_log(log, log.settings(Choice(time_zone="Asia/Kolkata")), now=NOW))["read_as"] == {
        "columns": {"Ref": "reference", "Via": "channel", "Opened": "created_at"},
        "left_out": ["Colour"],
        "channels": {"Web": "website"},
        "categories": {},
        "time_zone": "Asia/Kolkata",
        "date_orders": {"created_at": "DMY"},
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG", "This is a picture, not a list of contacts."),
        (b"%PDF-1.4", "This is a PDF. Export the complaints as CSV or XLSX and try again."),
    ],
)
def test_another_kind_of_file_is_refused_in_words_of_complaints(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        open_log(content, filename="log.csv")
