"""Load with HEAD requests, which wrk cannot make (it waits for the body that the length announces)."""

import selectors
import socket
import time
import urllib.parse


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.received = b""

    def send(self, request):
        self.began = time.perf_counter()
        self.received = b""
        self.socket.sendall(request)

    def finished(self):
        """Whether the head of the answer is there; an answer to HEAD is nothing else."""
        self.received += self.socket.recv(65536)
        return b"\r\n\r\n" in self.received


def run(url, paths, connections, seconds):
    """Returns requests, duration in microseconds, p50 and p99 in microseconds, and bad answers."""
    host = urllib.parse.urlsplit(url)
    requests = [f"HEAD {path} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode() for path in paths]
    times, bad, sent = [], 0, 0
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = Connection((host.hostname, host.port))
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(requests[sent % len(requests)])
        sent += 1
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(timeout=1):
            connection = key.data
            if not connection.finished():
                continue
            times.append(time.perf_counter() - connection.began)
            bad += not connection.received.startswith(b"HTTP/1.1 200")
            connection.send(requests[sent % len(requests)])
            sent += 1
    duration = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    times.sort()
    at = lambda share: int(times[min(len(times) - 1, int(len(times) * share))] * 1e6)
    return len(times), int(duration * 1e6), at(0.5), at(0.99), bad
