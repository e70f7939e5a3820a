"""The front door: who gets in, how, and what a stranger is told."""

from __future__ import annotations

from api.api_house import COOKIE, CSRF, PASSWORD, Client, House


def test_a_password_opens_the_door_and_the_cookie_keeps_it_open(house: House) -> None:
    client = house.client("anonymous")
    answer = client.post(
        "/api/v1/sign-in", json={"email": "Owner@example.com", "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    me = client.get("/api/v1/me").json()
    assert me["operator"]["email"] == "owner@example.com"
    assert [w["id"] for w in me["workspaces"]] == [house.ours.id]


def test_over_https_the_cookie_never_travels_in_the_clear(house: House) -> None:
    client = Client(house.app, base_url="https://shop.example")
    answer = client.post(
        "/api/v1/sign-in", json={"email": "owner@example.com", "password": PASSWORD}
    )
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_wrong_password_and_an_unknown_operator_get_the_same_answer(house: House) -> None:
    client = house.client("anonymous")
    wrong = client.post(
        "/api/v1/sign-in", json={"email": "owner@example.com", "password": "not the one"}
    )
    unknown = client.post(
        "/api/v1/sign-in", json={"email": "nobody@example.com", "password": "not the one"}
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_guessing_is_slowed_down(house: House) -> None:
    client = house.client("anonymous")
    ask = {"email": "victim@example.com", "password": "guess"}
    answers = [client.post("/api/v1/sign-in", json=ask) for _ in range(7)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_signing_out_ends_it_on_the_server_too(house: House) -> None:
    client = house.client("anonymous")
    client.headers.update(CSRF)
    client.post("/api/v1/sign-in", json={"email": "viewer@example.com", "password": PASSWORD})
    token = client.cookies[COOKIE]
    assert client.post("/api/v1/sign-out").status_code == 204
    client.cookies.set(COOKIE, token, domain="testserver.local")
    assert client.get("/api/v1/me").status_code == 401


def test_a_change_without_the_csrf_header_is_refused(house: House) -> None:
    client = house.client("owner")
    client.headers.clear()
    answer = client.patch("/api/v1/me", json={"name": "Mallory"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf_header_missing"
    assert client.get("/api/v1/me").json()["operator"]["name"] == "Lin"


def test_set_up_is_over_once_there_is_an_owner(house: House) -> None:
    client = house.client("anonymous")
    assert client.get("/api/v1/setup").json() == {"needed": False}
    ask = {
        "token": "set_made_up", "name": "Eve", "email": "eve@example.com",
        "password": "long enough, surely", "workspace_name": "Mine",
    }  # fmt: skip
    assert client.post("/api/v1/setup", json=ask).status_code == 403


def test_an_invited_operator_comes_in_by_the_link(house: House) -> None:
    owner = house.client("owner")
    made = owner.post(
        house.at("/operators"),
        json={"email": "new@example.com", "name": "New", "role": "analyst"},
    )
    assert made.status_code == 201, made.text
    token = made.json()["invitation_link"].partition("#token=")[2]
    client = house.client("anonymous")
    ask = {"token": token, "password": "a good new password"}
    joined = client.post("/api/v1/invitations/accept", json=ask)
    assert joined.status_code == 201, joined.text
    assert joined.json()["workspaces"][0]["role"] == "analyst"
    assert client.get("/api/v1/me").status_code == 200
    assert house.client("anonymous").post(
        "/api/v1/invitations/accept", json=ask
    ).status_code == 403  # fmt: skip


def test_an_operator_changes_name_language_and_password(house: House) -> None:
    client = house.client("anonymous")
    client.headers.update(CSRF)
    client.post("/api/v1/sign-in", json={"email": "operator@example.com", "password": PASSWORD})
    changed = client.patch("/api/v1/me", json={"name": "Op", "locale": "en"})
    assert changed.json()["operator"]["name"] == "Op"
    new = {"password": "quite another one", "current_password": PASSWORD}
    assert client.patch("/api/v1/me", json=new).status_code == 200
    assert client.get("/api/v1/me").status_code == 200, "still signed in here"
    wrong = {"password": "yet another one!", "current_password": "no"}
    refused = client.patch("/api/v1/me", json=wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/current_password"
