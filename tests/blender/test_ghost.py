"""The ghost's geometry: closed capsules of the right size, and a clock that loops and rests."""

from __future__ import annotations

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import character, ghost
from mmm_blender.rig.mapping import MMM_CHARACTER
from mmm_blender.rig.retarget import find_body
from mmm_blender.rig.skeleton import read_rest


@pytest.fixture
def walker(empty_scene: bpy.types.Scene) -> ghost.Ghost:
    rest = read_rest(character.add_character(empty_scene.collection), MMM_CHARACTER)
    return ghost.build_ghost(find_body(motions.walking_joints(60), 20.0, rest))


def test_capsules_keep_their_distance_from_the_axis() -> None:
    ends = np.array([[[0.0, 0, 0], [0, 0, 2.0]], [[1.0, 1, 1], [3.0, 1, 1]]])
    radii = np.array([[0.3, 0.3], [0.2, 0.4]])
    vertices, normals = ghost.capsules(ends, radii)
    vertices = vertices.reshape(2, -1, 3)
    along = np.clip(vertices[0, :, 2], 0, 2)
    away = np.linalg.norm(vertices[0] - np.stack([0 * along, 0 * along, along], -1), axis=-1)
    np.testing.assert_allclose(away, 0.3, atol=2e-3)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=-1), 1.0, atol=5e-3)
    assert vertices[1, :, 0].min() == pytest.approx(0.8) and vertices[1, :, 0].max() == pytest.approx(3.4)


def test_capsules_are_closed_and_face_outwards() -> None:
    ends = np.array([[[0.0, 0, 0], [0.5, 0.2, 2.0]]])
    vertices, _ = ghost.capsules(ends, np.array([[0.3, 0.2]]))
    corners = vertices[ghost.capsule_triangles(1)]
    # the divergence theorem: the volume is positive only if every face looks outwards
    volume = np.sum(np.einsum("fi,fi->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))) / 6
    length = np.linalg.norm(ends[0, 1])
    cone = np.pi * length / 3 * (0.3**2 + 0.3 * 0.2 + 0.2**2)
    caps = 2 / 3 * np.pi * (0.3**3 + 0.2**3)
    assert volume == pytest.approx(cone + caps, rel=0.12)
    edges = np.concatenate([corners[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]).round(6)
    lengths = np.linalg.norm(edges[:, 0] - edges[:, 1], axis=-1)
    forth = {tuple(edge.ravel()) for edge in edges[lengths > 1e-6]}
    assert all((*edge[3:], *edge[:3]) in forth for edge in forth), "an edge without a second face"


def test_figure_has_a_limb_for_every_bone_and_stands_on_the_floor(walker: ghost.Ghost) -> None:
    assert walker.points.shape[0] == 60 and walker.fps == 20.0
    # 21 bones, the tips of head and toes, a nose, and palms with fingers and thumb
    assert len(walker.limbs) == 21 + 3 + 1 + 2 * 5
    assert walker.triangles().max() + 1 == len(walker.mesh(0)[0]) == len(walker.vertex_colors())
    assert 0.0 < walker.points[..., 2].min() < 0.06
    assert walker.paths[0][0].shape == (60, 3)


def test_the_figure_shows_where_head_and_hands_point(empty_scene: bpy.types.Scene) -> None:
    rest = read_rest(character.add_character(empty_scene.collection), MMM_CHARACTER)
    for joints, limb, wanted in (
        (motions.looking_joints(1.2), -11, [0.9, -0.4, -0.2]),  # the nose, to the left; Blender's axes
        (motions.waving_joints(), -1, [0.7, 0.0, 0.7]),  # the right thumb, upwards and to the head
    ):
        figure = ghost.build_ghost(find_body(joints, 20.0, rest))
        start, end = figure.points[len(joints) // 2][figure.limbs[limb]]
        along = (end - start) / np.linalg.norm(end - start)
        assert along @ wanted / np.linalg.norm(wanted) > 0.9, along


def test_a_posed_root_carries_the_figure(empty_scene: bpy.types.Scene) -> None:
    rest = read_rest(character.add_character(empty_scene.collection), MMM_CHARACTER)
    body = find_body(motions.walking_joints(10), 20.0, rest)
    moved = np.eye(4)
    moved[:3, 3] = 1.0, 2.0, 3.0
    np.testing.assert_allclose(ghost.build_ghost(body, moved).points, ghost.build_ghost(body).points + [1.0, 2.0, 3.0])


def test_the_clock_loops_with_a_rest_and_stops_when_it_follows_the_scene(walker: ghost.Ghost) -> None:
    assert ghost.frame_at(0.0, walker, loops=True) == 0
    assert ghost.frame_at(1.0, walker, loops=True) == 20
    assert ghost.frame_at(3.2, walker, loops=True) == 59
    assert ghost.frame_at(3.45, walker, loops=True) == 1
    assert ghost.frame_at(99.0, walker, loops=False) == 59
    assert ghost.frame_at(-5.0, walker, loops=False) == 0
