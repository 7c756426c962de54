"""What is not typed text: cards of links and pictures are read, the rest gets a helpful sentence."""

from dataclasses import replace

from bot.handlers.desk import Desk, Reply, Work
from bot.talk import pictures
from core.wechat.incoming import Incoming

TYPE_IT = "请把里面的原话打字或复制发给我，我帮您看像不像诈骗。\n急事：已经转账先拨打110，拿不准拨打96110。"
SENTENCES = {
    "image": f"图片我还读不了。{TYPE_IT}",
    "voice": f"语音我听不了。{TYPE_IT}",
    "video": f"视频我看不了。{TYPE_IT}",
    "shortvideo": f"视频我看不了。{TYPE_IT}",
    "location": "位置收到了，但我帮不上路。有危险请直接拨打110，把位置告诉接警员。",
    "other": f"这种消息我还看不懂。{TYPE_IT}",
}
READ_PICTURES = "read_pictures"
LOOKING = """正在看图，几秒钟后把看到的告诉您。
已经转账的不用等，马上拨打110；拿不准拨打96110。"""
ENOUGH = f"一次最多看 {pictures.MOST_WAITING} 张图，请等前面几张看完再发。已经转账的马上拨打110。"
STICKER = "【收到不支持的消息类型"


def as_text(message: Incoming) -> Incoming:
    """A link is read by its title, description and address, a voice by its transcript where WeChat gives one."""
    if message.kind == "link":
        parts = (message.fields.get(name, "") for name in ("Title", "Description", "Url"))
        return replace(message, text=" ".join(part for part in parts if part)[:1000])
    if message.kind == "voice":
        return replace(message, text=message.fields.get("Recognition", ""))
    return message


def reply(message: Incoming, desk: Desk) -> Reply | None:
    if message.text.startswith(STICKER):
        return Reply("表情收到啦。要问事情，请打字告诉我。")
    if message.kind == "text" or message.text.strip():
        return None
    if message.kind == "image" and (media_id := message.fields.get("MediaId", "")):
        return _looking(media_id, desk)
    if message.kind == "link":
        return Reply(f"这个链接里没有文字。先别点，也别填卡号和验证码。{TYPE_IT}")
    return Reply(SENTENCES.get(message.kind, SENTENCES["other"]))


def _looking(media_id: str, desk: Desk) -> Reply:
    """The worker reads the picture and answers with a message of its own; here it is only written down."""
    follower_id = desk.caller.follower_id
    if follower_id is not None and pictures.waiting(desk.session, follower_id) >= pictures.MOST_WAITING:
        return Reply(ENOUGH)

    def effect(work: Work) -> None:
        pictures.put(work.session, work.inbound_id, work.follower_id, media_id, work.now)

    return Reply(LOOKING, (effect,), outcome="picture", task=READ_PICTURES)
