# The bot as an image: docker build -t glimpse .  How it is run: docs/docker.md
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

# What runs. Nothing is compiled: canvas and sharp bring their binaries, the fonts lie in the project and its packages.
FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts

# What is built needs the development tools, but not the Node that they bring for older machines.
FROM base AS build
RUN npm ci --ignore-scripts
COPY . .
RUN npm run prepare

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Glimpse" \
      org.opencontainers.image.description="Metrics where people talk: charts, numbers and context in chat" \
      org.opencontainers.image.licenses="Apache-2.0"
# no package manager in what runs
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
    && install -d -m 0750 -o 1000 -g 1000 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/notify ./notify
COPY --from=build /app/queries ./queries
COPY --from=build /app/src ./src
COPY --from=build /app/deploy ./deploy
COPY deploy/glimpse.yaml /etc/glimpse/glimpse.yaml
ENV NODE_ENV=production \
    GLIMPSE_CONFIG=/etc/glimpse/glimpse.yaml \
    GLIMPSE_DATA=/data \
    GLIMPSE_LISTEN=0.0.0.0:8484 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072
USER 1000:1000
VOLUME /data
EXPOSE 8484
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/deploy/healthcheck.js"]
# what is short-lived takes 50 MB at most instead of 134, at no cost
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/bin/glimpse.js"]
