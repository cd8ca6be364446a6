"""The look that Streamlit's own settings cannot reach: quiet frame, dense panels, no English.

The widgets bring a few words of their own in English; on a Chinese screen they are replaced here,
in one place, and a browser test looks for any that are left.
"""

import streamlit as st

from geo.text import Lang, say

# The ground of the page, as in the theme's settings.
_PAGE = {"light": "#ffffff", "dark": "#14191f"}
_QUIET = """
[data-testid="stHeader"] { background: transparent; height: 2.2rem; }
[data-testid="stMainBlockContainer"] { padding: 1.4rem 1.6rem 1rem; max-width: none; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.2rem 0.8rem 1rem; }
}
[data-testid="stSidebar"] { min-width: 15.5rem; max-width: 15.5rem; }
[data-testid="stSidebarUserContent"] { padding-top: 0.5rem; }
[data-testid="InputInstructions"], [data-testid="stStatusWidget"] { display: none; }
[data-testid="stElementToolbar"], [data-testid="stDataFrameColumnMenu"] { display: none; }
[data-testid="stVerticalBlock"] { gap: 0.6rem; }
dl.pairs { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 0.8rem;
  margin: 0 !important; padding: 0; font-size: 0.9rem; line-height: 1.45; }
dl.pairs dt { margin: 0; }
dl.pairs dt { opacity: 0.65; }
dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
/* The way on stands at the lower right of the screen in every step, however long the step is. */
[data-testid="stVerticalBlock"]:has(> [data-testid="stLayoutWrapper"] > .st-key-import-foot) {
  min-height: calc(100vh - 2.4rem); }
[data-testid="stLayoutWrapper"]:has(> .st-key-import-foot) {
  position: sticky; bottom: 0; z-index: 1001; margin-top: auto; padding: 0.5rem 0;
  background: var(--page); }
@media (max-width: 640px) {
  [data-testid="stVerticalBlock"]:has(> [data-testid="stLayoutWrapper"] > .st-key-import-foot) {
    min-height: calc(100vh - 4.3rem); }
}
.st-key-import-steps button[kind="tertiary"] { padding: 0.25rem 0.75rem;
  border: 1px solid transparent; }
h1 { font-size: 1.5rem !important; padding: 0 0 0.9rem !important; }
h3 { font-size: 1.15rem !important; padding: 0.2rem 0 !important; }
"""


def use_look(lang: Lang) -> None:
    """Set the look of the page, and the words of the widgets in the reader's language."""
    drop, browse, none = (
        f'"{say(key, lang)}"' for key in ("upload.drop", "upload.browse", "select.none")
    )
    upload = f"""
[data-testid="stFileUploaderDropzoneInstructions"] > * {{ display: none; }}
[data-testid="stFileUploaderDropzoneInstructions"]::after {{ content: {drop}; }}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] {{
  display: none; }}
[data-testid="stFileUploaderDropzone"] > span > button::after,
[data-testid="stFileUploaderDropzone"] > button::after {{
  content: {browse}; font-size: 0.9rem; margin-left: 0.4rem; }}
[role="listbox"] > [role="option"][style*="contents"] > span {{ font-size: 0; }}
[role="listbox"] > [role="option"][style*="contents"] > span::after {{
  content: {none}; font-size: 0.9rem; }}
"""
    page = _PAGE["dark" if st.context.theme.type == "dark" else "light"]
    st.html(f"<style>:root {{ --page: {page}; }}{_QUIET}{upload}</style>")
