# syntax=docker/dockerfile:1
# The service in one image: `docker build -t confide .`. To look round with invented people:
#   docker run --rm -p 8080:8080 -v confide-demo:/data confide demo
# To serve, with keys in a volume of their own and messages collected as files until there are a mail server and a text gateway:
#   docker run --rm -v confide-keys:/keys confide keys --write /keys/ring
#   docker run --rm -v confide:/data confide migrate
#   docker run --stop-timeout 30 -p 8080:8080 -v confide:/data -v confide-keys:/keys -e CONFIDE_KEYS_FILE=/keys/ring -e CONFIDE_OUTBOX_DIR=/data/outbox confide

FROM rust:1.95-slim-bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# Versions are the base image's business: Debian keeps only the newest of a release, so a pinned one stops building.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
# The dependencies in a layer of their own, so that a change of the service's own code does not build them again.
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY crates/platform/Cargo.toml crates/platform/
COPY crates/print/Cargo.toml crates/print/
COPY crates/reference/Cargo.toml crates/reference/
COPY crates/people/Cargo.toml crates/people/
COPY crates/access/Cargo.toml crates/access/
COPY crates/scheduling/Cargo.toml crates/scheduling/
COPY crates/care/Cargo.toml crates/care/
COPY crates/partners/Cargo.toml crates/partners/
COPY crates/insight/Cargo.toml crates/insight/
RUN mkdir -p src tests/api benches \
    && echo 'fn main() {}' | tee src/main.rs tests/api/main.rs >/dev/null \
    && touch src/lib.rs \
    && for crate in crates/*; do mkdir "$crate/src" && touch "$crate/src/lib.rs"; done \
    && sed -n '/^\[\[bench\]\]/,/^$/s/^path = "\(.*\)"/\1/p' Cargo.toml | while read -r bench; do \
         mkdir -p "$(dirname "$bench")" && echo 'fn main() {}' >"$bench"; done \
    && cargo build --release --locked --features pg-tls \
    && rm -rf src tests benches crates
COPY migrations migrations
COPY openapi openapi
COPY crates crates
COPY src src
# The stubs above are younger than the files just copied, and cargo goes by age.
RUN mkdir -p tests/api \
    && echo 'fn main() {}' >tests/api/main.rs \
    && sed -n '/^\[\[bench\]\]/,/^$/s/^path = "\(.*\)"/\1/p' Cargo.toml | while read -r bench; do \
         mkdir -p "$(dirname "$bench")" && echo 'fn main() {}' >"$bench"; done \
    && find src crates migrations openapi -type f -exec touch {} + \
    && cargo build --release --locked --features pg-tls --bin confide \
    && install -D target/release/confide /out/usr/local/bin/confide \
    && install -d -m 0700 -o 10001 -g 10001 /out/data /out/keys

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Confide" \
      org.opencontainers.image.description="Booking and care back end of a confidential mental-health service for NHS doctors and dentists" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/ /
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/confide/
# A new volume takes the owner and the mode of the folders that came with the copy: 10001, and closed to others.
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/keys"]
# With more pools than two the C library keeps 20 MB and more that are never used (docs/operations.md, Memory).
ENV CONFIDE_LISTEN=0.0.0.0:8080 \
    DATABASE_URL=sqlite:/data/confide.db \
    MALLOC_ARENA_MAX=2
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["confide", "health"]
# Running requests get CONFIDE_DRAIN_SECONDS after it, which is more than Docker waits by itself: hence --stop-timeout above.
STOPSIGNAL SIGTERM
ENTRYPOINT ["confide"]
CMD ["serve"]
