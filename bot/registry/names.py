"""How units are called: one spelling for names and what people type, endings, office short names, pinyin."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pypinyin import lazy_pinyin

HAN = re.compile(r"[㐀-鿿]")
_NOT_NAME = re.compile(r"[^0-9a-z㐀-鿿]+")
_BRACKETED = re.compile(r"[（(\[【].*?[)）\]】]")
VILLAGE_ENDINGS = (
    "嘎查村民委员会", "嘎查委员会", "嘎查村委会", "嘎查村", "嘎查委", "嘎查", "村民委员会", "村委会", "村委", "村",
    "社区居民委员会", "社区居委会", "社区", "居民委员会", "居委会", "居委", "小区",
)  # fmt: skip
TOWN_ENDINGS = (
    "人民政府", "镇政府", "苏木政府", "街道办事处", "街道办", "街道", "苏木", "工业园区", "工业园", "园区", "开发区",
    "管委会", "农牧场", "牧场", "农场", "林场", "镇", "乡",
)  # fmt: skip
COMPANY_ENDINGS = (
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "分公司",
    "公司",
    "支行",
    "分行",
    "营业部",
    "分局",
)
COUNTY_PREFIX = re.compile(r"^(?:我们|咱们|我|咱|本|全)?(?:旗里|县里|旗县|旗|县|区)(?:的)?(?=.{2})")
OFFICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("住房和城乡建设局", ("住建局", "建设局", "城建局", "住建")),
    ("人力资源和社会保障局", ("人社局", "社保局", "劳动局", "人事局", "人社", "人力社保局")),
    ("卫生健康委员会", ("卫健委", "卫健局", "卫计委", "卫计局", "卫生局", "卫健")),
    ("教育体育局", ("教育局", "教体局", "体育局", "教科局")),
    ("教育局", ("教体局",)),
    ("发展和改革委员会", ("发改委", "发改局", "发改", "物价局")),
    ("工业和信息化局", ("工信局", "经信局", "工信")),
    ("市场监督管理局", ("市监局", "市场监管局", "市场局", "工商局", "工商", "质监局", "药监局", "市管局")),
    ("自然资源局", ("国土局", "国土资源局", "自规局", "资源局")),
    ("生态环境", ("环保局", "环境局", "生态环境局", "生态局", "环保")),
    ("交通运输局", ("交通局", "运管所", "交运局")),
    ("农牧局", ("农业局", "农牧业局", "畜牧局", "农业农村局")),
    ("农牧和科技局", ("农牧局", "农业局", "农科局", "科技局")),
    ("农业农村局", ("农业局", "农牧局")),
    ("林业和草原局", ("林草局", "林业局", "草原局")),
    ("文化和旅游局", ("文旅局", "文化局", "旅游局", "文体局")),
    ("文体旅游广电局", ("文旅局", "文化局", "旅游局", "文体局")),
    ("退役军人事务局", ("退役军人局", "军人局", "退役局")),
    ("应急管理局", ("应急局", "安监局", "安全生产局")),
    ("医疗保障局", ("医保局", "医保")),
    ("行政审批和政务服务局", ("政务服务局", "审批局", "行政审批局", "政务局", "政务大厅", "行政服务局")),
    ("机关事务服务中心", ("机关事务局", "机关事务中心", "机关局")),
    ("民族事务委员会", ("民委", "民族局", "民宗局")),
    ("纪委监委", ("纪委", "监委", "纪检委", "纪检监察委", "监察委")),
    ("妇女联合会", ("妇联",)),
    ("残疾人联合会", ("残联",)),
    ("工商业联合会", ("工商联",)),
    ("文学艺术界联合会", ("文联",)),
    ("科学技术协会", ("科协",)),
    ("归国华侨联合会", ("侨联",)),
    ("供销合作社联合社", ("供销社", "供销联社")),
    ("总工会", ("工会",)),
    ("团委", ("共青团", "共青团委", "团旗委", "团县委")),
    ("政法委", ("政法委员会",)),
    ("党委办公室", ("党委办", "旗委办", "县委办", "党办", "旗委办公室", "县委办公室")),
    ("政府办公室", ("政府办", "府办")),
    ("人大常委会", ("人大", "人大办")),
    ("政协", ("政协办",)),
    ("人民检察院", ("检察院",)),
    ("人民法院", ("法院",)),
    ("公安局", ("公安",)),
    ("交通管理大队", ("交警队", "交警大队", "交管大队")),
    ("消防救援大队", ("消防队", "消防大队", "消防")),
    ("税务局", ("国税局", "地税局", "税务所")),
    ("融媒体中心", ("融媒体", "电视台", "广播电视台", "新闻中心")),
    ("疾病预防控制中心", ("疾控中心", "疾控", "防疫站")),
    ("妇幼保健院", ("妇幼", "妇保院")),
    ("人民医院", ("医院", "旗医院", "县医院")),
    ("蒙医医院", ("蒙医院",)),
    ("城市管理综合行政执法局", ("城管局", "城管", "执法局", "综合执法局")),
    ("农村商业银行", ("农商行", "农商银行", "信用社", "农信社", "农村信用社")),
    ("农村信用合作联社", ("信用社", "农信社", "农村信用社", "信用联社", "农商行")),
    ("农业银行", ("农行",)),
    ("工商银行", ("工行",)),
    ("建设银行", ("建行",)),
    ("中国银行", ("中行",)),
    ("邮政储蓄银行", ("邮储", "邮储银行", "邮政银行", "邮政储蓄")),
    ("农业发展银行", ("农发行",)),
    ("移动公司", ("移动", "中国移动")),
    ("联通公司", ("联通", "中国联通")),
    ("电信公司", ("电信", "中国电信")),
    ("广电网络", ("广电", "有线电视")),
    ("供电公司", ("供电局", "电力局", "电力公司", "电业局", "国家电网")),
    ("自来水公司", ("供水公司", "水务公司", "自来水")),
    ("热力公司", ("供热公司", "供暖公司")),
    ("客运公司", ("客运站", "汽车站")),
    ("烟草专卖局", ("烟草局", "烟草公司", "烟草")),
    ("职业中学", ("职中", "职业高中", "职高")),
)
"""Part of an office's full name, and what people call it (usual abbreviations of county offices in China)."""
_SCHOOL = re.compile(r"第([一二三四五六七八九十]+)(高级中学|中学|小学|幼儿园)")
_SCHOOL_SHORT = {"高级中学": "中", "中学": "中", "小学": "小", "幼儿园": "幼"}
_MONGOL_SCHOOL = re.compile(r"蒙古族(中学|小学|幼儿园)")
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


def plain(text: str) -> str:
    """Half width, lower case, only letters, digits and characters; what stands in brackets goes."""
    folded = unicodedata.normalize("NFKC", _BRACKETED.sub("", text[:200])).lower()
    return _NOT_NAME.sub("", folded)


def has_han(text: str) -> bool:
    return HAN.search(text) is not None


def ending_of(name: str) -> str:
    """The longest usual ending of a village, town or company, "" when the rest would be too short to say anything."""
    for ending in (*VILLAGE_ENDINGS, *TOWN_ENDINGS, *COMPANY_ENDINGS):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return ending
    return ""


def short_names(name: str) -> Iterator[str]:
    """What people call an office or a school of this name, from the tables above."""
    for full, shorts in OFFICES:
        if full in name:
            yield from shorts
    for found in _SCHOOL.finditer(name):
        short = f"{found[1]}{_SCHOOL_SHORT[found[2]]}"
        yield from (short, f"{found[1]}{found[2]}")
    for found in _MONGOL_SCHOOL.finditer(name):
        yield from (f"蒙{_SCHOOL_SHORT[found[1]]}", f"蒙族{found[1]}", f"民族{found[1]}", f"蒙古{found[1]}")


@lru_cache(maxsize=50_000)
def syllables(text: str) -> tuple[str, ...]:
    """The toneless pinyin of each character; a run of letters or digits stays one piece."""
    return tuple(lazy_pinyin(text))


def folded(letters: str) -> str:
    """Pinyin as it is confused by ear: zh, ch, sh and -ng like z, c, s and -n."""
    for heard, meant in _FUZZY:
        letters = letters.replace(heard, meant)
    return letters


def full_pinyin(text: str) -> str:
    return folded("".join(syllables(text)))


def is_subsequence(short: str, name: str) -> bool:
    """Every character of `short` occurs in `name`, in that order."""
    rest = iter(name)
    return all(character in rest for character in short)


def longest_first(words: Iterable[str]) -> list[str]:
    return sorted(set(words), key=len, reverse=True)
