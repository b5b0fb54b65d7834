"""The firmware of an ESP32 node; the same files run on the chip and in the tests."""

VERSION = "0.1.0"
