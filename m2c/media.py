"""Uploaded files, where no web server in front serves them: `path("media/<path:name>", media, name="media")`."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

TYPES = {
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".pdf": "application/pdf",
}
PICTURES = {"pictures", "renditions"}  # folders whose names say what is in the file, so it never changes
FOLDERS = PICTURES | {"documents"}
YEAR = 365 * 24 * 3600


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture, to keep for good, or a document, to download. Anything else, folders too, does not exist."""
    path = file_of(name)
    if path is None:
        raise Http404
    size = path.stat().st_size
    etag = f'"{hashlib.sha256(name.encode()).hexdigest()[:16]}-{size:x}"'  # names say what is in the file
    is_picture = name.split("/", 1)[0] in PICTURES
    headers = {
        "Cache-Control": f"public, max-age={YEAR}, immutable" if is_picture else "public, max-age=3600",
        "Content-Disposition": content_disposition_header(not is_picture, path.name) or "inline",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Type": TYPES[path.suffix],
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    answer: HttpResponse | None = get_conditional_response(request, etag=etag)
    if answer is not None:
        for header, value in headers.items():
            answer[header] = value
        return answer
    if request.method == "HEAD":
        return HttpResponse(headers={**headers, "Content-Length": str(size)})
    return FileResponse(path.open("rb"), as_attachment=not is_picture, headers=headers)


def file_of(name: str) -> Path | None:
    """The file of ours with this name, or None. No step of it may be hidden, lead upwards or be a link to elsewhere."""
    steps = name.split("/")
    if steps[0] not in FOLDERS or any(not step or step.startswith(".") or "\0" in step for step in steps):
        return None
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        path = (root / name).resolve(strict=True)
    except OSError:
        return None
    return path if path.suffix in TYPES and path.is_file() and path.is_relative_to(root) else None
