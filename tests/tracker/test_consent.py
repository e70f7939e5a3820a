"""Before consent, and after its withdrawal, nothing is sent and nothing is stored."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tracker.shop_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.node]

Until = Callable[[Callable[[], object]], None]
QUIET_MS = 1_500


def kept(page: Page) -> list[str]:
    """Everything that the browser holds for the page."""
    found: list[str] = page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage),"
        " ...document.cookie.split('; ').filter(Boolean)]"
    )
    return found


def test_where_consent_is_required_nothing_is_sent_or_stored_before_it(
    site: Site, visitor: BrowserContext, page: Page
) -> None:
    site.settings = {"consent": "required"}
    page.goto(site.origin)
    page.evaluate("catchment.identify('u1'); catchment.track('Early')")
    page.wait_for_timeout(QUIET_MS)
    assert site.posted == []
    assert kept(page) == []
    assert visitor.cookies() == []


def test_with_consent_the_waiting_events_go_and_the_choice_is_remembered(
    site: Site, page: Page, until: Until
) -> None:
    site.settings = {"consent": "required"}
    page.goto(site.origin)
    page.evaluate("catchment.track('Early')")
    page.wait_for_timeout(200)
    page.evaluate("catchment.consent('on')")
    until(lambda: site.events("Early"))
    assert site.events("page")
    page.goto(site.origin + "/next")
    until(lambda: len(site.events("page")) == 2)
    assert len({event["anonymous_id"] for event in site.events()}) == 1


def test_a_refusal_drops_what_waited(site: Site, page: Page) -> None:
    site.settings = {"consent": "required"}
    page.goto(site.origin)
    page.evaluate("catchment.track('Early'); catchment.consent('off'); catchment.track('Later')")
    page.wait_for_timeout(QUIET_MS)
    page.goto(site.origin + "/next")
    page.wait_for_timeout(QUIET_MS)
    assert site.posted == []
    assert kept(page) == []


def test_a_refusal_reaches_what_is_on_its_way(site: Site, page: Page, until: Until) -> None:
    held: list[Route] = []
    page.route("**/v1/events", lambda route: held.append(route))  # noqa: PLW0108  (marked by Playwright)
    page.goto(site.origin)
    until(lambda: held)
    page.evaluate("catchment.consent('off')")
    held[0].fulfill(status=503)
    page.wait_for_timeout(100)
    page.unroute("**/v1/events")
    page.evaluate("catchment.consent('on'); catchment.track('Afresh')")
    until(lambda: site.events("Afresh"))
    assert not site.events("page")


def test_a_withdrawal_forgets_everything_but_itself(
    site: Site, visitor: BrowserContext, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    until(site.events)
    page.evaluate("catchment.identify('u1')")
    until(lambda: site.events("identify"))
    assert len(kept(page)) >= 3
    page.evaluate("catchment.consent('off'); catchment.track('Unheard')")
    page.goto(site.origin + "/next")
    page.evaluate("catchment.track('Unheard')")
    page.wait_for_timeout(QUIET_MS)
    assert len(site.events()) == 2
    assert kept(page) == ["ct.consent"]
    assert visitor.cookies() == []


def test_consent_given_again_starts_with_a_new_anonymous_id(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    until(site.events)
    page.evaluate("catchment.consent('off'); catchment.consent('on'); catchment.track('Again')")
    until(lambda: site.events("Again"))
    before, after = site.events("page")[0], site.events("Again")[0]
    assert before["anonymous_id"] != after["anonymous_id"]
    page.goto(site.origin + "/next")
    until(lambda: len(site.events("page")) == 2)


def test_a_page_set_to_off_stays_silent(site: Site, page: Page) -> None:
    site.settings = {"consent": "off"}
    page.goto(site.origin)
    page.evaluate("catchment.track('Unheard')")
    page.wait_for_timeout(QUIET_MS)
    assert (site.posted, kept(page)) == ([], [])


@pytest.mark.parametrize("signal", ["globalPrivacyControl: true", "doNotTrack: '1'"])
def test_privacy_signals_count_as_a_refusal_where_the_owner_says_so(
    site: Site, page: Page, signal: str
) -> None:
    name, value = signal.split(": ")
    page.add_init_script(f"Object.defineProperty(navigator, '{name}', {{get: () => {value}}})")
    site.settings = {"respectPrivacySignals": True}
    page.goto(site.origin)
    page.wait_for_timeout(QUIET_MS)
    assert (site.posted, kept(page)) == ([], [])


def test_privacy_signals_are_otherwise_the_owners_business(
    site: Site, page: Page, until: Until
) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})")
    page.goto(site.origin)
    until(site.events)
