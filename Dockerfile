FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    STATIC_ROOT=/srv/static

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin board

WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .

# Static files are hashed and compressed into the image. These values serve this one step and stay in no layer's
# environment; at run time each must be set anew.
RUN SECRET_KEY=collecting-static-files-signs-nothing-and-this-key-is-thrown-away \
    ALLOWED_HOSTS=localhost IDENTIFIER_KEY_FILE=/nonexistent EMAIL_URL=dummymail:// \
    python manage.py collectstatic --noinput \
    && install -d -o board -g board /app/var

USER board
EXPOSE 8000

# The server answers only to its own names, so the check asks under the first of them.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "\
import os, urllib.request as u; \
host = os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.*') or 'localhost'; \
u.urlopen(u.Request('http://127.0.0.1:8000/health', headers={'Host': host}), timeout=4)"]

CMD ["gunicorn", "wscb.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", \
     "--worker-tmp-dir", "/dev/shm", "--timeout", "120", "--access-logfile", "-"]
