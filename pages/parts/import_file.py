"""Step one: which file, what it is to be, and which of its layers is meant."""

import streamlit as st

from geo.model.layer_kinds import LayerKind
from geo.workflow import look
from geo.workflow.look_into import LayerFacts
from geo.workflow.redelivery import mapping_of
from pages.parts import cached, state
from pages.parts.import_draft import Draft, change, layers_in
from pages.parts.import_steps import show_next
from pages.parts.layer_words import shapes_word
from pages.parts.words import pairs, word


def show_file(current: Draft) -> None:
    """Show what kind of file it is; ask for the layer where there are several.

    Raises
    ------
    FileRefused
        If it cannot be read.
    """
    layers = layers_in(current)
    names = [layer.name for layer in layers]
    chosen = current.layer if current.layer in names else None
    if len(layers) == 1:
        chosen = names[0]
    else:
        st.markdown(f"**{word('wizard.several_layers', count=len(layers))}**")
        chosen = st.radio(
            word("import.layer"),
            names,
            index=names.index(chosen) if chosen else None,
            captions=[shapes_word(layer) for layer in layers],
            label_visibility="collapsed",
            key=f"layer-{current.upload.file_id}",
        )
    if chosen != current.layer:
        # What was said of another layer does not hold for this one.
        fields = _fields_as_before(current, layers[names.index(chosen)]) if chosen else {}
        change(current, layer=chosen, fields=fields, crs=None, swaps_axes=None, shift=None)
        st.rerun()
    facts = next((layer for layer in layers if layer.name == chosen), None)
    if facts is not None:
        _show_facts(current, facts)
    show_next(current, hindrance="" if facts else word("wizard.choose_layer"))


def _fields_as_before(current: Draft, facts: LayerFacts) -> dict[str, str]:
    """Take the fields with which the batch of this name was delivered: it may be corrected."""
    batches = look.deliveries(cached.store(), state.actor())
    if current.kind is not LayerKind.PATCHES or current.name not in {b.code for b in batches}:
        return {}
    return mapping_of(cached.store(), state.actor(), current.name, facts.fields)


def _show_facts(current: Draft, facts: LayerFacts) -> None:
    pairs(
        {
            word("import.format"): word(f"format.{facts.driver}"),
            word("import.layer"): facts.name,
            word("import.shapes"): shapes_word(facts),
            word("wizard.size"): f"{len(current.upload.getbuffer()) / 1024:,.0f} KB",
        }
    )
