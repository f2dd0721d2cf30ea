"""A complaint log in other languages than English: columns in the form of `fields`, words in that of `words`."""

from collections.abc import Mapping

from crm.contacts.rules.closed_sets import Channel
from crm.sla.rules.targets import Severity

HEADERS_ABROAD: Mapping[str, str] = {
    "reference": "شماره شکایت|شماره پرونده|کد پیگیری|شماره پیگیری|புகார் எண்|குறிப்பு எண்|ఫిర్యాదు నంబర్|ఫిర్యాదు సంఖ్య|"
    "तक्रार क्रमांक|शिकायत संख्या|शिकायत क्रमांक|numero ng reklamo|beschwerdenummer|vorgangsnummer|ticketnummer|"
    "numero de queja|numero de reclamo|numero de reclamacion|folio|numero de reclamation|numero de ticket|"
    "numero da reclamacao|protocolo|numero reclamo|klachtnummer|رقم الشكوى",
    "contact_name": "نام مشتری|نام شاکی|نام|வாடிக்கையாளர்|வாடிக்கையாளர் பெயர்|பெயர்|కస్టమర్|కస్టమర్ పేరు|పేరు|ग्राहक|"
    "ग्राहकाचे नाव|नाव|ग्राहक का नाम|नाम|customer na nagreklamo|pangalan|pangalan ng customer|kunde|kundenname|"
    "cliente|nombre del cliente|nombre|client|nom du client|nom|nome do cliente|nome|klant|اسم العميل|الاسم",
    "contact_phone": "شماره تماس|تلفن|موبایل|شماره موبایل|கைபேசி|கைபேசி எண்|தொலைபேசி|தொலைபேசி எண்|ఫోన్|ఫోన్ నంబర్|మొబైల్|"
    "मोबाइल|मोबाईल|मोबाईल नंबर|मोबाइल नंबर|फोन|telepono|numero ng telepono|telefon|telefonnummer|telefono|telephone|"
    "telefone|telefoon|الهاتف|رقم الهاتف",
    "contact_email": "ایمیل|மின்னஞ்சல்|ఈమెయిల్|ఇమెయిల్|ईमेल|e mail adresse|correo|correo electronico|courriel|البريد الإلكتروني",
    "channel": "کانال|روش تماس|نحوه ثبت|நுழைவழி|வழி|தொடர்பு வழி|ఛానెల్|మార్గం|माध्यम|paraan|kanal|eingangskanal|canal|"
    "via de recepcion|medio|kanaal|القناة",
    "category": "دسته|دسته بندی|موضوع|نوع شکایت|வகை|புகார் வகை|వర్గం|రకం|ఫిర్యాదు రకం|प्रकार|वर्ग|तक्रारीचा प्रकार|श्रेणी|"
    "शिकायत का प्रकार|kategorya|uri ng reklamo|kategorie|beschwerdeart|categoria|tipo|tipo de queja|categorie|"
    "type de reclamation|tipo de reclamacao|التصنيف|نوع الشكوى",
    "severity": "اولویت|شدت|முன்னுரிமை|தீவிரம்|ప్రాధాన్యత|తీవ్రత|प्राधान्य|तीव्रता|प्राथमिकता|prayoridad|prioritat|"
    "dringlichkeit|prioridad|gravedad|priorite|prioridade|prioriteit|الأولوية",
    "description": "شرح|شرح شکایت|توضیحات|متن شکایت|شکایت|விவரம்|புகார்|புகார் விவரம்|వివరాలు|ఫిర్యాదు|ఫిర్యాదు వివరాలు|तपशील|"
    "तक्रार|वर्णन|विवरण|शिकायत|reklamo|detalye|paglalarawan|beschreibung|beschwerde|sachverhalt|descripcion|detalle|"
    "queja|description|reclamation|descricao|reclamacao|descrizione|omschrijving|klacht|الوصف|الشكوى",
    "created_at": "تاریخ ثبت|تاریخ شکایت|تاریخ دریافت|تاریخ ایجاد|تاریخ|புகார் தேதி|பதிவு தேதி|தேதி|ఫిర్యాదు తేదీ|నమోదు తేదీ|"
    "తేదీ|तक्रार दिनांक|नोंदणी दिनांक|तारीख|दिनांक|शिकायत की तारीख|petsa ng reklamo|petsa|erstellt|erstellt am|"
    "eingegangen am|eingangsdatum|beschwerdedatum|datum|fecha de creacion|fecha de recepcion|fecha de la queja|"
    "fecha del reclamo|fecha|date de creation|date de reception|date de reclamation|cree le|recu le|data de abertura|"
    "data de criacao|data da reclamacao|data reclamo|data|aangemaakt|ontvangen op|تاريخ الشكوى|التاريخ",
    "first_response_at": "تاریخ پاسخ|تاریخ اولین پاسخ|முதல் பதில்|பதில் தேதி|మొదటి స్పందన|స్పందన తేదీ|पहिला प्रतिसाद|उत्तर दिनांक|"
    "unang tugon|petsa ng tugon|erste antwort|antwort am|erstantwort|beantwortet am|fecha de respuesta|"
    "primera respuesta|date de reponse|premiere reponse|data de resposta|primeira resposta|eerste reactie",
    "due_at": "مهلت|سررسید|موعد|تاریخ سررسید|கெடு|கெடு தேதி|உரிய தேதி|గడువు|గడువు తేదీ|मुदत|अंतिम तारीख|अंतिम तिथि|taning|"
    "faellig|fallig|fallig am|frist|zieldatum|fecha limite|vencimiento|plazo|echeance|date limite|prazo|data limite|"
    "scadenza|deadline|vervaldatum|تاريخ الاستحقاق",
    "closed_at": "تاریخ رسیدگی|تاریخ بستن|تاریخ پایان|تاریخ حل|முடித்த தேதி|தீர்வு தேதி|ముగింపు తేదీ|పరిష్కార తేదీ|निराकरण दिनांक|"
    "बंद दिनांक|समाधान की तारीख|petsa ng pagsara|nalutas|gelost am|erledigt am|geschlossen|geschlossen am|"
    "abgeschlossen am|fecha de cierre|fecha de resolucion|cerrado|resuelto|date de cloture|date de resolution|"
    "cloture le|resolu le|data de fechamento|data de encerramento|data de conclusao|data chiusura|"
    "afgesloten|gesloten op|تاريخ الإغلاق",
    "status": "وضعیت|நிலை|స్థితి|స్థితి|स्थिती|स्थिति|katayuan|estado|statut|situacao|stato|الحالة",
}
CHANNELS_ABROAD: Mapping[str, str] = {
    Channel.PHONE: "anruf|telefon|telefono|téléphone|telefone|تلفن|تماس تلفنی|தொலைபேசி|அழைப்பு|ఫోన్|फोन|दूरध्वनी|tawag|"
    "telepono|الهاتف",
    Channel.WEBSITE: "وب سایت|سایت|வலைத்தளம்|వెబ్‌సైట్|संकेतस्थळ|वेबसाइट|webseite|sitio web|site web|الموقع",
    Channel.EMAIL: "correo|correo electronico|courriel|ایمیل|மின்னஞ்சல்|ఈమెయిల్|ईमेल|البريد الإلكتروني",
    Channel.LETTER: "brief|carta|courrier|نامه|கடிதம்|ఉత్తరం|पत्र|liham|sulat|رسالة",
    Channel.TEXT: "پیامک|குறுஞ்செய்தி|సందేశం|संदेश|mensaje de texto|رسالة نصية",
    Channel.MESSAGING: "پیام رسان|واتساپ|வாட்ஸ்அப்|వాట్సాప్|व्हॉट्सअॅप|व्हाट्सएप|واتس آب",
    Channel.SOCIAL: "شبکه اجتماعی|شبکه های اجتماعی|اینستاگرام|சமூக ஊடகம்|సోషల్ మీడియా|सोशल मीडिया|redes sociales",
    Channel.IN_PERSON: "حضوری|நேரில்|స్వయంగా|प्रत्यक्ष|persönlich|en persona|presencial|en personne|pessoalmente|"
    "sa personal|di persona|شخصيا",
}
SEVERITIES_ABROAD: Mapping[str, str] = {
    Severity.URGENT: "فوری|அவசரம்|అత్యవసరం|तातडीचे|अत्यावश्यक|dringend|urgente|agarang|عاجل",
    Severity.HIGH: "زیاد|بالا|உயர்|அதிகம்|ఎక్కువ|उच्च|mataas|hoch|alta|alto|haute|عالية",
    Severity.NORMAL: "متوسط|عادی|சாதாரண|நடுத்தர|సాధారణ|మధ్యస్థం|मध्यम|सामान्य|katamtaman|mittel|media|moyenne|متوسطة",
    Severity.LOW: "کم|குறைவு|తక్కువ|कमी|mababa|niedrig|baja|bajo|basse|baixa|منخفضة",
}
YES_ABROAD = ("ja", "si", "sí", "oui", "sim", "evet", "بله", "ஆம்", "అవును", "होय", "हो", "हाँ", "oo", "نعم")
NO_ABROAD = ("nein", "non", "não", "nao", "hayır", "خیر", "இல்லை", "కాదు", "नाही", "नहीं", "hindi", "لا")
CLOSED_ABROAD = (
    *("geschlossen", "erledigt", "gelöst", "abgeschlossen", "cerrado", "resuelto", "fermé", "résolu", "clôturé"),
    *("fechado", "resolvido", "concluído", "chiuso", "afgesloten", "sarado", "nalutas", "tapos na", "مغلقة"),
    *("بسته", "بسته شد", "بسته شده", "حل شد", "حل شده", "رسیدگی شد", "முடிந்தது", "தீர்க்கப்பட்டது", "மூடப்பட்டது"),
    *("ముగిసింది", "పరిష్కరించబడింది", "निराकरण झाले", "बंद", "पूर्ण", "समाधान हुआ"),
)
