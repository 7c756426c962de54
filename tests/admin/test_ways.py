"""An address that only takes forms leads to the page above it: after a lost session, from a bookmark, or from trouble."""

import pytest

from tests.admin.conftest import PASSWORD, try_password
from tests.admin.test_account import zhang  # noqa: F401  a fixture

LEADS = [
    ("/admin/me/codes", "/admin/me"),
    ("/admin/library/phrases/retire", "/admin/library"),
    ("/admin/library/drafts/4/approve", "/admin/library/drafts/4"),
    ("/admin/inbox/undo/3", "/admin/inbox"),
    ("/admin/staff/1/grant", "/admin/staff/1"),
    ("/admin/settings/menu/push", "/admin/settings/menu"),
    ("/admin/sign-out", "/admin/"),
]


@pytest.mark.parametrize(("address", "place"), LEADS)
def test_opened_it_leads_to_the_page_above(as_role, address, place):
    admin = as_role("admin")
    sent = admin.get(address)
    assert (sent.status_code, sent.location) == (302, place)
    assert "这个地址只用来提交" in admin.get("/admin/settings").text


@pytest.mark.parametrize(("address", "place"), LEADS)
def test_after_a_lost_session_the_sign_in_leads_there_too(client, zhang, address, place):  # noqa: F811
    lost = client.post(address, headers={"Referer": f"http://localhost{address}"})
    assert lost.location == f"/admin/sign-in?next={place}"
    assert try_password(client, "zhang", PASSWORD, next=address).location == place


def test_a_page_keeps_its_query_and_what_is_nowhere_stays_nowhere(as_role, client, zhang):  # noqa: F811
    wanted = "/admin/inbox?why=wish&page=2"
    assert try_password(client, "zhang", PASSWORD, next=wanted).location == wanted
    assert as_role("admin").get("/admin/library/nothing").status_code == 404


def test_trouble_leads_back_to_where_one_was(as_role):
    admin = as_role("admin")
    page = admin.post("/admin/me/codes", data={}, headers={"Referer": "http://localhost/admin/me/codes"})
    assert (
        page.status_code == 400
        and '<a class="btn btn-primary" href="/admin/me">回到刚才的页面</a>' in page.text
    )
    assert "回到刚才的页面" not in admin.get("/admin/nothing").text
