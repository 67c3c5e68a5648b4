"""Ridge points of devices, in MACs per byte."""

from typing import NamedTuple

BYTES: dict[str, int] = {"int8": 1, "float16": 2, "float32": 4}  # a value
V4 = "MobileNetV4 paper, arXiv:2404.10518, Table 16"


class Device(NamedTuple):
    """A device with its ridge point in MACs per byte, and the source."""

    name: str
    ridge: float
    source: str


DEVICES: dict[str, Device] = {
    "pixel-6-cpu": Device("Pixel 6 CPU", 31.2, V4),
    "s23-cpu": Device("S23 CPU", 39.7, V4),
    # 312 TFLOPS of dense fp16 are 156 T multiply-adds a second; 1,555 GB/s
    "a100": Device("A100 (fp16)", 100.3, "NVIDIA A100 40GB data sheet: 312 TFLOPS, 1,555 GB/s"),
    "pixel-4-dsp": Device("Pixel 4 DSP", 347.3, V4),
    "pixel-8-edgetpu": Device("Pixel 8 EdgeTPU", 433.8, V4),
}
