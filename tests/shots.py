"""Screenshots as phones make them, drawn for the tests: chats, short messages, dark, small, and photographed askew."""

import random
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from core.poster import FONT


@dataclass(frozen=True)
class Look:
    """How one kind of screenshot looks. Sizes in pixels of a picture `wide` across."""

    name: str
    wide: int = 1080
    letters: int = 42
    ground: str = "#ededed"
    theirs: str = "#ffffff"
    ours: str = "#95ec69"
    ink: str = "#111111"
    tilt: float = 0.0
    kind: str = "JPEG"


LOOKS = (
    Look("chat"),
    Look("chat, dark", ground="#111111", theirs="#2c2c2c", ours="#3eb575", ink="#d5d5d5", kind="PNG"),
    Look("short message", wide=1170, letters=46, ground="#ffffff", theirs="#e9e9eb", ours="#34c759"),
    Look("chat, small type", wide=720, letters=22),
    Look("photo, askew", letters=40, ground="#dcd8cc", theirs="#f4f1e6", tilt=3.0),
)
THEY, WE = False, True


def shot(talk, look=LOOKS[0], title="客服小王"):
    """A picture of `talk`, pairs of (whose, words), as the bytes of a file."""
    font = ImageFont.truetype(FONT, look.letters)
    step, pad = int(look.letters * 1.45), int(look.letters * 0.7)
    columns = (look.wide * 68 // 100) // look.letters
    blocks = [[words[at : at + columns] for at in range(0, len(words), columns)] for _, words in talk]
    high = max(look.wide, 6 * step + sum(len(rows) * step + 4 * pad for rows in blocks) + 4 * step)
    picture = Image.new("RGB", (look.wide, high), look.ground)
    draw = ImageDraw.Draw(picture)
    _surroundings(draw, look, font, title, high)
    top = 5 * step
    for (whose, _), rows in zip(talk, blocks, strict=True):
        across = int(max(draw.textlength(row, font=font) for row in rows)) + 2 * pad
        left = look.wide * 86 // 100 - across if whose else look.wide * 14 // 100
        down = len(rows) * step + pad
        colour = look.ours if whose else look.theirs
        draw.rounded_rectangle((left, top, left + across, top + down), pad, fill=colour)
        for number, row in enumerate(rows):
            draw.text((left + pad, top + pad // 2 + number * step), row, font=font, fill=look.ink)
        top += down + 2 * pad
    return _file(picture, look)


def _surroundings(draw, look, font, title, high):
    """The phone's clock and battery, the title, a time stamp and the line to type in."""
    step, ink = int(look.letters * 1.45), look.ink
    draw.text((look.wide // 20, step // 4), "10:32", font=font, fill=ink)
    draw.text((look.wide * 86 // 100, step // 4), "85%", font=font, fill=ink)
    for top, words in (
        (int(step * 1.6), title),
        (int(step * 3.4), "昨天 晚上9:41"),
        (high - 2 * step, "按住 说话"),
    ):
        draw.text(((look.wide - draw.textlength(words, font=font)) // 2, top), words, font=font, fill=ink)


def _file(picture, look):
    if look.tilt:
        picture = picture.rotate(
            look.tilt, expand=True, fillcolor="#6b6459", resample=Image.Resampling.BICUBIC
        )
        picture = _noisy(picture)
    file = BytesIO()
    picture.save(file, look.kind, quality=80)
    return file.getvalue()


def _noisy(picture):
    """What a cheap camera adds."""
    grain = Image.effect_noise(picture.size, 24).convert("RGB")
    return Image.blend(picture, grain, 0.12)


def mixed(words, seed):
    """A talk of which `words` is the other side's, in one to three bubbles, with a plain word of ours between."""
    chance = random.Random(seed)
    parts = [part for part in words.split("|") if part]
    talk = []
    for number, part in enumerate(parts):
        if number:
            talk.append((WE, chance.choice(("嗯", "好的", "什么意思", "在的", "您说"))))
        talk.append((THEY, part))
    return talk


TALKS = (
    "亲，做任务吗，关注一个公众号五块钱，当天结算|满三单可以做福利单，垫付三百返三百九",
    "您的订单商品质量有问题，我们给您三倍赔付|请下载会议软件，打开屏幕共享，我教您领取退款",
    "这里是市公安局，您名下的银行卡涉嫌洗钱|请把资金转到安全账户核查，不要告诉任何人",
    "您开通的百万保障明天到期，每月自动扣费两千元|需要打开共享屏幕取消，不取消影响征信",
    "老师推荐的这只股票明天涨停，跟上的都赚了|交一万八会费进内部群，保证金可以退",
    "宝贝我这边有个平台内部漏洞，跟着我买稳赚|你先充五千试试，提现马上到账",
    "您的贷款二十万已通过，因为卡号填错资金冻结|需要交百分之二十解冻金，解冻后一起退",
    "小额贷款无抵押，当天放款|先交会员费验证还款能力，一千二",
    "我是王局长，明天上午到我办公室来一趟|你先帮我转五万给一个朋友，我不方便出面",
    "在吗，公司账上还有多少余额|有笔合同款要付，你马上付掉，我在开会",
    "妈，我手机摔坏了，这是我同学的号|学校讲座报名要交八千八，老师催得急",
    "各位家长，请缴纳本学期资料费三百九十八元|扫群里二维码付款，备注孩子姓名",
    "刚才视频都录下来了，你的通讯录我也有|转三千过来，不然发给你家人和同事",
    "您的航班因机械故障取消，可获赔三百元|请拨打电话办理退改签，准备好银行卡",
    "游戏账号六百收，去这个平台交易|您的银行卡填错了，要充值激活才能提现",
    "低价皮肤，扫码领取，未成年人用家长手机|现在账户异常，要家长支付解除",
    "恭喜您抽中苹果手机一部|领取前请先交个人所得税八百元和保险费",
    "您的ETC已失效，请点击链接重新认证|逾期将影响通行，请填写银行卡号和验证码",
    "医保卡已停用，请点链接更新信息|需要输入身份证号银行卡号和短信验证码",
    "名下的校园贷账户要注销，不然影响征信|把各平台额度借出来转到对公账户清零",
    "能修复征信，逾期记录全部删除|先交定金两千，七天见效，无效退款",
    "学历提升不用考试，保证拿证|报名费六千，今天名额最后两个",
    "招聘打字员，在家就能做，日结三百|先交工服押金和培训费五百八",
    "境外高薪招工，月薪三万包吃住|护照我们办，到云南有人接你",
    "收银行卡，一张八百，四件套齐全|只走流水不违法，卡用完还你",
    "收微信号，闲置小号一天六十|只要扫码登录，帮忙拉群发广告",
    "帮人走账，一单给你两百|钱打到你卡上，你取现金交给我们的人",
    "部队食堂要订五十箱牛肉罐头|你先帮我们从这个厂家代买，货款一起结",
    "我是采购处的，学校要一百套桌椅|投影仪麻烦您先垫付，后天统一打款",
    "百岁山养老基地，交五万一年返一万二|床位有限，今天交还送鸡蛋和旅游",
    "国家扶贫资产解冻，交三百激活金领三十万|进群不要声张，这是保密工程",
    "您的养老金要认证，否则停发|点这个链接刷脸，再说一下短信里的数字",
    "演唱会内场票八百一张，先到先得|订单异常要再付一次才能一起退",
    "二手平板九百，走这个链接付款更安全|您付款超时，系统冻结，请再付一次解冻",
    "退费中心通知，机构学费可以退|下载软件进群，做垫资任务后统一退款",
    "帮你追回被骗的钱，我们是网警|先交两千手续费，冻结对方账户",
    "直播间打赏返现，刷一千返一千八|加助理微信，私下转更划算",
    "把银行卡贴在手机背面|打开NFC，输入密码，核验完会员费就退",
    "茅台直供，八百一瓶，先付全款|今天不付就没了，微信转账不发票",
    "你孩子在我们手上，准备十万|不许报警，不许挂电话，现在转",
)
"""Forty talks of forty kinds of fraud; a stroke begins the next bubble."""
