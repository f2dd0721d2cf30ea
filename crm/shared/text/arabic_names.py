"""Names in the Arabic script with the short vowels that it omits, and the endings of family names made of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from crm.shared.text.spellings import spellings_in

# As folded: one letter for each ye, kaf and alef, no hamza. A second spelling where others say another vowel.
_NAMES = """
محمد mohammad mohamed|محمود mahmoud|احمد ahmad ahmed|حامد hamed|حمید hamid|حمد hamad|محمدی mohammadi|علی ali
حسن hassan|حسین hossein|محسن mohsen|احسان ehsan|حسام hesam|رضا reza|رضوان rezvan|مرتضی morteza|مصطفی mostafa
مجتبی mojtaba|جعفر jafar|کاظم kazem|باقر bagher|صادق sadegh|تقی taghi|نقی naghi|مهدی mehdi mahdi|عباس abbas|اکبر akbar
اصغر asghar|قاسم ghasem|هاشم hashem|طالب taleb|عقیل aghil|مسلم moslem|حیدر heydar haidar|ابراهیم ebrahim
اسماعیل esmail|اسحاق eshagh|یعقوب yaghoub|یوسف yousef|موسی mousa|عیسی isa|یحیی yahya|زکریا zakaria|داود davoud
سلیمان soleyman|نوح nouh|الیاس elyas|یونس younes|ایوب ayoub|هارون haroun|صالح saleh|شعیب shoaib|عمر omar
عثمان osman|خالد khaled khalid|طلحه talha|زبیر zobeir|حمزه hamzeh hamza|بلال belal|سلمان salman|سعد saad
سعید saeed|مسعود masoud|فهد fahd|فیصل faisal faysal|ترکی turki|سلطان sultan|بندر bandar|نایف nayef|ماجد majed
جمال jamal|کمال kamal|جلال jalal|بهاء baha|ضیاء zia|علاء alaa|نور nour|شمس shams|قمر qamar|بدر badr|صلاح salah
فاطمه fatemeh fatima|زهرا zahra|زهراء zahra|زینب zeinab|رقیه roghayeh ruqayya|سکینه sakineh|کلثوم kolsoum
خدیجه khadijeh khadija|مریم maryam|عایشه aisha ayesha|عائشه aisha ayesha|حفصه hafsa|آسیه asieh asia|اسیه asieh asia
هاجر hajar|ساره sareh sara|سارا sara|معصومه masoumeh|طاهره tahereh|طیبه tayebeh|راضیه razieh|مرضیه marzieh
صدیقه sedigheh siddiqa|ملیحه maliheh|منیره monireh|لیلا leila|لیلی leila layla|سمیه somayeh sumayya|سمیرا samira
سمیره samira|هدی hoda huda|ندی nada|منی mona muna|سلمی salma|ثریا soraya thuraya|نادیه nadia|ناهید nahid|نرگس narges
نسرین nasrin|نسیم nasim|نیلوفر niloufar|پروانه parvaneh|پروین parvin|شهره shohreh|شیرین shirin|شکوفه shokoufeh
غزاله ghazaleh|غزل ghazal|فرزانه farzaneh|فرشته fereshteh|فریبا fariba|گلناز golnaz|مهناز mahnaz|مهین mahin
مژگان mojgan|مینا mina|نگار negar|نگین negin|هانیه haniyeh|هستی hasti|یاسمن yasaman|آرزو arezou|ارزو arezou|آرش arash
ارش arash|امیر amir|امین amin|اردشیر ardeshir|اردلان ardalan|بابک babak|بهرام bahram|بهروز behrouz|بهزاد behzad
بهمن bahman|بیژن bijan|پرویز parviz|پیمان peyman|تیمور teymour|جمشید jamshid|جواد javad|حجت hojjat|خسرو khosrow
داریوش dariush|رامین ramin|رستم rostam|رسول rasoul|روزبه rouzbeh|سامان saman|سپهر sepehr|سهراب sohrab|سیامک siamak
سینا sina|شاپور shapour|شاهین shahin|شهرام shahram|شهریار shahryar|شهاب shahab|فرامرز faramarz|فرهاد farhad
فریدون fereydoun|فرید farid|فرشید farshid|فرزاد farzad|کامران kamran|کاوه kaveh|کریم karim|کوروش kourosh|کورش kourosh
کیوان keyvan|کیومرث kioumars|مازیار maziar|منصور mansour|مهران mehran|مهرداد mehrdad|ناصر nasser|نادر nader
هرمز hormoz|هوشنگ houshang|یزدان yazdan|ایرج iraj|منوچهر manouchehr|عزت ezzat|عزیز aziz|رحیم rahim|رحمان rahman
رحمن rahman|رحمت rahmat|قادر ghader|مجید majid|لطیف latif|غفار ghaffar|جبار jabbar|ستار sattar|رزاق razzaq|سلام salam
خلیل khalil|جلیل jalil|شریف sharif|ظریف zarif|طاهر taher|ظاهر zaher|فاضل fazel|کامل kamel|عادل adel|عارف aref
عاطف atef|طارق tareq|شاکر shaker|ناجی naji|هانی hani|سامی sami|رامی rami|وائل wael|وایل wael|زید zaid zayd
مروان marwan|عدنان adnan|غسان ghassan|حسان hassan|ریاض riyadh|سمیر samir|نبیل nabil|جمیل jamil|بسام bassam|وسیم wasim
ولید walid|هیثم haitham|میثم meysam|قیس qais|لؤی loay|لوی loay|معاذ moaz|معتز motaz|منذر monzer|مهند mohannad
مؤمن momen|مومن momen|انس anas|اسامه osama|ادریس idris|عمرو amr|زیاد ziad|رباب rabab|رحاب rehab|رغد raghad
سهیل soheil suhail|سهیلا soheila|سهی soha|شروق shorouq|هند hind|هبه heba|نجلا najla|قربان ghorban|نوروز norouz
شعبان shaban|رمضان ramazan|رجب rajab|محرم moharram|صفر safar|شجاع shoja|کریمه karimeh karima|مقدم moghaddam
موسوی mousavi|طباطبایی tabatabaei|خوارزمی kharazmi|تهرانی tehrani|اصفهانی esfahani|شیرازی shirazi|تبریزی tabrizi
فروغ forough|فروز forouz|مظفر mozaffar|مختار mokhtar|مبارک mobarak|محبوب mahboub|مراد morad|مقصود maghsoud|نعمت nemat
هدایت hedayat|قدرت ghodrat|فتح fath|نصر nasr|حبیب habib|حشمت heshmat|روح rouh|ولی vali|عبد abd|غلام gholam|سید seyed
سیده seyedeh|میر mir|شاه shah|گل gol|خان khan|آقا agha|اقا agha|بابا baba|پهلوان pahlavan|سلطانه sultana|بیگم begum
خانم khanom|کرد kord|ترک tork|جهان jahan
"""
# Endings of family names, as in Mohammadi, Hosseinzadeh, Karimpour, Ahmadinejad, and of given names, as in Fathollah.
_ENDINGS = """
ی i|یی ei|یان ian|ان an|زاده zadeh|پور pour|نیا nia|نژاد nejad|فر far|فرد fard|وند vand|الله ollah|اله ollah
آبادی abadi|ابادی abadi|خواه khah|دوست doust|پناه panah|پرست parast|نسب nasab|راد rad|منش manesh|مهر mehr|لو lou
چی chi|کیا kia|بخش bakhsh|داد dad|تاش tash|گر gar
"""


# Letters that Arabs say otherwise: Rida beside Reza, Othman beside Osman.
_OTHERWISE = ((frozenset("ضذظ"), "z", "d"), (frozenset("ث"), "s", "th"))


NAMES, ENDINGS = spellings_in(_NAMES), spellings_in(_ENDINGS)


@lru_cache(maxsize=65536)
def vowelled(word: str) -> tuple[str, ...]:
    """Return the spellings of a word that is a known name, or made of known names and endings; none otherwise."""
    spellings = list(NAMES.get(word) or _composed(word))
    if word.endswith("ه"):  # Tahira beside Tahereh
        spellings += [f"{one[:-2]}a" for one in spellings if one.endswith("eh")]
    for letters, persian, arabic in _OTHERWISE:
        spellings += [one.replace(persian, arabic) for one in spellings if letters & set(word)]
    return tuple(dict.fromkeys(spellings))


def _composed(word: str) -> Iterator[str]:
    """Yield the spellings of the parts of a word, the first of which is a name, the longest possible first."""
    for at in range(len(word) - 1, 1, -1):
        rest = word[at:]
        ending = ENDINGS.get(rest) or (vowelled(rest) if len(rest) > 2 else ()) or _after_another(rest)
        if word[:at] in NAMES and ending:
            yield from (name + ending[0] for name in NAMES[word[:at]])
            return


def _after_another(rest: str) -> tuple[str, ...]:
    """Return an ending that follows another one: Ahmadi-nejad."""
    if not rest.startswith("ی") or rest[1:] not in ENDINGS:
        return ()
    return tuple(f"i{one}" for one in ENDINGS[rest[1:]])
