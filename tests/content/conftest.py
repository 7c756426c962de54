"""A library of four small types, so that a test can say all it is about."""

import pytest
import yaml

from bot.content.library import load_library
from bot.content.matcher import Matcher

ORDINARY = [
    "明天几点上班", "帮我看看今天的天气", "超市几点关门", "孩子发烧去哪个医院", "身份证到期去哪里换", "公交车停运了吗",
    "快递放在门口就行", "晚上一起吃饭吧", "水费怎么交", "这个手机多少钱买的", "学校什么时候放假", "羊毛今年什么价",
]  # fmt: skip


def a_type(code, name, **fields):
    made = {
        "code": code, "name": name, "kind": "scam", "summary": f"{name}是怎么骗人的。", "steps": ["先联系您。", "再要钱。"],
        "signs": ["急着要钱"], "actions": ["先停一停。", "拨打110。"], "aliases": [], "questions": [], "cases": [],
    }  # fmt: skip
    return made | fields


def a_case(title, text):
    return {"title": title, "text": text}


TYPES = [
    a_type(
        "shuadan", "刷单返利", also=["兼职刷单"], aliases=["刷单", "垫付做单", "福利单"],
        questions=["做任务的钱提不出来了", "点赞给钱的兼职能做吗", "让我先垫钱再返佣金", "派单员让我补一单"],
        cases=[
            a_case("先甜后苦", "一位店主点赞领了小钱，后来派单员让她垫付大单，怎么也提不出来。"),
            a_case("大学生垫款", "学生进群做关注任务，群里人人晒佣金，轮到他垫付三千元时平台说卡单。"),
        ],
    ),
    a_type(
        "baiwan", "百万保障骗局", also=[], aliases=["百万保障", "取消会员扣费"],
        questions=["说我的保险要每月扣八百", "客服打视频电话让我关掉自动续费", "不关闭保障会影响征信吗"],
        cases=[a_case("视频来电", "老人接到自称平台客服的视频电话，说保障到期要扣费，让她共享屏幕去关闭。")],
    ),
    a_type(
        "police", "冒充公检法", also=["假警察"], aliases=["安全账户", "通缉令", "安全账号"], second=["baiwan"],
        questions=["警察打电话说我涉嫌洗钱", "让我把钱转到国家账户核查", "民警加我微信发逮捕证"],
        cases=[a_case("假逮捕证", "女子接到自称民警的电话，说她名下的卡涉嫌洗钱，发来逮捕证，要她配合核查资金。")],
    ),
    a_type(
        "call96110", "接到96110的电话", kind="topic", aliases=["96110"], questions=["96110打来的电话能接吗"],
        steps=["是反诈专线，请接听。"], actions=["放心接听。"], signs=[],
    ),
]  # fmt: skip


def write(folder, types, ordinary=ORDINARY):
    (folder / "types").mkdir(parents=True, exist_ok=True)
    for path in (folder / "types").glob("*.yaml"):
        path.unlink()
    for made in types:
        (folder / "types" / f"{made['code']}.yaml").write_text(
            yaml.safe_dump(made, allow_unicode=True), "utf-8"
        )
    (folder / "ordinary.txt").write_text("\n".join(ordinary), "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "library", TYPES)


@pytest.fixture
def library(session, clock, folder):
    """The small library in the database."""
    return load_library(session, clock(), folder)


@pytest.fixture
def matcher(session, library):
    made = Matcher()
    made.refresh(session)
    return made
