import random

import pytest

from bot.registry import demo, search
from bot.registry.models import Unit, UnitKind, UnitName
from bot.registry.search import UnitIndex
from bot.registry.units import VERSION, touch
from tests import make
from tests.effort import effort

QUERIES = """
民政局 民政局|民政 民政局|mzj 民政局|minzhengju 民政局|minzj 民政局|民镇局 民政局|民政居 民政局|mingzhengju 民政局
旗民政局 民政局|赛罕塔拉旗民政局 民政局|我是民政局的 民政局|我在民政局上班 民政局|min政局 民政局
住建局 住房和城乡建设局|建设局 住房和城乡建设局|住房城乡建设局 住房和城乡建设局|zjj 住房和城乡建设局
zhujianju 住房和城乡建设局|住房建设局 住房和城乡建设局|人社局 人力资源和社会保障局|社保局 人力资源和社会保障局
人力资源社会保障局 人力资源和社会保障局|卫健委 卫生健康委员会|卫健局 卫生健康委员会|卫计委 卫生健康委员会
教育局 教育体育局|教体局 教育体育局|jyj 教育体育局|发改委 发展和改革委员会|发改局 发展和改革委员会|市监局 市场监督管理局
市场监管局 市场监督管理局|工商局 市场监督管理局|农商行 农村商业银行|信用社 农村商业银行|农行 农业银行支行
工行 工商银行支行|邮储银行 邮政储蓄银行支行|林草局 林业和草原局|文旅局 文化和旅游局|医保局 医疗保障局
应急局 应急管理局|环保局 生态环境分局|交通局 交通运输局|法院 人民法院|检察院 人民检察院|妇联 妇女联合会
残联 残疾人联合会|纪委 纪委监委|政务服务局 行政审批和政务服务局|退役军人局 退役军人事务局|税务 税务局
一中 第一中学|旗一中 第一中学|1中 第一中学|第一种学 第一中学|蒙中 蒙古族中学|二小 第二小学|职中 职业中学
移动 移动公司|中国移动 移动公司|供电局 供电公司|公安 公安局|gaj 公安局|消化工 赛罕化工公司
东风嘎查 东风嘎查|东风 东风嘎查|东风村 东风嘎查|冬风嘎查 东风嘎查|dongfeng 东风嘎查|dongfenggacha 东风嘎查
dfgc 东风嘎查|乌兰镇东风村 东风嘎查|乌兰东风 东风嘎查|乌兰镇东风嘎查 东风嘎查|乌兰镇 乌兰镇|wulanzhen 乌兰镇
wulan 乌兰镇|五兰镇 乌兰镇|团结社区 团结社区|团结 团结社区|团结居委会 团结社区|tuanjie 团结社区|那达慕 那达慕社区
那达幕社区 那达慕社区|查干淖尔 查干淖尔镇|查干诺尔镇 查干淖尔镇|巴彦苏木 巴彦苏木|白音敖包 白音敖包嘎查
敖包嘎查 白音敖包嘎查|红柳河镇三道沟 三道沟村|三道沟村 三道沟村|sandaogou 三道沟村|柳树湾 柳树湾村
呼格吉乐图 呼格吉勒图镇|双泉 双泉村|工业园区 赛罕工业园区|煤化社区 煤化社区|乌力吉 乌力吉嘎查|满都拉 满都拉嘎查
""".replace("\n", "|")
QUESTIONS = (
    "公安局让我把钱转到安全账户", "民政局打电话说有补贴要先交钱", "刷单是真的吗", "我刚转账了", "教育局发短信说退学费",
    "怎么办", "你好", "贷款", "有人冒充农商行", "快递丢了理赔是不是骗局", "谢谢", "1", "0", "a", "110", "登记", "注销",
    "我妈被骗了五万", "电信公司说我欠费", "团结群众一起反诈",
)  # fmt: skip


@pytest.fixture
def county(session, clock):
    demo.add_places(session, demo.planned(random.Random(1)), make.DAY_ONE, clock())
    touch(session, VERSION)
    index = UnitIndex()
    assert index.refresh(session)
    return index


def named(session, hits):
    return [session.get(Unit, hit.unit_id).name for hit in hits]


def test_residents_find_their_unit_among_the_first_three(session, county):
    asked = [pair.split() for pair in QUERIES.split("|") if pair.strip()]
    missed = [(q, want) for q, want in asked if want not in named(session, county.find(q, 3))]
    assert len(asked) >= 60 and len(missed) <= len(asked) * 0.05, missed


def test_most_of_them_find_it_first(session, county):
    asked = [pair.split() for pair in QUERIES.split("|") if pair.strip()]
    later = [
        (q, named(session, county.find(q, 3)))
        for q, want in asked
        if named(session, county.find(q, 1)) != [want]
    ]
    assert len(later) <= len(asked) * 0.1, later


def test_a_question_is_not_taken_for_a_unit(county):
    assert [text for text in QUESTIONS if county.strong(text)] == []


def test_names_short_names_pinyin_and_town_with_village_are_clearly_units(county):
    words = "民政局 住建局 农商行 minzhengju 东风嘎查 东风村 乌兰镇东风村 wulanzhen 民政居 旗民政局 一中"
    clear = words.split()
    assert [text for text in clear if not county.strong(text)] == []


def test_the_full_name_scores_highest(session, county):
    first, *others = county.find("民政局")
    assert first.score == 100 and all(hit.score < 100 for hit in others)


def test_villages_of_one_name_are_told_apart_by_their_town(session, county):
    first, second, *_ = county.find("红旗嘎查")
    assert first.score == second.score == 100
    assert session.get(Unit, county.find("巴彦苏木红旗村", 1)[0].unit_id).parent.name == "巴彦苏木"


def test_groups_the_county_and_closed_units_are_not_offered(session, county):
    session.query(Unit).filter(Unit.name == "民政局").update({"closed_on": make.DAY_ONE})
    touch(session, VERSION)
    county.refresh(session)
    offered = [
        name
        for text in ("成员单位", "赛罕塔拉旗", "民政局")
        for name in named(session, county.find(text, 20))
    ]
    assert not {"成员单位", demo.BANNER, "民政局"} & set(offered)


def test_an_edit_is_noticed_by_its_version_and_only_then(session, county):
    unit = session.query(Unit).filter(Unit.name == "民政局").one()
    session.add(UnitName(unit_id=unit.id, name="婚姻登记处"))
    session.flush()
    assert not county.refresh(session) and county.find("婚姻登记处") == []
    touch(session, VERSION)
    assert county.refresh(session) and named(session, county.find("婚姻登记处")) == ["民政局"]


def test_nothing_is_found_for_nothing(county):
    assert county.find("") == county.find("？！") == county.find("zzzzqqq") == county.find("x" * 5000) == []


def test_an_empty_county_answers_too(session):
    index = UnitIndex()
    index.refresh(session)
    assert index.find("民政局") == [] and not index.strong("民政局")


def test_a_county_prefix_in_the_units_own_name_is_not_needed(session):
    banner = make.unit(session, "赛罕塔拉旗", kind=UnitKind.COUNTY)
    make.unit(session, "赛罕塔拉旗民政局", parent=banner, kind=UnitKind.AGENCY)
    index = UnitIndex()
    touch(session, VERSION)
    index.refresh(session)
    assert index.find("民政局", 1)[0].score > 87.5 and index.strong("赛罕塔拉旗民政局")


def test_ten_thousand_units_are_searched_by_an_index():
    luck = random.Random(3)
    signs = "东西南北红光胜利团结和平新民前进永丰双泉河口沙梁柳树白音乌兰巴彦查干都拉敖包淖尔海日塔"
    index = UnitIndex()
    index._book = large_book(luck, signs)
    asked = [
        "东风村",
        "红光",
        "minzhengju",
        "乌兰3镇东红村",
        "bayan",
        "bygc",
        "东风嘎渣",
        "白yin",
        "我在新民村",
        "沙梁柳",
        "村",
        "dongfneg",
    ]
    assert max(effort(lambda text=text: index.find(text)) for text in asked) < 15_000


def large_book(luck, signs):
    towns = [search._Row(n, f"T{n}", f"乌兰{n}镇", UnitKind.TOWN, None, ()) for n in range(1, 101)]
    villages = [
        search._Row(n, f"V{n}", "".join(luck.choices(signs, k=luck.choice((2, 2, 3, 4)))) + luck.choice(("嘎查", "村", "社区")),
                    UnitKind.VILLAGE, luck.randint(1, 100), ())
        for n in range(101, 10_001)
    ]  # fmt: skip
    return search._built(towns + villages, 1)
