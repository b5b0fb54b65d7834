"""The bridge to a boiler behind a Nefit Easy: HTTP to nefit-easy-http-server, one request in flight."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import requests
import structlog

from bridges.background_request import BackgroundRequest
from bridges.boiler.bridge import Clock, read_wish, say, wall_clock
from bridges.boiler.protocol import Said
from bridges.http_answer import body_within, redirect_in_words
from bridges.nefit.protocol import REFUSALS, Answer, Easy, Failure, Request
from bridges.parse_values import json_object
from house import topics
from house.mqtt import Link
from house.settings import Settings

TIMEOUT_S = (5, 45)  # to connect; to answer: the server itself tries for about 34 s
TURN_S, BUSY_TURN_S = 0.5, 0.05
DEADLINE_S = 55.0  # for the whole of an answer
LAST_ANSWER_S, FAREWELL_S = 1.0, 2.0  # who is told to stop has five seconds, and may wait for the broker too
LONGEST_ANSWER = 65_536  # bytes; the longest that was captured has some hundreds

Outcome = Answer | Failure

log = structlog.get_logger()


def run(settings: Settings, stop: threading.Event, clock: Clock = wall_clock) -> None:
    """Serve `home/boiler/set` until `stop` is set; then leave a moderate room setpoint behind."""
    link = Link(settings.mqtt, "nefit", [topics.BOILER_SET.filter()], stop=stop)
    with link, requests.Session() as session:
        session.trust_env = False  # no proxy belongs between us and a server next door
        server = _Server(partial(ask, session, settings.boiler.url))
        easy, said = Easy(settings.boiler.nefit, clock()), Said()
        while not stop.is_set():
            for received in link.receive(BUSY_TURN_S if server.busy else TURN_S):
                if wish := read_wish(link, received, clock()):
                    easy = replace(easy, wish=wish)
            easy = server.turn(easy, clock())
            if status := easy.status(clock()):
                said = say(link, said, status, clock())
        _leave(link, server, easy)


class _Server:
    """One request in flight to nefit-easy-http-server."""

    def __init__(self, send: Callable[[Request], Outcome]) -> None:
        self._send = send
        self._errand = _in_background()
        self._request: Request | None = None

    @property
    def busy(self) -> bool:
        return self._errand.busy

    def turn(self, easy: Easy, now: datetime) -> Easy:
        """Take the answer that has come, if any, and send what is due next."""
        outcome = self._errand.pick_up()
        if outcome is not None and self._request is not None:
            easy = easy.answered(self._request, outcome, now)
        if self._errand.busy:
            return easy
        former = easy.target
        easy, self._request = easy.next(now)
        if easy.target != former:
            log.info("the Nefit Easy should hold", setpoint=easy.target, reason=easy.wish.reason if easy.wish else None)
        if self._request is not None:
            self._errand.start(partial(self._send, self._request))
        return easy

    def finish(self, link: Link, until: float, request: Request | None = None) -> Outcome | None:
        """Wait for the answer in flight, or to `request`, until an instant (monotonic) while the link stays alive."""
        if request is not None:
            self._errand = _in_background()  # whatever is in flight, this cannot wait
            self._errand.start(partial(self._send, request))
        is_late = False
        while self._errand.busy and not is_late:
            is_late = time.monotonic() > until  # after a pause of the machine, an answer that has come is still taken
            link.receive(0.05)
            outcome = self._errand.pick_up()
            if outcome is not None:
                return outcome
        return None


def _in_background() -> BackgroundRequest[Outcome]:
    return BackgroundRequest(DEADLINE_S, Failure("no full answer in time"))


def _leave(link: Link, server: _Server, easy: Easy) -> None:
    began = time.monotonic()
    server.finish(link, began + LAST_ANSWER_S)
    farewell = easy.farewell()
    unwritten = []
    for number, request in enumerate(farewell, 1):
        share = LAST_ANSWER_S + FAREWELL_S * number / len(farewell)
        if not isinstance(server.finish(link, began + share, request), Answer):
            unwritten.append(request.path)
    if unwritten:
        log.error(
            "the Nefit Easy did not take its last setpoint; set it by hand", holds=easy.target, unwritten=unwritten
        )
    else:
        log.info("left the Nefit Easy", setpoint=easy.setpoints.safe_setpoint)


def ask(session: requests.Session, url: str, request: Request) -> Outcome:
    """Send one request and wait for its answer; failures are returned, not raised."""
    method, body = ("GET", None) if request.value is None else ("POST", {"value": request.value})
    try:
        # Without the JSON content type, which `json` sets, the server says ok and writes nothing.
        answer = session.request(
            method,
            url.rstrip("/") + request.path,
            json=body,
            timeout=TIMEOUT_S,
            allow_redirects=False,
            stream=True,
        )
        with answer as response:
            return _outcome(response, body_within(response, LONGEST_ANSWER), url)
    except requests.Timeout:
        return Failure(f"no answer from {url} in time")
    except requests.RequestException as error:
        return Failure(f"no connection to {url}: {type(error).__name__}")


def _outcome(response: requests.Response, body: bytes | None, url: str) -> Outcome:
    if body is None:
        return Failure(f"an answer of more than {LONGEST_ANSWER} bytes; is this nefit-easy-http-server?")
    if redirect := redirect_in_words(response, url):
        return Failure(redirect)
    if response.status_code != 200:
        reason = response.reason or ""
        return Failure(f"{response.status_code} {reason}".strip()[:120], refused=reason in REFUSALS)
    answer = json_object(body)
    return Answer(answer) if answer else Failure("an answer that is no JSON object; is this nefit-easy-http-server?")
