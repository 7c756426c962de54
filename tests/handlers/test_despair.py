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
我去割腕算了，想割腕
我真的不想再活下去了
活着好累，不如走了算了
太绝望了，想从桥上跳下去
钱都被骗光了，我没法跟家里交代，只想死
我想吃药一走了之
没有人在乎我，死了也没人知道
我不配活着
想找个没人的地方结束生命
把孩子托付给你们了，我撑不住了
这日子没法过了，想喝农药
我对不起孩子，下辈子再补偿
日子过不下去了想死
妈，我走了，别找我
我想消失在这个世界上
不想醒过来了
天台风好大，我想跳
我爸被骗了三十万，说要去跳河
活着就是拖累家人
活得没意义
被骗了十万，真的没有勇气活下去了
我觉得活着没劲了
死了就不用还债了
我想死，谁来管管我
钱没了，家也没了，活着干啥
准备喝百草枯了
我要跳楼了
我站在桥上不想回去了
这辈子就这样吧，孩子你们帮我带大
我真不如死了
我想走了，走了就解脱了
活够了，累了
想割腕
老婆因为被骗想寻短见
我妈因为这事要上吊
心里难受得想死
不想再活在这个世上
一死百了
爸妈对不起，养育之恩下辈子再报
我撑不到明天了
自杀会不会很疼""")
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
哈哈不想活了作业太多哈哈哈
这题难死了
老板抠死了
这骗子害死人
我家狗死了
等你等死了
我先挂了
手机电量撑不下去了
店租涨得撑不下去了
他说再不还钱就去死
电视剧女主要跳楼了
孩子说作业写不完不想活了哈哈
抖音上有人直播自杀是真的吗
跳楼机票多少钱
遗书公证要多少钱
对不起老师，我先走了
我走了啊，回头聊
想结束贷款合同
人去世了社保卡里的钱怎么取
老公说要死要活的
这信号要死了
活动没意义
别死心眼
笑不活了
爱死这个公众号了
我想死皮赖脸去要钱
他死在外面都不管
如何帮助想自杀的朋友
想念我死去的奶奶
买的羊第二天就死了想退钱
想死的人多了去了
这个群死气沉沉
手机摔死了开不了机
想死马当活马医
楼下跳广场舞吵死了
他装死不回消息
这活我不想干了
买保险死亡赔多少
死刑犯能上诉吗
生意难做活不起了
花两万买羊死了一半
对不起打扰了，我先走了
领导说不想干就走
鱼缸的鱼不想活了
笑得肚子疼死了
一了百了的游戏好玩吗
别跳了楼上吵
公司跳楼大减价
我家老人走了三年了
直播间主播喊要死要活
下辈子再也不网购了""")


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
