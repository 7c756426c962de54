"""The pages about accounts: inviting, the links, roles, closing."""

import html
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.registry.audit import entries
from bot.registry.models import Staff
from bot.registry.staff import add_staff, make_staff
from bot.registry.staff_list import member, members
from tests import make
from tests.admin.conftest import PASSWORD, TOKEN, send, try_password

NEW = "another-long-one"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/admin/link/[\w-]+)")


@pytest.fixture
def zhang(db):
    with db.transaction() as session:
        make.unit(session, "城关镇", code="T")
        return make_staff(session, "zhang", "张工", PASSWORD, "admin").id


@pytest.fixture
def admin(app, zhang):
    client = app.test_client()
    try_password(client, "zhang", PASSWORD)
    return client


@pytest.fixture
def li(db, zhang):
    with db.transaction() as session:
        return make_staff(session, "li", "李强", PASSWORD, "viewer").id


def person(db, staff_id, clock):
    with db.reading() as session:
        return member(session, staff_id, clock())


def invite(admin, **fields):
    given = {"name": "王芳", "login": "", "role": "liaison", "unit": "城关镇"} | fields
    return send(admin, "/admin/staff/new", **given)


def link_in(sent):
    """The address in the page that shows a link."""
    return LINK.search(html.unescape(sent.text))[1]


def accept(client, address, new=NEW, again=NEW):
    return send(client, address, new=new, again=again)


def logins(db):
    with db.reading() as session:
        return {each.login for each in members(session)[0]}


def test_an_invited_person_sets_a_password_and_is_in_with_the_role(app, admin):
    address = link_in(invite(admin))
    her = app.test_client()
    assert "wangfang" in her.get(address).text
    assert accept(her, address).location == "/admin/me"
    assert "单位联络员：城关镇" in her.get("/admin/me").text
    assert try_password(app.test_client(), "wangfang", NEW).status_code == 302


def test_a_link_is_used_once_and_a_preview_uses_nothing(app, admin):
    address = link_in(invite(admin))
    for _ in range(3):
        assert app.test_client().get(address).status_code == 200
    accept(app.test_client(), address)
    sent = app.test_client().get(address)
    assert sent.status_code == 404 and "已经用过" in sent.text


def test_a_link_pressed_twice_lets_one_in(app, admin):
    address = link_in(invite(admin))
    first, second = app.test_client(), app.test_client()
    fields = {"new": NEW, "again": NEW}
    tokens = [TOKEN.search(client.get(address).text)[1] for client in (first, second)]
    sent = [
        client.post(address, data=fields | {"csrf_token": token})
        for client, token in zip((first, second), tokens, strict=True)
    ]
    assert sent[0].location == "/admin/me"
    assert second.get("/admin/me").status_code == 302


@pytest.mark.parametrize(("new", "again", "told"), [
    ("short", "short", "至少 10 个"), (NEW, "other", "不一样"), ("12345678901", "12345678901", "太容易猜"),
    ("i-am-wangfang!", "i-am-wangfang!", "不要带自己的账号"),
])  # fmt: skip
def test_a_poor_password_leaves_the_link_usable(app, admin, new, again, told):
    address, her = link_in(invite(admin)), app.test_client()
    sent = accept(her, address, new, again)
    assert sent.status_code == 400 and told in sent.text
    assert accept(her, address).status_code == 302


@pytest.mark.parametrize("token", ["made-up", "x" * 500, "%00", "'--"])
def test_a_made_up_link_opens_nothing(client, zhang, token):
    assert client.get(f"/admin/link/{token}").status_code == 404


def test_the_link_begins_with_our_own_address_whatever_the_browser_says(admin):
    page = admin.get("/admin/staff/new").text
    fields = {"csrf_token": TOKEN.search(page)[1], "name": "王芳", "role": "viewer", "unit": "", "login": ""}
    sent = admin.post("/admin/staff/new", data=fields, headers={"X-Forwarded-Host": "evil.example"})
    assert link_in(sent) and "evil.example" not in sent.text


@pytest.mark.parametrize(("fields", "told"), [
    ({"name": ""}, "请填写姓名"), ({"unit": ""}, "要指明单位"), ({"unit": "火星"}, "没有叫“火星”的单位"),
    ({"role": "king"}, "请选一个角色"), ({"login": "zhang"}, "已经有了"), ({"login": "x y"}, "账号是 2 到 40 个"),
    ({"role": "admin"}, "不指明单位"), ({"name": "长" * 41}, "最多 40 个字"),
])  # fmt: skip
def test_a_wrong_invitation_says_why_keeps_what_was_typed_and_adds_nobody(admin, db, fields, told):
    sent = invite(admin, **fields)
    assert sent.status_code in (400, 404, 409) and told in sent.text
    assert logins(db) == {"zhang"}
    typed = next(iter(fields.values())) if "name" not in fields else "城关镇"
    assert typed == "king" or typed in sent.text


def test_a_reset_is_another_admins_and_the_old_password_serves_until_it_is_used(app, admin, li):
    address = link_in(send(admin, f"/admin/staff/{li}/link", page=f"/admin/staff/{li}"))
    assert try_password(app.test_client(), "li", PASSWORD).status_code == 302
    accept(app.test_client(), address)
    assert try_password(app.test_client(), "li", PASSWORD).status_code == 400
    assert try_password(app.test_client(), "li", NEW).status_code == 302


def test_nobody_resets_their_own_password_by_a_link(admin, zhang):
    sent = send(admin, f"/admin/staff/{zhang}/link", page=f"/admin/staff/{zhang}")
    assert sent.status_code == 302
    assert "另一位管理员" in admin.get(f"/admin/staff/{zhang}").text


def test_a_reset_puts_out_who_is_signed_in(app, admin, li):
    his = app.test_client()
    try_password(his, "li", PASSWORD)
    accept(app.test_client(), link_in(send(admin, f"/admin/staff/{li}/link", page=f"/admin/staff/{li}")))
    assert his.get("/admin/me").status_code == 302


def act(admin, li, what, **fields):
    return send(admin, f"/admin/staff/{li}/{what}", page=f"/admin/staff/{li}", **fields)


def test_a_closed_account_is_out_at_once_and_back_when_opened(app, admin, li):
    his = app.test_client()
    try_password(his, "li", PASSWORD)
    act(admin, li, "close")
    assert his.get("/admin/me").status_code == 302
    assert try_password(app.test_client(), "li", PASSWORD).status_code == 400
    act(admin, li, "reopen")
    assert try_password(app.test_client(), "li", PASSWORD).status_code == 302


def test_an_admin_puts_somebody_out_everywhere(app, admin, li):
    his = app.test_client()
    try_password(his, "li", PASSWORD)
    act(admin, li, "sign-out")
    assert his.get("/admin/me").status_code == 302


def test_the_page_of_another_offers_what_the_own_page_does_not(admin, li, zhang):
    offered = ("生成重设密码链接", "停用账号", "让他在所有设备上退出")
    theirs, own = admin.get(f"/admin/staff/{li}").text, admin.get(f"/admin/staff/{zhang}").text
    assert all(words in theirs for words in offered) and not any(words in own for words in offered)


def test_the_last_admin_stays_whatever_is_pressed(admin, zhang, db, clock):
    act(admin, zhang, "revoke", role="admin", unit="")
    act(admin, zhang, "close")
    me = person(db, zhang, clock)
    assert me.state == "working" and [each.role for each in me.grants] == ["admin"]
    assert "最后一位" in admin.get(f"/admin/staff/{zhang}").text or admin.get("/admin/me").status_code == 200


def test_roles_are_given_and_taken_and_pressing_twice_does_no_harm(admin, li, db, clock):
    for _ in range(2):
        assert act(admin, li, "grant", role="liaison", unit="T").status_code == 302
    assert [each[:2] for each in person(db, li, clock).grants] == [("liaison", "T"), ("viewer", "")]
    for _ in range(2):
        act(admin, li, "revoke", role="liaison", unit="T")
    assert [each.role for each in person(db, li, clock).grants] == ["viewer"]
    with db.reading() as session:
        assert [entry.action for entry in entries(session, subject="li")] == ["staff.revoke", "staff.grant"]


def test_a_name_that_another_admin_changed_is_shown_and_may_be_written_over(admin, li, db, clock):
    act(admin, li, "name", name="李刚", version=1)
    sent = act(admin, li, "name", name="李强强", version=1)
    assert sent.status_code == 409 and "李刚" in sent.text and 'value="李强强"' in sent.text
    version = re.search(r'name="version" value="(\d+)"', sent.text)[1]
    assert act(admin, li, "name", name="李强强", version=version).status_code == 302
    assert person(db, li, clock).name == "李强强"


@pytest.mark.parametrize(
    "what", ["name", "grant", "revoke", "link", "close", "reopen", "sign-out", "second-step-off"]
)
def test_an_account_that_does_not_exist_is_said_so_and_nothing_is_noted(admin, db, what):
    send(
        admin,
        f"/admin/staff/999999/{what}",
        page="/admin/staff",
        name="名",
        version=1,
        role="viewer",
        unit="",
    )
    with db.reading() as session:
        assert [entry.action for entry in entries(session)] == ["sign-in"]


def test_one_does_not_turn_off_the_own_second_step_without_the_password(admin, zhang):
    act(admin, zhang, "second-step-off")
    assert "在“我的账号”里关闭" in admin.get("/admin/me").text


LIST = "姓名\t单位\n张三\t城关镇\n李四\tT\tlisi"


def test_many_are_invited_at_once_each_with_a_link(app, admin, db):
    sent = send(admin, "/admin/staff/many", role="liaison", people=LIST)
    found = LINK.findall(sent.text)
    assert sent.status_code == 201 and len(set(found)) == 2
    assert accept(app.test_client(), found[0]).status_code == 302
    assert logins(db) == {"zhang", "zhangsan", "lisi"}


def test_the_links_of_many_come_as_a_sheet_as_well(app, admin):
    sent = send(admin, "/admin/staff/many", **{"role": "school", "people": LIST, "as": "xlsx"})
    cells = [cell.value for row in load_workbook(BytesIO(sent.data)).active for cell in row if cell.value]
    [address] = [cell for cell in cells if "张三" not in cell and LINK.fullmatch(cell)][:1]
    assert accept(app.test_client(), LINK.fullmatch(address)[1]).status_code == 302


def test_a_list_with_a_fault_invites_nobody_names_the_line_and_keeps_the_text(admin, db):
    sent = send(admin, "/admin/staff/many", role="liaison", people=f"{LIST}\n王五\t火星")
    assert sent.status_code == 400 and "第 4 行" in sent.text and "火星" in sent.text and "张三" in sent.text
    assert logins(db) == {"zhang"}


def test_many_with_a_role_for_the_whole_county_are_refused(admin, db):
    assert send(admin, "/admin/staff/many", role="admin", people=LIST).status_code == 400
    assert logins(db) == {"zhang"}


def test_units_are_offered_while_one_types(admin):
    assert '<option value="T">城关镇</option>' in admin.get("/admin/staff/units?unit=城关").text
    assert admin.get("/admin/staff/units?unit=").text.strip() == ""


def test_five_thousand_accounts_come_in_pages(admin, db):
    with db.transaction() as session:
        session.add_all(Staff(login=f"n{n:04}", name="名" * 40, password_hash="x") for n in range(5000))
    page = admin.get("/admin/staff?page=101").text
    assert "第 101 / 101 页，共 5,001 条" in page
    assert "n0049" in admin.get("/admin/staff").text
    assert "没有符合条件的账号" in admin.get("/admin/staff?find=zzz").text


def test_what_was_done_to_accounts_is_in_the_log_and_no_token_is(app, admin, li, db):
    address = link_in(send(admin, f"/admin/staff/{li}/link", page=f"/admin/staff/{li}"))
    act(admin, li, "close")
    act(admin, li, "reopen")
    act(admin, li, "sign-out")
    with db.reading() as session:
        noted = entries(session, subject="li")
    assert [each.action for each in noted] == ["staff.sign-out", "staff.reopen", "staff.close", "link.reset"]
    token = address.rpartition("/")[2]
    assert not any(token in each.after + each.before for each in noted)


def test_no_token_lies_open_in_the_database(admin, db):
    token = link_in(invite(admin)).rpartition("/")[2]
    with db.reading() as session:
        rows = [
            session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            for table in ("staff", "staff_links", "audit_entries")
        ]
    assert token not in str(rows)


def test_an_inactive_persons_link_opens_nothing(app, admin, db):
    with db.transaction() as session:
        her = add_staff(session, "wang", "王芳", "viewer").id
    address = link_in(act(admin, her, "link"))
    act(admin, her, "close")
    assert app.test_client().get(address).status_code == 404
