"""Plain Python doing Margay's work: normalise.py ENTRIES ROWS. Only the standard library."""

import hashlib
import ipaddress
import json
import re
import resource
import sys
import time
import zlib
from datetime import datetime, timezone

LOG_TYPE, SOURCE, LABEL, PARSE_TIME = "Slack.AuditLogs", "bench", "Benchmark", "2026-11-21T07:00:00Z"
MEMBER = 1 << 20
KINDS = ("user", "channel", "file", "app", "workspace", "enterprise", "workflow")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class Misfit(Exception):
    pass


def need(value, kind):
    if not isinstance(value, kind):
        raise Misfit
    return value


def sub(parent, field, *required):
    value = parent.get(field)
    if value is not None:
        need(value, dict)
        for name in required:
            need(value.get(name), str)
    return value


def row_id(entry_id):
    hashed = hashlib.sha256()
    for part in (LOG_TYPE, SOURCE, entry_id):
        part = part.encode()
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()[:32]


def normalise(entry):
    need(entry, dict)
    need(entry.get("id"), str)
    need(entry.get("action"), str)
    moment = datetime.fromtimestamp(need(entry.get("date_create"), int), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    actor, entity, context = (need(entry.get(field), dict) for field in ("actor", "entity", "context"))
    need(actor.get("type"), str)
    need(entity.get("type"), str)
    users = [sub(actor, "user", "id"), sub(entity, "user", "id")]
    for kind in KINDS:
        sub(entity, kind, "id")
    sub(context, "location", "type", "id")
    entry["date_create"] = entry["p_event_time"] = moment
    try:
        entry["p_any_ip_addresses"] = [str(ipaddress.ip_address(context.get("ip_address")))]
    except ValueError:
        pass
    names = {user["name"] for user in users if user and user.get("name")}
    emails = {user["email"] for user in users if user and EMAIL.fullmatch(user.get("email") or "")}
    if names:
        entry["p_any_usernames"] = sorted(names)
    if emails:
        entry["p_any_emails"] = sorted(emails)
    entry["p_log_type"] = LOG_TYPE
    entry["p_row_id"] = row_id(entry["id"])
    entry["p_parse_time"] = PARSE_TIME
    entry["p_source_id"] = SOURCE
    entry["p_source_label"] = LABEL
    return entry


def main(source, target):
    rows = misfits = 0
    encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
    waiting, size, content = [], 0, hashlib.sha256()
    with open(source, "rb") as entries, open(target, "wb") as output:

        def member():
            nonlocal size
            text = b"".join(waiting)
            content.update(text)
            gzip = zlib.compressobj(6, zlib.DEFLATED, 31)
            output.write(gzip.compress(text) + gzip.flush())
            waiting.clear()
            size = 0

        for line in entries:
            try:
                row = (encode(normalise(json.loads(line))) + "\n").encode()
            except (Misfit, ValueError):
                misfits += 1
                continue
            rows += 1
            waiting.append(row)
            size += len(row)
            if size >= MEMBER:
                member()
        if waiting:
            member()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20)
    print(json.dumps({"rows": rows, "misfits": misfits, "cpu": time.process_time(), "peak": peak}))


main(*sys.argv[1:])
