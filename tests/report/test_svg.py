"""A matplotlib figure becomes an `<svg>` element of the page."""

from xml.etree import ElementTree

from bookrec.report.svg import INK, inline


def test_inline_svg_uses_css_colours_unique_ids_and_short_coordinates():
    svg = '<?xml version="1.0"?><svg viewBox="0 0 1 1"><g id="a"/><path d="M 1.23456 2" '
    svg += f'style="stroke: {INK}" clip-path="url(#a)"/><text>0.12345</text></svg>'
    element = inline(svg, "plot", 'a "b" <c>')
    root = ElementTree.fromstring(element)
    assert root.get("aria-label") == 'a "b" <c>'
    assert root[0].get("id") == "plot-a"
    path = root[1].attrib
    assert path == {"d": "M 1.23 2", "style": "stroke: var(--ink)", "clip-path": "url(#plot-a)"}
    assert root[2].text == "0.12345"
