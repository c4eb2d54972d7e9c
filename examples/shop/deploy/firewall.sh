#!/usr/bin/env bash
# The firewall of the application server: SSH, HTTP and HTTPS come in, nothing else. Run as root.
set -euo pipefail

ufw default deny incoming
ufw default allow outgoing
ufw limit 22/tcp
ufw allow 80/tcp
ufw allow 443/tcp
ufw --force enable
ufw status verbose
