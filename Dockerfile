# syntax=docker/dockerfile:1

# What ships: no shell, no package manager, no root. Pin the base images by digest where you build.
ARG NODE=node:24.21.0-trixie-slim
ARG RUNTIME=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
# Without its pre-script, which would install the packages once more.
RUN npm run build --ignore-scripts

FROM ${NODE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${RUNTIME}
LABEL org.opencontainers.image.title="Postern" \
      org.opencontainers.image.description="Authorization sidecar for Envoy (gRPC ext_authz)" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
COPY proto ./proto

ENV NODE_ENV=production
USER 65532:65532
EXPOSE 9001 9090
STOPSIGNAL SIGTERM

# The flags are those of bin/postern.js, whose hashbang needs `env`, which is not here.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=16", "/app/bin/postern.js"]
CMD ["serve", "--config", "/etc/postern/postern.yaml"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["/nodejs/bin/node", "/app/bin/postern.js", "healthcheck"]
