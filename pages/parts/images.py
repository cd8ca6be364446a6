"""Imagery on the screens: what lies under the map, and a patch before and after."""

from dataclasses import replace

import streamlit as st

from geo.maps.image_wire import remark_text
from geo.maps.images import Comparing, ImagePair, ImageSide, MapImages, NextPatch
from geo.maps.view import Bounds
from geo.model.imagery import ImageNote
from geo.model.things import Patch
from pages.parts import cached, state
from pages.parts.undisturbed import undisturbed
from pages.parts.words import plain, word

_CALLED = "images.called"


def images_under() -> MapImages:
    """Give the imagery of a map on which no patch is looked at."""
    return MapImages(cached.image_layers(state.actor()))


def images_of(
    patch: Patch,
    *,
    prefers: Comparing = Comparing.SWIPE,
    opens: bool = False,
    following: tuple[Patch, Bounds] | None = None,
) -> MapImages:
    """Give the imagery of a map on which one patch is looked at.

    Parameters
    ----------
    prefers, opens
        As for `MapImages`.
    following
        The patch that is opened next, and where it lies.
    """
    under = images_under()
    if not under.layers:
        return under
    actor = state.actor()
    ahead = None
    if following is not None:
        ahead = NextPatch(cached.image_pair(actor, following[0]), following[1])
    return replace(
        under,
        pair=cached.image_pair(actor, patch),
        following=ahead,
        prefers=prefers,
        opens=opens,
        called=_called(),
    )


def show_lacks(patch: Patch) -> None:
    """Say what the two images of a patch lack, if anything."""
    if not cached.image_layers(state.actor()):
        st.caption(word("image_line.none"))
        return
    for line in _lacks(cached.image_pair(state.actor(), patch)):
        st.caption(f"⚠ {plain(line)}")


def show_images_line(patch: Patch) -> None:
    """Say which two images there are of a patch and what they lack; offer to swipe them."""
    if not cached.image_layers(state.actor()):
        show_lacks(patch)
        return
    pair = cached.image_pair(state.actor(), patch)
    sides = " · ".join(
        f"{word(f'compare.{name}')} {_day(side)}"
        for name, side in (("before", pair.before), ("after", pair.after))
    )
    st.markdown(f"**{word('image_line.title')}** {plain(sides)}")
    show_lacks(patch)
    if pair.before.layer or pair.after.layer:
        st.button(word("image_line.swipe"), width="stretch", on_click=_swipe)


def _day(side: ImageSide) -> str:
    if side.layer is None or side.layer.taken_on is None:
        return word("image_line.absent")
    return side.layer.taken_on.isoformat()


def _lacks(pair: ImagePair) -> list[str]:
    """Say each lack once, with the side that it is on."""
    sides = (("before", pair.before.remarks), ("after", pair.after.remarks))
    lines = [
        word(
            "image_line.of_side",
            side=word(f"compare.{name}"),
            lack=remark_text(remark, state.lang()),
        )
        for name, remarks in sides
        for remark in remarks
        if remark.code is not ImageNote.OTHER_DAY
    ]
    return [*lines, *(remark_text(remark, state.lang()) for remark in pair.remarks)]


@undisturbed
def _swipe() -> None:
    state.remember(_CALLED, _called() + 1)


def _called() -> int:
    called = state.remembered(_CALLED)
    return called if isinstance(called, int) else 0
