# The hub as a production image. It needs DATABASE_URL and the keys (.env.example) and runs as an unprivileged user.
#   migrate:  docker run --env-file .env IMAGE node --enable-source-maps dist/commands/migrate.js
#   serve:    docker run --env-file .env -p 3000:3000 IMAGE
# Debian, not Alpine: what the build uses is compiled against glibc.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app
# npm's postinstall runs scripts/runtime.mjs, so it must be there before `npm ci`.
COPY package.json package-lock.json .npmrc ./
COPY scripts/runtime.mjs scripts/runtime.mjs

FROM base AS build
# With the optional packages: the compiler's own binaries are among them.
RUN npm ci --no-progress
COPY nest-cli.json tsconfig.json tsconfig.build.json .swcrc ./
COPY src src
RUN npm run build

FROM base AS dependencies
# Without them: here they are Node binaries and an embedded PostgreSQL, for machines that have neither.
RUN npm ci --no-progress --omit=dev --omit=optional

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# TypeScript on purpose: Node strips the types, so that each migration runs as it was reviewed.
COPY migrations migrations
# Shown at /docs/scheduler-api.
COPY docs/scheduler-api.yaml docs/scheduler-api.yaml
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "--heap-growing-percent=50", "dist/main.js"]
