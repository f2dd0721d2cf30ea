"""Family names in Chinese and Korean writing as their bearers spell them outside the mainland.

Pinyin alone does not find them: 黃 is Huang in Beijing, Wong in Hong Kong and Hoàng in Vietnam.
"""

from __future__ import annotations

_SPELT = """
陳陈 chan tan tran|李 lee ly|張张 cheung chang teo truong|黃黄 wong ng hoang huynh|何 ho ha|梁 leung leong luong
林 lam lim|劉刘 lau low luu|吳吴 ng ngo goh|鄧邓 tang dang|王 wong ong vuong|楊杨 yeung yeo duong
周 chow chau chiu|馮冯 fung phung|盧卢 lo|鍾钟鐘 chung|許许 hui hua koh|邵 shiu|葉叶 ip yip yap|謝谢 tse chia ta
麥麦 mak|蔣蒋 chiang cheung tuong|陸陆 luk|容 yung|游 yau|曾 tsang chan tang|鄭郑 cheng tay trinh
郭 kwok kuok quach|蔡 choi tsoi chua thai|羅罗 law lo la|潘 poon phoon phan|徐 tsui chee tu|余 yu du
朱 chu choo chu|胡 wu oh ho|袁 yuen vien|蘇苏 so soh to|方 fong png phuong|江 kong giang|馬马 ma|高 ko cao
關关 kwan quan|譚谭 tam dam|簡简 kan|區区 au|阮 yuen nguyen|武 mo vu|范 fan pham|裴 bui|杜 to do|丁 ting dinh
董 tung dong|沈 shum sim|施 sze si|洪 hung ang|溫温 wan|廖 liu leow|賴赖 lai|莊庄 chong|鄒邹 chau|金 kim gam
이 lee yi|박 park pak|최 choi|정 jung chung jeong|조 cho|윤 yoon|임 lim im|오 oh|서 suh seo|신 shin|권 kwon
황 hwang|안 ahn|유 yoo yu|전 jun chun|강 kang|장 jang chang|한 han|김 kim|고 ko|문 moon|백 baek paik|노 noh roh
"""
FAMILY_NAMES: dict[str, tuple[str, ...]] = {
    letter: tuple(spellings)
    for entry in _SPELT.replace("\n", "|").split("|")
    if entry
    for letters, *spellings in [entry.split()]
    for letter in letters
}
