"""Inputs near real ones: a seed with some bytes changed, cut, doubled, mixed with another, or made to hurt."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

HURTS = (
    *(b"\x00", b"\xff", b"\x80", b"\xc3\x28", b'"', b"{", b"}", b"''", b"/", b"!", b"\n", b"&a *a", b"[" * 2_000),
    *(b"null", b"true", b"-1", b"1e999", b"NaN", b"9" * 400, b"\\ud800", b"\\u0000"),
    *(b"9999-12-31T23:59:59Z", b"0000-00-00", b"+99:99"),
)


def near(seeds: tuple[bytes, ...]) -> SearchStrategy[bytes]:
    return st.one_of(_changed(seeds), _changed(seeds), st.binary(max_size=200))


@st.composite
def _changed(draw: DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.sampled_from((0, 0, 1, 2, 8, 1_000))))
        piece = draw(
            st.sampled_from(HURTS) | st.binary(max_size=4) | st.sampled_from(seeds) | st.just(data[begin:end] * 2)
        )
        data = data[:begin] + piece + data[end:]
    return data
