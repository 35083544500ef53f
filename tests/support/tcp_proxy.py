"""A TCP proxy on the loopback that a test can disconnect: the server is unreachable for one client."""

import contextlib
import socket
import threading


class TCPProxy:
    """Passes bytes to a port, except between ``disconnect`` and ``reconnect``."""

    def __init__(self, port):
        self._target, self._sockets, self._lock, self._is_disconnected = port, [], threading.Lock(), False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.accepted += 1
                with self._lock:
                    if self._is_disconnected:
                        client.close()
                        continue
                    upstream = socket.create_connection(("127.0.0.1", self._target))
                    self._sockets += [client, upstream]
                threading.Thread(target=self._serve, args=(client, upstream), daemon=True).start()

    def _serve(self, client, upstream):
        return_thread = threading.Thread(target=self._copy_bytes, args=(upstream, client), daemon=True)
        return_thread.start()
        self._copy_bytes(client, upstream)
        return_thread.join()
        for sock in client, upstream:
            sock.close()

    @staticmethod
    def _copy_bytes(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for sock in source, sink:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def disconnect(self):
        """End all connections, and reject new ones."""
        with self._lock:
            self._is_disconnected = True
            sockets, self._sockets = self._sockets, []
        for sock in sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def reconnect(self):
        """Accept connections again."""
        with self._lock:
            self._is_disconnected = False

    def close(self):
        """Disconnect, and stop listening."""
        self.disconnect()
        self._server.close()
