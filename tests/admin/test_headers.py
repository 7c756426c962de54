"""What the office's answers tell the browser."""

import re
from dataclasses import replace

import pytest

from tests.admin.conftest import office

PLACES = ["/admin/", "/admin/units", "/admin/audit", "/admin/password", "/admin/nothing", "/admin/sign-in"]
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
