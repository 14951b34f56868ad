"""Follows the functions' log groups in ministack, each into a file of its own, until SIGTERM.

Lambda's START, END and REPORT lines are left out: what remains is what the functions wrote.
"""

import argparse
import os
import signal
import sys
import threading
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

EVERY_SECONDS = 1
LOOK_BACK_SECONDS = 60
PLATFORM_LINES = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")


class Group:
    """One log group, the file it goes to and what was last seen of it."""

    def __init__(self, client, name, directory):
        self.client = client
        self.name = name
        self.path = os.path.join(directory, f"{name.rsplit('/', 1)[-1]}.log")
        self.seen = set()

    def follow(self):
        # An invocation's lines appear when it ends, with the times at which they were written: look back further than
        # an invocation lasts. ministack's Lambda events have no eventId.
        since = int((time.time() - LOOK_BACK_SECONDS) * 1000)
        events = self.client.filter_log_events(logGroupName=self.name, startTime=since)["events"]
        keyed = {(e["logStreamName"], e["timestamp"], e["message"]): e["message"].rstrip("\n") for e in events}
        with open(self.path, "a", encoding="utf-8") as file:
            for key, message in keyed.items():
                if key not in self.seen and not message.startswith(PLATFORM_LINES):
                    print(message, file=file)
        self.seen = set(keyed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("groups", nargs="+")
    arguments = parser.parse_args()

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    client = boto3.client(
        "logs",
        endpoint_url=arguments.endpoint,
        region_name=arguments.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, connect_timeout=1, read_timeout=5),
    )
    groups = [Group(client, name, arguments.directory) for name in arguments.groups]
    for group in groups:
        open(group.path, "w", encoding="utf-8").close()
    last_round = False
    while not last_round:
        last_round = ended.wait(EVERY_SECONDS)
        for group in groups:
            try:
                group.follow()
            except (BotoCoreError, ClientError) as error:
                print(f"{group.name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
