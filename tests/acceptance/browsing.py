"""A person before a screen: a real browser that signs in at desks of a city, and nothing that its pages complain of goes unseen."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from infra.clock import machine_now
from infra.http.auth import issue
from tests.acceptance.city import City
from tests.outside import chromium, modules

PATIENCE_MS = 20_000
SWITCHES = ("--no-sandbox", "--no-zygote", "--headless=shell", "--autoplay-policy=no-user-gesture-required")
EARS = """window.rung = 0; const voice = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.rung += 1; return voice.call(this); };"""
expect.set_options(timeout=PATIENCE_MS)
AWAY = "net::ERR_"
"""What a browser says of a server that is not there: the page itself has to say it to the person."""


@dataclass
class Screens:
    """The windows of one story, each of a desk, with a session of its own."""

    city: City
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    async def at(self, desk: str, **device: Any) -> "Screen":
        """Sign in at a desk by a link, as its person does. ``device``: how the window is, in the words of the browser's driver."""
        context = await self.browser.new_context(locale="zh-CN", **device)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(EARS)
        context.on("weberror", lambda error: self.complaints.append(f"{desk}: {error.error}"))
        context.on("console", lambda said: self._hear(desk, said.type, said.text))
        context.on("response", lambda got: self._hear(desk, "error" if got.status >= 500 else "", f"{got.status} {got.url}"))
        page = await context.new_page()
        actor, keys = self.city.desk(desk).actor(), self.city.engine.keys
        ticket = issue(keys.signing, actor, use="ticket", number=str(uuid.uuid4()), now=machine_now(), ttl=timedelta(minutes=5))
        home = f"http://{actor.unit}.localhost:{self.city.engine.ports[actor.service]}"
        await page.goto(f"{home}/login?ticket={ticket}")
        await page.click("main form button")
        await page.wait_for_url(f"{home}/desk")
        return Screen(page, context, home)

    def _hear(self, desk: str, kind: str, text: str) -> None:
        if kind in ("error", "warning") and AWAY not in text:
            self.complaints.append(f"{desk}: {text}")


@dataclass(frozen=True)
class Screen:
    """One window."""

    page: Page
    context: BrowserContext
    home: str

    async def go(self, path: str) -> None:
        await self.page.goto(self.home + path)

    async def another(self) -> "Screen":
        """A second tab of the same browser, still empty."""
        return Screen(await self.context.new_page(), self.context, self.home)

    async def shows(self, text: str, *, within: str = "main") -> None:
        """Wait until it can be read, without anybody loading the page again."""
        await self.page.locator(within).get_by_text(text).first.wait_for()

    async def files(self, form: str, **fields: str) -> None:
        """Fill in a form of the page as a person does, each field by its name, and send it."""
        shown = self.page.locator(form)
        folded = shown.locator("details:not([open]) > summary:visible")
        while await folded.count():
            await folded.first.click()
        for name, value in fields.items():
            field = shown.locator(f"[name='{name}']")
            match await field.first.evaluate("one => one.type || one.tagName"):
                case "radio" | "checkbox":
                    await shown.locator(f"[name='{name}'][value='{value}']").check()
                case "select-one":
                    await field.select_option(value)
                case _:
                    await field.first.fill(value)
        await shown.locator("button.main").click()

    async def rings(self) -> None:
        """Wait for a sound."""
        await self.page.wait_for_function("() => window.rung > 0", polling=100)

    async def barriers(self) -> list[str]:
        """What keeps people from this page, by the rules of axe (WCAG 2.1 A and AA)."""
        await self.page.evaluate((modules() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
        found = await self.page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
        return [f"{self.page.url}: {one['id']} at {one['nodes'][0]['target']}" for one in found["violations"]]


@asynccontextmanager
async def screens_of(city: City) -> AsyncIterator[Screens]:
    """A browser for a story. What people do in it is not in the log of the story's own client, so no audit judges that story."""
    city.audited = False
    found = chromium()
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=found.program, args=list(SWITCHES), env={"LD_LIBRARY_PATH": str(found.libraries)}
        )
        screens = Screens(city, browser)
        yield screens
        await browser.close()
    assert screens.complaints == [], "\n".join(screens.complaints)
