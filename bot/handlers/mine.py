"""`我的`: everything held about the person who asks."""

from bot.handlers.desk import Desk, Reply
from bot.handlers.family import described
from bot.registry import family, people
from bot.registry.units import unit_path
from bot.talk import ledger
from core.clock import COUNTY_TIME
from core.wechat.incoming import Incoming

NOBODY = "您还没有登记。我们只记着您关注了本号，和近期提问 {asked} 条（号码已遮住，到期自动删）。\n回复“登记”选单位，不到一分钟。"


def reply(message: Incoming, desk: Desk) -> Reply:
    follower_id = desk.caller.follower_id
    if follower_id is None or not desk.caller.registered:
        asked = ledger.texts_held(desk.session, follower_id) if follower_id else 0
        return Reply(NOBODY.format(asked=asked), outcome="command")
    person = people.person(desk.session, follower_id)
    phone = people.phone_of(desk.session, desk.vault, follower_id)
    registered = person.registered_at.astimezone(COUNTY_TIME) if person.registered_at else None
    lines = [
        "我们记着您的这些：",
        f"单位：{unit_path(desk.session, person.unit_id) if person.unit_id else '—'}",
        f"登记时间：{registered:%Y-%m-%d %H:%M}" if registered else "",
        f"同意的说明：第 {person.consent_version} 版",
        f"身份：{people.audience_words(person.audience)}　年龄段：{people.age_words(person.age_band)}",
        f"手机号：{phone[:3]}****{phone[-4:]}（加密保存）" if phone else "手机号：没有留",
        _family(desk, follower_id),
        f"近期提问：{ledger.texts_held(desk.session, follower_id)} 条（号码已遮住，到期自动删）",
        "",
        "回复：换单位、修改（身份、年龄、手机号）、家人、注销（全部删除）",
    ]
    return Reply("\n".join(line for line in lines if line is not None), outcome="command")


def _family(desk: Desk, follower_id: int) -> str:
    members = family.listed(desk.session, follower_id)
    named = "、".join(f"{member.called}（{described(member)}）" for member in members)
    return f"家人：{named}" if named else "家人：没有登记"
