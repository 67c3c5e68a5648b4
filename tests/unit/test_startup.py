"""What is arranged while the server starts."""

import socket

from viz.ui import private


def test_connections_send_at_once_even_where_a_socket_names_no_protocol():
    with socket.socket() as listening:  # as Streamlit makes it: protocol 0
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        private.send_at_once()
        with socket.create_connection(listening.getsockname()):
            accepted, _address = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
