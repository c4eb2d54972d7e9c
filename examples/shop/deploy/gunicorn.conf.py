"""Gunicorn behind nginx, on a Unix socket: nothing but nginx reaches it."""

import multiprocessing
from pathlib import Path

from prometheus_client import multiprocess

METRICS = Path("/run/s2cart/metrics")  # PROMETHEUS_MULTIPROC_DIR of the service

bind = "unix:/run/s2cart/gunicorn.sock"
workers = multiprocessing.cpu_count() * 2 + 1
timeout = 30
graceful_timeout = 30
control_socket_disable = True
max_requests = 1000
max_requests_jitter = 100
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s "%(r)s" %(s)s %(b)s %(M)sms "%(a)s"'
errorlog = "-"


def on_starting(server):
    """What workers of an earlier start counted would be counted again."""
    METRICS.mkdir(parents=True, exist_ok=True)
    for file in METRICS.glob("*.db"):
        file.unlink()


def child_exit(server, worker):
    multiprocess.mark_process_dead(worker.pid)
