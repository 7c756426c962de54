"""A picture from the phone to the answer on it: the real lab for WeChat, the real reader, and everything that goes wrong."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot import answering, seeing, tasks
from bot.answering import Arrival
from bot.content.answer import choices_in
from bot.content.asked import MOST_WAITING, keep_question
from bot.content.library import load_library
from bot.content.models import Asked
from bot.content.screenshot import Bubble
from bot.handlers.desk import Work
from bot.handlers.leave import erase_everywhere
from bot.handlers.media import ENOUGH, LOOKING, READ_PICTURES
from bot.push.models import Note, State
from bot.talk import pictures
from bot.talk.models import Inbound, Picture
from core.sight import Blind
from core.wechat.incoming import Incoming
from lab.handles import FanHandle
from lab.options import Options
from lab.running import LabThread
from tests import make
from tests.conftest import gateway_at
from tests.content.conftest import TYPES, write
from tests.cuts import with_cuts
from tests.shots import THEY, WE, shot

pytestmark = pytest.mark.xdist_group("sight")
SCAM = shot([(THEY, "加入我们刷单，先垫付做单再返佣金"), (WE, "怎么做")])
LOSING = shot([(THEY, "刷单任务最后一单"), (WE, "我已经转了五万块给你了")])
STRANGE = shot([(THEY, "明晚八点在老地方见面喝茶")])


@pytest.fixture(scope="module", autouse=True)
def eyes():
    yield
    seeing.close()


@pytest.fixture
def platform(settings):
    with LabThread(Options(app_id=settings.wechat_app_id, app_secret=settings.wechat_app_secret)) as lab:
        yield lab


@pytest.fixture
def phone(kit, settings, platform, tmp_path):
    with kit.db.transaction() as session:
        load_library(session, kit.clock(), write(tmp_path / "library", TYPES))
        openid = make.follower(session).openid
    return Phone(replace(kit, wechat=gateway_at(platform.url, settings, kit.clock)), platform, openid)


class Phone:
    """One person who sends pictures, with the worker of the house beside them."""

    def __init__(self, kit, platform, openid):
        self.kit, self.platform, self.openid = kit, platform, openid
        platform.add_fans([openid])
        self.fan = FanHandle(platform, openid)
        self.count = 0

    def picture(self, data):
        """Send it to WeChat; what WeChat then tells us, as our door reads it."""
        self.fan.image(data)
        media_id = self.platform.call("GET", f"/fans/{self.openid}/chat")[-1]["media_id"]
        return self.of(media_id)

    def of(self, media_id):
        self.count += 1
        return Incoming(
            key=f"m:{self.count}", openid=self.openid, account="gh", at=self.kit.clock(), kind="image",
            fields={"MediaId": media_id},
        )  # fmt: skip

    def send(self, message):
        return answering.answer(Arrival(message), self.kit).first

    def work(self):
        seeing.read_pictures(self.kit)
        tasks.send_notes(self.kit)

    def told(self):
        """What came to the phone outside of replies."""
        return [entry["text"] for entry in self.fan.inbox() if entry["via"] == "kf"]


def one(kit, query):
    with kit.db.reading() as session:
        return session.scalar(query)


def test_a_screenshot_is_answered_at_once_with_a_word_and_then_with_the_card(phone):
    assert phone.send(phone.picture(SCAM)) == LOOKING
    assert (READ_PICTURES,) in phone.kit.queue.asked
    phone.work()
    (answer,) = phone.told()
    assert answer.startswith("图里写的是“加入我们刷单")
    assert "刷单返利" in answer
    kept = one(phone.kit, select(Inbound).where(Inbound.kind == "image"))
    assert (kept.outcome, kept.type_code) == ("card", "shuadan")
    assert "刷单" in kept.text
    assert one(phone.kit, select(func.count()).select_from(Picture)) == 0


def test_somebody_who_has_paid_gets_the_first_minutes_card(phone):
    phone.send(phone.picture(LOSING))
    phone.work()
    assert phone.told()[0].startswith("先停手，马上拨打110")


@pytest.mark.parametrize(
    ("words", "losing"),
    [
        ((Bubble("医保卡已停用，请点链接更新信息，需要输入银行卡号和短信验证码", False),), False),
        ((Bubble("做单先垫付三百，返三百九", False), Bubble("怎么做", True)), False),
        ((Bubble("还差最后一单", False), Bubble("我已经转了五万了", True)), True),
        ((Bubble("你孩子在我们手上，准备十万，不许报警，现在转", False),), True),
    ],
)
def test_the_words_of_a_swindler_do_not_count_as_the_persons_but_his_threats_do(words, losing):
    assert seeing.is_losing(words) is losing


def test_a_picture_nothing_is_like_goes_to_the_editors_masked(phone):
    phone.send(phone.picture(STRANGE))
    phone.work()
    asked = one(phone.kit, select(Asked))
    assert (asked.why, asked.state) == ("picture", "open")
    assert "老地方" in asked.text
    assert "还没见过" in phone.told()[0]


def leaning(phone):
    """From now on everything unknown is a little like something."""
    with phone.kit.db.reading() as session:
        phone.kit.matcher.refresh(session)
    with_cuts(phone.kit.matcher, lean=-9.0)


def test_what_a_picture_is_a_little_like_is_mentioned(phone):
    leaning(phone)
    phone.send(phone.picture(STRANGE))
    phone.work()
    assert "还没见过" in phone.told()[0] and "有一点像【" in phone.told()[0]
    assert one(phone.kit, select(Asked)).why == "picture"
    number = Incoming(
        key="m:one", openid=phone.openid, account="gh", at=phone.kit.clock(), kind="text", text="1"
    )
    first = phone.kit.matcher.cards[choices_in(phone.told()[0])[0]]
    assert phone.send(number).startswith(f"【{first.name}】")


def test_of_whom_enough_waits_already_no_more_is_promised(phone):
    leaning(phone)
    phone.send(phone.picture(STRANGE))
    with phone.kit.db.transaction() as session:
        follower_id = session.scalar(select(Picture.follower_id))
        for number in range(MOST_WAITING):
            words = f"第{number}句"
            keep_question(session, None, follower_id, words, words, phone.kit.clock())
    phone.work()
    assert one(phone.kit, select(func.count()).select_from(Asked)) == MOST_WAITING
    assert "这一句请直接问96110" in phone.told()[0] and "有一点像【" in phone.told()[0]


def test_delivered_twice_and_read_twice_it_is_answered_once(phone):
    message = phone.picture(SCAM)
    assert phone.send(message) == phone.send(message) == LOOKING
    with phone.kit.db.transaction() as session:
        first = pictures.claim(session, phone.kit.clock())
    phone.kit.clock.forward(minutes=3)  # its worker was killed: the next takes it up
    phone.work()
    seeing._owe(first, seeing._sorry(seeing.BLIND), phone.kit)  # and the first was only slow after all
    assert len(phone.told()) == 1
    assert one(phone.kit, select(func.count()).select_from(Note).where(Note.state == State.SENT)) == 1


def test_a_picture_that_ends_its_reader_each_time_is_given_up_with_a_word(phone):
    phone.send(phone.picture(SCAM))
    for _ in range(pictures.MOST_TRIES):
        with phone.kit.db.transaction() as session:
            pictures.claim(session, phone.kit.clock())
        phone.kit.clock.forward(minutes=3)
    phone.work()
    assert phone.told() == [seeing.BLIND]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"\xff\xd8\xff\xe0" + b"\0" * 60, seeing.NO_PICTURE), (shot([]), seeing.NO_WORDS)],
    ids=["broken", "no words"],
)
def test_what_cannot_be_read_gets_an_honest_sentence(phone, data, sentence):
    phone.send(phone.picture(data))
    phone.work()
    assert phone.told() == [sentence]


def test_a_picture_wechat_no_longer_has(phone):
    phone.fan.say("在吗")
    phone.send(phone.of("gone-media-id"))
    phone.work()
    assert phone.told() == [seeing.GONE]


def test_without_the_reader_the_product_says_so(phone, monkeypatch):
    def blind(data):
        raise Blind("no libGL")

    monkeypatch.setattr(seeing._sight, "read", blind)
    phone.send(phone.picture(SCAM))
    phone.work()
    assert phone.told() == [seeing.BLIND]


def test_an_erased_person_is_owed_nothing_and_nothing_is_read(phone):
    phone.send(phone.picture(SCAM))
    with phone.kit.db.transaction() as session:
        held = session.scalar(select(Picture))
        work = Work(session, phone.kit.clock(), held.follower_id, phone.kit.vault)
        erase_everywhere(work, by_wish=True)
    phone.work()
    assert phone.told() == []
    assert one(phone.kit, select(func.count()).select_from(Picture)) == 0


def test_nobody_can_fill_the_queue(phone):
    for number in range(pictures.MOST_WAITING):
        assert phone.send(phone.of(f"media-{number}")) == LOOKING
    assert phone.send(phone.of("one-more")) == ENOUGH


def test_what_waited_for_days_is_let_go(phone):
    phone.send(phone.of("old"))
    phone.kit.clock.forward(days=4)
    tasks.purge(phone.kit)
    assert one(phone.kit, select(func.count()).select_from(Picture)) == 0
