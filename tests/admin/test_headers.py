"""What the office's answers tell the browser."""

import re
from dataclasses import replace

import pytest

from bot.registry.staff import make_staff
from tests.admin.conftest import PASSWORD, TOKEN, office

PLACES = ["/admin/", "/admin/units", "/admin/audit", "/admin/password", "/admin/nothing", "/admin/sign-in",
          "/admin/staff", "/admin/staff/new", "/admin/staff/many", "/admin/me", "/admin/link/made-up"]  # fmt: skip
INLINE = re.compile(
    r"""<script(?![^>]*\b(?:src=|type="application/json"))|<style|\sstyle=|\son\w+=|https?://(?!localhost)"""
)


def cookie(kit, public_url):
    app = office(replace(kit, settings=kit.settings.model_copy(update={"public_url": public_url})))
    return app.test_client().get("/admin/sign-in").headers["Set-Cookie"]


def test_the_cookie_is_the_offices_alone(kit):
    assert {"HttpOnly", "SameSite=Lax", "Path=/admin"} <= set(
        cookie(kit, "http://127.0.0.1:8000").split("; ")
    )


def test_the_cookie_is_secure_under_https_and_only_there(kit):
    assert "Secure" in cookie(kit, "https://fanzha.example.cn").split("; ")
    assert "Secure" not in cookie(kit, "http://127.0.0.1:8000").split("; ")


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://fanzha.example.cn", True), ("http://127.0.0.1:8000", False)]
)
def test_the_proof_of_a_known_browser_is_secure_where_the_session_is(kit, db, public_url, secure):
    with db.transaction() as session:
        make_staff(session, "zhang", "张工", PASSWORD, "viewer")
    client = office(
        replace(kit, settings=kit.settings.model_copy(update={"public_url": public_url}))
    ).test_client()
    base = public_url.partition(":")[0] + "://localhost"
    form = client.get("/admin/sign-in", base_url=base).text
    fields = {"csrf_token": TOKEN.search(form)[1], "login": "zhang", "password": PASSWORD}
    sent = client.post(
        "/admin/sign-in", data=fields, base_url=base, headers={"Referer": f"{base}/admin/sign-in"}
    )
    [proof] = [each for each in sent.headers.getlist("Set-Cookie") if each.startswith("known-")]
    assert ("Secure" in proof.split("; ")) == secure


@pytest.mark.parametrize("place", ["/admin/", "/admin/sign-in", "/admin/link/made-up"])
def test_a_forged_host_is_not_repeated(client, place):
    sent = client.get(place, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in sent.text + str(sent.location)


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_is_hardened(as_role, place):
    headers = as_role("admin").get(place).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("place", PLACES)
def test_no_page_needs_what_the_policy_forbids(as_role, place):
    assert not INLINE.search(as_role("admin").get(place).text)


def test_vendored_files_are_kept_by_the_browser_and_set_no_cookie(client):
    sent = client.get("/admin/static/vendor/tabler-1.4.0/tabler.min.css")
    assert sent.status_code == 200
    assert "immutable" in sent.headers["Cache-Control"]
    assert "Set-Cookie" not in sent.headers


def test_https_is_remembered_where_it_is_used(client):
    assert "Strict-Transport-Security" in client.get("/admin/sign-in", base_url="https://localhost").headers
    assert "Strict-Transport-Security" not in client.get("/admin/sign-in").headers
