"""Middleware of the project that counts requests."""

import pytest

from ready_gate.checks import load_all
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options
from ready_gate.model import Status
from ready_gate.pipeline import run_check

HEAD = "import logging\nlogger = logging.getLogger(__name__)\n\nclass Usage:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n"
COUNTING = {
    "log line": "    def __call__(self, request):\n        response = self.get_response(request)\n        logger.info('%s %s %s', request.method, request.path, response.status_code)\n        return response\n",
    "counter": "    def __call__(self, request):\n        response = self.get_response(request)\n        REQUESTS.labels(request.resolver_match.view_name).inc()\n        return response\n",
    "row": "    def process_response(self, request, response):\n        Hit.objects.create(path=request.path, status=response.status_code)\n        return response\n",
    "task": "    async def __call__(self, request):\n        response = await self.get_response(request)\n        store_hit.delay(request.path)\n        return response\n",
    "helper": "    def __call__(self, request):\n        self.note(request)\n        return self.get_response(request)\n\n    def note(self, request):\n        statsd.incr('hits.' + request.path_info)\n",
    "left out": "    def __call__(self, request):\n        if not request.path.startswith('/health'):\n            logger.info('%s %s', request.method, request.path)\n        return self.get_response(request)\n",
    "switch": "    def __call__(self, request):\n        if settings.USAGE_ENABLED:\n            logger.info('%s %s', request.method, request.path)\n        return self.get_response(request)\n",
    "path in a name": "    def __call__(self, request):\n        seen = {'path': request.path}\n        logger.info('request', extra=seen)\n        return self.get_response(request)\n",
    "timing": "    def process_view(self, request, view, args, kwargs):\n        statsd.timing(request.resolver_match.route, 1)\n",
}
OTHER = {
    "nothing": "    def __call__(self, request):\n        return self.get_response(request)\n",
    "header": "    def __call__(self, request):\n        response = self.get_response(request)\n        response['X-Path'] = request.path\n        return response\n",
    "errors only": "    def __call__(self, request):\n        try:\n            return self.get_response(request)\n        except Exception:\n            logger.info('failed %s', request.path)\n            raise\n",
    "sometimes": "    def __call__(self, request):\n        if '\\x00' in request.GET.get('q', ''):\n            logger.info('nul in %s', request.path)\n        return self.get_response(request)\n",
    "without the path": "    def __call__(self, request):\n        logger.info('a request')\n        return self.get_response(request)\n",
    "cache": "    def __call__(self, request):\n        cache.incr(request.path)\n        return self.get_response(request)\n",
    "language": "    def __call__(self, request):\n        activate(request.path.split('/')[1])\n        return self.get_response(request)\n",
    "debug alone": "    def __call__(self, request):\n        logger.debug('%s', request.path)\n        return self.get_response(request)\n",
    "another thing": "    def __call__(self, request):\n        if request.path in SKIP:\n            return None\n        logger.info('organisation %s', find())\n        return self.get_response(request)\n",
    "setup": "    def process_exception(self, request, error):\n        return None\n",
}


@pytest.fixture
def judge(tmp_path):
    def run(body, middleware="shop.middleware.Usage"):
        (tmp_path / "shop").mkdir()
        (tmp_path / "manage.py").write_text('import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n')
        (tmp_path / "shop/__init__.py").write_text("")
        (tmp_path / "shop/settings.py").write_text(f"MIDDLEWARE = [{middleware!r}]\n")
        (tmp_path / "shop/middleware.py").write_text(HEAD + body)
        return run_check(load_all()["monitoring.usage-middleware"], Facts({"options": Options(path=str(tmp_path))}))

    return run


@pytest.mark.parametrize("body", COUNTING.values(), ids=COUNTING)
def test_middleware_that_counts(judge, body):
    assert judge(body).status is Status.PASS


@pytest.mark.parametrize("body", OTHER.values(), ids=OTHER)
def test_middleware_that_does_not(judge, body):
    assert judge(body).status is Status.NOT_APPLICABLE


def test_middleware_that_is_not_switched_on(judge):
    assert judge(COUNTING["row"], "django.middleware.common.CommonMiddleware").status is Status.NOT_APPLICABLE
