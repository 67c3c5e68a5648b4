"""The files of `deploy/`, by the tools that read such files, and against one another."""

import os
import pydoc
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from browser import ROOT
from packaging.requirements import Requirement
from starlette.applications import Starlette
from starlette.testclient import TestClient

import viz
from viz.serving.proxy import HEALTH, deployed
from viz.ui import health

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
PORT = 8501


def tool(name):
    """A program on PATH or beside Python, or the reason to leave its test out."""
    places = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
    return shutil.which(name, path=places) or pytest.skip(f"no {name}")


def assert_passes(*command, cwd=DEPLOY, **environment):
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=os.environ | environment
    )
    assert done.returncode == 0, done.stdout + done.stderr


def manifest(name):
    return yaml.safe_load((DEPLOY / "kubernetes" / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_kubernetes_knows_every_field(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    kubernetes_validate.validate(content, kubernetes_validate.latest_version(), strict=True)


def test_the_manifests_fit_one_another():
    deployment, service, ingress = map(manifest, ("deployment", "service", "ingress"))
    pod = deployment["spec"]["template"]
    chosen = deployment["spec"]["selector"]["matchLabels"]
    assert pod["metadata"]["labels"] == chosen == service["spec"]["selector"]
    assert manifest("disruption")["spec"]["selector"]["matchLabels"] == chosen
    assert (
        manifest("autoscaler")["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    )
    (container,) = pod["spec"]["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    assert container["image"] == f"mobilenet-atlas:{viz.__version__}"
    (port,) = service["spec"]["ports"]
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    assert port["targetPort"] == path["backend"]["service"]["port"]["name"] == "http"
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]
    claimed = pod["spec"]["volumes"][1]["persistentVolumeClaim"]["claimName"]
    assert claimed == manifest("store")["metadata"]["name"]


def test_no_balance_by_address():
    """A lecture hall has one."""
    assert "sessionAffinity" not in manifest("service")["spec"]
    annotations = manifest("ingress")["metadata"]["annotations"]
    assert annotations["haproxy.org/cookie-persistence"] == "atlas"
    assert "cookie atlas insert indirect nocache" in deployed()


def test_the_dockerfile_has_no_finding():
    assert_passes(tool("hadolint"), "Dockerfile")


def test_without_torch_an_image_has_all_that_the_app_asks_for(tmp_path):
    """The lines that TORCH=none leaves out are those of torch."""
    script = re.search(r"none\) (sed .*? requirements.txt)", DOCKERFILE)[1]
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    subprocess.run(["sh", "-c", script], check=True, cwd=tmp_path)
    texts = [(folder / "requirements.txt").read_text().splitlines() for folder in (ROOT, tmp_path)]
    before, after = (
        {Requirement(line).name for line in text if line and line[0] != "#"} for text in texts
    )
    assert before - after == {"torch", "torchvision", "torchinfo"}


def test_the_image_names_files_that_there_are_and_answers_where_it_is_asked():
    copied = re.search(r"^COPY (requirements.*) \./$", DOCKERFILE, re.M)[1]
    assert all((ROOT / name).is_file() for name in copied.split())
    assert f"EXPOSE {PORT}" in DOCKERFILE
    assert pydoc.locate(re.search(r'"-m", "(viz[\w.]+)"', DOCKERFILE)[1]).PORT == PORT
    probes = manifest("deployment")["spec"]["template"]["spec"]["containers"][0]
    assert probes["readinessProbe"]["httpGet"]["path"] == HEALTH
    answering = TestClient(Starlette(routes=health.routes()))
    for name in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert answering.get(probes[name]["httpGet"]["path"]).status_code in (200, 503)


def test_compose_takes_its_file():
    assert_passes(tool("docker-compose"), "-f", "compose.yaml", "config", "-q", COOKIE_SECRET="x")


def test_compose_starts_the_servers_that_the_proxy_looks_for():
    services = COMPOSE["services"]
    assert set(services) == {"atlas", "proxy"}
    assert f"atlas:{PORT} resolvers" in deployed()
    assert services["proxy"]["ports"] == [f"{PORT}:{PORT}"]
    (mounted,) = services["proxy"]["volumes"]
    assert (DEPLOY / mounted.split(":")[0]).read_text() == deployed()
    build = services["atlas"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert f"ARG TORCH={build['args']['TORCH']}" in DOCKERFILE


@pytest.mark.parametrize("place", [COMPOSE["services"]["atlas"], COMPOSE["services"]["proxy"]])
def test_containers_write_nowhere_else_and_gain_nothing(place):
    assert place["read_only"]
    assert place["cap_drop"] == ["ALL"]
    assert place["security_opt"] == ["no-new-privileges:true"]


def test_prometheus_takes_its_rules():
    promtool, cwd = tool("promtool"), DEPLOY / "prometheus"
    assert_passes(promtool, "check", "config", "prometheus.yml", cwd=cwd)
    assert_passes(promtool, "test", "rules", "rules_test.yml", cwd=cwd)


def test_a_space_says_that_it_is_a_container_and_where_it_listens():
    text = (DEPLOY / "space" / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(text.split("---")[1])
    assert (front["sdk"], front["app_port"]) == ("docker", PORT)
