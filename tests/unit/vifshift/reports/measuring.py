"""Opens a page in a real browser, and measures what can be seen there."""

from typing import Literal, NamedTuple

from playwright.sync_api import Browser, Route
from pydantic import TypeAdapter

ADDRESS = "http://evidence.invalid/"


class Screen(NamedTuple):
    """What a page is shown on."""

    width: int
    height: int
    scheme: Literal["light", "dark"]
    media: Literal["screen", "print"] = "screen"


class Box(NamedTuple):
    """A segment of a lane as the browser draws it, in pixels from the picture's left."""

    lane: str
    starts_at: str
    ends_at: str
    value: str
    x: float
    width: float


class Text(NamedTuple):
    """A text in the picture, with its edges on the screen."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def lies_on(self, other: "Text") -> bool:
        """Say whether two texts cover each other."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Measured(NamedTuple):
    """What was found.

    `outside` are elements that stick out of the window, `nameless` pictures without a name, `faint`
    texts with less contrast than WCAG asks for at AA, `closed` tables that are not to be seen.
    """

    scroll_width: float
    client_width: float
    picture_width: float
    paper: str
    outside: list[str]
    boxes: list[Box]
    texts: list[Text]
    inside: list[str]
    nameless: list[str]
    headings: list[int]
    faint: list[str]
    closed: list[str]


class Shown(NamedTuple):
    """A page as it was shown: what was measured, what the browser complained of and asked for."""

    measured: Measured
    complaints: list[str]
    requests: list[str]


def show(browser: Browser, html: str, screen: Screen) -> Shown:
    """Show a page; it is the only thing that is delivered, whatever it asks for."""
    complaints: list[str] = []
    requests: list[str] = []

    def deliver(route: Route) -> None:
        requests.append(route.request.url)
        if route.request.url == ADDRESS and len(requests) == 1:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    page = browser.new_page(
        viewport={"width": screen.width, "height": screen.height}, color_scheme=screen.scheme
    )
    try:
        page.emulate_media(media=screen.media, color_scheme=screen.scheme)
        page.route("**/*", deliver)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto(ADDRESS)
        measured = TypeAdapter(Measured).validate_python(page.evaluate(MEASURE))
    finally:
        page.close()
    return Shown(measured, complaints, requests)


MEASURE = """() => {
  const root = document.scrollingElement;
  const picture = document.querySelector("svg.timeline");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) =>
    `${element.tagName} ${element.getAttribute("class") ?? ""} ${element.textContent.slice(0, 40)}`;
  const isShown = (element) =>
    element.checkVisibility() && element.getBoundingClientRect().width > 1;

  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a),
    b * a + B * (1 - a)];
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement)
      layers.unshift(numbers(getComputedStyle(each).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const fill = (element) => numbers(getComputedStyle(element).fill);
  const behind = (text) => {
    const tone = [...text.classList].find((each) => each.startsWith("on-"))?.slice(3);
    if (!tone) return ground(text);
    const painted = document.querySelector(`pattern.${tone} rect`)
      ?? document.querySelector(`rect.bar.${tone}`);
    return fill(painted);
  };
  const faint = [];
  for (const element of all("body *")) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!hasText || !isShown(element) || element.closest("title, desc")) continue;
    const [colour, back] = element instanceof SVGElement
      ? [fill(element), behind(element)]
      : [numbers(getComputedStyle(element).color), ground(element)];
    const ratio = contrast(over(colour, back), back);
    if (ratio < 4.5) faint.push(`${name(element)}: ${ratio.toFixed(2)}`);
  }

  const visible = all("body *").filter(isShown);
  return {
    scroll_width: root.scrollWidth,
    client_width: root.clientWidth,
    picture_width: picture?.getBoundingClientRect().width ?? 0,
    paper: getComputedStyle(document.documentElement).backgroundColor,
    outside: visible.filter((element) => {
      // A group has no box of its own, and a picture in the picture shows nothing outside of it.
      if (element.tagName === "g" || element.closest("svg svg")) return false;
      const box = element.getBoundingClientRect();
      return box.left < -0.5 || box.right > root.clientWidth + 0.5;
    }).map(name),
    boxes: all("rect[data-lane]").map((rect) => ({
      lane: rect.dataset.lane,
      starts_at: rect.dataset.startsAt,
      ends_at: rect.dataset.endsAt,
      value: rect.dataset.value,
      x: rect.getBBox().x,
      width: rect.getBBox().width,
    })),
    texts: all("svg.timeline text:not(.value)").filter(isShown).map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      return { text: text.textContent, left, right, top: top + 1, bottom: bottom - 1 };
    }),
    inside: all("svg.timeline text.value").filter(isShown).map((text) => text.textContent),
    nameless: all("[role=img]").filter((element) =>
      !(element.getAttribute("aria-labelledby") ?? "").split(" ").some(
        (id) => document.getElementById(id)?.textContent.trim())).map(name),
    headings: all("h1, h2, h3, h4, h5, h6").filter(isShown).map((each) => Number(each.tagName[1])),
    faint,
    closed: all("table").filter((table) => !isShown(table)).map(name),
  };
}"""
