"""Server time and queries of the main pages on the demonstration, beside the sign-in page in the same run."""

import statistics
import time

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

PAGES = {"summary": "/", "theme": "/dashboard/child_protection/", "measure": "/measures/cp03/"}
TIMES = 15


def run() -> None:
    user = User.objects.filter(email="quality@demo.example").first()
    if user is None:
        print("pages: load the demonstration first (make demo).")
        return
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"x-forwarded-proto": "https"})
    reference = _median(Client(), "/accounts/login/")
    client.force_login(user)
    for name, address in PAGES.items():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            body = client.get(address).content
        asked = len(queries)  # before further requests empty the log
        median = _median(client, address)
        print(
            f"pages: {name} {median * 1000:.0f} ms median, {asked} queries, {len(body) / 1024:.0f} KB; "
            f"{median / reference:.1f} times the sign-in page"
        )


def _median(client: Client, address: str) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        response = client.get(address)
        taken.append(time.perf_counter() - started)
        assert response.status_code == 200, (address, response.status_code)
    return statistics.median(taken)
