"""Names for made-up people, by the language that they speak at the counter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """Given and family names of one language, and how its speakers' numbers begin."""

    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    calling_code: str
    prefixes: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_INDIAN_PREFIXES = ("981", "984", "988", "944", "979", "994", "900", "701")

TAMIL = Naming(
    "ta",
    _words(
        """
        முருகன் செல்வி கவிதா அருண் பிரியா கார்த்திக் மீனாட்சி சரவணன் லட்சுமி விஜயா குமார்
        தமிழ்ச்செல்வன் மலர்விழி சந்திரா ரமேஷ் சுந்தரி கண்ணன் தேவி பாலாஜி யாழினி இளங்கோ நந்தினி
        வெங்கடேஷ் அமுதா மதன் பூங்கொடி ஆனந்தி செந்தில் கயல்விழி ராதா மணிமேகலை பிரபு வள்ளி சிவா அன்பு
        தமிழரசி கோபால் சுமதி
        """
    ),
    _words(
        """
        செல்வம் ராமன் சுப்பிரமணியன் முத்துசாமி பழனிசாமி நடராஜன் கிருஷ்ணன் வேலுசாமி அண்ணாமலை
        ராஜேந்திரன் சண்முகம் பாண்டியன் கந்தசாமி மாணிக்கம் தங்கவேல் ஆறுமுகம் கோவிந்தன் பெருமாள் சேகர்
        ஜெயராமன் குப்புசாமி மாரியப்பன் இளவரசன் சோமசுந்தரம் வரதராஜன் நல்லதம்பி
        """
    ),
    "+91",
    _INDIAN_PREFIXES,
)

TELUGU = Naming(
    "te",
    _words(
        """
        వెంకట లక్ష్మి సత్యవతి రాజు అనూష శ్రీనివాస్ పద్మ కృష్ణ సుజాత రవి భవాని నాగేశ్వర మాధవి ప్రసాద్
        స్వాతి గోపాల్ శారద హరీష్ దివ్య సురేష్ కళ్యాణి నరేష్ శైలజ మహేష్ రమాదేవి చైతన్య వాణి కిరణ్
        జ్యోతి సూర్య అపర్ణ తేజ హేమలత వినయ్ సరోజ
        """
    ),
    _words(
        """
        రావు రెడ్డి నాయుడు చౌదరి శర్మ వర్మ శాస్త్రి ప్రసాద్ మూర్తి గుప్తా యాదవ్ శెట్టి రాజు కుమార్
        బాబు నాయక్ గౌడ్ స్వామి చారి దేవర అప్పారావు కొండల్ పెద్ది ముదిరాజ్
        """
    ),
    "+91",
    _INDIAN_PREFIXES,
)

MARATHI = Naming(
    "mr",
    _words(
        """
        ज्ञानेश्वर मीरा सचिन वैशाली राहुल स्नेहा प्रशांत अश्विनी संतोष सुनीता गणेश रेखा अमोल पूजा
        विठ्ठल कल्पना निलेश माधुरी सुभाष शुभांगी महेश अनघा तुषार जयश्री किशोर मनीषा श्रीकांत
        उज्ज्वला रोहिणी दत्तात्रय आशा संजय प्रज्ञा विलास
        """
    ),
    _words(
        """
        कुलकर्णी जोशी देशपांडे पाटील शिंदे जाधव पवार गायकवाड मोरे कदम चव्हाण साळुंखे भोसले देशमुख
        गोखले आपटे फडके सावंत नाईक ठाकरे कांबळे वाघमारे लोखंडे क्षीरसागर
        """
    ),
    "+91",
    _INDIAN_PREFIXES,
)

PERSIAN = Naming(
    "fa",
    _words(
        """
        محمد فاطمه علی زهرا رضا مریم حسین لیلا مهدی سارا امیر نرگس حسن شیرین کامران پریسا بهرام
        نسرین فرید الهام آرش مینا سعید ژاله کیان شهلا داریوش ناهید پویا گلناز مسعود رویا
        """
    ),
    _words(
        """
        رضایی کریمی حسینی محمدی احمدی موسوی جعفری صادقی رحیمی ابراهیمی قاسمی یوسفی نوری کاظمی
        میرزایی شریفی عباسی زارعی فرهادی بهرامی تهرانی شیرازی
        """
    ),
    "+98",
    ("912", "913", "935", "936"),
)

FILIPINO = Naming(
    "fil",
    _words(
        """
        Ramon Maria Jose Ana Rafael Luz Andres Corazon Emilio Rosario Benigno Teresita Danilo
        Marites Rodel Analyn Jomar Rowena Ferdinand Liza Arnel Jocelyn Ricardo Imelda Nestor Girlie
        Efren Ligaya Bayani Amihan Dalisay Isagani Marikit Joy
        """
    ),
    _words(
        """
        Bautista Reyes Santos Cruz Garcia Mendoza Torres Flores Ramos Aquino Dela-Cruz Villanueva
        Castillo Salazar Pascual Manalo Dimaculangan Macaraeg Peña Núñez Lacson Magsaysay Panganiban
        Catacutan Dimaunahan Gatdula
        """
    ),
    "+63",
    ("917", "918", "920", "927"),
)

LATIN = Naming(
    "en",
    _words(
        """
        Divya Meena Farid Kavitha Asha Priya Anil Sunil José Chloë Zoë Peter Sarah Thomas Fatima
        Joseph Mary Abdul Rahim Grace David Anita Vikram Neha Rohan Shalini Deepak Leela Arjun Sofia
        Michael Elena Daniel Renée Björn Lakshmi Sanjay Geetha Varun Nikhil Pooja Imran Ayesha
        Martin Olivia Samuel Hannah Rajesh Usha Kiran
        """
    ),
    _words(
        """
        Nair Menon Iyer Pillai Fernandes D’Souza Khan Sharma Kapoor Singh Patel Shah Thomas George
        Mathew Ali Hussain Das Roy Banerjee Ghosh Rao Kumar Raman Krishnan Varghese Müller García
        O’Brien Schmidt Okafor Nguyen Kowalski Andersson Joshi Desai Mehta Chandra Bose Pereira
        """
    ),
    "+91",
    _INDIAN_PREFIXES,
)

NAMINGS = (TAMIL, TELUGU, MARATHI, PERSIAN, FILIPINO, LATIN)
SHARES = (22, 12, 12, 12, 12, 30)
ORGANISATIONS = (
    "Lotus Wedding Planners",
    "Marina Yoga Studio",
    "ஸ்ரீ விநாயகா திருமண மண்டபம்",
    "Coromandel Hotel",
    "Sunrise Primary School",
    "Kaveri Textiles",
    "Anna Nagar Book Club",
    "తెలుగు సాంస్కృతిక సంఘం",
    "महाराष्ट्र मंडळ",
    "Blue Door Photography",
    "Mylapore Dance Academy",
    "Bayanihan Community Kitchen",
)
