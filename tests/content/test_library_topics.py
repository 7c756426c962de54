"""An everyday topic of the shipped library opens where people ask about it, and not where a fraud shares its words."""

import pytest

from bot.content.library import LIBRARY, read_library
from bot.handlers.after import CALLS
from tests.shipped import shipped_matcher

OPENS = {
    "dissuade": """
反诈中心打电话来了，是不是真警察
民警上门说我被骗，要不要开门
刚才派出所上门来劝我不要转账
反诈民警打电话叫我先停一停
有个座机打来，说是反诈中心，问我在干嘛
劝阻电话没接到怎么办
警察上门会要验证码吗
反诈中心老给我打电话，烦死了
我挂了反诈中心的电话，还能打回去吗
社区民警到家里来，说我可能被骗
反诈中心打来的会叫我转账吗
民警来家里问我认不认识一个网友
短信写着反诈中心提醒我，停止转账
民警上门敲门说我被骗了，他穿便衣能信吗
反诈中心发短信让我接电话
说是反诈中心的，号码却是手机号
派出所打电话劝我别给网友转钱
我没理反诈中心的电话会有啥后果
昨天反诈民警上门登记了我的手机
劝阻电话能不能不接
民警来家里说我接过境外电话
反诈中心打来问我有没有下载软件""",
    "smscode": """
我啥也没干，手机收到一条验证码
收到验证码不管它行吗
刚才莫名其妙收到验证码
短信轰炸怎么弄停
手机半夜收到好几条验证码
没注册过，怎么收到验证码短信
老公手机收到了验证码，不是他弄的
验证码不是我要的，会不会被盗号
收到陌生验证码要删吗
一直来验证码，怕不安全
我没要验证码，它咋发过来了
来了个验证码，写着抖音，我没登
收到个验证码，号码是106开头的
手机收到登录验证码，我人在地里干活
收到了验证码不回复会不会出事
今天收到好多验证码，都是各种贷款的
验证码短信一直响，睡不着
我爸收到个验证码问我咋办
不是我操作的，却收到一条验证码
收到银行验证码但没刷卡
莫名其妙收到验证码要不要改密码""",
    "bankask": """
柜台问我取钱做啥，能不说吗
银行问用途我该怎么答
我的卡限额了，一天只能转一千
非柜面交易是啥
银行让我去柜台核实，带啥
非柜面被限制怎么恢复
银行打电话问我那笔钱是谁的
转账限额太低了怎么提高
银行要派出所证明，派出所不给开
给儿子打买房的钱，银行问来问去
银行卡被管控了什么原因
银行卡限额能不能在手机上调
银行问我转账给谁，我能不说吗
工资卡被限制了，去柜台要排队吗
卡被限额，买车的钱转不出去
非柜面业务被停了咋弄
柜员问我取三万干啥
银行来电核实是真的还是假的
每天限额五千不够用
派出所开证明给银行怎么开""",
    "keepapp": """
反诈APP可以卸载吗
国家反诈中心APP能删掉吗
反诈APP要那么多权限干嘛
反诈APP老弹窗，能不能关了
反诈APP要不要一直留着
卸载反诈APP会有人找吗
反诈软件卸载了会怎样
预警弹窗点哪个
删掉反诈APP行不行
国家反诈中心APP权限太多了
反诈APP占内存，不想要了
孩子说把反诈APP删了手机就快了
反诈APP删了会不会有事
想把国家反诈中心APP卸了，允许不
反诈APP权限怎么关
反诈APP老弹我快递电话
反诈软件要不要留着啊
国家反诈中心APP老弹通知
手机卡，能不能把反诈软件删了
反诈APP要读我短信，我不放心""",
    "helpkin": """
我爸被骗了还不信，怎么办
老人被骗不听劝咋办
我妹不相信是骗子，跟我吵
家里人被骗，我该怎么劝
邻居被骗了，我能帮他打96110吗
我妈相信骗子，不相信亲闺女
爷爷被骗了不承认
我老公非说不是骗子
怎么劝老人别信骗子
奶奶被骗子洗脑了
亲戚被骗不肯报警
他非要给骗子打钱，拦也拦不住
我舅舅被骗了不听家里人的
我妈被骗了还不信我
怎么劝被骗的老人
老丈人信了骗子，谁说也不听
老人被骗以后情绪低落怎么办
邻居被骗，劝了不听
我奶奶不相信是骗子咋跟她讲
家里人被骗怎么帮他""",
}
FRAUDS = {
    "dissuade": """
反诈中心打电话让我把钱转到安全账户
自称民警上门，说要收两千保证金
反诈中心的人打来说能把被骗的钱退我，先交手续费
反诈民警加我微信，说我涉嫌洗钱要查资金
警察上门说我涉案，让我取钱配合
反诈中心打来，让我打开屏幕共享
派出所打电话说我身份证办的卡洗钱，不许告诉家里
网警说我被骗的钱冻结了，交技术费就还
自称派出所的短信，说我有传票，点链接
反诈中心说我卡被冻，让我加QQ做笔录
反诈中心打电话说我卡洗钱，要转到监管账户
自称反诈民警让我下载会议软件
反诈中心说能返还我被骗的钱，交个税就行
派出所来电说我快递藏毒，加QQ录口供
警察视频里穿警服让我别告诉家人
反诈中心让我填银行卡号领被骗补偿""",
    "smscode": """
客服说发错了，让我把收到的验证码念给他
收到验证码，对方说是退款要用，叫我告诉他
老同学让我把收到验证码发他，帮他解封微信
短信说医保停用，点进去要填收到的验证码
租号的让我把收到的验证码给他
他说把验证码报给他，补贴就到账
农机站的人要我手机收到的验证码
共享屏幕的时候收到验证码，客服看见了
有人说是银行的，叫我念收到的动态码
ETC认证要填卡号，然后收到验证码
买家要我把收到验证码给他才能付款
房东让我报收到的验证码退押金
快递丢了，客服要我手机收到验证码退款
帮朋友收验证码一个给五块
卖家让我收到验证码后发他才发货
对方说收到的验证码念给他，帮我注销校园贷
孩子把收到的验证码告诉解防沉迷的人了
收到ETC验证码，填进去扣了三千""",
    "bankask": """
骗子教我跟银行说是装修用的
贷款客服说我卡限额了，要先交解冻费
让我借卡给他收货款，说他的卡限额了
跑分的人说银行问用途就说买手机
说我银行卡涉案要限制，让转到安全账户
征信专员说不处理就限制我的卡，要转去清算
客服说提高限额要共享屏幕
帮人收款以后卡被异地公安冻结了
提现说账户限制，要充一笔解除
投资平台要我去柜台取现，别告诉银行
老板借我的卡走账，非柜面被限了他叫我再办一张
平台说提现限额，交两万保证金才能提
他让我别跟银行说实话，就说买牛
走账的叫我把限额调高
贷款的说我卡限额要做流水
导师让我去柜台把限额提高好投资
银行问起来就说是亲戚，这是刷单群主教的
网赌提现说银行卡限额
警官让我去银行解除限额，再转到安全账户
收货款抽成，卡被限了非柜面""",
    "keepapp": """
客服让我卸载反诈APP，再下个会议软件退款
贷款的叫我先删掉反诈APP才放款
刷单导师让我把国家反诈中心卸了
对方让我把反诈APP关了，再共享屏幕
警官叫我删反诈APP，保密办案
有人发链接让我装个反诈APP，填银行卡
群主说反诈APP弹窗是误报，接着做任务
安全账户那人让我删掉反诈软件
网恋对象让我卸载反诈软件，跟他投资
客服说反诈APP影响理赔，叫我卸载
贷款客服叫我卸载反诈APP
刷单前让先卸载国家反诈中心
客服帮我关百万保障，叫我删反诈APP
让我删反诈软件再下他的炒股软件
裸聊的叫我装软件，还让关反诈APP
公检法电话让我卸载国家反诈中心APP配合调查
博彩网站说反诈APP会误拦，让卸
追款律师让我卸载反诈APP再登记""",
    "helpkin": """
我妈跟网上军官谈恋爱，给他打钱，不听劝
我爸天天去听养生课买床垫，劝不住
奶奶要给民族资产解冻交钱，不信是骗子
我婆婆在群里做刷单任务，说不是骗子
我爸跟老师炒股投了十万，不相信是骗局
老公迷上网络赌博，怎么劝都不听
我哥被拉去做传销，被洗脑了
我妈给主播刷礼物，说他不是骗子
我爷爷买纪念币，说啥都不信是骗局
我爸关屋里跟警察视频，不让我进
我弟非要去缅甸打工，说不是骗子
被骗了钱找人追回，家里劝不住还要转
爷爷迷上买保健品，谁劝都不听
我妈网恋对象要彩礼，不信是骗子
姑姑做传销拉人，劝不动
老公玩网赌，不听劝
我爸信了炒股老师，不信是骗局
儿子要去缅甸高薪打工，不听劝
奶奶给直播间刷钱，不相信是骗子
我姐交了加盟费，不承认被骗""",
}


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    with shipped_matcher(tmp_path_factory.mktemp("topics")) as made:
        yield made


def texts(held, code):
    return held[code].split("\n")[1:]


LIKE = [
    ("counter", "银行为什么问我转账用途"), ("bankask", "银行为啥问我转钱给谁"), ("counter", "银行柜台不让我取钱"),
    ("bankask", "取钱银行盘问半天"), ("smscode", "没注册过怎么有验证码"), ("onecheck", "名下有几张手机卡怎么查"),
    ("onecheck", "怎么查有没有人冒用我身份证办卡"), ("law", "骗子判几年"),
]  # fmt: skip
"""What is asked without any of a topic's words."""
UNLIKE = [
    "村里谁家修拖拉机",
    "怎么注销不用的银行卡",
    "羊毛今年多少钱一斤",
    "孩子发烧三十九度",
    "帮我写个请假条",
    "银行几点下班",
]


@pytest.mark.long
def test_a_topic_is_known_without_its_words_and_ordinary_talk_opens_none(matcher):
    assert [(matcher.find(text).topic, text) for _, text in LIKE] == LIKE
    assert [text for text in UNLIKE if matcher.find(text).topic] == []


@pytest.mark.long
@pytest.mark.parametrize("code", OPENS)
def test_a_dozen_sentences_open_each_topic(matcher, code):
    said = texts(OPENS, code)
    assert len(said) >= 12
    assert [text for text in said if matcher.find(text).topic != code] == []


@pytest.mark.long
@pytest.mark.parametrize("code", FRAUDS)
def test_a_dozen_frauds_in_the_words_of_each_topic_do_not_open_it(matcher, code):
    told = texts(FRAUDS, code)
    assert len(told) >= 12
    assert [text for text in told if matcher.find(text).topic == code] == []


def test_no_sentence_here_is_one_of_the_library():
    held = {text for file in read_library() for text in (*file.questions, *file.aliases)}
    said = [text for group in (OPENS, FRAUDS) for code in group for text in texts(group, code)]
    assert [text for text in said if text in held] == []


def test_topics_that_are_about_calls_exist_as_topics():
    """What the chat says to who hung up depends on them."""
    assert {file.code for file in read_library(LIBRARY) if file.kind == "topic"} >= CALLS
