# An offline Paystack on port 4010:
#
#   docker build -t paystack-emulator . && docker run --rm -p 127.0.0.1:4010:4010 paystack-emulator
#
# To keep its data, add --db /data/paystack.db to the command and a volume at /data.
#
# Other containers can reach it as paystack, paystack-emulator or host.docker.internal: no web site can have these names.
# If its service has another name, set PAYSTACK_EMULATOR_ALLOW_HOST to that name, or add --allow-host NAME to the command.
FROM python:3.13-slim
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN pip install --no-cache-dir '.[cli,emulator]' && rm -rf /src && mkdir /data && chown nobody /data
WORKDIR /data
USER nobody
ENV PAYSTACK_EMULATOR_ALLOW_HOST="paystack paystack-emulator host.docker.internal"
EXPOSE 4010
HEALTHCHECK --interval=5s --timeout=2s --start-period=2s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:4010/_emulator/', timeout=2)"]
ENTRYPOINT ["paystackease", "emulator", "up", "--host", "0.0.0.0"]
