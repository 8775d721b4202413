"""Deploys the unpacked archive in the current folder to moto, and asks the deployed functions something."""

import base64
import contextlib
import hashlib
import json
import logging
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
import zipfile
from pathlib import Path

import boto3
from moto.cloudformation.parsing import get_model_map
from moto.server import ThreadedMotoServer
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

BUCKET = "code"
STACK = "guildhall"
# Stands for what moto cannot make.
ABSENT = "not-in-moto"
# Of a parameter, moto does not tell the value; permissions are the API's, to call aliases; and what a stream or a queue sets off
# would run in Docker.
UNFIT = {"AWS::SSM::Parameter", "AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping"}


class NoManagedPolicies:
    """Policies are written out in the template, so none of AWS's has to be looked up."""

    def load(self):
        return {}


def packed():
    """The template with the archives where `sam` has uploaded them."""
    command = ["sam", "package", "--template-file", "template.yaml", "--s3-bucket", BUCKET]
    packaged = Path("packaged.yaml")
    subprocess.run([*command, "--output-template-file", packaged], check=True, capture_output=True)
    return yaml_parse(packaged.read_text())


def with_what_moto_knows(template):
    """Without the resources that moto's CloudFormation does not know, and what is only about those."""
    known = get_model_map().keys() - UNFIT
    absent = {id for id, it in template["Resources"].items() if it["Type"] not in known}
    kinds = sorted({template["Resources"][id]["Type"] for id in absent})
    print(f"Left out, since moto does not know them: {', '.join(kinds)}")

    def without(part):
        match part:
            case {"Ref": name} if name in absent:
                return ABSENT
            case {"Fn::GetAtt": [name, _]} if name in absent:
                return ABSENT
            case {"Fn::Sub": str(text)} if any(f"${{{name}" in text for name in absent):
                return ABSENT
            case {"Fn::Sub": [str(text), _]} if any(f"${{{name}" in text for name in absent):
                return ABSENT
            case dict():
                return {name: without(value) for name, value in part.items()}
            case list():
                return [without(value) for value in part]
            case _:
                return part

    resources = {id: it for id, it in template["Resources"].items() if id not in absent}
    for resource in resources.values():
        # Whose tags it reads as KMS itself has them, and not as CloudFormation has.
        if resource["Type"] == "AWS::KMS::Key":
            del resource["Properties"]["Tags"]
    template["Resources"] = without(resources)
    template["Outputs"] = without(template["Outputs"])
    # What they assert is CloudFormation's own business.
    template.pop("Rules", None)
    return template


def deploy(parameters):
    """Makes the stack, or changes it."""
    template = with_what_moto_knows(transform(packed(), parameters, NoManagedPolicies()))
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
    )
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def deployed_functions():
    """The configurations of all deployed functions, by their names without the stage."""
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    functions = [function for page in pages for function in page["Functions"]]
    return {function["FunctionName"].removeprefix("guildhall-dev-"): function for function in functions}


def assert_deployed_as_archived(functions, architecture):
    archives = {file.stem: file for file in Path("functions").glob("*.zip")}
    assert archives.keys() == functions.keys(), archives.keys() ^ functions.keys()
    for name, file in archives.items():
        digest = base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
        function = functions[name]
        assert function["CodeSha256"] == digest, f"{name} is not what was archived"
        assert function["Architectures"] == [architecture], function
        assert function["Runtime"] == "provided.al2023", function
    print(f"{len(functions)} functions are deployed as they were archived")


def free_address():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


def invoke(function, event, endpoint, folder):
    """Runs a deployed function, as it is configured, under AWS's runtime interface emulator, and asks it once."""
    name = function["FunctionName"].removeprefix("guildhall-dev-")
    with zipfile.ZipFile(f"functions/{name}.zip") as archive:
        bootstrap = Path(archive.extract("bootstrap", folder / name))
    bootstrap.chmod(0o755)
    sam = Path(subprocess.run(["which", "sam"], check=True, capture_output=True, text=True).stdout.strip())
    machine = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    [emulator] = sam.parent.parent.glob(f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")
    address, runtime_api = free_address(), free_address()
    # moto keeps numbers as they are in the template; Lambda makes texts of them.
    variables = {name: str(value) for name, value in function["Environment"]["Variables"].items()}
    environment = variables | {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "10",
    }
    addresses = ["--runtime-interface-emulator-address", address, "--runtime-api-address", runtime_api]
    command = [emulator, *addresses, bootstrap]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            url = f"http://{address}/2015-03-31/functions/function/invocations"
            request = urllib.request.Request(url, json.dumps(event).encode())
            for _ in range(100):
                with contextlib.suppress(ConnectionError, urllib.error.URLError):
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        return json.load(answer)
                time.sleep(0.1)
            process.kill()
            sys.exit(f"{name} does not answer: {process.stdout.read().decode()}")
        finally:
            process.kill()


def main():
    # What moto says of each resource that it half knows, and the transform of AWS's feature toggles.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    os.environ |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    # In place of the one that CloudFormation would make.
    boto3.client("secretsmanager").create_secret(Name=ABSENT, SecretString="k" * 64)

    outputs = deploy({"Stage": "dev"})
    [architecture] = yaml_parse(Path("template.yaml").read_text())["Parameters"]["Architecture"]["AllowedValues"]
    functions = deployed_functions()
    assert_deployed_as_archived(functions, architecture)
    table = boto3.client("dynamodb").describe_table(TableName=outputs["TableName"])["Table"]
    assert table["TableArn"] == outputs["TableArn"] and table["LatestStreamArn"] == outputs["StreamArn"], table
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"directory", "by_user"}, table
    print("The table has its indexes and its stream")

    if architecture != platform.machine().replace("aarch64", "arm64"):
        print(f"This machine cannot run what is built for {architecture}")
    else:
        folder = Path.cwd() / "running"
        made = invoke(functions["create-game"], {"name": "My Game"}, endpoint, folder)
        listed = invoke(functions["list-games"], {}, endpoint, folder)
        assert [game["name"] for game in listed["games"]] == ["My Game"], (made, listed)
        print("The deployed functions answer on the deployed table")
    server.stop()


if __name__ == "__main__":
    main()
