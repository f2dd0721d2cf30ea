"""Columns as Outlook and Thunderbird name them in languages beyond those of the counter, in the order they write."""

from __future__ import annotations

import pytest

from crm.contacts.importing import suggest_mapping
from crm.contacts.importing.mapping import unique_columns
from tests.contacts.test_importing_values import only

OUTLOOK = (
    "prefix|given|additional|family|organisation|title|street:work|street2:work|locality:work|region:work|"
    "postcode:work|country:work|street:home|postcode:home|street:other|country:other|phone:fax work|phone:work|"
    "phone:work|phone:home|phone:cell|phone:main|email|email|birthday|anniversary|tags|notes|link"
)


@pytest.mark.parametrize(
    "header",
    [
        "Tytuł|Imię|Drugie imię|Nazwisko|Firma|Stanowisko|Adres służbowy - ulica|Adres służbowy - ulica 2|"
        "Adres służbowy - miejscowość|Adres służbowy - województwo|Adres służbowy - kod pocztowy|"
        "Adres służbowy - kraj/region|Adres domowy - ulica|Adres domowy - kod pocztowy|Inny adres - ulica|"
        "Inny adres - kraj/region|Faks służbowy|Telefon służbowy|Telefon służbowy 2|Telefon domowy|Telefon komórkowy|"
        "Telefon podstawowy|Adres e-mail|Adres e-mail 2|Urodziny|Rocznica|Kategorie|Notatki|Strona sieci Web",
        "Titul|Krstné meno|Ďalšie meno|Priezvisko|Spoločnosť|Funkcia|Ulica (práca)|Ulica 2 (práca)|Mesto (práca)|"
        "Okres (práca)|PSČ (práca)|Krajina alebo oblasť (práca)|Ulica (domov)|PSČ (domov)|Iná ulica|"
        "Krajina alebo oblasť (iné)|Fax do práce|Telefón do práce|Telefón do práce 2|Telefón domov|Mobilný telefón|"
        "Primárny telefón|E-mailová adresa|E-mailová adresa 2|Narodeniny|Výročie|Kategórie|Poznámky|Webová stránka",
        "Titul|Jméno|2. křestní jméno|Příjmení|Společnost|Funkce|Ulice (zam.)|Ulice 2 (zam.)|Město (zam.)|"
        "Země (zam.)|PSČ (zam.)|Země (zaměstnání)|Ulice (dom.)|PSČ (dom.)|Jiná ulice|Jiná země|Fax (zam.)|"
        "Telefon (zam.)|Telefon 2 (zam.)|Telefon domů|Mobilní telefon|Primární telefon|E-mailová adresa|"
        "E-mailová adresa 2|Narozeniny|Výročí|Kategorie|Poznámky|Webová stránka",
        "英文称谓|名|中间名|姓|单位|职务|商务地址 街道|商务地址 街道 2|商务地址 市/县|商务地址 省/市/自治区|"
        "商务地址 邮政编码|"
        "商务地址 国家/地区|住宅地址 街道|住宅地址 邮政编码|其他地址 街道|其他地址 国家/地区|商务传真|"
        "商务电话|商务电话 2|住宅电话|"
        "移动电话|主要电话|电子邮件地址|电子邮件 2 地址|生日|纪念日|类别|附注|网页",
        "頭銜|名字|中間名|姓氏|公司|職稱|商務 - 街|商務 - 街 2|商務 - 市/鎮|商務 - 縣/市|商務 - 郵遞區號|"
        "商務 - 國家/地區|"
        "住家 - 街|住家 - 郵遞區號|其他 - 街|其他 - 國家/地區|商務傳真|商務電話|商務電話 2|住家電話|行動電話|"
        "代表電話|"
        "電子郵件地址|電子郵件 2 地址|生日|紀念日|類別|記事|網頁",
        "肩書き|名|ミドル ネーム|姓|会社名|役職|番地 (会社)|住所 2 (会社)|市町村 (会社)|都道府県 (会社)|"
        "郵便番号 (会社)|"
        "国 (会社)/地域|番地 (自宅)|郵便番号 (自宅)|番地 (その他)|国 (その他)/地域|会社 FAX|会社電話|"
        "会社電話 2|自宅電話|"
        "携帯電話|通常の電話|電子メール アドレス|電子メール 2 アドレス|誕生日|記念日|分類|メモ|Web ページ",
        "호칭(영문)|이름|중간 이름|성|회사|직함|근무지 주소 번지|근무지 번지 2|근무지 구/군/시|근무지 시/도|"
        "근무지 우편 번호|"
        "근무지 국가/지역|집 번지|집 주소 우편 번호|기타 번지|기타 국가/지역|근무지 팩스|근무처 전화|"
        "근무처 전화 2|집 전화 번호|"
        "휴대폰|기본 전화|전자 메일 주소|전자 메일 2 주소|생일|결혼 기념일|범주 항목|메모|웹 페이지",
        "Unvan|İlk Adı|İkinci Adı|Soyadı|Şirket|İş Unvanı|İş-Cadde|İş-Cadde 2|İş-Şehir|İş-Bölge|İş-Posta Kodu|"
        "İş-Ülke/Bölge|Ev-Cadde|Ev-Posta Kodu|Diğer-Cadde|Diğer-Ülke/Bölge|İş Faks No|İş Telefon No|İş Telefon No 2|"
        "Ev Telefonu|Cep Telefonu|Birincil Telefon|Elektronik Posta Adresi|Elektronik Posta 2 Adres|Doğum Günü|"
        "Yıldönümü|Kategoriler|Notlar|Web Sayfası",
        "Обращение|Имя|Отчество|Фамилия|Организация|Должность|Улица (раб. адрес)|Улица 2 (раб. адрес)|"
        "Город (раб. адрес)|Область (раб. адрес)|Индекс (раб. адрес)|Страна или регион (раб. адрес)|"
        "Улица (дом. адрес)|Почтовый код (дом.)|Улица (другой адрес)|Страна или регион  (другой адрес)|Рабочий факс|"
        "Рабочий телефон|Телефон раб. 2|Домашний телефон|Телефон переносной|Основной телефон|Адрес эл. почты|"
        "Адрес 2 эл. почты|День рождения|Годовщина|Категории|Заметки|Веб-страница",
        "Tittel|Fornavn|Mellomnavn|Etternavn|Firma|Stilling|Adresse, arb.: Gate/vei|Adresse 2, arb.: Gate/vei|"
        "Adresse, arb.: Poststed|Adresse, arb.: Område|Adresse, arb.: Postnummer|Firmaland/område|"
        "Adresse, priv.: Gate/vei|Adresse, priv.: Postnummer|Annen adresse: Gate/vei|Annet land/område|"
        "Telefaks, arb.|Telefon, arb.|Telefon 2, arb.|Telefon, priv.|Mobiltelefon|Hovedtelefon|E-postadresse|"
        "E-postadresse 2|Fødselsdag|Merkedag|Kategorier|Notater|Webside",
    ],
    ids=lambda header: header.partition("|")[0],
)
def test_columns_of_outlook(header: str) -> None:
    columns = header.split("|")
    found = suggest_mapping(columns, [])
    assert [found.get(column) for column in columns] == OUTLOOK.split("|")


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "Vezetéknév|Utónév|Cég|Munkahely címe|2. vállalati utcacím|Munkahely irányítószáma|Hivatali telefon|"
            "Másik otthoni telefon|Lakcím|Megye (lakás)|Más irányítószám|Feljegyzések",
            "family|given|organisation|street:work|street2:work|postcode:work|phone:work|phone:home|street:home|"
            "region:home|postcode:other|notes",
        ),
        (
            "Förnamn|Efternamn|Annan gata 2|Annat postnummer|Fax, annan|Hemort|Biltelefon|Årsdag|Webbsida",
            "given|family|street2:other|postcode:other|phone:fax other|locality:home|phone:car|anniversary|link",
        ),
        (
            "Fornavn|Efternavn|Gade (arbejde)|Gade 2 (firma)|By (arbejde)|Land/område (privat)|Primær telefon|"
            "Mærkedag",
            "given|family|street:work|street2:work|locality:work|country:home|phone:main|anniversary",
        ),
        (
            "Etunimi|Sukunimi|Lähiosoite (työ)|Lähiosoite (työ) 2|Lähiosoite (koti)|Lähiosoite 2|Maa/alue (koti)|"
            "Työpuhelin|Kotifaksi|Sähköpostiosoite 2|Muistilaput",
            "given|family|street:work|street2:work|street:home|street2:home|country:home|phone:work|phone:fax home|"
            "email|notes",
        ),
        (
            "Nome|Sobrenome|Apelido|Nome de exibição|Número do celular|Endereço comercial|Cidade de trabalho|"
            "Ano de nascimento|Mês de nascimento|Data de nascimento",
            "given|family|nickname|name|phone:cell|street:work|locality:work|birthday_year|birthday_month|"
            "birthday_day",
        ),
        (
            "Křestní jméno|Příjmení|Zobrazené jméno|První e-mail|Číslo na mobil|Adresa domů|Město|Kraj|PSČ|Země|"
            "Adresa do zaměstnání|Město|Kraj|PSČ|Země|Rok narození|Měsíc narození|Den narození",
            "given|family|name|email|phone:cell|street:home|locality:home|region:home|postcode:home|country:home|"
            "street:work|locality:work|region:work|postcode:work|country:work|birthday_year|birthday_month|"
            "birthday_day",
        ),
        (
            "이름|성|표시명|추가 메일|자택 주소1|구/군|우편번호|직장 주소1|구/군|웹 페이지1|태어난 해|태어난 달|생일",
            "given|family|name|email|street:home|locality:home|postcode:home|street:work|locality:work|link|"
            "birthday_year|birthday_month|birthday_day",
        ),
        ("Görüntülenecek ad|Ev adresi 2|Ev şehri|İş ülkesi", "name|street2:home|locality:home|country:work"),
        ("顯示名稱|住家地址|居住縣市|次要 Email|出生年|出生月|出生日", "name|street:home|locality:home|email|"
        "birthday_year|"
         "birthday_month|birthday_day"),
        ("Name|Operator|Is Mobile|Visa|By", "name"),
        ("Name|Home Address|City|Zip|Work Address|City|Zip", "name|street:home|locality:home|postcode:home|"
        "street:work|"
         "locality:work|postcode:work"),
        ("Name|City|Office Address|Pincode", "name|locality:work|street:work|postcode:work"),
        ("Name|Address|City|Work Address", "name|address|locality|street:work"),
        (
            "Name|Mailing Street|Other Street|Mailing City|Other City",
            "name|street|street:other|locality|locality:other",
        ),
        ("Name|Home Street|Home City|City", "name|street:home|locality:home|locality"),
    ],
    ids=lambda value: value.partition("|")[0],
)  # fmt: skip
def test_columns_of_outlook_and_thunderbird(header: str, fields: str) -> None:
    columns = unique_columns(header.split("|"))
    found = suggest_mapping(columns, [])
    assert [field for column in columns if (field := found.get(column))] == fields.split("|")


def test_letters_without_a_plain_twin_are_folded() -> None:
    found = only("ADI SOYADI;TELEFON KOMORKOWY;Fødselsdag\nAyşe Işık;+48 601 234 567;1984-03-07\n", region="PL")
    assert (found.name, found.phones[0].type, found.birthday) == ("Ayşe Işık", "cell", "1984-03-07")


def test_a_town_that_stands_beside_one_kind_of_address_is_of_that_address() -> None:
    found = only("Name,Home Address,City,Zip\nAsha,12 Anna Salai,Chennai,600002\n", region="IN")
    assert [(each.type, each.locality, each.postcode) for each in found.addresses] == [("home", "Chennai", "600002")]
