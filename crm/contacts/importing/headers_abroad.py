"""What columns are called in further languages and programs: those that a business may come from.

The same form as in `headers`, which says what wins where two languages share a word.
"""

FURTHER_ALIASES = {
    "name": """
        imie i nazwisko|ad soyad|adi soyadi|adı soyadı|isim soyisim|musteri adi|müşteri adı|
        姓名|客户名称|客戶名稱|氏名|名前|お名前|お客様名|顧客名|성명|고객명|
        ονοματεπωνυμο|שם|שם מלא|ho va ten|họ và tên|họ tên|ten khach hang|tên khách hàng|
        nama|nama lengkap|nama pelanggan|ชื่อ นามสกุล|ชื่อ สกุล|nev|név|teljes név|
        jmeno a prijmeni|meno a priezvisko|nume complet|nume si prenume|navn|namn|nimi|
        saved name|ledger name|name of ledger|name of the ledger|contact person|name of contact|
        اسم العميل|ग्राहक का नाम|ग्राहकाचे नाव|வாடிக்கையாளர் பெயர்|కస్టమర్ పేరు""",
    "name_family_first": "фио|ф и о|фамилия имя отчество|фамилия имя|nazwisko i imie|prijmeni a jmeno",
    "given": """
        imie|имя|ad|adi|adı|isim|名字|名|ονομα|שם פרטי|tên|ten|nama depan|ชื่อ|keresztnev|utonev|
        jmeno|krestni jmeno|meno|prenume|fornamn|förnamn|fornavn|etunimi|ім'я|імя|الاسم الاول""",
    "family": """
        nazwisko|фамилия|прізвище|soyad|soyadi|soyadı|soyisim|姓|姓氏|성|επωνυμο|επιθετο|
        שם משפחה|họ|nama belakang|นามสกุล|vezeteknev|csaladnev|prijmeni|priezvisko|
        efternamn|etternavn|efternavn|sukunimi|nume de familie|الكنية|اللقب|कुलनाम|अंतिम नाम""",
    "additional": "segundo nome|отчество|по батькові|drugie imie|ikinci ad|tên đệm|middelste naam|mellannamn",
    "prefix": "aanhef|titolo di cortesia|обращение",
    "suffix": "achtervoegsel|suffisso|zusatz",
    "organisation": """
        default address company|name of company|name of the company|name of firm|name of business|
        name of organisation|name of organization|
        компания|организация|фирма|название компании|підприємство|şirket|şirket adı|公司|公司名称|
        公司名稱|单位|會社名|会社名|会社|勤務先|회사|회사명|εταιρεια|επωνυμια|חברה|שם החברה|công ty|
        cong ty|perusahaan|บริษัท|ceg|cég|cégnév|spolecnost|spolocnost|companie|foretag|företag|
        bedrift|virksomhed|yritys|societa|firma nazwa|nazwa firmy|اسم الشركة""",
    "title": """
        stanowisko|должность|посада|unvan|görev|职位|職稱|职务|職務|役職|직함|직책|θεση|תפקיד|chức vụ|
        jabatan|ตำแหน่ง|beosztas|pozice|pozicia|functie|befattning|stilling|posizione|
        المسمى الوظيفي|الوظيفة|titel|titolo|titulo""",
    "phone": """
        телефон|номер телефона|контактный телефон|тел|telefon numarası|电话|電話|电话号码|聯絡電話|
        联系电话|電話番号|전화|전화번호|연락처|τηλεφωνο|τηλ|טלפון|מספר טלפון|dien thoai|điện thoại|
        số điện thoại|so dien thoai|sđt|sdt|telepon|no telepon|nomor telepon|nomer telepon|
        เบอร์โทร|เบอร์โทรศัพท์|โทรศัพท์|telefonszam|telefonni cislo|telefonne cislo|puhelin|
        puhelinnumero|telefonnr|tlf|رقم الهاتف|رقم التلفون|फ़ोन|फ़ोन नंबर|फोन नम्बर|
        formatted phone|contact phone""",
    "phone:cell": """
        telefon komorkowy|komorka|мобильный|мобильный телефон|сотовый|мобільний|cep telefonu|cep|
        gsm no|手机|手機|手机号|手机号码|手機號碼|移动电话|行動電話|携帯|携帯電話|携帯番号|携帯電話番号|
        휴대폰|휴대전화|핸드폰|휴대폰번호|κινητο|κινητο τηλεφωνο|נייד|טלפון נייד|di động|
        dien thoai di dong|no hp|nomor hp|มือถือ|เบอร์มือถือ|mobiltelefonszam|mobilni telefon|
        mobilny telefon|telefon mobil|mobilnr|mobilnummer|matkapuhelin|mobiele telefoon|
        رقم الجوال|الموبايل|موبايل|رقم الموبايل|جوال|شماره همراه|شماره تلفن همراه|मोबाइल नम्बर|मोबाइल न""",
    "phone:home": "domicile|abitazione|座机|座機|自宅電話|شماره منزل",
    "phone:main": "haupttelefon|hoofdtelefoon",
    "phone:car": "autotelefon|autotelefoon|telephone voiture",
    "phone:assistant": "telephone de l assistant e|telefono assistente|telefon assistent|telefoon assistent",
    "phone:work": "telefon firma|telephone societe|is telefonu|iş telefonu|служебный телефон|рабочий телефон|会社電話",
    "phone:fax": "факс|传真|傳真|ファックス|팩스|φαξ|פקס|faks|الفاكس",
    "email": """
        электронная почта|эл почта|почта|имейл|емейл|адрес электронной почты|електронна пошта|e posta|
        eposta|邮箱|电子邮件|电子邮箱|邮件|電子郵件|電郵|メール|メールアドレス|eメール|이메일|이메일주소|
        ηλεκτρονικο ταχυδρομειο|דואר אלקטרוני|דוא ל|אימייל|מייל|thư điện tử|surel|อีเมล|อีเมล์|
        e mail cim|sahkoposti|sähköposti|e post|e postadress|epost|adresse de messagerie|adres e mail|adres email|
        direccion del correo electronico|indirizzo posta elettronica|indirizzo di posta elettronica|
        البريد الالكتروني|الايميل""",
    "address": """
        адрес|адреса|adres pocztowy|地址|住所|주소|διευθυνση|כתובת|dia chi|địa chỉ|alamat|ที่อยู่|adresa|osoite|
        morada|عنوان""",
    "street:work": "organization address|organisation address|company address",
    "street": """
        улица|вулиця|ulica|ulice|utca|sokak|cadde|街道|街|οδος|רחוב|đường|jalan|gatuadress|gate|vej|
        katuosoite|street address line|adres straat|rua endereco|rue|via|شارع|الشارع""",
    "locality": """
        город|місто|miasto|mesto|varos|sehir|şehir|ilce|ilçe|城市|市|市区町村|도시|πολη|עיר|
        thanh pho|thành phố|kota|เมือง|อำเภอ|oras|stad|sted|kaupunki|postitoimipaikka|postort|poststed|
        cidade endereco|adres plaats|ciudad residencia|localidade|مدينة""",
    "region": """
        область|регион|край|wojewodztwo|województwo|megye|kraj samospravny|省|省份|都道府県|νομος|
        tỉnh|provinsi|จังหวัด|judet|fylke|maakunta|provincie|adres provincie|estado endereco|
        provincia o estado|estado provincia|state code|province code|county province|dep region""",
    "postcode": """
        индекс|почтовый индекс|поштовий індекс|kod pocztowy|iranyitoszam|psc|posta kodu|邮编|
        邮政编码|郵遞區號|郵便番号|우편번호|τκ|τ κ|ταχυδρομικος κωδικας|מיקוד|mã bưu điện|kode pos|
        รหัสไปรษณีย์|cod postal|postnummer|postnr|postinumero|cep endereco|adres postcode|zip postal code|
        الرمز البريدي""",
    "country": """
        страна|країна|kraj|orszag|ülke|ulke|zeme|krajina|国家|國家|国|국가|χωρα|ארץ|מדינה|
        quốc gia|quoc gia|negara|ประเทศ|land region|adres land|pays region|pais regiao|
        pais o region|pais regiao endereco|الدولة|البلد""",
    "link": """
        page web|
        сайт|веб сайт|strona www|strona internetowa|网址|網址|网站|網站|ウェブサイト|ホームページ|웹사이트|
        ιστοσελιδα|אתר|webová stránka|webpagina|pagina da web|pagina web|الموقع|hemsida|
        nettside|hjemmeside|kotisivu""",
    "birthday": """
        data urodzenia|urodziny|дата рождения|день рождения|дата народження|dogum tarihi|doğum tarihi|
        doğum günü|dogum gunu|生日|出生日期|生年月日|誕生日|생일|생년월일|ημερομηνια γεννησης|γενεθλια|
        תאריך לידה|יום הולדת|ngày sinh|ngay sinh|sinh nhật|tanggal lahir|tgl lahir|วันเกิด|
        szuletesi datum|szuletesnap|datum narozeni|narozeniny|datum narodenia|narodeniny|
        data nasterii|ziua de nastere|fodelsedatum|födelsedag|fodselsdato|fødselsdato|fødselsdag|
        syntymaaika|syntymapaiva|anniversaire|aniversario|anniversaire naissance|
        عيد الميلاد|जन्म तिथि|जन्मतिथि|birthday date""",
    "anniversary": """
        date of marriage|marriage date|date of anniversary|wedding day|
        anniversario|rocznica|годовщина|yildonumu|yıldönümü|周年纪念日|記念日|기념일|επετειος|יום נישואין|jahrestag|
        bodas|anniversaire de mariage ou fete|speciale datum|वर्षगांठ|ذكرى الزواج""",
    "tags": """
        tagi|etykiety|grupy|kategorie kontaktu|категория|категории|группа|группы|метки|теги|etiketler|
        gruplar|kategoriler|标签|標籤|分组|组别|タグ|グループ|그룹|태그|ετικετες|κατηγορια|תגיות|
        קבוצה|nhãn|nhóm|kategori|grup|categorieen|categorie|cimkek|stitky|kategorie kontaktov""",
    "notes": """
        uwagi|notatki|notatka|примечание|примечания|комментарий|комментарии|заметки|примітка|not|
        notlar|aciklama|açıklama|备注|備註|附注|说明|メモ|備考|메모|비고|σημειωσεις|παρατηρησεις|
        הערות|הערה|ghi chú|ghi chu|catatan|keterangan|หมายเหตุ|megjegyzes|poznamka|poznamky|
        observatii|anteckningar|anteckning|notater|noter|bemaerkninger|muistiinpanot|huomautukset|
        anotacoes|ملاحظة|टिप्पणी""",
    "language": "язык|jezyk|dil|语言|語言|言語|언어|γλωσσα|שפה|ngôn ngữ|bahasa|taal|sprak|sprog|kieli|اللغة",
    "source": "источник|zrodlo|kaynak|来源|來源|πηγη|מקור|nguồn|sumber|bron|kalla|kilde|المصدر",
    "external_id": """
        会员号|會員編號|客户编号|客戶編號|会員番号|顧客番号|고객번호|kode pelanggan|müşteri no|musteri no|nr klienta""",
}

TYPE_WORDS_ABROAD = {
    "home": "domicilio|residencia|residencial|abitazione|ab|casa|thuis|huis|huisadres|domowy|domowa|hem|hjem|koti|"
    "ev|домашнии|домашний|自宅|منزل|خانه|گھر|வீடு|வீட்டு|ఇంటి|घर|घरचा|घरची|घराचा|bahay",
    "work": "ufficio|uff|lavoro|werk|werkadres|zakelijk|praca|sluzbowy|рабочии|рабочий|勤務先|arbete|arbejde|arbeid|"
    "محل|کار|دفتر|شرکت|அலுவலக|அலுவலகம்|ఆఫీసు|ఆఫీస్|కార్యాలయం|कार्यालय|कार्यालयीन|ऑफिस|ऑफीस|दफ्तर|opisina|trabaho",
    "cell": "celular|cellulare|mobiele|komorkowy|мобильныи|сотовыи|portatil",
    "other": "autre|otro|otra|outro|outra|altro|altra|andere|ander|anderes|weitere|weiterer|weiteres|inny|другои",
    "main": "principal|principale|haupt|основнои",
}
