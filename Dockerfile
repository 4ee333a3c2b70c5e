# The service: `docker build .`; the playground: `docker build --target playground .`
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv --without-pip /packages
COPY requirements.txt .
RUN pip --python /packages/bin/python install --no-cache-dir --disable-pip-version-check --requirement requirements.txt


FROM python:3.11-slim-bookworm AS base
ENV PATH=/packages/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin bites
WORKDIR /srv
COPY --from=packages /packages /packages


FROM base AS playground
COPY playground playground
RUN python -m compileall -q playground && install --directory --owner=bites /clock
USER 10001
EXPOSE 8081
CMD ["python", "-m", "playground", "--host", "0.0.0.0"]


FROM base AS service
COPY app app
RUN python -m compileall -q app
# Nothing is written but the log's lines on the console, so the root file system may be read-only.
ENV LOG_FILE="" \
    HEALTH_PORT=8000
USER 10001
EXPOSE 8000
# Every role answers there. An orchestrator that restarts what is unhealthy should not do so because the database is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["python", "-m", "app", "--host", "0.0.0.0", "--port", "8000"]
