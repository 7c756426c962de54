"""The demo county: its places and member units. Every name is invented; 156,630 residents in all."""

from typing import NamedTuple

from bot.registry.models import UnitKind

RESIDENTS = 156_630
PEOPLE = 69_607
"""Registered people: 44.44 % of the residents, to two decimals."""
BANNER = "赛罕塔拉旗（演示）"
GROUP = "成员单位"
SOURCE = "演示数据（虚构）"


class Town(NamedTuple):
    """A town; `residents` is what its villages add up to, `pull` how eagerly its people register."""

    name: str
    residents: int
    pull: float
    villages: tuple[str, ...]
    kind: UnitKind = UnitKind.TOWN


class Member(NamedTuple):
    """A member unit with its staff."""

    name: str
    kind: UnitKind
    staff: int
    short_names: tuple[str, ...] = ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TOWNS = (
    Town("乌兰镇", 58_430, 1.05, _names(
        "东风嘎查 胜利嘎查 巴音嘎查 白音敖包嘎查 团结社区 那达慕社区 新城社区 河东社区 "
        "河西社区 站前社区 民族社区 锡尼社区 林荫社区 都兰社区"
    )),
    Town("查干淖尔镇", 22_860, 1.2, _names(
        "淖尔社区 查干嘎查 红旗嘎查 额尔敦嘎查 布拉格嘎查 哈达嘎查 宝力格嘎查 新民村 长胜村"
    )),
    Town("巴彦苏木", 11_240, 0.95, _names(
        "巴彦嘎查 乌力吉嘎查 阿日善嘎查 吉仁嘎查 满都拉嘎查 浩特嘎查 特格希嘎查 红旗嘎查"
    )),
    Town("沙日塔拉苏木", 9_870, 0.8, _names(
        "沙日嘎查 都希嘎查 敖伦嘎查 巴雅尔嘎查 其格木嘎查 赛音嘎查 达来嘎查 伊和嘎查"
    )),
    Town("呼格吉勒图镇", 19_450, 1.0, _names(
        "吉祥社区 呼格嘎查 兴盛村 永丰村 前进村 柳树湾村 双泉村 向阳村"
    )),
    Town("红柳河镇", 17_320, 0.7, _names(
        "红柳社区 河口村 大滩村 三道沟村 五星村 东升村 光明村 沙窝村"
    )),
    Town("赛罕工业园区", 17_460, 0.9, _names("创业社区 和谐社区 煤化社区 新园社区 职工社区"), UnitKind.PARK),
)  # fmt: skip

_A, _C, _S, _B, _O = UnitKind.AGENCY, UnitKind.COMPANY, UnitKind.SCHOOL, UnitKind.BANK, UnitKind.OPERATOR
MEMBERS = (
    Member("纪委监委", _A, 64, ("纪委", "监委")),
    Member("组织部", _A, 42),
    Member("宣传部", _A, 38),
    Member("统战部", _A, 26),
    Member("政法委", _A, 31),
    Member("党委办公室", _A, 45, ("党委办", "旗委办")),
    Member("政府办公室", _A, 52, ("政府办",)),
    Member("总工会", _A, 28, ("工会",)),
    Member("团委", _A, 16, ("共青团",)),
    Member("妇女联合会", _A, 18, ("妇联",)),
    Member("残疾人联合会", _A, 21, ("残联",)),
    Member("融媒体中心", _A, 74, ("电视台",)),
    Member("公安局", _A, 312),
    Member("人民法院", _A, 88, ("法院",)),
    Member("人民检察院", _A, 67, ("检察院",)),
    Member("司法局", _A, 54),
    Member("民政局", _A, 61),
    Member("财政局", _A, 76),
    Member("发展和改革委员会", _A, 58, ("发改委",)),
    Member("教育体育局", _A, 92, ("教育局", "教体局")),
    Member("工业和信息化局", _A, 37, ("工信局",)),
    Member("人力资源和社会保障局", _A, 83, ("人社局",)),
    Member("自然资源局", _A, 95),
    Member("生态环境分局", _A, 48, ("环保局",)),
    Member("住房和城乡建设局", _A, 86, ("住建局",)),
    Member("交通运输局", _A, 71, ("交通局",)),
    Member("水利局", _A, 64),
    Member("农牧局", _A, 103, ("农业局",)),
    Member("林业和草原局", _A, 79, ("林草局",)),
    Member("文化和旅游局", _A, 66, ("文旅局",)),
    Member("卫生健康委员会", _A, 57, ("卫健委",)),
    Member("退役军人事务局", _A, 29),
    Member("应急管理局", _A, 44, ("应急局",)),
    Member("市场监督管理局", _A, 98, ("市监局",)),
    Member("医疗保障局", _A, 33, ("医保局",)),
    Member("行政审批和政务服务局", _A, 62, ("政务服务局",)),
    Member("税务局", _A, 118),
    Member("人民医院", _A, 486, ("旗医院",)),
    Member("第一中学", _S, 214, ("一中",)),
    Member("第二中学", _S, 176, ("二中",)),
    Member("蒙古族中学", _S, 148, ("蒙中",)),
    Member("蒙古族小学", _S, 112, ("蒙小",)),
    Member("第一小学", _S, 131, ("一小",)),
    Member("第二小学", _S, 124, ("二小",)),
    Member("第三小学", _S, 97, ("三小",)),
    Member("职业中学", _S, 89, ("职中",)),
    Member("蒙古族幼儿园", _S, 54),
    Member("第一幼儿园", _S, 61, ("一幼",)),
    Member("农村商业银行", _B, 143, ("农商行", "信用社")),
    Member("农业银行支行", _B, 62, ("农行",)),
    Member("工商银行支行", _B, 48, ("工行",)),
    Member("建设银行支行", _B, 45, ("建行",)),
    Member("中国银行支行", _B, 33, ("中行",)),
    Member("邮政储蓄银行支行", _B, 51, ("邮储银行", "邮政银行")),
    Member("村镇银行", _B, 37),
    Member("移动公司", _O, 84, ("中国移动",)),
    Member("联通公司", _O, 52, ("中国联通",)),
    Member("电信公司", _O, 47, ("中国电信",)),
    Member("广电网络公司", _O, 39, ("广电",)),
    Member("供电公司", _C, 196, ("电力公司", "供电局")),
    Member("自来水公司", _C, 68, ("供水公司",)),
    Member("热力公司", _C, 83, ("供热公司",)),
    Member("客运公司", _C, 72, ("汽车站",)),
    Member("塔拉煤业公司", _C, 428, ("塔拉煤矿",)),
    Member("赛罕化工公司", _C, 365),
    Member("草原乳业公司", _C, 214, ("奶业公司",)),
    Member("绿野肉业公司", _C, 158),
    Member("城市投资公司", _C, 56, ("城投公司", "城投")),
)
