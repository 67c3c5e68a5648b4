"""What `streamlit run app.py` (or `uvicorn app:app`) serves."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from viz.ui import health
from viz.ui.errors import apologise
from viz.ui.first_theme import FirstTheme
from viz.ui.headers import Paths, SecurityHeaders
from viz.ui.readers import Readers
from viz.ui.routes import ROUTES
from viz.ui.sockets import Frames
from viz.ui.startup import GetReady, lifespan

PAGES = Path(__file__).parent / "pages"
PATHS = {page.stem for page in PAGES.glob("*.py")} - {"main", "home"}

app = st.App(
    PAGES / "main.py",
    on_script_error=apologise,
    routes=(*ROUTES, *health.routes()),
    lifespan=lifespan,
    middleware=[
        Middleware(GetReady),
        Middleware(SecurityHeaders),
        Middleware(FirstTheme),
        Middleware(Paths, pages=PATHS),
        Middleware(Readers),
        Middleware(Frames),
    ],
)
