"""The settings: safe unless told otherwise, and clear about what they lack."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from wscb.environment import (
    REQUIRED_IN_PRODUCTION,
    chosen_environment,
    development_secret_key,
    iso_day,
    require_production_variables,
)

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "ENV_FILE": "",
    "SECRET_KEY": "k3y-" * 20 + "with-enough-different-letters",
    "ALLOWED_HOSTS": "board.example.org",
    "IDENTIFIER_KEY_FILE": "/run/secrets/identifier.key",
    "EMAIL_URL": "dummymail://",
    "PROXY_COUNT": "1",
}


def in_a_fresh_process(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Settings are read once a process, so each environment gets its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def setting(variables: dict[str, str], expression: str) -> str:
    run = in_a_fresh_process(variables, "-c", f"from wscb import settings; print({expression})")
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_production_is_the_default_and_says_all_that_it_lacks() -> None:
    run = in_a_fresh_process({"ENV_FILE": ""}, "manage.py", "check")
    assert run.returncode == 1
    for name in REQUIRED_IN_PRODUCTION:
        assert f"  {name}: " in run.stderr


def test_only_what_is_missing_is_named() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        require_production_variables(PRODUCTION | {"EMAIL_URL": ""})
    assert "EMAIL_URL: " in str(refusal.value)
    assert "SECRET_KEY: " not in str(refusal.value)


def test_production_passes_the_deployment_check() -> None:
    run = in_a_fresh_process(PRODUCTION, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert run.returncode == 0, run.stderr


def test_production_shows_no_debugging_pages_and_makes_no_key() -> None:
    assert setting(PRODUCTION, "[settings.DEBUG, settings.IDENTIFIER_KEY_CREATE]") == "[False, False]"


def test_production_queues_large_files_for_a_worker_and_a_machine_of_ones_own_needs_none() -> None:
    chosen = "settings.TASKS['default']['BACKEND']"
    development = {"ENV_FILE": "", "WSCB_ENV": "development"}
    assert setting(PRODUCTION, chosen) == "django_tasks_db.DatabaseBackend"
    assert setting(development, chosen) == "django_tasks.backends.immediate.ImmediateBackend"
    assert setting(development | {"TASKS_BACKEND": "somebodys.Queue"}, chosen) == "somebodys.Queue"


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="'staging'"):
        chosen_environment({"WSCB_ENV": "staging"})


def test_a_second_factor_is_one_setting_away() -> None:
    run = in_a_fresh_process(
        {"ENV_FILE": "", "WSCB_ENV": "development", "MFA_ENABLED": "on"},
        "-c",
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'wscb.settings'\n"
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('check')\n"
        "from django.urls import reverse; print(reverse('mfa_index'))",
    )
    assert run.stdout.splitlines()[-1:] == ["/accounts/2fa/"], run.stderr


def test_a_postgresql_url_chooses_postgresql() -> None:
    variables = PRODUCTION | {"DATABASE_URL": "postgres://someone:secret@db.example.org:5433/wscb"}
    chosen = setting(variables, "[settings.DATABASES['default'][k] for k in ('ENGINE', 'HOST', 'PORT', 'NAME')]")
    assert chosen == "['django.db.backends.postgresql', 'db.example.org', 5433, 'wscb']"


def test_a_board_day_that_is_no_day_is_refused() -> None:
    assert iso_day("BOARD_TIME", "2017-05-24") == "2017-05-24"
    assert iso_day("BOARD_TIME", "") == ""
    with pytest.raises(ImproperlyConfigured, match="BOARD_TIME is '24/05/2017'"):
        iso_day("BOARD_TIME", "24/05/2017")


def test_the_development_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "secret.key"
    first = development_secret_key(kept)
    assert len(first) > 50
    assert development_secret_key(kept) == first
    assert kept.stat().st_mode & 0o077 == 0
    assert list(kept.parent.iterdir()) == [kept]
