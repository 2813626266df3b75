"""Puts the native library into the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAMES = {"win32": "cart_engine.dll", "darwin": "libcart_engine.dylib"}


class LibraryHook(BuildHookInterface[Any]):
    """Builds the crate and adds its library to the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is written. An editable one runs from the source tree."""
        if version == "editable":
            return
        name = NAMES.get(sys.platform, "libcart_engine.so")
        files = build_data["force_include"]
        files[str(self._library(name))] = f"cart_engine/{name}"
        licences = f"cart_engine-{self.metadata.version}.dist-info/licenses"
        for path in self._crate().glob("LICENSE-*"):
            files[str(path)] = f"{licences}/{path.name}"
        # One wheel serves every Python: the library knows nothing of the interpreter.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
        build_data["pure_python"] = False

    def _library(self, name: str) -> Path:
        built = os.environ.get("CART_ENGINE_LIBRARY")
        if built:
            return Path(built).resolve(strict=True)
        crate = self._crate()
        target = Path(os.environ.get("CARGO_TARGET_DIR", crate / "target")).resolve()
        cargo = ["cargo", "rustc", "--locked", "--release", "--lib", "--crate-type", "cdylib"]
        subprocess.run([*cargo, "--target-dir", str(target)], cwd=crate, check=True)
        return target / "release" / name

    def _crate(self) -> Path:
        """The crate: beside the package in a source distribution, above it in a checkout."""
        root = Path(self.root)
        for folder in (root / "crate", root.parent.parent):
            if (folder / "Cargo.toml").exists():
                return folder
        raise FileNotFoundError("the crate of the engine is neither in ./crate nor in ../..")
