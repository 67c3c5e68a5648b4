"""The part of running a network that needs torch: weights, transforms, answers, training, time."""

from viz.extras import require

for _library in ("torch", "torchvision"):
    require("viz.lab.pytorch", _library)
