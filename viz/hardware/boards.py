"""Microcontroller boards with their memory, as their makers' data sheets have it. K is 1,024."""

from typing import NamedTuple

K, M = 2**10, 2**20


class Board(NamedTuple):
    """``sram`` and ``flash`` in bytes, and whose number that is.

    Where a chip's SRAM is in several places, ``sram`` is the largest piece without a gap: an arena
    has to lie in one.
    """

    name: str
    sram: int
    flash: int
    source: str


BOARDS: dict[str, Board] = {
    "nrf52832-dk": Board(
        "nRF52 DK (nRF52832)", 64 * K, 512 * K, "Nordic nRF52832 Product Specification"
    ),
    "microbit-v2": Board(
        "micro:bit V2 (nRF52833)", 128 * K, 512 * K, "Nordic nRF52833 Product Specification"
    ),
    "nano-33-ble": Board(
        "Arduino Nano 33 BLE Sense (nRF52840)",
        256 * K,
        1 * M,
        "Nordic nRF52840 Product Specification",
    ),
    "stm32f412": Board(
        "STM32F412 Discovery", 256 * K, 1 * M, "STMicroelectronics STM32F412xE/xG data sheet"
    ),
    "pico": Board(
        "Raspberry Pi Pico (RP2040)", 264 * K, 2 * M, "Raspberry Pi Pico product brief, RP2040"
    ),
    "stm32f746": Board(
        "STM32F746 Discovery", 320 * K, 1 * M, "STMicroelectronics STM32F745xx/F746xx data sheet"
    ),
    "esp32-s3": Board(
        "ESP32-S3-DevKitC-1 (8 MB)", 512 * K, 8 * M, "Espressif ESP32-S3 Series Datasheet"
    ),
    "stm32h743": Board(
        "STM32H743 Nucleo, AXI SRAM",
        512 * K,
        2 * M,
        "STMicroelectronics STM32H742xI/G, H743xI/G data sheet",
    ),
    "pico-2": Board(
        "Raspberry Pi Pico 2 (RP2350)", 520 * K, 4 * M, "Raspberry Pi RP2350 Datasheet"
    ),
    "stm32l4r5": Board(
        "STM32L4R5 Nucleo (MLPerf Tiny's reference)",
        640 * K,
        2 * M,
        "STMicroelectronics STM32L4R5xx data sheet",
    ),
}
