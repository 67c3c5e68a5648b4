"""What each page shows; named after the pages."""
