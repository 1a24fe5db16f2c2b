"""The source kind `folder`: every text, Markdown file, page and e-mail under a folder."""

import hashlib
from pathlib import Path

from digest.collect.document import SUFFIXES
from digest.collect.draft import Draft, Rejected
from digest.collect.files import list_files, read_file, sha256
from digest.collect.identity import file_key
from digest.collect.source import Find, Reading, Room
from digest.config import SourceSettings
from digest.errors import SourceError
from digest.store.sources import SourceHealth


class FolderReader:
    """Reads the files of a folder; a file is opened only when its content was never seen there."""

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """Its files, the latest changed first. When they were changed says only in which order they are read."""
        root = Path(source.ref)
        whole = hashlib.sha256()
        finds, skipped = [], []
        for path in list_files(root, SUFFIXES):
            name = path.relative_to(root.resolve()).as_posix()
            try:
                digest = sha256(read_file(path, room.settings.max_page_mb))
            except (OSError, Rejected) as error:
                skipped.append((str(path), str(error)))
                continue
            whole.update(f"{name}\0{digest}\n".encode("utf-8", "surrogateescape"))
            finds.append(Find(ref=str(path), keys=(file_key(source.ref, name, digest),)))
        if whole.hexdigest() == health.content_hash and not skipped:
            return Reading(unchanged=True)
        if not finds and not skipped:
            skipped.append((source.name, f"the folder holds no article ({', '.join(sorted(SUFFIXES))})"))
        return Reading(finds=tuple(finds), skipped=tuple(skipped), content_hash=whole.hexdigest())

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The article of one file."""
        path = Path(find.ref)
        try:
            data = read_file(path, room.settings.max_page_mb)
        except OSError as error:
            raise SourceError(f"it cannot be read: {error.strerror or error}", where=find.ref) from error
        return await room.workers.document(data, name=path.name, now=room.now)
