import base64
import hashlib
import json
import re

from doublebill_local.html_page import HtmlPage, escaped


def digest(text: str) -> str:
    """A text as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_lets_run_only_the_script_of_the_page_and_load_nothing() -> None:
    page = HtmlPage("t", "<p>b</p>", "p{}", "go()", {}).to_html()
    [policy] = re.findall(r'http-equiv="content-security-policy" content="([^"]*)"', page)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("script-src") == digest("go()")
    assert rules.pop("style-src") == digest("p{}")
    assert rules == {"default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}
    assert "script" not in HtmlPage("t", "", "").to_html()


def test_no_text_in_the_data_ends_its_element_or_begins_another() -> None:
    data = {"title": "</script><script>bad()</script><!-- \u2028 & é"}
    page = HtmlPage("<b>", "", "", "go()", data).to_html()
    [text] = re.findall(r'id="model">(.*?)</script>', page)
    assert json.loads(text) == data
    assert page.count("<script") == 2
    assert "<title>&lt;b&gt;</title>" in page
    assert escaped('"<') == "&quot;&lt;"
