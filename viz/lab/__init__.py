"""Running networks: pictures, drawn flowers, folders, weights; torch in ``pytorch``."""
