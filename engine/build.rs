//! A new migration must be built in: cargo does not see by itself that the macro reads the folder.
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
