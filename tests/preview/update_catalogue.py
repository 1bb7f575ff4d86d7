"""Bring zh_CN.po up to date with the source: ``python -m tests.preview.update_catalogue``.

New msgids are added with an empty translation and listed, unused ones are dropped.
"""

from __future__ import annotations

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from idp.i18n.language import Language
from idp.i18n.translation import read_catalogue
from tests.preview.extraction import SOURCE, extract_catalogue

CATALOGUE = SOURCE / "i18n" / "locales" / "zh_CN.po"
# Written here, since Babel's own header carries the time of every run.
HEADER = r"""# Simplified Chinese text of Tongxing.
msgid ""
msgstr ""
"Project-Id-Version: tongxing\n"
"Language: zh_CN\n"
"Plural-Forms: nplurals=1; plural=0;\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def main() -> None:
    catalogue = read_catalogue(Language.CHINESE)
    catalogue.update(extract_catalogue(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(catalogue)
    for message in catalogue:
        if message.id and not (message.string and any(message.string)):
            print(f"to translate: {message.id!r}")


def write(catalogue: Catalog) -> None:
    with CATALOGUE.open("wb") as file:
        file.write(HEADER.encode())
        # Line numbers would change the file with every edit of a page.
        write_po(file, catalogue, width=99, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    main()
