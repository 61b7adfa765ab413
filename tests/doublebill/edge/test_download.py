import pytest

from doublebill.edge.download import Download, download_response
from doublebill.errors import InvalidInput

FILE = Download("maze-1.svg", "image/svg+xml", b"<svg/>", unchanging=True)


def test_a_file_is_sent_as_it_is_with_its_type_and_name():
    response = download_response(FILE, "")
    assert (response.status, response.content_type, response.body) == (200, "image/svg+xml", b"<svg/>")
    assert response.headers["Content-Disposition"] == 'inline; filename="maze-1.svg"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_cache_keeps_for_ever_only_what_never_changes():
    assert download_response(FILE, "").headers["Cache-Control"] == "private, max-age=31536000, immutable"
    changing = Download(FILE.name, FILE.media_type, FILE.content, unchanging=False)
    assert download_response(changing, "").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("header", "status"), [("{tag}", 304), ('"a", W/{tag}', 304), ("*", 304), ('"a"', 200), ("", 200)]
)
def test_a_tag_that_the_cache_has_is_answered_without_the_file(header, status):
    tag = download_response(FILE, "").headers["ETag"]
    response = download_response(FILE, header.format(tag=tag))
    assert response.status == status
    assert bool(response.body) == (status == 200)
    assert response.headers["ETag"] == tag


def test_other_content_has_another_tag():
    other = Download(FILE.name, FILE.media_type, b"<svg />", unchanging=True)
    assert download_response(other, "").headers["ETag"] != download_response(FILE, "").headers["ETag"]


def test_a_file_that_lambda_cannot_pass_on_is_refused():
    large = Download("a.zip", "application/zip", bytes(4_200_000), unchanging=False)
    with pytest.raises(InvalidInput) as refused:
        download_response(large, "", "count")
    assert [complaint.field for complaint in refused.value.complaints] == ["count"]
