"""The part of running a network that needs torch: weights, transforms, answers, training, time."""
