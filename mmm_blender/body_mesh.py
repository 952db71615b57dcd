"""A mannequin's skin, computed: rounded limbs melted together and meshed. Plain numpy.

The body is a signed distance field: a smooth union of tapered capsules and ellipsoids, each
belonging to one bone. *Surface nets* turn it into quads, which are then pulled exactly onto the
surface. A vertex follows the bones whose parts it lies nearest to, so weights blend by themselves.

Motion space throughout: Y up, metres, facing +Z, left is +X.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .coordinates import FloatArray

MELT = 0.022  # metres over which neighbouring parts flow into each other
CELL, FINE_CELL = 0.016, 0.0055  # metres, edge of a cell of the body and of its hands and face
FAR = 1.0  # metres; a distance that no longer matters
BLEND = 0.016  # metres over which skin weights fade from one bone to the next


@dataclass(frozen=True)
class Part:
    """A tapered capsule from ``start`` to ``end`` (3,), or an ellipsoid when they coincide.

    ``squash`` (3,) scales the part about its middle, so that a capsule can be flat.
    """

    bone: str
    start: FloatArray
    end: FloatArray
    start_radius: float
    end_radius: float
    squash: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def distance(self, points: FloatArray) -> FloatArray:
        """Distance (N,) of ``points`` (N, 3) to the part's surface, negative inside."""
        squash = np.array(self.squash)
        middle = (self.start + self.end) / 2
        local = (points - middle) / squash
        start, axis = (self.start - middle) / squash, (self.end - self.start) / squash
        length = float(axis @ axis)
        along = np.clip((local - start) @ axis / length, 0.0, 1.0) if length > 0 else np.zeros(len(points))
        away = local - start - along[:, None] * axis
        radius = self.start_radius + along * (self.end_radius - self.start_radius)
        reach = np.linalg.norm(away, axis=-1)
        # stretching space stretches distances too: undo it along the direction to the surface
        outward = np.linalg.norm(away * squash, axis=-1) / np.maximum(reach, 1e-9)
        return np.asarray((reach - radius) * np.where(reach > 1e-9, outward, squash.min()))

    def mirrored(self) -> Part:
        """The same part of a left bone on its right counterpart."""
        across = np.array([-1.0, 1.0, 1.0])
        return replace(self, bone=f"{self.bone[:-1]}R", start=self.start * across, end=self.end * across)


@dataclass(frozen=True)
class BodyMesh:
    """``vertices`` (V, 3), ``quads`` (F, 4) counter-clockwise from outside, ``weights`` (V, bones).

    Every vertex follows at most four bones. ``coarse``: how many of the quads, the first ones, are the body's; those of
    finer parts follow.
    """

    vertices: FloatArray
    quads: np.ndarray
    bones: tuple[str, ...]
    weights: FloatArray
    coarse: int


def write_body(body: BodyMesh, path: Path) -> None:
    """Keep ``body`` in an .npz: millimetre fractions and weights of three digits are plenty."""
    np.savez_compressed(
        path,
        vertices=body.vertices.astype(np.float32),
        quads=body.quads.astype(np.uint16),
        bones=np.array(body.bones),
        coarse=body.coarse,
        weights=np.round(body.weights * 1000).astype(np.uint16),
    )


def read_body(path: Path) -> BodyMesh:
    """The mesh that ``write_body`` kept."""
    with np.load(path, allow_pickle=False) as kept:
        weights = kept["weights"].astype(np.float64)
        bones = tuple(str(bone) for bone in kept["bones"])
        vertices, quads = kept["vertices"].astype(np.float64), kept["quads"].astype(np.int64)
        coarse = int(kept["coarse"])
    return BodyMesh(vertices, quads, bones, weights / weights.sum(1, keepdims=True), coarse)


def build_body(parts: list[Part], fine: list[Part], floor: float) -> BodyMesh:
    """Mesh the union of ``parts`` above the plane y = ``floor``; and, finer and each bone's by itself, that of ``fine``
    parts: what of them lies on the left side is mirrored.
    """
    meshes = [_mesh_both_sides(parts, floor, CELL)]
    for bone in dict.fromkeys(part.bone for part in fine):
        vertices, quads = _mesh([part for part in fine if part.bone == bone], -FAR, FINE_CELL)
        meshes.append((vertices, quads))
        if bone.endswith(".L"):
            meshes.append((vertices * [-1.0, 1.0, 1.0], quads[:, ::-1]))
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in meshes)])
    vertices = np.concatenate([vertices for vertices, _ in meshes])
    quads = np.concatenate([quads + start for (_, quads), start in zip(meshes, starts, strict=False)])
    mirrored = [part.mirrored() for part in fine if part.bone.endswith(".L")]
    every = [*parts, *fine, *mirrored]
    bones = tuple(dict.fromkeys(part.bone for part in every))
    return BodyMesh(vertices, quads, bones, skin_weights(vertices, every, bones), len(meshes[0][1]))


def _mesh_both_sides(parts: list[Part], floor: float, cell: float) -> tuple[FloatArray, np.ndarray]:
    """Vertices and quads of a body that is the same on both sides: one half is measured and mirrored about x = 0."""
    low, counts = _grid(parts, cell)
    half = counts[0] // 2
    low[0], counts[0] = -half * cell, 2 * half + 1
    one_half = _measure(parts, floor, low + [half * cell, 0.0, 0.0], counts - [half, 0, 0], cell)
    return _settle(*surface_nets(np.concatenate([one_half[:0:-1], one_half]), low, cell), parts, floor)


def _mesh(parts: list[Part], floor: float, cell: float) -> tuple[FloatArray, np.ndarray]:
    low, counts = _grid(parts, cell)
    return _settle(*surface_nets(_measure(parts, floor, low, counts, cell), low, cell), parts, floor)


def _grid(parts: list[Part], cell: float) -> tuple[FloatArray, np.ndarray]:
    """Lowest corner (3,) and number of corners (3,) of cells around all ``parts``."""
    corners = np.array([p for part in parts for p in (part.start, part.end)])
    reach = max(part.start_radius for part in parts) * 1.6 + 2 * cell
    low, high = corners.min(0) - reach, corners.max(0) + reach
    return low, np.ceil((high - low) / cell).astype(int) + 1


def _measure(parts: list[Part], floor: float, low: FloatArray, counts: np.ndarray, cell: float) -> FloatArray:
    axes = [low[k] + cell * np.arange(counts[k]) for k in range(3)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    return surface_distance(grid.reshape(-1, 3), parts, floor).reshape(grid.shape[:3])


def _settle(vertices: FloatArray, quads: np.ndarray, parts: list[Part], floor: float) -> tuple[FloatArray, np.ndarray]:
    """Even quads, their vertices on the surface."""
    for _ in range(3):
        vertices = _pull(_relax(vertices, quads), parts, floor)
    return vertices, quads


def surface_distance(points: FloatArray, parts: list[Part], floor: float) -> FloatArray:
    """Approximate signed distance (N,) of the melted body, cut flat at the floor.

    Parts of one bone join sharply (they overlap, and melting would swell them); bones melt into
    each other, but never a left one into a right one.
    """
    nearest = _bone_distances(points, parts)
    distances = np.array(list(nearest.values()))
    melted = distances.min(0)
    band = np.abs(melted) < 4 * MELT  # farther off nothing melts, and most points are farther off
    sides = []
    for other in (".R", ".L"):
        bones = [index for index, bone in enumerate(nearest) if not bone.endswith(other)]
        if not bones:
            continue
        scaled = distances[bones][:, band] * (-2.2 / MELT)
        largest = scaled.max(0)
        sides.append(-(largest + np.log(np.exp(scaled - largest).sum(0))) * MELT / 2.2)
    melted[band] = np.min(sides, axis=0)
    return np.maximum(melted, floor - points[:, 1])


def _bone_distances(points: FloatArray, parts: list[Part]) -> dict[str, FloatArray]:
    """Bone -> distance (N,) to its nearest part; points far from a part are not even measured."""
    nearest = {part.bone: np.full(len(points), FAR) for part in parts}
    for part in parts:
        reach = max(part.start_radius, part.end_radius) * max(part.squash) + 4 * MELT
        low = np.minimum(part.start, part.end) - reach
        high = np.maximum(part.start, part.end) + reach
        near = np.flatnonzero(np.all((points > low) & (points < high), -1))
        distance = nearest[part.bone]
        distance[near] = np.minimum(distance[near], part.distance(points[near]))
    return nearest


def surface_nets(field: FloatArray, origin: FloatArray, cell: float) -> tuple[FloatArray, np.ndarray]:
    """Vertices (V, 3) and outward quads (F, 4) of the zero surface of ``field`` (X, Y, Z).

    One vertex in every cell the surface crosses, at the mean of the crossings of its edges; one
    quad for every grid edge the surface crosses, joining the four cells around it.
    """
    inside = field < 0
    shape = tuple(n - 1 for n in field.shape)
    sums, hits = np.zeros((*shape, 3)), np.zeros(shape)
    offsets = [(a, b) for a in (0, 1) for b in (0, 1)]
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        for a, b in offsets:
            start = [0, 0, 0]
            start[others[0]], start[others[1]] = a, b
            end = list(start)
            end[axis] = 1
            f0, f1 = (field[tuple(slice(s, s + n) for s, n in zip(at, shape, strict=True))] for at in (start, end))
            crossed = (f0 < 0) != (f1 < 0)
            share = np.where(crossed, f0 / np.where(crossed, f0 - f1, 1.0), 0.0)
            point = np.zeros((*shape, 3)) + start
            point[..., axis] = share
            sums += point * crossed[..., None]
            hits += crossed
    cells = np.argwhere(hits > 0)
    number = np.full(shape, -1)
    number[tuple(cells.T)] = np.arange(len(cells))
    at = tuple(cells.T)
    vertices = origin + cell * (cells + sums[at] / hits[at][:, None])

    quads = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        first = [slice(1, n - 1) for n in field.shape]
        first[axis] = slice(0, field.shape[axis] - 1)
        second = list(first)
        second[axis] = slice(1, field.shape[axis])
        enters = inside[tuple(second)] & ~inside[tuple(first)]
        leaves = inside[tuple(first)] & ~inside[tuple(second)]
        for crossing, order in ((leaves, (0, 1, 2, 3)), (enters, (3, 2, 1, 0))):
            base = np.argwhere(crossing) + [0 if k == axis else 1 for k in range(3)]
            around = []
            for du, dv in ((-1, -1), (0, -1), (0, 0), (-1, 0)):
                corner = base.copy()
                corner[:, u] += du
                corner[:, v] += dv
                around.append(number[tuple(corner.T)])
            quads.append(np.stack([around[k] for k in order], -1))
    return vertices, np.concatenate(quads)


def skin_weights(points: FloatArray, parts: list[Part], bones: tuple[str, ...]) -> FloatArray:
    """Weights (N, bones) summing to one: nearest bone first, fading over ``BLEND``."""
    distances = _bone_distances(points, parts)
    nearest = np.stack([distances[bone] for bone in bones], -1)
    weights = np.exp(-(nearest - nearest.min(1, keepdims=True)) / BLEND)
    weights[weights < 0.03] = 0.0
    # game engines, and glTF's common form, know four bones a vertex
    weights[weights < np.sort(weights, 1)[:, [-4]]] = 0.0
    return weights / weights.sum(1, keepdims=True)


def _relax(vertices: FloatArray, quads: np.ndarray) -> FloatArray:
    """Move every vertex half way to the mean of its neighbours."""
    sums, counts = np.zeros_like(vertices), np.zeros(len(vertices))
    for k in range(4):
        for neighbour in (quads[:, (k + 1) % 4], quads[:, (k + 3) % 4]):
            np.add.at(sums, quads[:, k], vertices[neighbour])
            np.add.at(counts, quads[:, k], 1)
    return 0.5 * vertices + 0.5 * sums / np.maximum(counts, 1)[:, None]


def _pull(vertices: FloatArray, parts: list[Part], floor: float) -> FloatArray:
    """A Newton step onto the surface."""
    step = 1e-4
    value = surface_distance(vertices, parts, floor)
    gradient = np.stack(
        [(surface_distance(vertices + step * np.eye(3)[k], parts, floor) - value) / step for k in range(3)], -1
    )
    square = np.maximum(np.sum(gradient**2, -1), 0.05)
    return np.asarray(vertices - (np.clip(value, -0.02, 0.02) / square)[:, None] * gradient)
