"""A life in danger is told whom to call, whatever the cause; what somebody far away says of one is a trick to be named."""

import pytest
import yaml

from bot.content.library import LIBRARY
from bot.handlers import danger, despair, english_read
from bot.handlers.typed import plain
from bot.handlers.words import FIRST_MINUTES, NOT_ALONE
from tests.handlers.conftest import lines

IN_DANGER = {
    danger.HURT: """有人要打我
有人打我
老公打我
老公喝多了正在打我
他拿着刀
有人拿刀追我
他要杀我
我被人打伤了
我妈刚被他打了一顿
有人在砸我家门
陌生人闯进我家了
有人一直跟踪我
我被人尾随了
前夫在门口要杀我
一群人打我
我被家暴了，救我""",
    danger.HELD: """我被关起来了，不让走
我在缅甸被扣了
我在缅甸园区出不来
被骗到柬埔寨，护照被收了走不了
我被骗到缅北了
他们把我锁在屋里
我被传销的关起来了
不让我走，救救我
我被人绑架了
我们几个被扣在园区
我弟在缅甸被扣了
老板把我关在宿舍
我被软禁了""",
    danger.FIRE: """家里着火了
着火了
我家厨房着火了
隔壁起火了
羊圈着火了快来人
楼道着火了怎么办""",
    danger.GAS: """煤气中毒
我家煤气中毒了
好像一氧化碳中毒
煤气泄漏了
家里液化气漏气了""",
    danger.POISON: """他吃了农药
她喝了敌敌畏
孩子误食老鼠药
我同学喝百草枯了
邻居喝了农药
我不小心喝了除草剂""",
    danger.FAINT: """我爸晕倒了
老人叫不醒
孩子掉河里了
我妈昏迷了没呼吸
有人触电了""",
}
SAFE = lines("""有人要打我电话
有人打我电话说是公安
他打我手机
打我钱
打我微信上了
骗子说要打我
催收说不还钱就打我
短信说煤气费欠了
燃气公司打电话说要检查软管
有人上门推销煤气报警器
怎么预防煤气中毒
煤气中毒知识讲座
煤气漏气检查收费吗
对方说他喝农药了要我转钱
网友说他喝了农药
羊吃了农药怎么办
菜上农药残留
农药过期了能退吗
农药瓶子放哪
打过农药的菜能吃吗
电话说我儿子被绑架了要赎金
对方说孩子被扣了让交钱
我被扣了钱
我被扣了话费
快递被海关扣了
工资被扣了
被扣了20块
包裹被扣在海关
银行卡被冻结
客服不让我挂电话
银行不让我转账
平台不让我提现
老板不让我走扣着工资辞职
手机着火了新闻
家里着火了保险赔吗
网上说隔壁着火了
消防演练着火了怎么办
股票火了
直播火了
生意着火一样
我在泰国旅游
朋友的表哥去缅甸被扣了
听说有人去缅甸回不来
缅甸高薪招聘能去吗
有人拉我去柬埔寨打工
视频里有人拿刀
他拿刀的照片吓唬我
对方说爸爸晕倒了要手术费
班主任打电话说孩子晕倒了要打钱
我妈昨天晕倒了已经出院
游戏里我被打了
被打了折扣
有人打我闺女的电话要钱
打他
快打烊了
玩游戏被关进小黑屋
号被关了
店被关了
门被锁在外面了
会议锁在里面出不去
路上不买玉器不让走
如果煤气中毒怎么办
梦见家里着火了
去年家里着火了能申请补助吗
有人打我电话推销
有人要打我微信转钱
他打我小报告
客服把我拉黑了
我被关注了
我被扣分了
车被扣在交警队怎么取
着火的短视频能转吗
羊圈着火保险怎么赔
煤气卡怎么充值
燃气表要换，工作人员上门要钱
说我孩子在医院抢救要交钱
骗子说把我儿子关起来了
去柬埔寨打工靠谱吗
泰国旅游被导游骗了钱
农药打多了怎么办
他被公司开除了
有人砸我家玻璃要债
我被群主踢了
我被朋友圈屏蔽了
我被骗去传销，现在回来了
被公司扣押金
快递员把我件扣了
有人冒充我打我妈电话
我被打假的人敲诈了
车自燃了保险不赔
打我名下的电话卡能查吗
他要打我支付宝
商家说要打我九折
我家门锁坏了
冒烟的电动车能退吗
火锅店着火了的视频是不是假的
被扣了两个月工资
我被关小黑屋封号了
我被骗去办贷款
快递被关在驿站
有人跟着我投资
他们把我拉进群关不掉
农药残留超标举报
孩子被老师关心
我不让他走亲戚""")


def otherwise(told):
    """Of sentences by the words they need first those that are given others."""
    pairs = [(first, said) for first, said_of in told.items() for said in said_of.split("\n")]
    return [said for first, said in pairs if danger.needed(plain(said)) != first]


def test_it_is_told_whom_to_call():
    assert otherwise(IN_DANGER) == []


ALSO = lines("""家里起火了快救
邻居家着火了烟很大
我被老公打了，脸都肿了
有人拿着棍子在我家门口
我被骗到缅甸了，现在跑不出来
我在柬埔寨，公司不让走，护照被收了
我妈喝农药了怎么办
我孩子误喝了洁厕灵
我们全家头晕，好像煤气中毒
他要砍我
我爸突然倒地上叫不醒
有人掉冰窟窿里了
他们把我关在宾馆不让出去
我被非法拘禁了
我在园区里，救救我
后爸打我
男朋友掐我脖子
有个男的跟着我进了楼道
我被老板扣在工地不让走
救命家里煤气泄漏
我哥触电了
奶奶摔倒了昏迷不醒
被人贩子关在屋里
小偷进屋了，我躲在柜子里
我在老挝园区被打，想回家
宿舍楼起火了
我误喝了农药
有人拿刀要砍我
我丈夫动手打我和孩子
一群人围着我要打我
我弟被骗去缅北了
我被人跟踪好怕
孩子掉井里了""")


ON_THE_GRASSLAND = {
    danger.FIRE: """草原着火了
蒙古包着火了
房子着了
嘎查那边着火了风往我家刮
隔壁蒙古包冒烟着火了""",
    danger.GAS: """屋里有煤味头晕得厉害
炉子没封好一家人都头疼恶心
屋里煤烟大我妈叫不醒""",
    danger.POISON: """孩子吞了纽扣电池
孩子喝了洗衣液
她把一瓶药都吃了""",
    danger.FAINT: """我爷爷喘不上气了
孩子从马上摔下来不动了
我爸被牛顶了流了很多血
我哥骑马摔了头破血流
老汉被打草机绞了手
我老公出车祸了
车翻沟里了人压在下面
爷爷胸口疼得厉害冒冷汗
被蛇咬了""",
    danger.HURT: """店里来了几个人要砸我的店
有个男的一直在敲我门
催债的来我家堵门了
前夫带人来抢孩子了
我被他掐脖子了
高利贷要砍我手""",
    danger.HELD: """我哥在缅甸被关了要赎金二十万
我被困在传销窝里他们收了我手机
老板不让我们走还打人
他们不让我出去说不交钱就打断我腿
我被骗到云南边境了他们要带我偷渡""",
    danger.LOST: """我妈走丢了联系不上
孩子丢了找不到了
我女儿离家出走两天了
雪太大羊群找不到我爸也没回来
爸爸出去找马一晚上没回来
我爷爷有老年痴呆走失了""",
    danger.EXPOSED: """暴风雪里车陷住了出不去
我在草原上迷路了手机快没电了
沙尘暴走不出去了
我们车误在雪里了油快没了""",
}


def test_what_happens_to_herders_is_heard():
    assert otherwise(ON_THE_GRASSLAND) == []


OTHER_LOSSES = lines("""草原着火罚多少钱
草原防火期能烧荒吗
羊丢了十只
牛走丢了谁见了
羊掉冰窟窿里了
卖家联系不上了
客户失联了
老板失联了工资没发
转发寻人启事有风险吗
走丢的老人找到了
我吃了好多药也不好
马摔了腿
喝多了给主播打钱
对方说我儿子出车祸要手术费
家门口砍价帮我砍一刀
有人捅我的号
她哭得喘不上气
奶奶以为孙子出车祸""")


def test_animals_sellers_and_fines_are_none():
    assert [said for said in OTHER_LOSSES if danger.needed(plain(said))] == []


@pytest.mark.parametrize(
    "said", ["网友说要来我学校打我", "我把他拉黑了他说要弄死我", "邻居威胁要打断我腿，没提钱"]
)
def test_a_threat_from_afar_is_no_kind_of_fraud(chat, said):
    assert chat.say(said) == danger.THREAT
    assert chat.say("好的") == danger.NEXT


@pytest.mark.parametrize(
    "said", ["我妈知道了会打死我", "老板娘要收拾我哈哈", "帮我砍一刀", "他把软件卸了我看看"]
)
def test_ones_own_anger_and_jokes_are_no_threat(said):
    assert not danger.threatened(plain(said))


def test_other_people_tell_of_it_in_other_words():
    assert [said for said in ALSO if danger.needed(plain(said)) not in danger.FIRSTS] == []


def test_threats_by_wire_news_and_bills_are_none():
    assert [said for said in SAFE if danger.needed(plain(said))] == []


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("家里着火了", danger.FIRE),
        ("我在缅甸被扣了", danger.HELD),
        ("我被关起来了，不让走", danger.HELD),
        ("有人要打我", danger.HURT),
        ("煤气中毒", danger.GAS),
        ("他吃了农药", danger.POISON),
    ],
)
def test_it_ends_a_step_and_what_comes_next_speaks_of_no_money(chat, said, first):
    chat.say("登记")
    chat.say("民政局")
    assert chat.say(said) == first
    assert any(number in first.split("\n")[0] + first.split("\n")[1] for number in ("110", "119", "120"))
    for next_words in ("好的", "然后呢", "没人帮我", "谢谢"):
        assert chat.say(next_words) == danger.NEXT


def test_who_tells_more_of_it_reads_of_no_bank(chat):
    assert chat.say("老公打我，我该找谁") == danger.HURT
    assert chat.say("他还在砸门") == danger.NEXT
    assert chat.say("好的") == danger.NEXT
    assert chat.say("我刚给骗子转账了两万怎么办").startswith(FIRST_MINUTES)


def test_danger_with_money_has_both_and_poison_taken_by_ones_own_has_company(chat):
    shown = chat.say("我在缅甸被扣了，家里已经转了五万赎金，还不放人")
    assert shown.startswith(danger.HELD) and FIRST_MINUTES in shown
    shown = chat.say("我妈喝农药了")
    assert shown.startswith(danger.POISON) and NOT_ALONE in shown


def test_no_name_alias_or_question_of_the_library_is_taken_for_danger_despair_or_english():
    for path in sorted((LIBRARY / "types").glob("*.yaml")):
        held = yaml.safe_load(path.read_text("utf-8"))
        texts = [str(text) for name in ("also", "aliases", "questions") for text in held.get(name) or ()]
        for text in (held["name"], *texts):
            typed = plain(text)
            assert not danger.needed(typed) and not despair.spoken(typed), text
            assert not english_read.is_english(text), text
