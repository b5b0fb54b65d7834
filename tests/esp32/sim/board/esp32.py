"""`esp32`: the heap of the IDF, as a board with Wi-Fi and Bluetooth on reports it."""

HEAP_DATA = 4


def idf_heap_info(capabilities):
    return [(180000, 94000, 53000, 88000)]


def mcu_temperature():
    return 43
