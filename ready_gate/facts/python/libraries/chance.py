"""What differs at every start, and what only the server knows."""

from __future__ import annotations

from ready_gate.facts.python.libraries.lifting import named, never

RANDOM = "random at every start"
SERVER = "depends on the server"
CHOICES = "random randint randrange choice choices sample uniform getrandbits shuffle"

never(RANDOM, "os.urandom", *named("secrets", "token_hex token_urlsafe token_bytes choice randbelow randbits"))
never(RANDOM, *named("random", CHOICES), *named("random.SystemRandom", CHOICES), *named("secrets.SystemRandom", CHOICES))
never(RANDOM, *named("uuid", "uuid1 uuid4"), "cryptography.fernet.Fernet.generate_key")
never(RANDOM, "django.core.management.utils.get_random_secret_key", "django.utils.crypto.get_random_string")

never(SERVER, *named("socket", "gethostname getfqdn gethostbyname gethostbyname_ex gethostbyaddr getaddrinfo socket"))
never(SERVER, *named("platform", "node uname release version platform machine processor python_version"))
never(SERVER, *named("tempfile", "gettempdir mkdtemp mkstemp mktemp TemporaryDirectory NamedTemporaryFile TemporaryFile"))
never(SERVER, *named("shutil", "which disk_usage"), *named("getpass", "getuser getpass"), *named("locale", "getlocale getdefaultlocale"))
never(SERVER, *named("psutil", "cpu_count virtual_memory"), *named("inspect", "stack getfile"), "pwd.getpwuid", "ctypes.util.find_library")
