"""Exit status 0 when the server behind the socket answers a path with 200. Usage: probe.py PATH"""

import http.client
import os
import socket
import sys

SOCKET = "/run/s2cart/gunicorn.sock"


class SocketConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def main(path):
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    connection = SocketConnection(host, timeout=5)
    connection.request("GET", path, headers={"X-Forwarded-Proto": "https"})
    return 0 if connection.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
