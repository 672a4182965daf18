//! A new migration must be noticed: the macro that embeds them cannot say so by itself.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
