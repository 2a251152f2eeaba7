# The commands of this project. `just` alone lists them.

# List the commands
help:
    @"{{just_executable()}}" --list --unsorted

# Run the service with invented people on 127.0.0.1:8080
run *ARGS:
    cargo run -- demo {{ARGS}}

# Run every test, on SQLite and on PostgreSQL where the machine has it
test *ARGS:
    cargo test --workspace --locked {{ARGS}}

# Run the tests on SQLite alone
test-sqlite *ARGS:
    cargo test --workspace --locked {{ARGS}} -- --skip ::postgres

# Format, lint and documentation, as CI does
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --locked --no-deps --document-private-items

# Format the code
fmt:
    cargo fmt --all

# Write the OpenAPI documents and the list of operations from the code
openapi:
    cargo run --locked -- openapi --write

# Append the checksums of new migrations to migrations/checksums.txt
migration-checksums:
    cd migrations && for file in */*/*.sql; do grep -q "  $file$" checksums.txt || sha256sum "$file" >> checksums.txt; done

# Measure requests per second and CPU time per request, compared with a bare actix-web answer
bench *ARGS:
    cargo bench --locked --bench load {{ARGS}}

# Compare the times of answers about hidden records and unknown ids
times:
    cargo bench --locked --bench times

# Everything that decides whether a change may land
ci:
    bash .ci/run

# Build the image
docker:
    docker build -t confide .
