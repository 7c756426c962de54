"""People of the office: adding, naming, roles, and never being without an admin."""

import runpy

import pytest

from bot.registry import passwords
from bot.registry.models import Staff, StaffRole, UnitKind
from bot.registry.passwords import fits
from bot.registry.sign_in import Whence, begin, is_known, prove
from bot.registry.staff import (
    add_staff,
    close,
    free_login,
    make_staff,
    rename,
    reopen,
    set_password,
    sign_out_everywhere,
)
from bot.registry.staff_bulk import invite_all, lines_of
from bot.registry.staff_links import NO_LINK, holder_of, make_link, use_link
from bot.registry.staff_list import member, members
from bot.registry.staff_roles import grant, grants_of, revoke, unit_called
from core.errors import Conflict, NotAllowed, NotFound, Refusal, RowErrors
from tests import make

GOOD = "correct horse"
HASH = "not looked at"


@pytest.fixture
def wang(session):
    return make_staff(session, "wang", "王芳", GOOD, "admin")


@pytest.fixture
def town(session):
    return make.unit(session, "城关镇", code="T")


def test_staff_have_a_role_for_the_county_or_a_unit(session, wang, town):
    liaison = make_staff(session, "li", "李强", GOOD, "liaison", "T")
    held = {role.staff_id: (role.role, role.unit_id) for role in session.query(StaffRole)}
    assert held == {wang.id: ("admin", None), liaison.id: ("liaison", town.id)}
    assert fits(wang.password_hash, GOOD)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (("wang", "重名", GOOD, "viewer"), Conflict), (("x y", "名", GOOD, "viewer"), Refusal),
        (("li", "名", "short", "viewer"), Refusal), (("li", "名", GOOD, "king"), Refusal),
        (("li", " ", GOOD, "viewer"), Refusal), (("li", "名", GOOD, "viewer", "ZZ"), NotFound),
        (("li", "名" * 41, GOOD, "viewer"), Refusal), (("li", "名", "1" * 15, "viewer"), Refusal),
        (("li", "名", "ababababab", "viewer"), Refusal), (("libai", "名", "LiBai-1234567", "viewer"), Refusal),
        (("li", "名", GOOD, "liaison"), Refusal), (("li", "名", GOOD, "admin", "T"), Refusal),
    ],
)  # fmt: skip
def test_a_wrong_new_person_is_refused(session, wang, town, given, refusal):
    with pytest.raises(refusal):
        make_staff(session, *given)


def test_a_role_given_twice_is_held_once_and_taken_back_once(session, wang, town):
    assert grant(session, wang.id, "viewer") and not grant(session, wang.id, "viewer")
    assert grant(session, wang.id, "liaison", "T") and not grant(session, wang.id, "liaison", "T")
    assert [each[:2] for each in grants_of(session, wang.id)] == [
        ("admin", ""),
        ("liaison", "T"),
        ("viewer", ""),
    ]
    assert revoke(session, wang.id, "viewer") and not revoke(session, wang.id, "viewer")
    assert not revoke(session, wang.id, "liaison", "nowhere") and not revoke(session, wang.id, "liaison")
    assert len(grants_of(session, wang.id)) == 2


def test_the_last_admin_stays(session, wang):
    other = make_staff(session, "li", "李强", GOOD, "editor")
    with pytest.raises(Conflict, match="最后一位"):
        revoke(session, wang.id, "admin")
    with pytest.raises(Conflict, match="最后一位"):
        close(session, wang.id, other.id)


@pytest.mark.parametrize("state", ["invited", "closed"])
def test_an_admin_who_cannot_sign_in_does_not_count(session, wang, state):
    other = add_staff(session, "li", "李强", "admin", password_hash="" if state == "invited" else HASH)
    if state == "closed":
        close(session, other.id, wang.id)
    with pytest.raises(Conflict):
        revoke(session, wang.id, "admin")


def test_with_two_admins_one_may_go(session, wang):
    other = add_staff(session, "li", "李强", "admin", password_hash=HASH)
    assert revoke(session, wang.id, "admin")
    with pytest.raises(Conflict):
        revoke(session, other.id, "admin")


def test_nobody_closes_their_own_account(session, wang):
    add_staff(session, "li", "李强", "admin", password_hash=HASH)
    with pytest.raises(NotAllowed):
        close(session, wang.id, wang.id)


def test_a_closed_account_lets_nobody_in_until_it_is_opened_again(session, clock, wang):
    other = add_staff(session, "li", "李强", "viewer", password_hash=HASH)
    _, token = make_link(session, other.id, "wang", clock())
    assert close(session, other.id, wang.id).session_no == 2
    assert close(session, other.id, wang.id).session_no == 2
    assert begin(session, "li", Whence("10.0.0.1"), clock()).staff_id is None
    with pytest.raises(NotFound):
        holder_of(session, token, clock())
    with pytest.raises(Conflict):
        make_link(session, other.id, "wang", clock())
    reopen(session, other.id)
    assert begin(session, "li", Whence("10.0.0.1"), clock()).staff_id == other.id
    with pytest.raises(NotFound):
        holder_of(session, token, clock())


def test_a_name_changed_by_another_meanwhile_is_shown_and_decided(session, wang):
    rename(session, wang.id, "王 芳芳", 1)
    with pytest.raises(Conflict, match="王 芳芳"):
        rename(session, wang.id, "汪芳", 1)
    assert rename(session, wang.id, " 王  芳芳 ", 1).version == 2
    assert rename(session, wang.id, "汪芳", 2).name == "汪芳"


def test_leaving_everywhere_voids_cookies_and_forgets_browsers(session, clock, wang):
    token = prove(session, wang, Whence("10.0.0.1"), clock())
    assert is_known(session, "wang", Whence("10.9.9.9", token), clock())
    assert sign_out_everywhere(session, wang.id).session_no == 2
    assert not is_known(session, "wang", Whence("10.9.9.9", token), clock())


def test_a_new_password_voids_cookies_and_links(session, clock, wang):
    other = add_staff(session, "li", "李强", "viewer")
    _, token = make_link(session, other.id, "wang", clock())
    assert set_password(session, other.id, HASH).session_no == 2
    with pytest.raises(NotFound):
        holder_of(session, token, clock())


def test_a_link_is_opened_often_and_used_once(session, clock, wang):
    other = add_staff(session, "li", "李强", "viewer")
    link, token = make_link(session, other.id, "wang", clock())
    assert (link.kind, token in link.token_hash) == ("invite", False)
    assert {holder_of(session, token, clock()).login for _ in range(3)} == {"li"}
    assert use_link(session, token, HASH, clock()).password_hash == HASH
    with pytest.raises(NotFound, match=NO_LINK[:8]):
        use_link(session, token, "another", clock())


@pytest.mark.parametrize(("password_hash", "days"), [("", 7), (HASH, 1)])
def test_a_link_ends_after_its_time(session, clock, wang, password_hash, days):
    other = add_staff(session, "li", "李强", "viewer", password_hash=password_hash)
    _, token = make_link(session, other.id, "wang", clock())
    clock.forward(days=days, seconds=-1)
    assert holder_of(session, token, clock()).login == "li"
    clock.forward(seconds=1)
    with pytest.raises(NotFound):
        use_link(session, token, HASH, clock())


def test_a_new_link_voids_the_one_before(session, clock, wang):
    other = add_staff(session, "li", "李强", "viewer")
    (_, first), (_, second) = (make_link(session, other.id, "wang", clock()) for _ in range(2))
    with pytest.raises(NotFound):
        holder_of(session, first, clock())
    assert holder_of(session, second, clock()).login == "li"


def test_nobody_resets_their_own_password(session, clock, wang):
    with pytest.raises(NotAllowed, match="另一位管理员"):
        make_link(session, wang.id, "wang", clock())


def test_a_used_link_ends_every_lock(session, clock, wang):
    other = add_staff(session, "li", "李强", "viewer", password_hash=HASH)
    for _ in range(5):
        begin(session, "li", Whence("10.0.0.1"), clock())
    with pytest.raises(NotAllowed):
        begin(session, "li", Whence("10.0.0.1"), clock())
    use_link(session, make_link(session, other.id, "wang", clock())[1], HASH, clock())
    assert begin(session, "li", Whence("10.0.0.1"), clock()).staff_id == other.id


def test_a_unit_is_found_by_code_or_by_its_one_name(session, town):
    make.unit(session, "东村", code="E1", kind=UnitKind.VILLAGE)
    make.unit(session, "东村", code="E2", kind=UnitKind.VILLAGE)
    assert unit_called(session, " T ") == unit_called(session, "城关镇") == "T"
    with pytest.raises(Refusal, match="E1、E2"):
        unit_called(session, "东村")
    with pytest.raises(NotFound):
        unit_called(session, "西村")


def test_a_login_is_made_from_the_name(session, wang):
    assert free_login(session, "王芳") == "wangfang"
    add_staff(session, "wangfang", "王芳", "viewer")
    assert free_login(session, "王芳") == "wangfang2"
    assert free_login(session, "王芳", {"wangfang2"}) == "wangfang3"
    assert free_login(session, "！") == "user"


def test_people_are_listed_by_page_name_unit_role_and_state(session, clock, wang, town):
    for n in range(7):
        add_staff(session, f"li{n}", f"李{n}", "liaison", "T")
    close(session, member(session, wang.id + 1, clock()).id, wang.id)

    def logins(**asked):
        return [each.login for each in members(session, **asked)[0]]

    assert logins(size=3, page=3) == ["li6", "wang"] and members(session, size=3)[1] == 8
    assert len(logins(find="城关")) == len(logins(find="T")) == 7
    assert logins(find="王") == logins(role="admin") == logins(state="working") == ["wang"]
    assert logins(state="closed") == ["li0"] and len(logins(state="invited")) == 6
    assert logins(find="%") == []


PASTED = "姓名\t单位\n张三\t城关镇\n李四，T，lisi\n\n王五 城关镇\n"


def test_a_pasted_list_is_read_as_excel_and_people_write_it():
    assert [line[:4] for line in lines_of(PASTED)] == [
        (2, "张三", "城关镇", ""), (3, "李四", "T", "lisi"), (5, "王五", "城关镇", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "姓名\t单位", "只有一项", "一\t二\t三\t四", "\n".join(["张三\tT"] * 501)]
)
def test_a_list_that_is_none_is_refused(text):
    with pytest.raises(Refusal):
        lines_of(text)


def test_many_are_invited_each_with_a_link(session, clock, wang, town):
    people = invite_all(session, lines_of(PASTED), "liaison", "wang", clock())
    assert [(each.login, each.name) for each in people] == [
        ("zhangsan", "张三"), ("lisi", "李四"), ("wangwu", "王五"),
    ]  # fmt: skip
    assert [holder_of(session, each.token, clock()).login for each in people] == [
        "zhangsan",
        "lisi",
        "wangwu",
    ]


def test_two_of_one_name_get_two_logins(session, clock, wang, town):
    people = invite_all(session, lines_of("张三\tT\n张三\tT"), "liaison", "wang", clock())
    assert [each.login for each in people] == ["zhangsan", "zhangsan2"]


def test_every_fault_of_a_list_is_named_by_its_line(session, clock, wang, town):
    text = "张三\tT\n李四\t火星\n王五\tT\twang\n赵六\tT\tx y"
    with pytest.raises(RowErrors) as refused:
        invite_all(session, lines_of(text), "liaison", "wang", clock())
    assert [(number, who) for number, who, _ in refused.value.rows] == [
        (2, "李四，火星"), (3, "王五，T"), (4, "赵六，T"),
    ]  # fmt: skip


def test_an_invited_person_has_no_password_at_all(session, clock, wang):
    add_staff(session, "li", "李强", "viewer")
    attempt = begin(session, "li", Whence("10.0.0.1"), clock())
    assert attempt.staff_id is None and not fits(attempt.password_hash, "")
    assert session.get(Staff, wang.id + 1).password_hash == ""


def test_outside_the_tests_a_password_costs_what_rfc_9106_asks():
    """The tests' own are cheap (`tests/conftest.py`); the module read anew has the product's."""
    product = runpy.run_path(passwords.__file__)["_HASHER"]
    assert product.memory_cost >= 64 * 1024 and product.time_cost >= 3  # KiB; the second recommended option
