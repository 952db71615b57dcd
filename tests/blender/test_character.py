"""The MMM Character: size, stance, skin."""

from __future__ import annotations

import bmesh
import bpy
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.rig.mapping import MMM_CHARACTER


@pytest.fixture
def armature(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    return character.add_character(empty_scene.collection)


@pytest.fixture
def skin(armature: bpy.types.Object) -> bpy.types.Object:
    return armature.children[0]


def test_stands_on_the_floor_at_human_height(skin: bpy.types.Object) -> None:
    heights = np.array([vertex.co.z for vertex in skin.data.vertices])
    assert abs(heights.min()) < 0.005
    assert 1.70 < heights.max() < 1.80


def test_faces_minus_y_with_its_left_on_plus_x(armature: bpy.types.Object) -> None:
    bones = armature.data.bones
    assert bones["toe.L"].tail_local.y < bones["foot.L"].head_local.y
    assert bones["hand.L"].head_local.x > 0.5
    assert set(bones.keys()) == set(MMM_CHARACTER.bones.values())


def test_every_vertex_is_bound_and_weights_sum_to_one(skin: bpy.types.Object) -> None:
    assert set(skin.vertex_groups.keys()) == set(MMM_CHARACTER.bones.values())
    for vertex in skin.data.vertices:
        assert 1 <= len(vertex.groups) <= 4
        assert sum(group.weight for group in vertex.groups) == pytest.approx(1.0, abs=1e-3)


def test_the_skin_is_closed_and_not_inside_out(skin: bpy.types.Object) -> None:
    mesh = bmesh.new()
    mesh.from_mesh(skin.data)
    assert not any(edge.is_boundary for edge in mesh.edges)
    assert 0.04 < mesh.calc_volume(signed=True) < 0.09


def test_left_and_right_mirror_each_other(skin: bpy.types.Object) -> None:
    points = np.array([vertex.co[:] for vertex in skin.data.vertices])
    left, right = points[points[:, 0] > 0.3], points[points[:, 0] < -0.3] * [-1, 1, 1]
    assert len(left) == len(right)
    order = [np.lexsort(np.round(side, 3).T) for side in (left, right)]
    np.testing.assert_allclose(left[order[0]].mean(0), right[order[1]].mean(0), atol=1e-4)


def test_palms_are_bare_and_the_visor_looks_ahead(skin: bpy.types.Object) -> None:
    faces = [(face.material_index, face.normal, face.center) for face in skin.data.polygons]
    for side, sleeve in ((1.0, 1), (-1.0, 2)):
        hand = [(index, normal) for index, normal, centre in faces if side * centre.x > 0.78]
        assert {index for index, normal in hand if normal.z < -0.6} == {0}
        assert {index for index, normal in hand if normal.z > 0.0} == {sleeve}
    visor = [(normal, centre) for index, normal, centre in faces if index == 3]
    assert len(visor) > 50 and max(centre.y for _, centre in visor) < 0.08
    assert np.mean([normal.y for normal, centre in visor if abs(centre.x) < 0.03 and centre.y < -0.05]) < -0.3


def test_the_kept_skin_is_the_one_the_code_builds() -> None:
    built, kept = character.build_body_mesh(), character.body_mesh()
    np.testing.assert_allclose(kept.vertices, built.vertices, atol=1e-6)
    np.testing.assert_array_equal(kept.quads, built.quads)
    np.testing.assert_allclose(kept.weights, built.weights, atol=2e-3)
    assert kept.bones == built.bones and kept.coarse == built.coarse
