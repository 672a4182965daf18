# List what there is
default:
    @just --list

# Start Usher from source
run *arguments:
    cargo run -- {{arguments}}

# Fill the database with people who do not exist
demo users="50":
    cargo run -- demo --users {{users}}

# Format and lint
check:
    cargo fmt --all
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Everything that CI runs
test:
    scripts/test

# Measure Usher beside the limits of what it stands on
bench *arguments:
    cargo bench --bench load -- {{arguments}}

# Measure operations with ten thousand and a million users
scale *arguments:
    cargo bench --bench scale -- {{arguments}}

# Kill it under load, and see whether it keeps its promises
torture *arguments:
    scripts/torture {{arguments}}
