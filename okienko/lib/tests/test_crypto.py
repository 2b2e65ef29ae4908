import pytest

from okienko.lib import crypto, keys


def test_rotation_opens_old_secrets_and_signs_with_the_new_key(settings):
    settings.SECRET_KEYS = ["old"]
    secret, signed = crypto.encrypt("hasło"), crypto.signature("42", purpose="p")
    settings.SECRET_KEYS = ["new", "old"]

    assert crypto.decrypt(secret) == "hasło"
    assert crypto.is_signed("42", signed, purpose="p")
    assert crypto.signature("42", purpose="p") != signed


def test_a_lost_key_is_told_in_words(settings):
    settings.SECRET_KEYS = ["old"]
    secret = crypto.encrypt("hasło")
    settings.SECRET_KEYS = ["other"]
    with pytest.raises(crypto.Unreadable, match="OKIENKO_SECRET_KEYS"):
        crypto.decrypt(secret)


def test_a_signature_is_worth_nothing_for_another_purpose_or_text():
    signed = crypto.signature("42", purpose="reply-address")

    assert crypto.is_signed("42", signed.upper(), purpose="reply-address")
    assert not crypto.is_signed("43", signed, purpose="reply-address")
    assert not crypto.is_signed("42", signed, purpose="other")


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "deep" / "secret.keys"
    first = keys.kept_in(path)

    assert keys.kept_in(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(first[0]) >= 48
