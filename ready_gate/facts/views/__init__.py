"""What checks see of a project: frozen, plain types, without any I/O behind them."""

from ready_gate.facts.views.checkout import Document, Documents, Dumps, Git
from ready_gate.facts.views.code import InputCode, Spot, WriteView
from ready_gate.facts.views.environment import EnvFile, Environment, Variable
from ready_gate.facts.views.packages import Requirement, Requirements, Support
from ready_gate.facts.views.project import (
    Gateway,
    LoggerNames,
    NamedView,
    Options,
    OriginHeader,
    OriginHeaders,
    Project,
    ProjectClass,
    ProjectClasses,
    SettingFolders,
    TokenCode,
    VariableRead,
    Variables,
)
from ready_gate.facts.views.proxy import Nginx, Place, Redirect, Server
from ready_gate.facts.views.secrets import FoundSecret, KnownSecret, SecretPlace, Secrets
from ready_gate.facts.views.settings import HIDDEN, UNSET, Asked, Called, Read, Refusal, Setting, Settings, Shuffled, State
from ready_gate.facts.views.startup import DEVELOPMENT_SERVER, Kept, Management, Started, Startup, Workers

__all__ = [
    "DEVELOPMENT_SERVER",
    "HIDDEN",
    "UNSET",
    "Asked",
    "Called",
    "Document",
    "Documents",
    "Dumps",
    "EnvFile",
    "Environment",
    "FoundSecret",
    "Gateway",
    "Git",
    "InputCode",
    "Kept",
    "KnownSecret",
    "LoggerNames",
    "Management",
    "NamedView",
    "Nginx",
    "Options",
    "OriginHeader",
    "OriginHeaders",
    "Place",
    "Project",
    "ProjectClass",
    "ProjectClasses",
    "Read",
    "Redirect",
    "Refusal",
    "Requirement",
    "Requirements",
    "SecretPlace",
    "Secrets",
    "Server",
    "Setting",
    "SettingFolders",
    "Settings",
    "Shuffled",
    "Spot",
    "Started",
    "Startup",
    "State",
    "Support",
    "TokenCode",
    "Variable",
    "VariableRead",
    "Variables",
    "Workers",
    "WriteView",
]
