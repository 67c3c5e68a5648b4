"""What `streamlit run app.py` (or `uvicorn app:app`) serves."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from viz.ui.errors import apologise
from viz.ui.headers import SecurityHeaders, ShallowPages
from viz.ui.routes import ROUTES
from viz.ui.startup import GetReady, lifespan

app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    on_script_error=apologise,
    routes=ROUTES,
    lifespan=lifespan,
    middleware=[
        Middleware(GetReady),
        Middleware(SecurityHeaders),
        Middleware(ShallowPages),
    ],
)
