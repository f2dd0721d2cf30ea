"""What columns are called: in the exports of common programs and in our users' languages.

Aliases are compared through `plain_key`: case, accents and punctuation do not matter.
"""

from crm.contacts.importing.headers_abroad import FURTHER_ALIASES, TYPE_WORDS_ABROAD
from crm.contacts.importing.headers_mail import MAIL_ALIASES, MAIL_TYPE_WORDS
from crm.contacts.importing.headers_native import NATIVE_ALIASES
from crm.contacts.importing.text import plain_key

_ALIASES = {
    "name": """
        particulars|party|contacts|customers|clients|guests|members|
        names|guest|student|student name|attendee|attendee name|recipient|recipient name|participant|
        participant name|visitor name|buyer|buyer name|name and surname|first and last name|first last name|
        nombre y apellido|nome e sobrenome|vorname nachname|vorname und nachname|vor und nachname|prenom nom|
        prenom et nom|nombre cliente|nombre del cliente|nome do cliente|nome cliente|nom client|name of guest|
        cust name|party name|name of customer|name of the customer|name of client|
        volledige naam|naam|klant|nome e cognome|nominativo|
        name|full name|display name|contact name|customer name|customer|client|
        client name|contact|member|file as|person|guest name|member name|patient name|
        fullname|nombre completo|nombre y apellidos|nom complet|nome completo|
        vollstandiger name|anzeigename|kunde|kundenname|cliente|nom du client|
        buong pangalan|pangalan ng customer|பெயர்|முழு பெயர்|முழுப்பெயர்|వాడుకరి పేరు|
        పేరు|పూర్తి పేరు|नाव|पूर्ण नाव|संपूर्ण नाव|नाम|पूरा नाम|نام و نام خانوادگی|
        نام کامل|نام مشتری|الاسم|الاسم الكامل""",
    "name_family_first": """
        cognome e nome|cognome nome|
        last name first name|surname first name|family name given name|last first|
        name last first|nachname vorname|name vorname|apellidos y nombre|
        apellidos nombre|nom prenom|nom et prenom|sobrenome nome|apelyido pangalan|
        आडनाव नाव|نام خانوادگی و نام|نام خانوادگی نام""",
    "given": """
        f name|first names|given names|
        voornaam|roepnaam|
        first name|given name|forename|fname|first|given|firstname|christian name|
        vorname|nombre|nombres|primer nombre|prenom|nome|primeiro nome|unang pangalan|
        pangalan|முதல் பெயர்|மொதல் பெயர்|మొదటి పేరు|पहिले नाव|प्रथम नाव|पहला नाम|نام|
        نام کوچک|الاسم الأول""",
    "family": """
        l name|apellido paterno|last names|
        achternaam|cognome|familienaam|
        last name|family name|surname|lname|last|family|lastname|nachname|familienname|
        apellido|apellidos|primer apellido|nom|nom de famille|sobrenome|apelido|
        ultimo nome|apelyido|huling pangalan|கடைசி பெயர்|குடும்பப் பெயர்|இறுதிப் பெயர்|
        ఇంటి పేరు|చివరి పేరు|आडनाव|शेवटचे नाव|उपनाम|نام خانوادگی|فامیلی|فامیل|
        اسم العائلة""",
    "additional": """
        m name|
        tussenvoegsel|secondo nome|
        middle name|additional name|middle|second name|middle names|middle initial|
        zweiter vorname|weitere vornamen|segundo nombre|deuxieme prenom|nome do meio|
        gitnang pangalan|நடுப் பெயர்|మధ్య పేరు|मधले नाव|वडिलांचे नाव|نام میانی""",
    "prefix": """
        name prefix|prefix|salutation|honorific|honorific prefix|courtesy title|mr mrs|
        anrede|tratamiento|civilite|tratamento|titulo de cortesia""",
    "suffix": """
        name suffix|suffix|honorific suffix|generation|namenszusatz|sufijo|suffixe|
        sufixo""",
    "nickname": """
        public name|push name|whatsapp name|
        preferred name|preferred first name|goes by|nickname|nick name|nick|alias|known as|spitzname|apodo|surnom|
        apelido carinhoso|palayaw|புனைப்பெயர்|செல்லப் பெயர்|ముద్దు పేరు|टोपणनाव|
        نام مستعار""",
    "kind": "is a company|is company|contact type|kind|contact kind|person or organisation|person or organization",
    "organisation": """
        firm name|raison sociale|shop name|store name|razon social|trading name|trade name|related company|
        business|customer company|company or organization|
        bedrijf|bedrijfsnaam|azienda|ditta|
        organization|organisation|company|company name|organization name|
        organisation name|organization 1 name|employer|business name|account name|
        associated company|primary associated company|firm|org|firma|unternehmen|
        firmenname|organizacion|empresa|compania|nombre de la empresa|societe|
        entreprise|organizacao|nome da empresa|kumpanya|நிறுவனம்|நிறுவனத்தின் பெயர்|
        సంస్థ|కంపెనీ|संस्था|कंपनी|شرکت|سازمان|نام شرکت|الشركة""",
    "title": """
        job position|job|
        job title|title|position|organization title|organization 1 title|role|
        designation|occupation|position title|berufsbezeichnung|funktion|cargo|puesto|
        poste|fonction|titre|profesion|katungkulan|posisyon|பதவி|హోదా|पद|سمت|شغل""",
    "phone": """
        day phone|daytime phone|night phone|evening phone|
        phones|telf|tlf|fone|telefon nr|telefonnr|tel nr|phone nr|general phone|contact phone number|
        ph|ph no|ph number|phone nos|contact nos|contact numbers|tel nos|
        telefoon|telefoonnummer|numero di telefono|
        phone|phone number|telephone|telephone number|tel|tel no|phone no|
        contact number|contact no|primary phone|main phone|phone numbers|number|
        whatsapp|whatsapp number|whatsapp no|telefon|telefonnummer|rufnummer|telefono|
        numero de telefono|telephone fixe|numero de telephone|telefone|
        numero de telefone|numero ng telepono|telepono|தொலைபேசி|தொலைபேசி எண்|எண்|ఫోన్|
        ఫోన్ నంబర్|ఫోన్ నెంబర్|दूरध्वनी|फोन|फोन नंबर|फोन क्रमांक|दूरध्वनी क्रमांक|
        संपर्क क्रमांक|تلفن|شماره تلفن|شماره تماس|شماره|الهاتف""",
    "phone:cell": """
        handphone|hand phone|hp no|
        mobilfunk|mobilfunknummer|iphone|general mobile|mobil tel nr|mobiltelefonnr|mobiltel|mobilnr|
        mob|mob no|mob number|mobile nos|mobile no s|mobile contact|
        mobiel|mobiel nummer|gsm|cellulare|telefonino|
        mobile|mobile number|mobile no|cell|cellphone|cell number|cellular|handy|mobil|
        handynummer|mobilnummer|mobiltelefon|movil|celular|telefono movil|portable|
        telephone portable|mobile phone|cell phone|telemovel|selpon|cp number|
        cellphone number|கைபேசி|கைபேசி எண்|அலைபேசி|அலைபேசி எண்|மொபைல்|மொபைல் எண்|
        మొబైల్|మొబైల్ నంబర్|సెల్|मोबाईल|मोबाइल|मोबाईल नंबर|मोबाइल नंबर|भ्रमणध्वनी|
        موبایل|شماره موبایل|تلفن همراه|همراه|الجوال""",
    "phone:home": """
        festnetz|festnetznummer|fijo|fixe|
        landline|telefon privat|telefono fijo|telefono particular|telephone domicile|
        telefone residencial|வீட்டு தொலைபேசி|تلفن منزل|تلفن ثابت""",
    "phone:work": """
        telefon geschaftlich|telefono trabajo|telephone bureau|telefone comercial|
        تلفن محل کار|تلفن کار""",
    "phone:fax": """
        fax|fax number|fax no|facsimile|faxnummer|telefax|numero de fax|telecopie|
        தொலைநகல்|ఫ్యాక్స్|फॅक्स|فکس|نمابر""",
    "phone_code": """
        std code|isd code|isd|dial code|dialing code|dialling code|calling code|phone code|phone country code|
        country calling code|mobile country code|area code|phone area code|vorwahl|indicatif|prefijo""",
    "phone:pager": "pager|pager number|beeper",
    "email": """
        e mailadres|indirizzo email|posta elettronica|
        email|e mail|mail|email address|e mail address|emails|primary email|
        secondary email|contact email|email id|mail id|e mails|work email|
        additional email|correo|correo electronico|direccion de correo electronico|
        courriel|adresse e mail|adresse email|adresse mail|adresse electronique|
        e mail adresse|email adresse|mailadresse|endereco de e mail|endereco de email|
        மின்னஞ்சல்|மின்னஞ்சல் முகவரி|ఈమెయిల్|ఇమెయిల్|ఈ మెయిల్|ईमेल|ई मेल|इमेल|
        ईमेल पत्ता|ایمیل|پست الکترونیکی|رایانامه|آدرس ایمیل|البريد الإلكتروني""",
    "address": """
        adres|indirizzo|address with pincode|address with pin code|
        address|full address|postal address|mailing address|adresse|anschrift|
        direccion|endereco|tirahan|முகவரி|చిరునామా|पत्ता|पता|آدرس|نشانی|العنوان""",
    "street": """
        address line|poaddress line 1|house no|house number|door no|flat no|hausnummer|hausnr|haus nr|
        straat|via|
        street|street address|address line 1|address 1|address1|addr 1|street 1|
        strasse|straße|calle|rue|rua|kalye|தெரு|వీధి|रस्ता|خیابان""",
    "street2": """
        street 2|address line 2|address 2|address2|extended address|apartment|suite|
        apartment suite|adresszusatz|complement d adresse|complemento""",
    "street3": "street 3|address line 3|address 3|po box|address po box|postfach",
    "locality": """
        plaats|woonplaats|citta|comune|
        pocity|city|town|locality|suburb|city town|ort|stadt|wohnort|ciudad|localidad|
        poblacion|municipio|ville|cidade|lungsod|bayan|ஊர்|நகரம்|నగరం|ఊరు|शहर|गाव|شهر|
        المدينة""",
    "region": """
        state id|poregion|state|region|province|county|state province|state region|state or province|
        bundesland|provincia|estado|departement|lalawigan|மாநிலம்|రాష్ట్రం|राज्य|استان""",
    "postcode": """
        cap|postal|cp|
        popostal code|zip|zip code|zipcode|postal code|postcode|post code|pin|pin code|pincode|
        postal zip code|plz|postleitzahl|codigo postal|code postal|cep|அஞ்சல் குறியீடு|
        அஞ்சல் எண்|పిన్ కోడ్|पिनकोड|पिन कोड|کد پستی""",
    "country": """
        paese|
        country id|pocountry|country|country region|country code|land|pais|pays|bansa|நாடு|దేశం|देश|کشور""",
    "link": """
        website|web page|web site|url|homepage|home page|web|web page 1|web page 2|
        website url|webseite|sitio web|pagina web|site web|site|website blog|
        website other|website profile|website home page|website work|வலைத்தளம்|وب سایت|
        وبسایت|سایت""",
    "birthday": """
        d o b|do b|birth dt|geb|geb datum|geb dat|geburtsdat|fecha nac|f nacimiento|data nasc|dt nasc|
        dt nascimento|birthday dd mm yyyy|born|born on|
        geboortedatum|verjaardag|data di nascita|compleanno|
        birthday|birth date|birthdate|date of birth|dob|bday|b day|geburtstag|
        geburtsdatum|fecha de nacimiento|cumpleanos|date de naissance|
        anniversaire de naissance|data de nascimento|kaarawan|petsa ng kapanganakan|
        araw ng kapanganakan|பிறந்த நாள்|பிறந்தநாள்|பிறந்த தேதி|పుట్టిన తేదీ|
        పుట్టినరోజు|పుట్టిన రోజు|जन्मतारीख|जन्म तारीख|वाढदिवस|जन्मदिन|जन्म दिनांक|
        تاریخ تولد|تولد|تاريخ الميلاد""",
    "birthday_year": "birthday year|geburtstag jahr|birth year|year of birth|geburtsjahr",
    "birthday_month": "birth month|birthday month|month of birth|geburtsmonat",
    "birthday_day": "birth day|birthday day|day of birth",
    "anniversary": """
        anniversary|wedding anniversary|wedding date|anniversary date|hochzeitstag|
        jubilaum|aniversario de boda|anniversaire de mariage|aniversario de casamento|
        anibersaryo|திருமண நாள்|పెళ్లి రోజు|लग्नाचा वाढदिवस|سالگرد ازدواج|سالگرد""",
    "tags": """
        group name|customer group|client group|category id|
        tags|tag|categories|category|labels|label|groups|group|group membership|
        keywords|kategorien|kategorie|gruppen|schlagworte|etiquetas|categorias|
        categoria|etiquettes|categories de contact|grupo|குறிச்சொற்கள்|ట్యాగ్‌లు|टॅग|
        گروه|برچسب|برچسب ها""",
    "notes": """
        memo|remark|anmerkung|anmerkungen|obs|info|information|additional info|additional information|note to self|
        notities|opmerkingen|appunti|
        notes|note|comments|comment|remarks|description|about|notizen|notiz|bemerkung|
        bemerkungen|kommentar|notas|nota|observaciones|comentarios|remarques|
        commentaire|commentaires|observacoes|mga tala|tala|குறிப்புகள்|குறிப்பு|
        గమనికలు|గమనిక|टिपा|टीप|नोंद|नोंदी|یادداشت|توضیحات|ملاحظات""",
    "language": """
        language|preferred language|lang|sprache|idioma|langue|lingua|wika|மொழி|భాష|
        भाषा|زبان""",
    "source": """
        source|lead source|original source|contact source|referral source|quelle|
        origen|fuente|origine|origem|மூலம்|स्रोत|منبع""",
    "external_id": """
        square customer id|
        client no|client number|patient no|patient number|patient id|guest id|member no|customer code|
        client code|kunden nr|kundennr|person number|
        id|record id|contact id|customer id|client id|uid|euid|customer number|
        customer no|member id|member number|kundennummer|id cliente|codigo cliente|
        numero client|record id contact|regulars id|vid|leid|unique id|contact record id""",
    "consent_at:email": "optin time|confirm time|opt in time|confirm date|confirmed at",
    "consent": "marketing|promotions|promotional|marketing allowed|marketing ok|promotional messages",
    "consents": "consent|consents",
    "extras": "extra",
    "skip": "not imported because",
}

TYPE_WORDS = {
    plain_key(word): kind
    for kind, words in (
        *MAIL_TYPE_WORDS.items(),
        *TYPE_WORDS_ABROAD.items(),
        ("home", "home|private|privat|personal|domicile|particular|residence|residential|resi|res|permanent"),
        ("work", "work|business|office|offc|company|registered|geschaftlich|trabajo|bureau|professionnel"),
        ("work", "comercial|dienstlich"),
        ("home", "landline|festnetz|fijo|fixe"),
        ("cell", "mobile|cell|cellular|mobil|movil|whatsapp|sms|portable"),
        ("other", "other|alternate|alternative|alt|secondary|shipping|delivery|correspondence"),
        ("other", "communication|additional"),
        ("main", "main|primary"),
        ("tty", "tty|tdd"),
        *((word, word) for word in ("fax", "car", "pager", "video", "assistant", "telex", "isdn", "radio", "callback")),
    )
    for word in words.split("|")
}
LETTERS = {"m": "mobile", "o": "office", "r": "residence"}  # at the end of a header: "Tel (M)", "Ph. (O)"
# Words that only join others, and those that say of what address a part is where we keep no such kind.
LINKING_WORDS = frozenset(
    [
        *("de", "del", "della", "di", "d", "do", "da", "dos", "du", "des", "la", "le", "l", "el", "e"),
        *("op", "het", "van", "of", "the", "fur", "или"),
    ]
)
ADDRESS_PARTS = ("street", "street2", "street3", "locality", "region", "postcode", "country")
WHOSE_ADDRESS = frozenset(("mailing", "postal", "billing", "default", "current", "present", "physical"))
ADDRESS_WORDS = WHOSE_ADDRESS.union(
    [
        "address",
        *map(plain_key, ("adres", "adresa", "adress", "adresse", "адрес", "地址", "住所", "주소")),
    ]
)
# Kinds that scripts without spaces write right before the thing itself: "商务电话", "住宅地址 街道", "その他の FAX".
KINDS_IN_FRONT = "商务|商務|住宅|住家|其他|自宅|勤務先|会社|その他|근무지|근무처|직장|자택|집|기타|家庭|工作"
# What a column of kinds says of a contact.
ORGANISATION_WORDS = frozenset(("organisation", "organization", "company", "business", "firm"))
PERSON_WORDS = frozenset(("person", "individual", "contact"))
# What programs put before every column of a person: "Person - Name", "Customer Mobile".
OWNERS = (
    "customer default address|default address|primary contact|billing contact|person|contact|customer|client|member|"
    "guest|patient|lead|party"
)


def _alias_table() -> dict[str, str]:
    table: dict[str, str] = {}
    further = (*FURTHER_ALIASES.items(), *MAIL_ALIASES.items(), *NATIVE_ALIASES.items())
    for field, names in (*_ALIASES.items(), *further):
        for name in names.replace("\n", "").split("|"):
            table.setdefault(plain_key(name), field)
    return table


ALIASES = _alias_table()
COMPACT_ALIASES = {key.replace(" ", ""): field for key, field in ALIASES.items() if len(key) > 5}
