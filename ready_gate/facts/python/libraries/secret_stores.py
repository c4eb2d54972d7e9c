"""What is read from other programs, other servers and secret stores: never known, and never a literal."""

from __future__ import annotations

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import instance, named, never, outside_file
from ready_gate.facts.python.values import Value

never("the answer of another program", *named("subprocess", "check_output check_call call run Popen getoutput getstatusoutput"))
never("what another server answers", *named("requests", "get post put request"), *named("httpx", "get post"), "urllib.request.urlopen")
never("read by dynaconf, which is not followed", "dynaconf.DjangoDynaconf", "dynaconf.Dynaconf", "dynaconf.LazySettings")

STORES = ("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session", "hvac.Client")
CLIENTS = ("google.cloud.secretmanager.SecretManagerServiceClient", "azure.keyvault.secrets.SecretClient")
READS = "get_secret_value get_parameter get_parameters_by_path get_parameters access_secret_version get_secret read read_secret read_secret_version"
MODELS.aliases |= {"google.cloud.secretmanager_v1": "google.cloud.secretmanager", "google.cloud.secretmanager_v1beta1": "google.cloud.secretmanager"}


@models(*STORES, *CLIENTS)
def client(call: Call) -> Value:
    """A client of a store; which one is used hardly ever matters."""
    return instance(call, "secret_store.Client")


@models("secret_store.Client.client", "secret_store.Client.resource")
def inner_client(call: Call) -> Value:
    """`session.client("secretsmanager")`."""
    return instance(call, "secret_store.Client")


@models(*named("secret_store.Client", READS))
def read(call: Call) -> Value:
    """A secret, or an answer that holds some."""
    return outside_file(call, None, "a secret store")
