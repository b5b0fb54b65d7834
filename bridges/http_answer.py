"""What an HTTP server answers, read with a limit: it may say anything, for as long as it likes."""

import requests

_CHUNK = 16_384


def body_within(response: requests.Response, limit: int) -> bytes | None:
    """The body of an answer that is streamed; None for one of more than `limit` bytes."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def redirect_in_words(response: requests.Response, url: str) -> str | None:
    """What to do about an answer that sends us elsewhere; None for any other."""
    if not 300 <= response.status_code < 400:
        return None
    place = response.headers.get("Location", "nowhere")[:120]
    return f"{url} sends us to {place}: put that address into house.yaml if it is right"
