"""Temporary keys: boto3's `sts` client against the S3 address, with a real OpenID Connect provider."""

import base64
import hashlib
import html
import json
import os
import pathlib
import re
import secrets
import subprocess
import time
import urllib.parse

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore import UNSIGNED

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))
REDIRECT_URI = "http://127.0.0.1:1/signed-in"
READ_OPEN = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/open/*"}]}
HOME = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
     "Resource": "arn:aws:s3:::*/home/${jwt:preferred_username}/*"}]}


def admin(server, *words, stdin=None):
    environment = {"PATH": os.environ["PATH"], "PENSTOCK_S3_URL": server.s3_url,
                   "PENSTOCK_ROOT_USER": server.access_key,
                   "PENSTOCK_ROOT_PASSWORD": server.secret_key}
    ended = subprocess.run([BINARY, "admin", *words], capture_output=True, text=True, timeout=60,
                           env=environment, input=stdin)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def client(service, server, access_key, secret_key, token=None):
    config = Config(retries={"max_attempts": 0},
                    signature_version="s3v4" if service == "s3" else None)
    return boto3.client(service, endpoint_url=server.s3_url, aws_access_key_id=access_key,
                        aws_secret_access_key=secret_key, aws_session_token=token,
                        region_name="us-east-1", config=config)


def session_client(server, answer, service="s3"):
    keys = answer["Credentials"]
    return client(service, server, keys["AccessKeyId"], keys["SecretAccessKey"],
                  keys["SessionToken"])


def code_of(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def provider():
    """The issuer's URL of oidc-provider, a certified implementation, running on this machine."""
    made = subprocess.run([ROOT / "scripts/oidc-provider"], capture_output=True, text=True)
    if made.returncode == 3:
        pytest.skip(made.stderr.strip())
    assert made.returncode == 0, made.stderr
    process = subprocess.Popen(["node", "provider.mjs", REDIRECT_URI], cwd=made.stdout.strip(),
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield json.loads(process.stdout.readline())["issuer"]
    process.terminate()
    process.wait()


@pytest.fixture
def web_server(provider, own_server):
    """A server whose users come from the provider."""
    return own_server(
        "data", "--oidc-config-url", f"{provider}/.well-known/openid-configuration",
        "--oidc-client-id", "penstock", env={"PENSTOCK_OIDC_CLIENT_SECRET": "penstock-secret"})


def submit(browser, page, **fields):
    """Sends the form of a page of the provider, as a browser would."""
    action = html.unescape(re.search(r'<form[^>]*action="([^"]+)"', page.text)[1])
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return browser.post(urllib.parse.urljoin(page.url, action), {**hidden, **fields},
                        allow_redirects=False)


def follow(browser, response):
    """Follows redirects until a page comes, or the address that the client gave."""
    while response.is_redirect:
        target = urllib.parse.urljoin(response.url, response.headers["Location"])
        if target.startswith(REDIRECT_URI):
            return target
        response = browser.get(target, allow_redirects=False)
    return response


def sign_in(issuer, name, client_id="penstock"):
    """An ID token, by authorization code with PKCE, through the provider's own pages."""
    browser = requests.Session()
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    page = follow(browser, browser.get(f"{issuer}/auth", allow_redirects=False, params={
        "client_id": client_id, "response_type": "code", "scope": "openid",
        "redirect_uri": REDIRECT_URI, "code_challenge": challenge.decode(),
        "code_challenge_method": "S256"}))
    page = follow(browser, submit(browser, page, login=name, password="anything"))
    landed = follow(browser, submit(browser, page))
    code = urllib.parse.parse_qs(urllib.parse.urlparse(landed).query)["code"][0]
    answer = requests.post(f"{issuer}/token", auth=(client_id, f"{client_id}-secret"), data={
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI,
        "code_verifier": verifier}, timeout=30)
    answer.raise_for_status()
    return answer.json()["id_token"]


def unsigned_sts(server):
    return boto3.client("sts", endpoint_url=server.s3_url, region_name="us-east-1",
                        config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}))


def assume_web(server, token, **more):
    return unsigned_sts(server).assume_role_with_web_identity(
        RoleArn="arn:aws:iam::000000000000:role/web", RoleSessionName="browser",
        WebIdentityToken=token, **more)


def assume(sts, **more):
    return sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/any", RoleSessionName="work",
                           **more)


def test_who_am_i(server, bucket_name):
    root = client("sts", server, server.access_key, server.secret_key).get_caller_identity()
    assert root["Arn"] == "arn:aws:iam::000000000000:root"
    assert root["Account"] == "000000000000"
    name = f"user-{bucket_name}"
    admin(server, "user", "add", name, "a-secret-of-its-own", "--policy", "readwrite")
    sts = client("sts", server, name, "a-secret-of-its-own")
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::000000000000:user/{name}"
    session = session_client(server, assume(sts), "sts").get_caller_identity()
    assert session["Arn"] == f"arn:aws:sts::000000000000:assumed-role/{name}/work"


def test_a_session_may_do_what_both_policies_allow(server, bucket_name):
    name = f"user-{bucket_name}"
    admin(server, "user", "add", name, "a-secret-of-its-own", "--policy", "readwrite")
    client("s3", server, name, "a-secret-of-its-own").create_bucket(Bucket=bucket_name)
    sts = client("sts", server, name, "a-secret-of-its-own")

    wide = session_client(server, assume(sts))
    wide.put_object(Bucket=bucket_name, Key="open/a", Body=b"1")
    wide.put_object(Bucket=bucket_name, Key="closed/a", Body=b"2")
    answer = assume(sts, Policy=json.dumps(READ_OPEN), DurationSeconds=900)
    lifetime = answer["Credentials"]["Expiration"].timestamp() - time.time()
    assert 800 < lifetime < 1000
    narrow = session_client(server, answer)
    assert narrow.get_object(Bucket=bucket_name, Key="open/a")["Body"].read() == b"1"
    assert code_of(narrow.get_object, Bucket=bucket_name, Key="closed/a") == "AccessDenied"
    assert code_of(narrow.put_object, Bucket=bucket_name, Key="open/b", Body=b"") == "AccessDenied"
    # Presigned with temporary keys.
    url = narrow.generate_presigned_url("get_object", {"Bucket": bucket_name, "Key": "open/a"})
    assert requests.get(url, timeout=30).content == b"1"
    assert requests.get(url.replace("X-Amz-Security-Token=", "X-Amz-Security-Token=x"),
                        timeout=30).status_code in (400, 403)


def test_sessions_outlive_a_restart_and_end_with_their_user(own_server):
    server = own_server()
    admin(server, "user", "add", "anna", "annas-secret", "--policy", "readwrite")
    answer = assume(client("sts", server, "anna", "annas-secret"))
    session_client(server, answer).create_bucket(Bucket="bucket")
    server.kill()
    server = own_server()
    s3 = session_client(server, answer)
    s3.put_object(Bucket="bucket", Key="k", Body=b"1")
    admin(server, "user", "disable", "anna")
    assert code_of(s3.get_object, Bucket="bucket", Key="k") == "InvalidToken"
    admin(server, "user", "enable", "anna")
    s3.get_object(Bucket="bucket", Key="k")


def test_what_sts_refuses(server):
    sts = client("sts", server, server.access_key, server.secret_key)
    assert code_of(assume, sts=sts, Policy="{}") == "MalformedPolicyDocument"
    assert code_of(assume, sts=sts, DurationSeconds=43201) == "ValidationError"
    assert code_of(assume, sts=sts, Tags=[{"Key": "a", "Value": "b"}]) == "ValidationError"
    assert code_of(sts.get_session_token) == "InvalidAction"
    wrong = client("sts", server, server.access_key, "a wrong secret")
    assert code_of(wrong.get_caller_identity) == "SignatureDoesNotMatch"
    nobody = client("sts", server, "NOBODYATALL", "a wrong secret")
    assert code_of(nobody.get_caller_identity) == "InvalidClientTokenId"
    again = session_client(server, assume(sts), "sts")
    assert code_of(assume, sts=again) == "AccessDenied"
    assert code_of(assume_web, server=server, token="a.b.c" * 10) == "InvalidIdentityToken"


def test_the_root_password_can_be_changed(own_server):
    keys = {"PENSTOCK_ROOT_USER": "the-root", "PENSTOCK_ROOT_PASSWORD": "the first secret"}
    server = own_server(env=keys)
    server.access_key, server.secret_key = keys.values()
    admin(server, "user", "add", "anna", "annas-secret", "--policy", "readwrite")
    assert server.stop() == 0
    keys["PENSTOCK_ROOT_PASSWORD"] = "the second secret"
    with pytest.raises(RuntimeError, match="PENSTOCK_ROOT_PASSWORD_OLD"):
        own_server(env=keys)
    server = own_server(env={**keys, "PENSTOCK_ROOT_PASSWORD_OLD": "the first secret"})
    client("sts", server, "anna", "annas-secret").get_caller_identity()
    client("sts", server, "the-root", "the second secret").get_caller_identity()
    assert server.stop() == 0
    server = own_server(env=keys)
    client("sts", server, "anna", "annas-secret").get_caller_identity()


def test_a_person_of_the_provider(provider, web_server):
    root = client("s3", web_server, web_server.access_key, web_server.secret_key)
    root.create_bucket(Bucket="shared")
    token = sign_in(provider, "carol")
    assert code_of(assume_web, server=web_server, token=token) == "AccessDenied"  # no such policy
    policy = web_server.data_dir.parent / "home.json"
    policy.write_text(json.dumps(HOME))
    admin(web_server, "policy", "create", "home", str(policy))
    answer = assume_web(web_server, token)
    assert answer["SubjectFromWebIdentityToken"] == "carol"
    assert answer["Audience"] == "penstock"
    assert answer["Provider"] == provider
    s3 = session_client(web_server, answer)
    s3.put_object(Bucket="shared", Key="home/carol/a", Body=b"mine")
    assert s3.get_object(Bucket="shared", Key="home/carol/a")["Body"].read() == b"mine"
    assert code_of(s3.put_object, Bucket="shared", Key="home/dave/a", Body=b"") == "AccessDenied"
    assert s3.list_buckets()["Buckets"] == []
    read_only = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
    narrow = session_client(web_server, assume_web(web_server, token, Policy=read_only))
    narrow.get_object(Bucket="shared", Key="home/carol/a")
    assert code_of(narrow.put_object, Bucket="shared", Key="home/carol/b", Body=b"") == "AccessDenied"


def test_claims_decide(provider, web_server):
    answer = assume_web(web_server, sign_in(provider, "dave"))
    sts = session_client(web_server, answer, "sts")
    assert sts.get_caller_identity()["UserId"] == "dave:browser"
    assert code_of(assume_web, server=web_server, token=sign_in(provider, "erin")) == "AccessDenied"


def test_tokens_for_others_and_forged_ones(provider, web_server):
    other = sign_in(provider, "dave", "other")
    assert code_of(assume_web, server=web_server, token=other) == "InvalidIdentityToken"
    head, claims, signature = sign_in(provider, "dave").split(".")
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=="))
    decoded["policy"] = "consoleAdmin"
    forged = base64.urlsafe_b64encode(json.dumps(decoded).encode()).decode().rstrip("=")
    assert code_of(assume_web, server=web_server,
                   token=f"{head}.{forged}.{signature}") == "InvalidIdentityToken"
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert code_of(assume_web, server=web_server, token=f"{none}.{forged}.") == "InvalidIdentityToken"


def test_curve_keys_and_a_role_policy(provider, own_server):
    """Tokens signed with ES256; everybody has the same policy, whatever his claims."""
    server = own_server("data", "--oidc-config-url",
                        f"{provider}/.well-known/openid-configuration",
                        "--oidc-client-id", "penstock-ec", "--oidc-role-policy", "readwrite")
    token = sign_in(provider, "erin", "penstock-ec")
    head = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert head["alg"] == "ES256"
    s3 = session_client(server, assume_web(server, token))
    s3.create_bucket(Bucket="erins")
    s3.put_object(Bucket="erins", Key="k", Body=b"1")


def test_a_provider_that_is_away(own_server):
    server = own_server("data", "--oidc-config-url", "http://127.0.0.1:1/openid-configuration",
                        "--oidc-client-id", "penstock")
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=")
                     for part in (b'{"alg":"RS256"}', b'{"sub":"x"}', b"x"))
    assert code_of(assume_web, server=server, token=token) == "IDPCommunicationError"


def test_the_pipelines_api_takes_people_of_the_provider(provider, own_server):
    """With the policies of their claims, or those of everybody; by their token or a browser's cookie."""
    server = own_server("data", "--api-auth", "--oidc-config-url",
                        f"{provider}/.well-known/openid-configuration", "--oidc-client-id", "penstock",
                        "--oidc-redirect-uri", REDIRECT_URI,
                        env={"PENSTOCK_OIDC_CLIENT_SECRET": "penstock-secret"})
    runs = f"{server.api_url}/apis/v2beta1/runs"
    token = sign_in(provider, "carol")

    def status(method="GET", bearer=token):
        return requests.request(method, runs, timeout=30, json={} if method == "POST" else None,
                                headers={"Authorization": f"Bearer {bearer}"}).status_code

    assert status() == 403  # none of her policies exists
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "pipelines:Read*",
         "Condition": {"StringEquals": {"jwt:sub": "carol"}}}]}
    admin(server, "policy", "create", "home", "-", stdin=json.dumps(policy))
    assert (status(), status("POST")) == (200, 403)
    head, claims, signature = token.split(".")
    assert status(bearer=f"{head}.{claims}.{signature[::-1]}") == 401
    assert status(bearer=sign_in(provider, "dave", "other")) == 401
    told = requests.get(f"{server.api_url}/apis/v2beta1/permissions", timeout=30,
                        headers={"Authorization": f"Bearer {token}"}).json()
    assert told["user"] == "carol" and "pipelines:ReadRuns" in told["permissions"]
    browser = requests.Session()
    assert browser.get(runs, timeout=30).status_code == 401
    end_in_browser(server, browser, begin_in_browser(server, browser, "carol"))
    assert browser.get(runs, timeout=30).status_code == 200
    assert browser.post(runs, json={}, timeout=30).status_code == 403


def begin_in_browser(server, browser, name, return_to="/"):
    """Signs in at the provider's pages; gives the address it sends the browser back to."""
    began = browser.get(f"{server.api_url}/penstock/sign-in", allow_redirects=False, timeout=30,
                        params={"return_to": return_to})
    assert began.status_code == 302
    page = follow(browser, began)
    page = follow(browser, submit(browser, page, login=name, password="anything"))
    return follow(browser, submit(browser, page))


def end_in_browser(server, browser, landed):
    """What a proxy at the redirect URI does: the same request, to the server."""
    query = urllib.parse.urlparse(landed).query
    return browser.get(f"{server.api_url}/penstock/sign-in/done?{query}", allow_redirects=False,
                       timeout=30)


@pytest.fixture
def browser_server(provider, own_server):
    server = own_server(
        "data", "--oidc-config-url", f"{provider}/.well-known/openid-configuration",
        "--oidc-client-id", "penstock", "--oidc-redirect-uri", REDIRECT_URI,
        env={"PENSTOCK_OIDC_CLIENT_SECRET": "penstock-secret"})
    admin(server, "policy", "create", "home", "-", stdin=json.dumps(HOME))
    return server


def test_a_browser_signs_in_and_gets_keys(browser_server):
    server = browser_server
    session = f"{server.api_url}/penstock/session"
    browser = requests.Session()
    nobody = browser.get(session, timeout=10)
    assert nobody.status_code == 401 and nobody.json()["sign_in"] == "/penstock/sign-in"
    done = end_in_browser(server, browser, begin_in_browser(server, browser, "carol", "/runs?x=1"))
    assert (done.status_code, done.headers["Location"]) == (302, "/runs?x=1")
    cookie = done.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    keys = browser.get(session, timeout=10)
    assert keys.headers["Cache-Control"] == "no-store"
    keys = keys.json()
    assert keys["signed_in"] and keys["name"] == keys["subject"] == "carol"
    assert keys["s3_url"] == server.s3_url
    root = client("s3", server, server.access_key, server.secret_key)
    root.create_bucket(Bucket="homes")
    hers = client("s3", server, keys["access_key"], keys["secret_key"], keys["session_token"])
    hers.put_object(Bucket="homes", Key="home/carol/a", Body=b"hers")
    assert code_of(hers.put_object, Bucket="homes", Key="home/dave/a", Body=b"x") == "AccessDenied"
    # The page elsewhere has no cookie, and nobody is signed in after signing out.
    assert requests.get(session, timeout=10).status_code == 401
    assert browser.post(f"{server.api_url}/penstock/sign-out", timeout=10).status_code == 204
    assert browser.get(session, timeout=10).status_code == 401
    assert keys["secret_key"] not in server.log.read_text()


def test_a_sign_in_is_for_the_browser_that_began_it(browser_server):
    server = browser_server
    attacker = requests.Session()
    landed = begin_in_browser(server, attacker, "carol")
    victim = requests.Session()
    victim.get(f"{server.api_url}/penstock/sign-in", allow_redirects=False, timeout=30)
    assert end_in_browser(server, victim, landed).status_code == 403
    assert end_in_browser(server, requests.Session(), landed).status_code == 403
    assert end_in_browser(server, attacker, landed).status_code == 302
    assert end_in_browser(server, attacker, landed).status_code == 403  # a code serves once


def test_somebody_without_policies_is_not_signed_in(browser_server):
    browser = requests.Session()
    landed = begin_in_browser(browser_server, browser, "erin")
    refused = end_in_browser(browser_server, browser, landed)
    assert refused.status_code == 403 and "policy" in refused.text
    elsewhere = requests.Session()
    landed = begin_in_browser(browser_server, elsewhere, "carol", "//evil.example/")
    assert end_in_browser(browser_server, elsewhere, landed).headers["Location"] == "/"


def test_without_a_provider_there_is_no_sign_in(server):
    answer = requests.get(f"{server.api_url}/penstock/sign-in", timeout=10, allow_redirects=False)
    assert answer.status_code == 501 and "--oidc-config-url" in answer.text
