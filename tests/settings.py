"""The project's settings as the tests run them: whatever `.env` says, and without costly password hashing."""

import os

os.environ["ENV_FILE"] = ""
os.environ["WSCB_ENV"] = "development"
os.environ["BOARD_TIME"] = ""
os.environ.setdefault("SECRET_KEY", "a key for the tests alone, which sign nothing anyone keeps")

from wscb.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
