"""The commands `mmm data build | import | check | pack | sheets | naturalness`."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.errors import InputError


def add_data(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm data`."""
    kinds = parser.add_subparsers(required=True)
    build = kinds.add_parser("build", help="motion archives -> HumanML3D layout")
    build.add_argument("source", type=Path, help="folder with motion/ and captions/")
    build.add_argument("--out", type=Path, required=True)
    build.set_defaults(run=run_build)
    own = kinds.add_parser("import", help="your own clips (BVH, FBX, GLB, npz with captions.csv), or BONES-SEED")
    own.add_argument("source", type=Path, help="folder with motion files and captions.csv, or BONES-SEED's")
    own.add_argument("--out", type=Path, required=True, help="data set in HumanML3D's layout")
    own.add_argument("--licence", default="unknown", help="of the clips; goes into models trained on them")
    own.add_argument("--limit", type=int, help="read no more than so many files")
    own.set_defaults(run=run_import)
    check = kinds.add_parser("check", help="is this a data set, which one, and what is wrong with it?")
    check.add_argument("data", type=Path)
    check.set_defaults(run=run_check)
    pack = kinds.add_parser("pack", help="everything a training needs of a data set, in one small file")
    pack.add_argument("data", type=Path, help="OUT/open of a build, or OUT of an import")
    pack.add_argument("--out", type=Path, required=True, metavar="FILE", help="what 'mmm train ... --data' takes")
    pack.set_defaults(run=run_pack)
    sheets = kinds.add_parser("sheets", help="contact sheets of trials, to write captions from")
    sheets.add_argument("trials", type=Path, help="DATA/trials of a build or an import")
    sheets.add_argument("--out", type=Path, required=True)
    sheets.set_defaults(run=run_sheets)
    natural = kinds.add_parser("naturalness", help="choreographed takes beside captured motion, in numbers")
    natural.add_argument("trials", type=Path, help="DATA/trials of a build")
    natural.set_defaults(run=run_naturalness)


def run_build(options: argparse.Namespace) -> None:
    """Build every data set that the archives allow; open and non-commercial ones apart."""
    from engine.data.build import build_all

    build_all(options.source, options.out)


def run_import(options: argparse.Namespace) -> int:
    """Somebody's own clips as a data set; 1 if some were left out."""
    from engine.data.imports import import_folder

    if options.limit is not None and options.limit < 1:
        raise InputError(f"--limit {options.limit}: give a positive number of files")
    done = import_folder(options.source, options.out, options.licence, options.limit)
    print(done)
    return 1 if done.left_out else 0


def run_check(options: argparse.Namespace) -> None:
    """Say what a data folder holds."""
    from engine.data.check import check_dataset

    print(check_dataset(options.data))


def run_pack(options: argparse.Namespace) -> None:
    """Pack a data set."""
    from engine.data.packing.pack import make_pack, write_pack

    pack, error = make_pack(options.data)
    write_pack(pack, options.out)
    minutes = sum(recording.frames for recording in pack.recordings) / 1200
    print(
        f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, {len(pack.recordings)} recordings of {minutes:.0f} "
        f"minutes, {sum(map(len, pack.splits.values()))} clips; joints are within {1000 * error:.2f} mm"
    )


def run_sheets(options: argparse.Namespace) -> None:
    """Draw every trial, and write its motion in numbers beside it."""
    from engine.data.captions.sheets import write_sheets

    names = sorted(path.stem for path in options.trials.glob("*.npy"))
    if not names:
        raise InputError(f"{options.trials} holds no trials: give the folder trials/ of a data build")
    write_sheets(options.trials, options.out, names)


def run_naturalness(options: argparse.Namespace) -> None:
    """Speeds, jerk, balance and skate of captured and choreographed trials, by theme."""
    from engine.data.choreography.naturalness import compare

    if not any(options.trials.glob("choreo_*.npy")):
        raise InputError(f"{options.trials} holds no choreographed trials: give the folder trials/ of a data build")
    print(compare(options.trials))
