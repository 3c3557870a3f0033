"""What a page says, as text: a line for each block, in the order of the page. What it looks like is for a browser."""
import html.parser
import re

BLOCKS = {"p", "h1", "h2", "h3", "li", "tr", "dt", "dd", "pre", "summary", "figcaption", "caption", "legend", "label", "section", "article",
          "header", "footer", "nav", "table", "ol", "ul", "dl", "div", "form", "fieldset", "figure", "details", "main", "title"}
SILENT = {"style", "script", "svg"}
MARKS = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "- ", "pre": "    ", "button": "[", "summary": "> "}


class _Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines, self.line, self.mark = [], "", ""
        self.silent = self.depth_of_pre = 0
        self.links = []

    def end_line(self):
        text = self.line.strip() if self.depth_of_pre == 0 else self.line.strip("\n")
        if text:
            self.lines.append(self.mark + text)
        self.line, self.mark = "", ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in SILENT:
            self.silent += 1
            return
        if tag in BLOCKS:
            self.end_line()
            self.mark = MARKS.get(tag, "")
        if tag == "pre":
            self.depth_of_pre += 1
        if tag in ("th", "td") and self.line.strip():
            self.line = self.line.rstrip() + " | "
        if tag == "input":
            self.line += f" [{given.get('type')} {given.get('value', 'on' if 'checked' in given else '')}]"
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "br":
            self.end_line()

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if tag in SILENT:
            self.silent -= 1
            return
        if tag == "a":
            target = self.links.pop()
            self.line += f" <{target}>" if "://" in target else ""
        if tag in BLOCKS:
            self.end_line()
        if tag == "pre":
            self.depth_of_pre -= 1

    def handle_data(self, data):
        if self.silent:
            return
        if self.depth_of_pre:
            for number, line in enumerate(data.split("\n")):
                if number:
                    self.end_line()
                    self.mark = MARKS["pre"]
                self.line += line
            return
        self.line += re.sub(r"\s+", " ", data) if self.line else re.sub(r"\s+", " ", data).lstrip()


def text_of(page):
    """Every text that a reader of the page meets; what scripts, styles and drawings hold is left out."""
    reader = _Page()
    reader.feed(page)
    reader.end_line()
    return "\n".join(reader.lines) + "\n"
