"""What running a network needs besides torch: pictures, drawn flowers, folders, weights."""
