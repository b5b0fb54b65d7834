"""What can go wrong, sorted by what the caller can do about it.

HaardError
├── SettingsError    fix the file: names file, line, key and the nearest known key
├── PayloadError     their fault: refuse the message aloud and go on
└── DeviceError      a device or a server did not do its part; `temporary` says whether to try again
"""


class HaardError(Exception):
    """Base of every error that haard raises on purpose; its text is written for the person who runs the house."""


class SettingsError(HaardError):
    """The settings cannot be used as they are; the text lists every fault as `file:line: what, and what would be
    right`.
    """


class PayloadError(HaardError):
    """Bytes that came from outside cannot be read; the text says what was expected."""


class DeviceError(HaardError):
    """A device or server failed. `temporary`: try again later with back-off; otherwise a person has to act."""

    def __init__(self, text: str, *, temporary: bool) -> None:
        super().__init__(text)
        self.temporary = temporary
