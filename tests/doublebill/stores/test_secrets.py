import errno
import json
import os
import stat
import sys

import boto3
import pytest
from botocore.stub import Stubber

from contract import ConcurrentSecretsContract, SecretsContract
from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.pseudonyms import Key
from doublebill.service.access import pseudonym_key
from doublebill.stores.sealing import sealed_keys
from doublebill.stores.secrets import KeyFile, KeyRing, ManagedSecrets, open_secrets
from fakes import MemoryObjects


class TestSecretsManagerOnMoto(SecretsContract):
    @pytest.fixture
    def secrets(self, aws):
        boto3.client("secretsmanager").create_secret(Name="key", SecretString="a key that only tests know")
        return open_secrets("secretsmanager://key")

    def test_the_string_of_the_secret_is_the_key(self, secrets):
        assert secrets.keys() == KeyRing([Key(b"a key that only tests know")], bare=True)

    def test_the_secret_is_found_by_its_arn(self, secrets):
        arn = boto3.client("secretsmanager").describe_secret(SecretId="key")["ARN"]
        assert open_secrets(f"secretsmanager://{arn}").keys() == secrets.keys()

    def test_a_secret_that_is_not_there_makes_the_store_unavailable(self, secrets):
        with pytest.raises(StoreUnavailable, match="ResourceNotFoundException"):
            open_secrets("secretsmanager://another").keys()


class TestKeyFile(SecretsContract, ConcurrentSecretsContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"file://{tmp_path}/home/pseudonym.key"

    @pytest.fixture
    def secrets(self, url):
        return open_secrets(url)

    def test_only_its_owner_may_read_it(self, secrets, tmp_path):
        secrets.keys()
        assert stat.S_IMODE((tmp_path / "home" / "pseudonym.key").stat().st_mode) == 0o600

    def test_a_key_is_kept_across_openings_and_leaves_nothing_else(self, secrets, url, tmp_path):
        assert open_secrets(url).keys() == secrets.keys()
        assert [file.name for file in (tmp_path / "home").iterdir()] == ["pseudonym.key"]

    def test_the_digits_of_an_earlier_version_are_a_bare_key(self, tmp_path):
        (tmp_path / "key").write_text("ab" * 32)
        assert KeyFile(tmp_path / "key").keys() == KeyRing([Key(b"\xab" * 32)], bare=True)

    def test_two_files_hold_two_keys(self, tmp_path):
        assert KeyFile(tmp_path / "a").keys() != KeyFile(tmp_path / "b").keys()

    @pytest.mark.parametrize(
        "content",
        ["not hexadecimal", "abc", "é", "{}", '{"format": 2, "keys": []}', '{"format": 2, "keys": [{"key": "ab"}]}'],
    )
    def test_a_file_that_holds_no_key_makes_the_store_unavailable_and_stays(self, secrets, tmp_path, content):
        file = tmp_path / "pseudonym.key"
        file.write_text(content)
        with pytest.raises(StoreUnavailable, match="key file"):
            KeyFile(file).keys()
        assert file.read_text() == content


class TestProtectedKeyFile(SecretsContract):
    @pytest.fixture
    def secrets(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sealed_keys, "COST", {"n": 1 << 4, "r": 8, "p": 1})
        monkeypatch.setenv(sealed_keys.PASSPHRASE, "a passphrase of tests")
        return open_secrets(f"file://{tmp_path}/pseudonym.key")

    def test_the_file_does_not_have_the_key(self, secrets, tmp_path):
        (key,) = secrets.keys().keys
        stored = (tmp_path / "pseudonym.key").read_bytes()
        assert key.secret not in stored
        assert key.secret.hex().encode() not in stored

    def test_another_passphrase_or_none_is_refused_and_says_so(self, secrets, tmp_path):
        secrets.keys()
        for passphrase, problem in (("", "set DOUBLEBILL_PASSPHRASE"), ("another", "is not the passphrase")):
            with pytest.raises(StoreUnavailable, match=problem):
                KeyFile(tmp_path / "pseudonym.key", passphrase).keys()

    def test_a_file_that_was_changed_is_refused(self, secrets, tmp_path):
        secrets.keys()
        file = tmp_path / "pseudonym.key"
        fields = json.loads(file.read_bytes())
        for harm in (
            {"sealed": fields["sealed"][:-2] + ("00" if fields["sealed"][-2:] != "00" else "01")},
            {"nonce": "00" * 12},
            {"salt": "zz"},
            {"scrypt": {"n": 1 << 40, "r": 8, "p": 1}},
            {"sealed": None},
        ):
            file.write_text(json.dumps({**fields, **harm}))
            with pytest.raises(StoreUnavailable):
                secrets.keys()

    def test_keys_in_the_clear_are_read_and_protected_when_that_is_asked_for(self, secrets, tmp_path):
        plain = KeyFile(tmp_path / "pseudonym.key", "")
        ring = plain.keys()
        assert secrets.keys() == ring
        secrets.protect()
        assert secrets.keys() == ring
        assert ring.keys[0].secret.hex() not in "".join(file.read_text() for file in tmp_path.iterdir())
        with pytest.raises(StoreUnavailable, match="set DOUBLEBILL_PASSPHRASE"):
            plain.protect()

    def test_without_the_package_the_keys_stay_in_place(self, secrets, tmp_path, monkeypatch):
        KeyFile(tmp_path / "pseudonym.key", "").keys()
        before = files_in(tmp_path)
        monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
        objects, other = MemoryObjects(), KeyRing([Key(b"another key of tests")])
        for action in (
            secrets.protect,
            lambda: pseudonym_key.rotate(objects, secrets, 1),
            lambda: pseudonym_key.restore(MemoryObjects(), secrets, other.to_bytes()),
        ):
            with pytest.raises(StoreUnavailable, match=r"doublebill\[passphrase\]"):
                action()
            assert files_in(tmp_path) == before

    def test_where_the_disk_is_full_the_keys_stay_in_place(self, secrets, tmp_path, monkeypatch):
        secrets.keys()
        before = files_in(tmp_path)
        monkeypatch.setattr(os, "fsync", no_space)
        for action in (secrets.protect, lambda: secrets.put_keys(KeyRing([Key(b"another key of tests")]))):
            with pytest.raises(StoreUnavailable, match="No space left"):
                action()
            assert files_in(tmp_path) == before

    def test_protecting_seals_replaced_keys_that_no_other_file_has(self, secrets, tmp_path):
        secrets.keys()
        replaced, lost = tmp_path / "pseudonym.key.replaced-00000000", KeyRing([Key(b"a key of another ring")])
        KeyFile(replaced, "").put_keys(lost)
        secrets.protect()
        assert sealed_keys.is_sealed(replaced.read_bytes())
        assert stat.S_IMODE(replaced.stat().st_mode) == 0o600
        assert KeyFile(replaced).keys() == lost

    def test_a_replaced_file_that_cannot_be_read_makes_the_store_unavailable(self, secrets, tmp_path):
        (tmp_path / "pseudonym.key.replaced-00000000").mkdir()
        with pytest.raises(StoreUnavailable, match=r"key file.*replaced-00000000"):
            secrets.protect()

    def test_a_missing_package_is_named_with_the_extra(self, secrets, monkeypatch):
        monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
        with pytest.raises(StoreUnavailable, match=r"doublebill\[passphrase\]"):
            secrets.keys()


def files_in(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def no_space(_handle):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("url", ["", "secretsmanager://", "file://", "file://host", "key", "vault://key"])
def test_a_url_of_no_known_form_is_refused(url):
    with pytest.raises(SettingsIncomplete, match="use secretsmanager://name or file:///key"):
        open_secrets(url)


def test_a_refusal_makes_the_store_unavailable():
    client = boto3.client(
        "secretsmanager", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stub:
        stub.add_client_error("get_secret_value", "AccessDeniedException", http_status_code=400)
        with pytest.raises(StoreUnavailable, match="AccessDeniedException"):
            ManagedSecrets("key", client).keys()


def test_no_region_makes_the_store_unavailable(monkeypatch):
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(StoreUnavailable, match="NoRegionError"):
        open_secrets("secretsmanager://key").keys()
