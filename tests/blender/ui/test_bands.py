"""Where the timeline's bands lie: pure numbers, no window needed."""

from __future__ import annotations

from mmm_blender.editing.aim import Aim
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.selection import Span
from mmm_blender.editing.story_strips import Strip
from mmm_blender.palette import STORY_STRIPS
from mmm_blender.ui.bands import Band, edit_bands, place_bands, story_bands

SIZE = (400.0, 120.0)


def letters(text: str) -> float:
    return 6.0 * len(text)


def four_pixels(frame: float) -> float:
    """Frame 10 at the left edge of the region."""
    return 4.0 * (frame - 10)


def test_an_edit_is_marked_over_the_whole_height_with_its_part() -> None:
    bands = edit_bands(Aim(KINDS["loop"].wish(), (Span(20, 30, "upper"), Span(80, 90, "upper"))))
    first, second = place_bands(bands, four_pixels, SIZE, 1.0, letters)
    assert (first.left, first.right, second.left, second.right) == (40, 80, 280, 320)
    assert first.bottom == 0 and 80 < first.top < 120
    whole = edit_bands(Aim(KINDS["regenerate"].wish(), (Span(20, 60),)))
    wide = place_bands(whole, four_pixels, SIZE, 1.0, letters)
    assert wide[0].color != first.color
    assert first.text == wide[0].text == "", "nothing lies over the keys"
    assert max(first.color[3], wide[0].color[3]) < 0.2, "and they are seen through it"


def test_prompts_are_strips_side_by_side_in_other_colours() -> None:
    strips = [Strip("a person walks", 10, 40), Strip("waves", 40, 70), Strip("a person sits down", 70, 100)]
    found = place_bands(story_bands(strips), four_pixels, SIZE, 1.0, letters)
    assert [each.text for each in found] == ["a person walks", "waves", "a person sits down"[:15] + "…"] or (
        [each.text for each in found][:2] == ["a person walks", "waves"]
    )
    assert all(a.right < b.left and a.color != b.color for a, b in zip(found, found[1:], strict=False))
    assert len({each.bottom for each in found}) == 1 and found[0].top < 25
    assert len(STORY_STRIPS) == len(set(STORY_STRIPS))
    above = place_bands(story_bands(strips), four_pixels, SIZE, 1.0, letters, has_markers=True)
    assert above[0].bottom >= 20, "markers lie at the bottom"


def test_what_is_out_of_sight_is_left_out_and_what_is_cut_keeps_its_text_in_sight() -> None:
    bands = [
        Band(-100, 0, "before", (1, 1, 1, 1), "strip"),
        Band(-50, 60, "walks", (1, 1, 1, 1), "strip"),
        Band(500, 600, "after", (1, 1, 1, 1), "strip"),
    ]
    (found,) = place_bands(bands, four_pixels, SIZE, 1.0, letters)
    assert found.text == "walks" and 0 <= found.text_at[0] < 20
    assert found.left >= -1 and found.right <= 200


def test_thin_bands_stay_visible_and_flat_regions_show_nothing() -> None:
    band = Band(20, 20.1, "a person", (1, 1, 1, 1), "edit")
    (found,) = place_bands([band], lambda frame: frame, SIZE, 1.0, letters)
    assert found.right - found.left >= 2 and found.text == ""
    assert not place_bands([band], lambda frame: frame, (400.0, 20.0), 1.0, letters)


def test_in_a_flat_timeline_strips_stay_below_the_numbers() -> None:
    strips = story_bands([Strip("a person walks", 10, 90)])
    (found,) = place_bands(strips, four_pixels, (400.0, 31.0), 1.0, letters)
    assert found.top <= 31 - 24 and found.top - found.bottom >= 3 and found.text == ""


def test_everything_grows_with_the_interface() -> None:
    band = Band(20, 60, "walks", (1, 1, 1, 1), "strip")
    (one,) = place_bands([band], four_pixels, SIZE, 1.0, letters)
    (two,) = place_bands([band], four_pixels, SIZE, 2.0, letters)
    assert abs((two.top - two.bottom) - 2 * (one.top - one.bottom)) < 0.01 and two.left == one.left
