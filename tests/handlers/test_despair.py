"""Who speaks of dying is not left alone; who only exaggerates, or tells of a shop that goes under, is answered as ever."""

import pytest

from bot.handlers import after_loss, despair
from bot.handlers.typed import plain
from bot.handlers.words import NOT_ALONE
from tests.handlers.conftest import Chat, lines

SPOKEN = lines("""活着没意思
活着真没意思，钱都没了
不如死了算了
我还不如去死
想一了百了
死了一了百了
没脸见人了想走
没脸活了
真想跳下去
撑不下去了
我真的撑不下去了
快熬不下去了
对不起家里人，我先走了
对不起爸妈，我走了
我不想活了
钱没了，我也活不下去了
活够了
我死了就不用还了
让我死了吧
只有死路一条了
想死
我想死的心都有了
想从楼上跳下去
想跳河
准备跳楼
我想结束自己的生命
想了结自己
想自杀
有自杀的念头
我有点想不开
活着还有什么意思
活着没有意义了
没有活下去的勇气
失去了活下去的希望
活着太痛苦
想解脱
想离开这个世界
下辈子再报答爸妈
照顾好孩子，我走了
遗书写好了
我写好了遗书
没什么可留恋的
睡着了再也不要醒来
我站在楼顶
坐在桥上
我妈说她不想活了
孩子想跳楼
我爸喝敌敌畏了
永别了
被骗光了，死了干净
我去割腕算了，想割腕""")
NOT_SPOKEN = lines("""笑死我了
累死了
想死你了
热死了
气死我了
羊死了三只
死机了
烦死了这些推销电话
饿死了
困死我了
吓死我了
这手机卡死了
电脑又死机了
家里的牛病死了两头
庄稼旱死了
花养死了
想死我了你们
热得想死
累得想死
尴尬得想死
店里生意撑不下去了
工厂撑不下去要倒闭了
公司快撑不下去了
手机电池撑不下去了
减肥坚持不下去了
考研快坚持不下去了
作业多得活不下去了
物价涨得没法活了
天气太热了没法活
不想活动了
这个活动没意思
这活没意思
跳楼价清仓
商场跳楼大甩卖
想跳下去捡手机
想跳河里游泳
贷款还清一了百了
把号注销一了百了
我先走了，拜拜
我走了，明天见
对不起我先走了要上班
想结束合作
想结束这个套餐
死磕到底
我想死磕这道题
要死不活的网速
真是死心眼
他死活不退钱
死党借钱不还
死期存款能提前取吗
打死我也不信
骗子真该死
骗子去死吧
死缠烂打的推销员
游戏里我死了三次
电视剧里女主不想活了
电影里他想自杀
网友说不借钱就跳楼
主播说没人打赏就自杀
对方说我不转账他就不想活了
这笔账算死了
堵车堵得想死
我想不开户了
别想不开户的事
他活腻了敢骗我
想烧炭取暖
老人去世了怎么取存款
预防自杀的讲座几点
意外险跳伞算不算
人死了贷款还用还吗
哈哈不想活了作业太多哈哈哈""")


@pytest.mark.parametrize("said", SPOKEN)
def test_it_is_heard(said):
    assert despair.spoken(plain(said))


@pytest.mark.parametrize("said", NOT_SPOKEN)
def test_ordinary_words_are_none(said):
    assert not despair.spoken(plain(said))


@pytest.mark.parametrize("said", ["撑不下去了", "没脸见人了想走", "对不起家里人，我先走了", "真想跳下去"])
def test_it_is_answered_by_company_alone(chat, said):
    assert chat.say(said) == NOT_ALONE


@pytest.mark.parametrize(
    "next_words", ["嗯", "好的", "谢谢", "再见", "怎么办", "没人管我", "我好难受", "然后呢", "你好", "没用的"]
)
def test_short_words_after_it_keep_company(chat, next_words):
    chat.say("死了一了百了")
    assert chat.say(next_words) == after_loss.WITH_SOMEBODY


def test_after_a_loss_thanks_and_farewell_are_what_they_were(chat):
    chat.say("我刚给骗子转账了两万怎么办")
    assert chat.say("谢谢").startswith("不客气")
    assert Chat(chat.kit).say("再见").startswith("好的，有事")


def test_the_title_of_a_link_is_nobodys_despair(chat):
    shown = chat.send(chat.incoming(kind="link", fields={"Title": "女子被骗后不想活了"}))
    assert NOT_ALONE not in shown
