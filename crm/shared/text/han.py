"""Names in Chinese and Korean writing as their bearers spell them outside the mainland, and Japanese family names.

Pinyin alone does not find them: 黃 is Huang in Beijing, Wong in Hong Kong and Hoàng in Vietnam, 田中 is Tanaka.
"""

from __future__ import annotations

from crm.shared.text.spellings import spellings_in

_FAMILIES = """
陳陈 chan tan tran|李 lee ly|張张 cheung chang teo truong|黃黄 wong ng hoang huynh|何 ho ha|梁 leung leong luong
林 lam lim|劉刘 lau low luu|吳吴 ng ngo goh|鄧邓 tang dang|王 wong ong vuong|楊杨 yeung yeo duong|周 chow chau chiu
馮冯 fung phung|盧卢 lo|鍾钟鐘 chung|許许 hui hua koh|邵 shiu|葉叶 ip yip yap|謝谢 tse chia ta|麥麦 mak
蔣蒋 chiang cheung tuong|陸陆 luk|容 yung|游 yau|曾 tsang chan tang|鄭郑 cheng tay trinh|郭 kwok kuok quach
蔡 choi tsoi chua thai|羅罗 law lo la|潘 poon phoon phan|徐 tsui chee tu|余 yu du|朱 chu choo chu|胡 wu oh ho
袁 yuen vien|蘇苏 so soh to|方 fong png phuong|江 kong giang|馬马 ma|高 ko cao|關关 kwan quan|譚谭 tam dam|簡简 kan
區区 au|阮 yuen nguyen|武 mo vu|范 fan pham|裴 bui|杜 to do|丁 ting dinh|董 tung dong|沈 shum sim|施 sze si
洪 hung ang|溫温 wan|廖 liu leow|賴赖 lai|莊庄 chong|鄒邹 chau|金 kim gam|涂 to|單单 sin|毛 mo mao|莫 mok mac
姚 yiu dieu|石 shek thach|易 yick yik dich|岑 sham|葛 kot|孫孙 suen sun ton|宋 sung tong|程 ching trinh|崔 tsui
唐 tong duong|傅 fu pho|彭 pang banh|呂吕 lui lu la|戴 tai doi|魏 ngai nguy|韓韩 hon han|夏 ha|이 lee yi rhee
박 park pak|최 choi|정 jung chung jeong|조 cho|윤 yoon|임 lim im|오 oh|서 suh seo|신 shin|권 kwon|황 hwang|안 ahn
유 yoo yu|전 jun chun|강 kang|장 jang chang|한 han|김 kim|고 ko|문 moon|백 baek paik|노 noh roh
"""
# Letters of given names: as spelt in Hong Kong, then in Vietnam.
_GIVEN = """
中 chung trung|之 chi chi|予 yu du|亞亚 ah a|亮 leung luong|人 yan nhan|仁 yan nhan|仲 chung trong|伯 pak ba
佑 yau huu|佩 pui boi|佳 kai giai|信 shun tin|俊 chun tuan|倩 sin thien|健 kin kien|偉伟 wai vi|傑杰 kit kiet
儀仪 yee nghi|元 yuen nguyen|光 kwong quang|全 chuen toan|兆 siu trieu|其 ki ky|冠 koon quan|凡 fan pham|凱凯 hoi khai
利 lee loi|剛刚 kong cuong|勇 yung dung|勤 kan can|勳勋 fan huan|升 sing thang|卓 cheuk trac|南 nam nam|博 pok bac
卿 hing khanh|友 yau huu|可 ho kha|吉 kat cat|君 kwan quan|和 wo hoa|啟启 kai khai|喜 hei hy|嘉 ka gia|國国 kwok quoc
培 pui boi|堅坚 kin kien|壽寿 sau tho|天 tin thien|太 tai thai|如 yu nhu|妹 mui muoi|妍 yin nghien|姿 chi tu|威 wai uy
娟 kuen quyen|娜 na na|婉 yuen uyen|婷 ting dinh|媚 mei my|嫻娴 han nhan|子 tsz tu|孝 hau hieu|孟 mang manh
學学 hok hoc|宇 yu vu|守 sau thu|安 on an|宏弘 wang hoang|宗 chung tong|定 ting dinh|宜 yee nghi|家 ka gia
容蓉 yung dung|富 fu phu|寧宁 ning ninh|寶宝 po bao|小 siu tieu|山 shan son|峰峯鋒锋 fung phong|平萍 ping binh
幸 hang hanh|廷 ting dinh|建 kin kien|強强 keung cuong|彤 tung dong|彥彦 yin ngan|彪 piu bieu|德 tak duc|心 sum tam
志 chi chi|忠 chung trung|怡 yee di|思 sze tu|恆恒 hang hang|恩 yan an|惠 wai hue|愛爱 oi ai|慈 chi tu|慧 wai tue
慶庆 hing khanh|成誠诚 shing thanh|才 choi tai|承 sing thua|振 chun chan|敏 man man|文 man van|斌 pan ban|新 sun tan
旭 yuk huc|昌 cheong xuong|明銘铭鳴鸣 ming minh|昭照 chiu chieu|春 chun xuan|星 sing tinh|晉晋 chun tan
晴晶靜静菁 ching tinh|智 chi tri|景 king canh|曉晓 hiu hieu|月 yuet nguyet|有 yau huu|朗 long lang|朝 chiu trieu
東东棟栋 tung dong|松 chung tung|林霖 lam lam|柏 pak ba|根 kan can|桂 kwai que|梅 mui mai|森 sum sam|榮荣永 wing vinh
樂乐 lok lac|權权 kuen quyen|欣 yan han|正 ching chinh|武 mo vu|毅 ngai nghi|民 man dan|氏 si thi|水瑞 shui thuy
江 kong giang|沛 pui bai|河荷 ho ha|波 por ba|泉 chuen tuyen|泰 tai thai|洋陽阳 yeung duong|浩皓 ho hao|海 hoi hai
淑 suk thuc|清青 ching thanh|源 yuen nguyen|滿满 moon man|漢汉 hon han|潔洁 kit khiet|澤泽 chak trach|濤涛道 to dao
炳 ping binh|然 yin nhien|熙 hei hi|燕 yin yen|玉 yuk ngoc|玲靈灵 ling linh|珊 shan san|珍 chun tran|珠 chu chau
琪 ki ky|琴 kam cam|瑜 yu du|瑩莹 ying oanh|環环 wan hoan|生 sang sinh|發发 fat phat|盈 ying doanh|盛 shing thinh
真 chun chan|祖 cho to|祥翔 cheung tuong|禎祯貞贞 ching trinh|福 fuk phuc|禮礼 lai le|秀 sau tu|秋 chau thu
穎颖 wing dinh|章 cheung chuong|紅红 hung hong|紹绍 siu thieu|素 so to|紫 tsz tu|維维 wai duy|群軍军 kwan quan
義义 yee nghia|耀 yiu dieu|聖圣 shing thanh|聰聪 chung thong|良 leung luong|艷艳 yim diem|芝 chi chi|芬 fun phan
芳 fong phuong|花 fa hoa|芸雲云韻韵 wan van|英 ying anh|茂 mau mau|莉 lee ly|華华 wah hoa|菊 kuk cuc|蓮莲 lin lien
薇 mei vi|蘭兰 lan lan|裕 yu du|詠咏 wing vinh|詩诗 sze thi|諾诺 nok nac|謙谦 him khiem|謹谨 kan can
賢贤軒轩顯显 hin hien|貴贵 kwai quy|超 chiu sieu|輝辉 fai huy|達达 tat dat|遠远 yuen vien|邦 pong bang|金 kam kim
錦锦 kam cam|鎮镇 chun tran|長长 cheung truong|開开 hoi khai|隆龍龙 lung long|雄 hung hung|雅 nga nha|雨 yu vu
雪 suet tuyet|霞 ha ha|順顺 shun thuan|頌颂 chung tung|風风 fung phong|飛飞 fei phi|香 heung huong|駿骏 chun tuan
鳳凤 fung phuong|鴻鸿 hung hong|鵬鹏 pang bang|麗丽 lai le|業业 yip nghiep|美 mei my|檢检 kim kiem|基 kei co
鼎 ting dinh|諭谕 yu du|饒饶 yiu giau|慎申 sun than|逢 fung phung
"""
_JAPANESE = """
佐藤 sato|鈴木 suzuki|高橋 takahashi|田中 tanaka|伊藤 ito|渡辺 watanabe|渡邊 watanabe|山本 yamamoto|中村 nakamura
小林 kobayashi|加藤 kato|吉田 yoshida|山田 yamada|佐々木 sasaki|山口 yamaguchi|松本 matsumoto|井上 inoue|木村 kimura
斎藤 saito|齋藤 saito|斉藤 saito|清水 shimizu|山崎 yamazaki|阿部 abe|池田 ikeda|橋本 hashimoto|山下 yamashita
石川 ishikawa|中島 nakajima|前田 maeda|藤田 fujita|小川 ogawa|後藤 goto|岡田 okada|長谷川 hasegawa|村上 murakami
近藤 kondo|石井 ishii|坂本 sakamoto|遠藤 endo|青木 aoki|藤井 fujii|西村 nishimura|福田 fukuda|太田 ota|三浦 miura
藤原 fujiwara|岡本 okamoto|松田 matsuda|中川 nakagawa|中野 nakano|原田 harada|小野 ono|田村 tamura|竹内 takeuchi
金子 kaneko|和田 wada|中山 nakayama|石田 ishida|上田 ueda|森田 morita|小島 kojima|柴田 shibata|宮崎 miyazaki
"""


def _by_letter(entries: str) -> dict[str, tuple[str, ...]]:
    return {letter: spellings for letters, spellings in spellings_in(entries).items() for letter in letters}


FAMILY_NAMES = _by_letter(_FAMILIES)
JAPANESE_FAMILY_NAMES = spellings_in(_JAPANESE)
_GIVEN_NAMES = _by_letter(_GIVEN)


def given_names(letters: str, plain: tuple[str, ...]) -> tuple[str, ...]:
    """Return a given name as spelt in Hong Kong and in Vietnam; letters not known here in their plain reading."""
    known = [_GIVEN_NAMES.get(letter, (reading,) * 2) for letter, reading in zip(letters, plain, strict=True)]
    return tuple("".join(each[place] for each in known) for place in (0, 1)) if plain else ()


def japanese_family_name(word: str) -> tuple[str, str]:
    """Return the Japanese family name that a word begins with, in Latin letters, and what follows it."""
    for length in (3, 2):
        if word[:length] in JAPANESE_FAMILY_NAMES:
            return JAPANESE_FAMILY_NAMES[word[:length]][0], word[length:]
    return "", ""
