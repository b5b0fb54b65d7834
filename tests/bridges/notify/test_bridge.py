import threading
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest

from bridges.notify import bridge
from devtools.servers import Mosquitto
from haard.settings_file import example
from house import topics
from house.errors import SettingsError
from house.messages import Alert, Notified
from house.mqtt import Link
from house.settings import Settings, parse
from tests.bridges.notify.test_protocol import NOON

PATIENCE_S = 30


@pytest.mark.filterwarnings("ignore:.imghdr.:DeprecationWarning")  # apprise looks for it, and does without
def test_an_alert_reaches_a_webhook_once_also_after_a_restart(
    mosquitto: Mosquitto,
    webhook: tuple[int, Queue[dict[str, str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port, came = webhook
    (tmp_path / "to").write_text(f"# me\njson://127.0.0.1:{port}/haard\n")
    monkeypatch.setenv("HAARD_NOTIFY_FILE", str(tmp_path / "to"))
    settings = parse(example().replace("port: 1883", f"port: {mosquitto.port}") + "notify: {}\n")
    with Link(settings.mqtt, "analyst", [topics.NOTIFIED.path()], stop=threading.Event()) as link:
        alert = Alert(about="the boiler tells a fault: A01", todo="call the fitter")
        link.publish(topics.publication(topics.ALERT, "boiler_fault", message=alert))
        link.flush(PATIENCE_S)
        with running(settings):
            message = came.get(timeout=PATIENCE_S)
            wait_for_notified(link)
        assert "A01" in message["message"]
        with running(settings) as clock:
            clock.wait_for(15)
        assert came.empty()


class Clock:
    """Half a minute passes at each look, as if time ran fast."""

    def __init__(self) -> None:
        self._looks = 0
        self._changed = threading.Condition()

    def __call__(self):  # type: ignore[no-untyped-def]
        with self._changed:
            self._looks += 1
            self._changed.notify_all()
            return NOON + self._looks * timedelta(seconds=30)

    def wait_for(self, looks: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._looks >= looks, PATIENCE_S * 2)


class running:  # noqa: N801
    """The bridge in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._stop, self._clock = threading.Event(), Clock()
        self._thread = threading.Thread(target=bridge.run, args=(settings, self._stop, self._clock))

    def __enter__(self) -> Clock:
        self._thread.start()
        return self._clock

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)


def wait_for_notified(link: Link) -> None:
    for _ in range(PATIENCE_S * 10):
        for received in link.receive(0.1):
            if "boiler_fault" in Notified.decode(received.payload).told:
                return
    raise AssertionError("it does not say that people were told")


def test_without_an_address_it_says_where_to_put_one() -> None:
    with pytest.raises(SettingsError, match="HAARD_NOTIFY_FILE"):
        bridge.sender(())


def test_an_address_of_no_known_kind_is_named_without_its_secret() -> None:
    with pytest.raises(SettingsError, match="address 1") as told:
        bridge.sender(("pigeon://user:secret@loft",))
    assert "secret" not in str(told.value)
