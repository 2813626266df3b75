#!/bin/sh
# install.sh PREFIX - builds the C library and installs it: the headers for C and C++, the shared
# and the static library, and the files for pkg-config and CMake.
#
# DESTDIR           is put before PREFIX, for packages
# CART_ENGINE_BUILD is a folder with libraries that are already built: nothing is built then, so
#                   that who installs for all users needs no cargo
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 PREFIX" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
header=$here/../../include/cart_engine.h
target=${DESTDIR:-}$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -n "${CART_ENGINE_BUILD:-}" ]; then
    build=$CART_ENGINE_BUILD
else
    cargo build --locked --release --lib --manifest-path "$here/../../Cargo.toml"
    build=${CARGO_TARGET_DIR:-$here/../../target}/release
fi

macro() { sed -n "s/^#define $1 \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$header"; }
version=$(macro CART_ENGINE_VERSION)
abi=$(macro CART_ABI_VERSION)

# The archive holds SQLite and the Rust runtime with global names, which would take the place of a
# host's own SQLite. Linked into one object, only the names of the header stay global.
make_static_library() {
    roots=$(sed -n 's/^[a-z].*[ *]\(cart_[a-z_]*\)(.*/-u \1/p' "$header")
    # shellcheck disable=SC2086  # one word per name
    ld -r --gc-sections $roots -o "$work/all.o" "$build/libcart_engine.a"
    objcopy --wildcard --keep-global-symbol='cart_*' --strip-debug \
        --remove-section=.llvmbc --remove-section=.llvmcmd "$work/all.o" "$work/cart_engine.o"
    ar rcs "$work/libcart_engine.a" "$work/cart_engine.o"
}

fill_in() { sed "s/@VERSION@/$version/" "$here/$1" > "$work/${1%.in}"; }

make_static_library
fill_in cart_engine.pc.in
fill_in cart_engine-config-version.cmake.in

install -d "$target/include" "$target/lib/pkgconfig" "$target/lib/cmake/cart_engine"
install -m 644 "$header" "${header}pp" "$target/include"
install -m 755 "$build/libcart_engine.so" "$target/lib/libcart_engine.so.$version"
ln -sf "libcart_engine.so.$version" "$target/lib/libcart_engine.so.$abi"
ln -sf "libcart_engine.so.$abi" "$target/lib/libcart_engine.so"
install -m 644 "$work/libcart_engine.a" "$target/lib/libcart_engine.a"
install -m 644 "$work/cart_engine.pc" "$target/lib/pkgconfig/cart_engine.pc"
install -m 644 "$here/cart_engine-config.cmake" "$work/cart_engine-config-version.cmake" \
    "$target/lib/cmake/cart_engine"
echo "cart_engine $version (ABI $abi) installed in $target"
