# The image of Signalbox itself: server and worker are one program.
#
#   docker build -t signalbox .
#   docker run -d --name signalbox -p 3001:3001 --env-file .env \
#     -v /var/lib/signalbox:/var/lib/signalbox \
#     -v /var/run/docker.sock:/var/run/docker.sock --group-add "$(stat -c %g /var/run/docker.sock)" \
#     signalbox
#
# * DATA_DIR must be the SAME path on the host and in this container. The worker asks the host's Docker engine for
#   sandboxes beside this container, and the engine finds an agent's workspace by its path on the host. To keep it
#   elsewhere: -e DATA_DIR=/srv/signalbox -v /srv/signalbox:/srv/signalbox. The folder must belong to user 1000:
#   install -d -o 1000 -g 1000 /var/lib/signalbox
# * Whoever has the Docker socket is root on that host. Only a worker needs it: run `server` without it (put `server` or
#   `worker` behind the image's name), and give workers a host of their own, or an engine elsewhere in DOCKER_HOST.
# * The sandbox image is another one, Dockerfile.sandbox, and is built on the engine that runs the sandboxes.
FROM node:24-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /var/lib/signalbox

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The pinned `node` is a development dependency: this image brings its own.
RUN npm ci --omit=dev && npm cache clean --force
COPY src ./src
COPY workers ./workers
COPY gates ./gates

ENV NODE_ENV=production DATA_DIR=/var/lib/signalbox
USER node
VOLUME /var/lib/signalbox
EXPOSE 3001
# A worker alone answers no requests: run it with --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ORCHESTRATOR_PORT || 3001}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# tini passes signals on and reaps what git leaves behind.
ENTRYPOINT ["tini", "--", "node", "src/main.ts"]
CMD ["serve"]
