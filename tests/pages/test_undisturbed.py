"""A callback is done whole, also when the browser asks for another run in its middle."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st  # noqa: PLC0415
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData  # noqa: PLC0415
    from streamlit.runtime.scriptrunner_utils.script_run_context import (  # noqa: PLC0415
        get_script_run_ctx,
    )

    from pages.parts.undisturbed import undisturbed  # noqa: PLC0415

    def act(name: str) -> None:
        # What a map's report does that comes just now.
        ctx = get_script_run_ctx()
        assert ctx is not None
        assert ctx.script_requests is not None
        ctx.script_requests.request_rerun(RerunData(page_script_hash=ctx.page_script_hash))
        st.session_state[f"{name}.begun"] = True
        st.session_state[f"{name}.done"] = True

    st.button("plain", on_click=act, args=("plain",))
    st.button("undisturbed", on_click=undisturbed(act), args=("undisturbed",))


def test_a_report_in_the_middle_does_not_cut_a_callback_off() -> None:
    app = AppTest.from_function(script).run()
    app.button[1].click().run()
    assert "undisturbed.done" in app.session_state


def test_without_it_the_rest_would_never_be_done() -> None:
    app = AppTest.from_function(script).run()
    app.button[0].click().run()
    assert "plain.done" not in app.session_state
