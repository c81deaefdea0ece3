"""Drawing of charts as SVG by Vega-Lite (`vl_convert`), kept by the digest of what they show.

The SVG stands in the page: it has no style of its own, which the policy of our pages forbids, and
takes font and colours from the style sheet. Vega is loaded with the first chart of a process.
"""

import hashlib
import re
from collections import OrderedDict
from threading import Lock

from flask_babel import gettext
from markupsafe import Markup, escape

from service.ui.charts import Chart
from service.ui.i18n import in_language

KEPT = 512
_VIETNAMESE = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", ""]}
_ROLES = re.compile(r' (?:role|aria-roledescription)="[^"]*"')  # the picture is one thing
_BOX = re.compile(r'viewBox="([0-9. -]+)"')

_kept: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def drawn(chart: Chart, title: str) -> Markup:
    """The SVG of a chart, with its title for those who hear the page."""
    digest = hashlib.sha256(f"{in_language()}\n{chart.text}".encode()).hexdigest()
    inner, box = _opened(_svg(digest, chart))
    name = f"chart-{digest[:12]}"
    return Markup(
        '<svg class="chart" viewBox="{box}" role="img" aria-labelledby="{name}-title {name}-about"'
        ' xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-about">{about}</desc>{inner}</svg>'
    ).format(
        box=box,
        name=name,
        title=title,
        about=gettext("Số liệu của biểu đồ có trong bảng bên cạnh."),
        inner=Markup(inner),  # noqa: S704  # Vega escapes every text in it
    )


def _svg(digest: str, chart: Chart) -> str:
    with _lock:
        if digest in _kept:
            _kept.move_to_end(digest)
            return _kept[digest]
    made = _render(chart)
    with _lock:
        _kept[digest] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _render(chart: Chart) -> str:
    import vl_convert  # 0.5 s and an engine of its own: with the first chart only

    locale = None if in_language() == "en" else _VIETNAMESE
    return str(
        vl_convert.vegalite_to_svg(
            chart.text, vl_version="5.20", format_locale=locale, allowed_base_urls=[]
        )
    )


def _opened(svg: str) -> tuple[str, str]:
    """What stands in an SVG, and its box. Raises ValueError for what is no SVG of a chart."""
    found = _BOX.search(svg)
    start = svg.find(">", svg.find("<svg")) + 1
    if found is None or not start:
        raise ValueError("no SVG was drawn")
    return _ROLES.sub("", svg[start : svg.rindex("</svg>")]), str(escape(found.group(1)))
