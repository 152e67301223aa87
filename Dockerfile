# calibrd and calibctl with the libraries that they load: no shell, no package
# manager. scripts/image builds it where there is no Docker engine.
#
#   docker build -t calibrd .
#   docker run -p 50051:50051 -v calibrd:/var/lib/calibrd calibrd

FROM debian:bookworm-slim AS builder
WORKDIR /src
# Before the sources, so that a change of those installs nothing anew.
COPY scripts/install-dependencies scripts/common.sh scripts/versions.env scripts/
RUN scripts/install-dependencies build
COPY . .
# One step, so that no layer keeps the objects.
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset release -DCALIBRD_BUILD_TESTS=OFF -DCALIBRD_BUILD_BENCHMARKS=OFF \
 && cmake --build --preset release --parallel "$(nproc)" --target calibrd calibctl \
 && scripts/runtime-files /image build/release/bin/calibrd build/release/bin/calibctl \
 && install -D -m 644 LICENSE /image/usr/share/doc/calibrd/copyright \
 && install -d -m 750 /volume \
 && rm -rf build

FROM scratch
COPY --from=builder /image /
COPY --from=builder --chown=65532:65532 /volume /var/lib/calibrd
LABEL org.opencontainers.image.title="calibrd" \
      org.opencontainers.image.description="Removes the bias of language models' answers" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# Inside the container loopback reaches nobody. A flag goes before its variable.
ENV CALIBRD_LISTEN=0.0.0.0:50051 \
    CALIBRD_METRICS_LISTEN=0.0.0.0:9464 \
    CALIBRD_STORE=rocksdb:/var/lib/calibrd \
    CALIBRD_LOG_FORMAT=json
USER 65532:65532
VOLUME /var/lib/calibrd
EXPOSE 50051 9464
ENTRYPOINT ["/usr/bin/calibrd"]
