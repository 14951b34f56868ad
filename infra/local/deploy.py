"""Deploys template.yaml to ministack the way `sam deploy` does to AWS, and puts the Slack apps' credentials.

In: the template, a directory with one binary per function, parameters. Each function's CodeUri is replaced with an
uploaded zip, which is what `sam package` does. A stack that exists (`cargo dev up --state`) is updated.

Out: one JSON object on stdout: the stack's `outputs`, the `admin_key`, and for each of the `functions` its name and
the SHA-256 of its zip. On failure the stack's failed events are on stderr and the exit code is 1.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import stat
import string
import sys
import zipfile

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

CODE_BUCKET = "margay-dev-code"


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def long_form(loader, suffix, node):
    """`!Ref X` as {"Ref": X}, `!GetAtt A.B` as {"Fn::GetAtt": ["A", "B"]}, so that the template can go out as JSON."""
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", long_form)


def zipped(path):
    """A Lambda zip of one bootstrap: executable, and the same bytes for the same binary."""
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = (stat.S_IFREG | 0o755) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    # Level 1: the zip never leaves this machine.
    with zipfile.ZipFile(buffer, "w") as archive, open(path, "rb") as file:
        archive.writestr(entry, file.read(), compresslevel=1)
    return buffer.getvalue()


def zipped_once(path, cache):
    """The same, from `cache` if this very file was zipped before: zipping debug builds takes seconds."""
    status = os.stat(path)
    name = os.path.basename(path)
    kept = os.path.join(cache, f"{name}-{status.st_size}-{status.st_mtime_ns}.zip")
    try:
        with open(kept, "rb") as file:
            return file.read()
    except FileNotFoundError:
        pass
    os.makedirs(cache, exist_ok=True)
    # The last one stays: `up` and `test` build the same programs with different features, in turn.
    older = [entry for entry in os.scandir(cache) if entry.name.startswith(f"{name}-")]
    for entry in sorted(older, key=lambda entry: entry.stat().st_mtime)[:-1]:
        with contextlib.suppress(FileNotFoundError):
            os.remove(entry.path)
    code = zipped(path)
    with open(f"{kept}.part", "wb") as file:
        file.write(code)
    os.replace(f"{kept}.part", kept)
    return code


def upload_code(s3, template, binaries, cache):
    """Uploads each function's code and points the template at it. Returns the zips' digests by function."""
    try:
        s3.create_bucket(
            Bucket=CODE_BUCKET,
            CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
        )
    except s3.exceptions.BucketAlreadyOwnedByYou:
        pass
    digests = {}
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        name = resource["Metadata"]["BuildProperties"]["Binary"]
        code = zipped_once(os.path.join(binaries, name), cache)
        digests[name] = hashlib.sha256(code).hexdigest()
        key = f"{name}/{digests[name]}.zip"
        s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=code)
        resource["Properties"]["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": key}
    return digests


def exclude_punctuation(template):
    """ministack's CloudFormation knows ExcludeCharacters but not ExcludePunctuation, which is the same in AWS."""
    for resource in template["Resources"].values():
        generate = resource.get("Properties", {}).get("GenerateSecretString", {})
        if generate.get("ExcludePunctuation"):
            generate["ExcludeCharacters"] = string.punctuation


def allow_plain_http(template):
    """The emulator has no TLS, and heeds a bucket's policy that refuses whatever comes without."""
    without_tls = {"Bool": {"aws:SecureTransport": "false"}}
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        if resource["Type"] != "AWS::S3::BucketPolicy":
            continue
        document = resource["Properties"]["PolicyDocument"]
        document["Statement"] = [s for s in document["Statement"] if s.get("Condition") != without_tls]
        if not document["Statement"]:
            del resources[name]


def exists(cfn, stack):
    try:
        status = cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError:
        return False
    return status != "DELETE_COMPLETE"


def deploy(cfn, stack, template, parameters):
    arguments = {
        "StackName": stack,
        "TemplateBody": json.dumps(template),
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    if exists(cfn, stack):
        waiter = "stack_update_complete"
        try:
            cfn.update_stack(**arguments)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
            return
    else:
        waiter = "stack_create_complete"
        cfn.create_stack(**arguments)
    cfn.get_waiter(waiter).wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def print_failed_events(cfn, stack):
    for event in reversed(cfn.describe_stack_events(StackName=stack)["StackEvents"]):
        if "FAILED" in event["ResourceStatus"] or "ROLLBACK" in event["ResourceStatus"]:
            reason = event.get("ResourceStatusReason", "")
            print(f'{event["LogicalResourceId"]}: {event["ResourceStatus"]} {reason}', file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--template", required=True)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--cache", required=True, help="a directory for the zips")
    parser.add_argument("--slack-secret", required=True, help="a file with the secret's JSON")
    parser.add_argument("--threat-intel-secret", default="{}", help="the secret's JSON: keys of fake providers")
    parser.add_argument("--log-secrets", required=True, help="a file with the log sources' secrets by their names")
    parser.add_argument("--parameter", action="append", default=[], metavar="KEY=VALUE")
    arguments = parser.parse_args()

    def client(service):
        return boto3.client(
            service,
            endpoint_url=arguments.endpoint,
            region_name=arguments.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}),
        )

    with open(arguments.template, encoding="utf-8") as file:
        template = yaml.load(file, Loader)
    cfn = client("cloudformation")
    digests = upload_code(client("s3"), template, arguments.binaries, arguments.cache)
    exclude_punctuation(template)
    allow_plain_http(template)
    try:
        deploy(cfn, arguments.stack, template, dict(p.split("=", 1) for p in arguments.parameter))
    except (ClientError, WaiterError) as error:
        print(error, file=sys.stderr)
        try:
            print_failed_events(cfn, arguments.stack)
        except ClientError:
            pass  # There is no stack: the message above says why.
        return 1
    stack = cfn.describe_stacks(StackName=arguments.stack)["Stacks"][0]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    secrets = client("secretsmanager")
    with open(arguments.slack_secret, encoding="utf-8") as file:
        secrets.put_secret_value(SecretId=outputs["SlackSecretName"], SecretString=file.read())
    threat_intel = outputs["ThreatIntelSecretName"]
    secrets.put_secret_value(SecretId=threat_intel, SecretString=arguments.threat_intel_secret)
    with open(arguments.log_secrets, encoding="utf-8") as file:
        for name, secret in json.load(file).items():
            # One that exists has what it was allowed in it.
            with contextlib.suppress(secrets.exceptions.ResourceExistsException):
                secrets.create_secret(Name=name, SecretString=json.dumps(secret))
    admin_key = secrets.get_secret_value(SecretId=outputs["AdminKeySecretName"])["SecretString"]
    # A function whose condition does not hold is not there.
    resources = cfn.describe_stack_resources(StackName=arguments.stack)["StackResources"]
    there = {r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::Lambda::Function"}
    functions = {
        name: {"name": f"{arguments.stack}-{name}", "code_sha256": digest}
        for name, digest in digests.items()
        if f"{arguments.stack}-{name}" in there
    }
    print(json.dumps({"outputs": outputs, "admin_key": admin_key, "functions": functions}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
