"""A complaint log in other languages than English: columns in the form of `fields`, words in that of `words`."""

from collections.abc import Mapping

from crm.contacts.rules.closed_sets import Channel
from crm.sla.rules.targets import Severity

HEADERS_ABROAD: Mapping[str, str] = {
    "reference": "شماره شکایت|شماره پرونده|کد پیگیری|شماره پیگیری|புகார் எண்|குறிப்பு எண்|ఫిర్యాదు నంబర్|ఫిర్యాదు సంఖ్య|"
    "तक्रार क्रमांक|शिकायत संख्या|शिकायत क्रमांक|numero ng reklamo|beschwerdenummer|vorgangsnummer|ticketnummer|"
    "numero de queja|numero de reclamo|numero de reclamacion|folio|radicado|numero de reclamation|numero de ticket|"
    "numero da reclamacao|protocolo|numero reclamo|klachtnummer|رقم الشكوى"
    "|ticket nr|vorgangs nr|beschwerde nr|n reclamation|n de reclamation|n o de reclamacion|n de reclamacion|"
    "no de queja|क्र सं|क्रम संख्या|पंजीकरण संख्या|sikayet no|basvuru no|talep no|numer zgłoszenia|nr zgłoszenia|"
    "numer reklamacji|номер обращения|номер жалобы|номер заявки|no обращения|投诉编号|投訴編號|工单编号|编号|"
    "受付番号|お問い合わせ番号|管理番号|no keluhan|nomor keluhan|nomor tiket",
    "contact_name": "نام مشتری|نام شاکی|نام|வாடிக்கையாளர்|வாடிக்கையாளர் பெயர்|பெயர்|కస్టమర్|కస్టమర్ పేరు|పేరు|ग्राहक|"
    "ग्राहकाचे नाव|नाव|ग्राहक का नाम|नाम|customer na nagreklamo|pangalan|pangalan ng customer|kunde|kundenname|"
    "cliente|nombre del cliente|nombre|client|nom du client|nom|nome do cliente|nome|klant|اسم العميل|الاسم"
    "|शिकायतकर्ता|शिकायतकर्ता का नाम|musteri|musteri adı|klient|imie i nazwisko|клиент|заявитель|фио|客户姓名|"
    "客戶姓名|姓名|客户|お客様名|氏名|顧客名|nama pelanggan|nama|pelanggan|naam",
    "contact_phone": "شماره تماس|تلفن|موبایل|شماره موبایل|கைபேசி|கைபேசி எண்|தொலைபேசி|தொலைபேசி எண்|ఫోన్|ఫోన్ నంబర్|మొబైల్|"
    "मोबाइल|मोबाईल|मोबाईल नंबर|मोबाइल नंबर|फोन|telepono|numero ng telepono|telefon|telefonnummer|telefono|telephone|"
    "telefone|telefoon|الهاتف|رقم الهاتف"
    "|telefon numarası|numer telefonu|телефон|电话|電話|联系电话|電話番号|telepon|nomor telepon|telefoonnummer",
    "contact_email": "ایمیل|மின்னஞ்சல்|ఈమెయిల్|ఇమెయిల్|ईमेल|e mail adresse|correo|correo electronico|courriel|البريد الإلكتروني"
    "|e posta|eposta|эл почта|почта|邮箱|电子邮件|メール|メールアドレス|surel",
    "channel": "کانال|روش تماس|نحوه ثبت|நுழைவழி|வழி|தொடர்பு வழி|ఛానెల్|మార్గం|माध्यम|paraan|kanal|eingangskanal|canal|"
    "via de recepcion|canal de origem|canal de atencion|medio|kanaal|القناة"
    "|canale|kanał|канал|источник|способ обращения|投诉渠道|渠道|来源|受付方法|受付経路|受付窓口|saluran|"
    "kanal pengaduan",
    "category": "دسته|دسته بندی|موضوع|نوع شکایت|வகை|புகார் வகை|వర్గం|రకం|ఫిర్యాదు రకం|प्रकार|वर्ग|तक्रारीचा प्रकार|श्रेणी|"
    "शिकायत का प्रकार|kategorya|uri ng reklamo|kategorie|beschwerdeart|categoria|tipo|tipo de queja|categorie|"
    "type de reclamation|tipo de reclamacao|التصنيف|نوع الشكوى"
    "|tema|motif|kategori|sikayet turu|rodzaj|категория|тема|тип обращения|投诉类型|类别|類別|种类|分類|種別|"
    "カテゴリ|jenis keluhan|onderwerp type|soort klacht",
    "severity": "اولویت|شدت|முன்னுரிமை|தீவிரம்|ప్రాధాన్యత|తీవ్రత|प्राधान्य|तीव्रता|प्राथमिकता|prayoridad|prioritat|"
    "dringlichkeit|prioridad|gravedad|priorite|prioridade|prioriteit|الأولوية"
    "|priorita|gravita|oncelik|aciliyet|priorytet|приоритет|срочность|优先级|紧急程度|優先度|重要度|prioritas",
    "description": "شرح|شرح شکایت|توضیحات|متن شکایت|شکایت|விவரம்|புகார்|புகார் விவரம்|వివరాలు|ఫిర్యాదు|ఫిర్యాదు వివరాలు|तपशील|"
    "तक्रार|वर्णन|विवरण|शिकायत|reklamo|detalye|paglalarawan|beschreibung|beschwerde|sachverhalt|descripcion|detalle|"
    "queja|description|reclamation|descricao|reclamacao|descrizione|omschrijving|klacht|الوصف|الشكوى"
    "|betreff|objet|oggetto|asunto|motivo|assunto|onderwerp|konu|acıklama|sikayet|opis|temat|описание|содержание|"
    "жалоба|投诉内容|内容|描述|詳細|お問い合わせ内容|件名|keluhan|deskripsi|uraian",
    "created_at": "تاریخ ثبت|تاریخ شکایت|تاریخ دریافت|تاریخ ایجاد|تاریخ|புகார் தேதி|பதிவு தேதி|தேதி|ఫిర్యాదు తేదీ|నమోదు తేదీ|"
    "తేదీ|तक्रार दिनांक|नोंदणी दिनांक|तारीख|दिनांक|शिकायत की तारीख|petsa ng reklamo|petsa|erstellt|erstellt am|"
    "eingegangen am|eingangsdatum|beschwerdedatum|datum|fecha de creacion|fecha de recepcion|fecha de la queja|"
    "fecha del reclamo|fecha|date de creation|date d ouverture|date de reception|date de reclamation|"
    "cree le|recu le|data de abertura|"
    "data de criacao|data da reclamacao|data reclamo|data|aangemaakt|ontvangen op|تاريخ الشكوى|التاريخ"
    "|fecha de entrada|data apertura|data di apertura|data de entrada|datum ontvangst|kayıt tarihi|sikayet tarihi|"
    "basvuru tarihi|olusturma tarihi|data zgłoszenia|data utworzenia|data wpływu|дата обращения|дата создания|"
    "дата регистрации|дата жалобы|дата|投诉时间|投诉日期|创建时间|受理时间|登记时间|提交时间|日期|受付日時|受付日|"
    "受付年月日|登録日|発生日|tanggal keluhan|tanggal pengaduan|tanggal dibuat|tanggal masuk|tanggal",
    "first_response_at": "تاریخ پاسخ|تاریخ اولین پاسخ|முதல் பதில்|பதில் தேதி|మొదటి స్పందన|స్పందన తేదీ|पहिला प्रतिसाद|"
    "उत्तर दिनांक|"
    "unang tugon|petsa ng tugon|erste antwort|antwort am|erstantwort|beantwortet am|fecha de respuesta|"
    "primera respuesta|date de reponse|premiere reponse|data de resposta|primeira resposta|eerste reactie"
    "|prima risposta|data risposta|ilk yanıt|ilk yanıt tarihi|yanıt tarihi|pierwsza odpowiedz|data odpowiedzi|"
    "первый ответ|дата ответа|首次响应时间|首次回复时间|回复时间|初回回答日|初回対応日時|回答日|tanggapan pertama|"
    "tanggal tanggapan",
    "due_at": "مهلت|سررسید|موعد|تاریخ سررسید|கெடு|கெடு தேதி|உரிய தேதி|గడువు|గడువు తేదీ|मुदत|अंतिम तारीख|अंतिम तिथि|taning|"
    "faellig|fallig|fallig am|frist|zieldatum|fecha limite|vencimiento|plazo|echeance|date limite|prazo|"
    "prazo de resposta|data limite|date limite de reponse|fecha compromiso|scadenza|deadline|vervaldatum|"
    "تاريخ الاستحقاق|fallig bis|fallig zum|bis wann|नियत तिथि|देय तिथि|लक्ष्य तिथि|son tarih|hedef tarih|termin tarihi|"
    "termin|termin realizacji|срок|срок исполнения|срок ответа|крайний срок|截止时间|截止日期|期限|到期时间|"
    "要求完成时间|対応期限|回答期限|締切|締切日|batas waktu|tenggat|tenggat waktu|jatuh tempo|streefdatum|uiterlijk",
    "closed_at": "تاریخ رسیدگی|تاریخ بستن|تاریخ پایان|تاریخ حل|முடித்த தேதி|தீர்வு தேதி|ముగింపు తేదీ|పరిష్కార తేదీ|"
    "निराकरण दिनांक|"
    "बंद दिनांक|समाधान की तारीख|petsa ng pagsara|nalutas|gelost am|erledigt am|geschlossen|geschlossen am|"
    "abgeschlossen am|fecha de cierre|fecha de resolucion|cerrado|resuelto|date de cloture|date de resolution|"
    "cloture le|resolu le|data de fechamento|data de encerramento|data de conclusao|data chiusura|"
    "afgesloten|gesloten op|تاريخ الإغلاق"
    "|निपटान दिनांक|निपटान की तारीख|निपटान तिथि|afgehandeld op|afgehandeld|datum afgehandeld|opgelost op|"
    "kapanıs tarihi|cozum tarihi|kapatma tarihi|data zamkniecia|data rozwiazania|data zakonczenia|дата закрытия|"
    "дата решения|дата завершения|закрыто|办结时间|完成时间|关闭时间|解决时间|结案时间|办结日期|完了日時|完了日|"
    "解決日|対応完了日|クローズ日|tanggal selesai|tanggal ditutup|tanggal penyelesaian|data di chiusura|chiuso il|"
    "encerrado em|finalizado em|data de finalizacao|concluido em|cerrado el",
    "timely": "fristgerecht|a tiempo|en tiempo|en plazo|dentro del plazo|cumplio sla|dans les delais|delai respecte|"
    "dentro do prazo|no prazo|entro i termini|binnen termijn|در مهلت|உரிய நேரத்தில்|సమయానికి|वेळेत|समय पर|sa oras",
    "status": "وضعیت|நிலை|స్థితి|స్థితి|स्थिती|स्थिति|katayuan|estado|statut|situacao|stato|الحالة"
    "|situacao|estatus|durum|статус|состояние|状态|狀態|处理状态|状態|ステータス|対応状況",
}
CHANNELS_ABROAD: Mapping[str, str] = {
    Channel.PHONE: "anruf|telefon|telefono|téléphone|telefone|تلفن|تماس تلفنی|தொலைபேசி|அழைப்பு|ఫోన్|फोन|दूरध्वनी|tawag|"
    "telepono|الهاتف"
    "|telefoon|llamada|llamada telefonica|appel|chiamata|фон|telefonisch|टेलीफोन|फ़ोन|दूरभाष|تلفنی|تماس|هاتف|telefonla|"
    "звонок|телефон|电话|電話|telepon",
    Channel.WEBSITE: "وب سایت|سایت|வலைத்தளம்|వెబ్‌సైట్|संकेतस्थळ|वेबसाइट|webseite|sitio web|site web|الموقع"
    "|internetowa|сайт|网站|網站|ウェブ|ウェブサイト|situs web|वेबसाइट पर",
    Channel.EMAIL: "correo|correo electronico|courriel|ایمیل|மின்னஞ்சல்|ఈమెయిల్|ईमेल|البريد الإلكتروني"
    "|e posta|eposta|почта|эл почта|邮件|电子邮件|メール|surel",
    Channel.LETTER: "brief|carta|courrier|نامه|கடிதம்|ఉత్తరం|पत्र|liham|sulat|رسالة"
    "|mektup|list|письмо|信件|信函|手紙|書面|surat",
    Channel.TEXT: "پیامک|குறுஞ்செய்தி|సందేశం|संदेश|mensaje de texto|رسالة نصية|смс|短信|एसएमएस",
    Channel.MESSAGING: "پیام رسان|واتساپ|வாட்ஸ்அப்|వాట్సాప్|व्हॉट्सअॅप|व्हाट्सएप|واتس آب"
    "|व्हाट्सऐप|व्हाट्सप्प|व्हाट्स ऐप|ватсап|мессенджер|微信|ライン",
    Channel.SOCIAL: "شبکه اجتماعی|شبکه های اجتماعی|اینستاگرام|சமூக ஊடகம்|సోషల్ మీడియా|सोशल मीडिया|redes sociales"
    "|соцсети|社交媒体|微博|media sosial|sosyal medya",
    Channel.IN_PERSON: "حضوری|நேரில்|స్వయంగా|प्रत्यक्ष|persönlich|en persona|presencial|en personne|pessoalmente|"
    "sa personal|di persona|شخصيا"
    "|நேரடியாக|நேரடி|व्यक्तिगत|व्यक्तिगत रूप से|balie|aan de balie|sahsen|yuz yuze|osobiscie|лично|现场|窓口|来店|対面|"
    "langsung|tatap muka",
}
SEVERITIES_ABROAD: Mapping[str, str] = {
    Severity.URGENT: "فوری|அவசரம்|అత్యవసరం|तातडीचे|अत्यावश्यक|dringend|urgente|agarang|عاجل"
    "|acil|pilne|срочно|срочный|紧急|緊急|mendesak",
    Severity.HIGH: "زیاد|بالا|உயர்|அதிகம்|ఎక్కువ|उच्च|mataas|hoch|alta|alto|haute|عالية"
    "|hoog|yuksek|wysoki|высокий|高|tinggi|అధికం",
    Severity.NORMAL: "متوسط|عادی|சாதாரண|நடுத்தர|సాధారణ|మధ్యస్థం|मध्यम|सामान्य|katamtaman|mittel|media|moyenne|متوسطة"
    "|normaal|orta|sredni|средний|обычный|中|普通|sedang",
    Severity.LOW: "کم|குறைவு|తక్కువ|कमी|mababa|niedrig|baja|bajo|basse|baixa|منخفضة|laag|dusuk|niski|низкий|低|rendah",
}
YES_ABROAD = (
    "ja",
    "si",
    "sí",
    "oui",
    "sim",
    "evet",
    "بله",
    "ஆம்",
    "అవును",
    "होय",
    "हो",
    "हाँ",
    "oo",
    "نعم",
    *("да", "tak", "ya", "是", "はい"),
)
NO_ABROAD = (
    "nein",
    "non",
    "não",
    "nao",
    "hayır",
    "خیر",
    "இல்லை",
    "కాదు",
    "नाही",
    "नहीं",
    "hindi",
    "لا",
    *("нет", "hayır", "nie", "tidak", "否", "いいえ"),
)
CLOSED_ABROAD = (
    *("geschlossen", "erledigt", "gelöst", "abgeschlossen", "cerrado", "resuelto", "fermé", "résolu", "clôturé"),
    *("fechado", "resolvido", "concluído", "chiuso", "afgesloten", "sarado", "nalutas", "tapos na", "مغلقة"),
    *("بسته", "بسته شد", "بسته شده", "حل شد", "حل شده", "رسیدگی شد", "முடிந்தது", "தீர்க்கப்பட்டது", "மூடப்பட்டது"),
    *("ముగిసింది", "పరిష్కరించబడింది", "निराकरण झाले", "बंद", "पूर्ण", "समाधान हुआ"),
    *(
        "clôturée",
        "fermée",
        "résolue",
        "terminée",
        "cerrada",
        "resuelta",
        "finalizado",
        "fechada",
        "resolvida",
        "concluída",
    ),
    *("encerrado", "encerrada", "finalizada", "chiusa", "risolto", "risolta", "opgelost", "afgehandeld", "beendet"),
    *("निपटाया", "निपटाया गया", "निस्तारित", "समाप्त", "مختومه", "بسته‌شده", "حل‌شده", "kapalı", "kapandı", "çözüldü"),
    *("zamknięte", "zamknięty", "rozwiązane", "zakończone", "закрыто", "закрыт", "закрыта", "решено", "завершено"),
    *("已办结", "已关闭", "已解决", "已完成", "办结", "完了", "解決", "解決済み", "対応済み", "selesai", "ditutup"),
)
