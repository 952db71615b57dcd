"""A minute with two characters, cameras and a storyboard: ``python examples/two_actors.py OUT``.

OUT gets the scene, its storyboard and a film. The motions are made in this process, the scene in a second one: engine
and Blender are two processes in the add-on as well. In Blender's window the same is done by hand: a story for either
character, then *Partner* and *Add Cameras* in the panel Story.
"""

import subprocess
import sys
from pathlib import Path

# (seconds, what she does, what he does meanwhile)
PLOT = (
    (5.0, "a person walks forward", "a person stands and looks around"),
    (5.0, "a person waves with the right hand", "a person waves with the right hand"),
    (9.0, "a person talks with both hands", "a person stands with arms crossed"),
    (7.0, "a person shrugs", "a person scratches their head, thinking"),
    (9.0, "a person dances", "a person claps"),
    (7.0, "a person takes a bow", "a person cheers with both arms up"),
    (8.0, "a person turns around", "a person waves with the right hand"),
    (8.0, "a person walks forward", "a person sits down"),
)
APART = 1.5  # metres between them when they meet, in the second part
FPS = 12


def tell(out: Path) -> None:
    from engine import Pipeline, Story, StoryPart, StoryRequest, tell_story

    pipeline = Pipeline.from_pretrained("mmm-open")
    for role, name in enumerate(("she", "he")):
        parts = tuple(StoryPart(row[1 + role], row[0]) for row in PLOT)
        tell_story(pipeline, StoryRequest(Story(parts, seed=1))).save(out / f"{name}.npz")


def film(out: Path) -> None:
    import bpy
    import numpy as np

    from mmm_blender import character, compat
    from mmm_blender.animation.apply import apply_motion
    from mmm_blender.filming import pictures
    from mmm_blender.filming.cameras import place_cameras
    from mmm_blender.filming.seen import see_part
    from mmm_blender.filming.shots import choose_kinds, frame_shots
    from mmm_blender.filming.storyboard import aspect_of, render_storyboard
    from mmm_blender.headless import stage
    from mmm_blender.motion_file import read_motion
    from mmm_blender.rig.mapping import MMM_CHARACTER

    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start = FPS, 1
    scene.render.resolution_x, scene.render.resolution_y = 640, 360
    ends = 1 + FPS * np.cumsum([0.0, *(row[0] for row in PLOT)])

    def see(armature, row):
        return see_part(armature, MMM_CHARACTER, scene, PLOT[row][1], round(ends[row]), round(ends[row + 1]) - 1)

    armatures, actors = [], []
    for name, place, ahead in (("she", (0.0, 0.0), (1.0, 0.0)), ("he", (APART, 0.0), (-1.0, 0.0))):
        armature = character.add_character(scene.collection)
        apply_motion(armature, MMM_CHARACTER, read_motion(out / f"{name}.npz"), scene)
        # Where they wave they face each other: what comes before leads there.
        met = see(armature, 1)
        turn = np.arctan2(ahead[1], ahead[0]) - np.arctan2(met.facing[1], met.facing[0])
        c, s = np.cos(turn), np.sin(turn)
        armature.rotation_euler.z = turn
        armature.location.xy = place - np.array([[c, -s], [s, c]]) @ met.pelvis[:, :2].mean(0)
        bpy.context.view_layer.update()
        armatures.append(armature)
        actors.append([see(armature, row) for row in range(len(PLOT))])
    seat = actors[1][-1].pelvis[-1] - [0.0, 0.0, 0.18]
    bpy.ops.mesh.primitive_cube_add(size=1.0, location=(*seat[:2], 0.5 * seat[2]), scale=(0.4, 0.5, seat[2]))
    stage.set_stage(scene, np.concatenate([part.points for parts in actors for part in parts]))
    shots = frame_shots(actors[0], choose_kinds(*actors), aspect_of(scene), actors[1])
    cameras = place_cameras(scene, armatures[0], actors[0], shots)
    scene.frame_end = round(ends[-1])
    render_storyboard(scene, actors[0], cameras, out / "storyboard.png")
    pictures.set_look(scene, quick=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(out / "two_actors.blend"), compress=True)
    compat.use_video_output(scene)
    scene.render.filepath = str(out / "two_actors.mp4")
    bpy.ops.render.render(animation=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if sys.argv[2:] == ["film"]:
        film(folder)
    else:
        tell(folder)
        subprocess.run([sys.executable, __file__, str(folder), "film"], check=True)
