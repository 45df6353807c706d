"""A real browser that tests look through: Debian's Chromium, driven by selenium, without a network."""

import importlib.util
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""The last keeps it from looking anything up: what a page asks of another host fails, and is logged."""

NARROW, WIDE = 360, 1440


def missing() -> str:
    """Return what is not installed that tests in a browser need, or nothing."""
    found = {
        "chromium": CHROMIUM,
        "chromium-driver": DRIVER,
        "selenium": importlib.util.find_spec("selenium"),
    }
    return ", ".join(name for name, there in found.items() if not there)


def axe() -> Path | None:
    """Return where axe-core lies: at AXE, or in the package axe-core-python; None where it is not there."""
    if stated := os.environ.get("AXE"):
        return Path(stated)
    found = importlib.util.find_spec("axe_core_python")
    return Path(found.origin).with_name("axe.min.js") if found and found.origin else None


class Browser:
    """A window of Chromium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def look(self, address: str, width: int = WIDE, scheme: str = "light") -> None:
        """Open a page in a window of some width, on a system that prefers light or dark colours."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        self.driver.get(address)

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script of the test's finds on the page."""
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """Return what the browser wrote of pages since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def hindrances(self, library: Path) -> list[str]:
        """Return what axe-core finds on the page that seriously hinders people."""
        self.run(library.read_text("utf-8"))
        script = "const done = arguments[0]; axe.run().then(done, (error) => done({broken: String(error)}));"
        found = self.driver.execute_async_script(script)
        assert "violations" in found, found
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start a browser with a profile of its own, and end it."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for option in (*OPTIONS, f"--user-data-dir={profile}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(str(DRIVER)))
    try:
        driver.set_script_timeout(60)
        yield Browser(driver)
    finally:
        driver.quit()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
