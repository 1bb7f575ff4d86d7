# Tongxing 通行: the provider, its worker, the simulated registers and the sample portals.
#
#   docker build -t tongxing .
#   docker run --read-only --tmpfs /tmp -v tongxing:/var/lib/tongxing -p 127.0.0.1:8000:8000 tongxing

FROM python:3.11-slim AS packages
COPY requirements.lock /build/
RUN python -m venv /opt/tongxing \
 && /opt/tongxing/bin/pip install --no-cache-dir --only-binary :all: --require-hashes \
      -r /build/requirements.lock

FROM python:3.11-slim
LABEL org.opencontainers.image.title="tongxing" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/tongxing --shell /usr/sbin/nologin \
      tongxing \
 && install -d -m 0700 -o tongxing -g tongxing /var/lib/tongxing
COPY --from=packages /opt/tongxing /opt/tongxing
COPY idp /app/idp
COPY clients /app/clients
COPY migrations /app/migrations
# Byte code is made here, because a container that is run read-only could not keep it.
RUN /opt/tongxing/bin/python -m compileall -q /app
# Under the very path of the package, so that `idp` and its migrations are found as in a checkout.
RUN echo /app > "$(/opt/tongxing/bin/python -c 'import site; print(site.getsitepackages()[0])')/tongxing.pth"

ENV PATH=/opt/tongxing/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    IDP_DATA_DIR=/var/lib/tongxing \
    IDP_SERVER__HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/tongxing
VOLUME /var/lib/tongxing
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz/ready', timeout=4)"]
ENTRYPOINT ["python", "-m", "idp"]
CMD ["serve"]
