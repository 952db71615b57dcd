"""The panel's buttons from a script: open it in Blender's Text Editor and press Run Script.

It returns at once. Motions take seconds and Blender stays free meanwhile, so ``work`` gives the word back wherever it
waits, and a timer takes it up again when nothing is being made any more.
"""

import bpy

SOON = 0.2  # seconds
LINES = "prompt,seconds,seed,loop,name\na person claps,2,1,,Clap\na person walks forward,2,4,yes,Walk Cycle\n"


def work():
    """Apply one motion to the character, then fill a library. RuntimeError tells what is in the way."""
    scene = bpy.context.scene
    bpy.ops.mmm.add_character()
    scene.mmm.prompt, scene.mmm.variations = "a person waves", 2
    scene.mmm.duration, scene.mmm.seconds = "SECONDS", 2.0
    bpy.ops.mmm.generate()
    yield SOON
    bpy.ops.mmm.apply(target="NEW_ACTION", start_frame=1)
    scene.mmm_batch.text = bpy.data.texts.new("Moves")
    scene.mmm_batch.text.from_string(LINES)
    bpy.ops.mmm.batch()
    yield SOON
    print("assets:", ", ".join(action.name for action in bpy.data.actions if action.asset_data))


def step():
    """Seconds until the next look, or None at the end."""
    making = bpy.ops.mmm.cancel.poll() or bpy.ops.mmm.batch_cancel.poll()
    return SOON if making else next(steps, None)


steps = work()
bpy.app.timers.register(step)
