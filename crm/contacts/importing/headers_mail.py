"""What Outlook and Thunderbird call the columns of their exports where they do not speak English.

The same form as in `headers`. Only what two words of `headers` and `headers_abroad` do not say already.
"""

MAIL_ALIASES = {
    "name": """
        wyswietlana nazwa|zobrazovane meno|zobrazovane jmeno|zobrazene jmeno|nome de exibicao|显示名称|
        顯示名稱|表示名|표시명|
        goruntulenecek ad|отображаемое имя|megjeleno nev|vis navn|fullt navn|nayttonimi""",
    "given": "krstne meno|ilk adi|ilk ad|이름|primeiro nome",
    "additional": """
        drugie imie|dalsie meno|2 krestni jmeno|druhe krestni jmeno|kozepso|中间名|中間名|ミドル ネーム|중간 이름|
        ikinci adi|mellemnavn|mellomnavn|toinen nimi""",
    "prefix": "英文称谓|호칭 영문",
    "suffix": """
        sufiks|pripona|za prijmenim|utotag|中文称谓|稱謂|敬称|호칭 한글|sonek|суффикс|namnsuffix|suffiks|
        jalkiliite""",
    "nickname": """
        pseudonim|przydomek|prezyvka|prezdivka|昵称|暱稱|ニックネーム|애칭|takma adi|псевдоним|becenev|smeknamn|
        kaldenavn|kallenavn|lempinimi""",
    "organisation": """
        organizacja|organizacia|organizace|organizacao|kurum|szervezet|organisasjon|organisaatio|jarjesto|
        組織|조직|单位|工作单位""",
    "title": """
        tytul|titul|tittel|funkcia|funkce|is unvani|肩書き|頭銜|직위|jobbtittel|job titel|ammattinimi|
        tehtavanimike""",
    "phone": "전화 번호|電話 番号",
    "phone:cell": """
        numer telefonu komorkowego|cislo na mobil|numero do celular|移动电话号码|номер мобильного телефона|
        номер сотового телефона|телефон переносной|телефон моб|cep telefonu numarasi|matkapuhelinnumero""",
    "phone:home": """
        otthoni telefon|masik otthoni telefon|ev telefonu|ev telefonu numarasi|ev telefon no|kotipuhelin|
        hjemmetelefon|
        自宅の電話番号""",
    "phone:work": """
        telefonu sluzbowy|hivatali telefon|masik hivatali telefon|munkahelyi telefon|is telefon no|
        is telefonu numarasi|
        tyopuhelin|arbejdstelefon|arbeidstelefon|勤務先の電話番号""",
    "phone:other": "egyeb telefon|diger telefon no|muu puhelin",
    "phone:main": """
        telefon podstawowy|primarny telefon|primarni telefon|elsodleges telefon|主要电话|代表電話|通常の電話|
        기본 전화|
        birincil telefon|основной телефон|primaer telefon|primær telefon|hovedtelefon|ensisijainen puhelin""",
    "phone:main work": """
        glowny telefon do firmy|hlavny telefon spolocnosti|telefon spolecnosti|ceg fovonala|
        telefone principal da empresa|telefono principale societa|hoofdtelefoon bedrijf|
        numero de centralita de la organizacion|单位主要电话|公司代表線|会社代表電話|회사 대표 전화|
        sirket santral telefonu|
        основной телефон организации|foretag vaxel|primær telefon firma|hovedtelefon for firma|
        yrityksen puhelinvaihde""",
    "phone:fax": """
        numer faksu|faxove cislo|cislo faxu|numero do fax|传真号码|傳真號碼|fax 番号|faks numarasi|
        номер факса|telefaks|
        faksi|faksin numero|faxszam""",
    "phone:fax home": "kotifaksi|otthoni fax|fax domov|fax domu",
    "phone:fax work": "tyofaksi|hivatali fax|munkahelyi fax|is faks no|is faks numarasi|telefaks arb",
    "phone:fax other": "muu faksi|egyeb fax|diger faks no",
    "phone:pager": """
        numer pagera|cislo na pager|cercapersone|numero do pager|szemelyhivo|寻呼机|寻呼机号码|呼叫器|呼叫器號碼|
        ポケットベル|ポケットベル番号|호출기|cagri cihazi|пейджер|номер пейджера|personsokare|personsoger|
        personsogernummer|personsoker|hakulaite|hakulaitteen numero""",
    "phone:car": """
        telefono auto|telefon w samochodzie|autotelefon|telefon do auta|telefone do carro|车载电话|汽車電話|
        自動車電話|카폰|
        arac telefonu|телефон в машине|biltelefon|autopuhelin""",
    "phone:assistant": """
        telefon asystenta|telefon asistenta|asszisztens telefonszama|telefone do assistente|助理的电话|助理電話|
        秘書の電話|비서 전화 번호|yardimcinin telefonu|телефон помощника|assistentens telefon|
        assistentens telefonnummer|telefon assistent|avustajan puhelinnumero""",
    "phone:callback": """
        wywolanie zwrotne|spatne volanie|zpetne volani|visszahivas|retorno de chamada|回电话|回撥電話|コールバック|
        다시 걸 전화|geri arama|обратный вызов|motringning|tilbagekald|tilbakeringing|takaisinsoitto""",
    "phone:radio": """
        radiotelefon|radiofone|无绳电话|無線電話|무선 전화|telsiz telefon|радиотелефон|radiopuhelin""",
    "email": """
        correio electronico|correio eletronico|endereco do correio electronico|endereco de correio electronico|
        podstawowy e mail|dodatkowy e mail|adres poczty e mail|e mailova adresa|primarna e mailova adresa|
        dalsia e mailova adresa|prvni e mail|druhy e mail|elsodleges e mail|masodlagos e mail|email secundario|
        email primario|endereco de e mail secundario|电子邮件 地址|电子邮件地址|主要电子邮件|备用电子邮件|
        電子郵件 地址|電子郵件地址|主要 email|次要 email|電子メール アドレス|別のメールアドレス|전자 메일 주소|
        기본 메일|추가 메일|elektronik posta adres|elektronik posta adresi|birinci e posta|ikinci e posta|
        адрес эл почты|альтернативный адрес электронной почты|ytterligare e post|e postadresse|
        primær e post|sekundær e post|primær mail|sekundær mail|sahkopostiosoite|ensisijainen sahkoposti|
        toissijainen sahkoposti""",
    "address": "adress|家庭住址",
    "street": "番地|번지|улица дом|улица дом квартира|gata|gade|gate vei|lahiosoite",
    "street:home": """
        lakcim|otthoni utcacim|otthoni cim|家庭地址|住家地址|ev adresi|ev cadde|hjemmeadresse|kotiosoite|
        adress privat rad 1|자택 주소 1""",
    "street2:home": "2 otthoni utcacim|adress privat rad 2|자택 주소 2",
    "street3:home": "3 otthoni utcacim",
    "street:work": """
        munkahely cime|munkahelyi cim|vallalati utcacim|工作地址|商務地址|is adresi|is cadde|arbejdsadresse|tyoosoite|
        gade firma|adress arbete rad 1|직장 주소 1""",
    "street2:work": "2 vallalati utcacim|adress arbete rad 2|직장 주소 2",
    "street3:work": "3 vallalati utcacim",
    "street:other": "mas utcacim|diger cadde",
    "street2": "2 utcacim",
    "street3": "3 utcacim",
    "locality": "miejscowosc|市 县|市 鎮|市町村|구 군 시|구 군",
    "locality:home": "hemort|居住縣市|居住市鎮|ev sehir|ev sehri|by privat|hjemmeby|kotikaupunki",
    "locality:work": "商務縣市|商務市鎮|is sehir|is sehri|by arbejde|arbejdsby",
    "locality:other": "anden by|diger sehir",
    "region": "distrito|省 市 自治区|縣 市|시 도|omrade|allam|stat oblast|okres|oblast|laani|sijaintitiedot",
    "region:home": """
        zeme dom|居住地省 自治区 直辖市|住家省市|ev bolge|ev bolgesi|landsdel stat privat|hjemmestat""",
    "region:work": "zeme zam|工作地省 自治区 直辖市|商務省市|is bolge|is bolgesi|landsdel stat arbete|arbejdsstat",
    "region:other": "diger bolge|jiny okres",
    "postcode": "почтовый код|우편 번호",
    "postcode:home": "住家郵遞區號|ev posta kodu|hjemmepostnummer",
    "postcode:work": "munkahely iranyitoszama|商務郵遞區號|is posta kodu|arbejdspostnummer|postadress arbete",
    "postcode:other": "diger posta kodu",
    "country": """
        kraj region|panstwo|krajina alebo oblast|krajina oblast|zeme oblast|国家 地区|國家 地區|国 地域|국가 지역|
        ulke bolge|страна регион|land omrade|maa|maa alue|orszag regio""",
    "country:home": """
        stat domov|居住国家 地区|居住國家|ev ulke bolge|ev ulkesi|hjemland omrade|hjemmeland|kotimaa""",
    "country:work": """
        stat zamestnania|pais regiao da empresa|工作国家 地区|商務國家|is ulke bolge|is ulkesi|firmaland omrade|
        arbejdsland""",
    "country:other": "diger ulke bolge",
    "link": """
        pagina na web|strona sieci web|weblap|weboldal|网页|網頁|web ページ|ウェブページ|웹 페이지|
        web sayfasi|веб страница|
        webbsida|webbplats|webside|web sivu|verkkosivu""",
    "birthday_year": """
        rok urodzenia|urodziny rok|rok narodenia|rok narozeni|szuletesi ev|ano de nascimento|出生年份|出生年|誕生年|
        태어난 해|dogum yili|год рождения|fodd ar|fodelsear|fodselsar|syntymavuosi""",
    "birthday_month": """
        miesiac urodzenia|urodziny miesiac|mesiac narodenia|mesic narozeni|szuletesi honap|mes de nascimento|
        出生月份|出生月|誕生月|태어난 달|dogum ayi|месяц рождения|fodd manad|fodelsemanad|fodselsmaned|
        syntymakuukausi""",
    "birthday_day": """
        dzien urodzenia|urodziny dzien|den narodenia|den narozeni|szuletesi nap|出生日|fodd dag|dia de nascimento""",
    "anniversary": """
        vyroci|vyrocie|evfordulo|datas especiais|纪念日|紀念日|결혼 기념일|arsdag|mærkedag|merkedag|vuosipaiva""",
    "tags": "kategorie|kategorii|kategoriak|类别|類別|分類|범주 항목|kategorier|luokat",
    "notes": "notatki|feljegyzesek|注释|附註|記事|muistilaput",
}

MAIL_TYPE_WORDS = {
    "home": """
        dom|domu|domov|家庭|domova|lakas|otthoni|住宅|住家|自宅|자택|집|дом|домашняя|priv|kodin|residencia""",
    "work": """
        sluzbowa|sluzbowe|biuro|biurowy|prace|praci|zamestnani|zamestnania|pracovna|pracovny|zam|hivatal|munkahely|
        munkahelyi|trabalho|empresa|工作|商务|商務|会社|근무지|근무처|직장|раб|рабочая|служебный|arb|tyo|tyopaikan""",
    "other": """
        inna|inne|iny|ina|ine|jiny|jina|jine|mas|egyeb|其他|その他|기타|diger|другой|другая|annan|annat|annen|annet|
        anden|andet|muu""",
    "main": "podstawowy|glowny|primarny|primarni|hlavny|hlavni",
}
