"""The smallest page that reacts: what Streamlit itself costs."""

import streamlit as st

st.write(f"chosen: {st.selectbox('Network', ['v1', 'v2'])}")
