"""Refusals of a whole file, before any row is looked at.

What is wrong with single rows and households is in `findings`; nothing here holds personal data.
"""

from domain.errors import Refusal


class FileRefused(Refusal):
    """The file cannot be imported."""

    code = "import_file_refused"


class NotAWorkbook(FileRefused):
    """The file is not an Excel workbook (.xlsx). Save it from Excel as .xlsx and try again."""

    code = "import_not_a_workbook"


class OldWorkbook(FileRefused):
    """The file is in an older Excel format (.xls, .xlsb). Save it as .xlsx and try again."""

    code = "import_old_workbook"


class EncryptedWorkbook(FileRefused):
    """The workbook is protected by a password. Save it without a password and try again."""

    code = "import_encrypted_workbook"


class MacroWorkbook(FileRefused):
    """The workbook carries macros. Save it as .xlsx without macros and try again."""

    code = "import_macro_workbook"


class BrokenWorkbook(FileRefused):
    """The workbook is damaged: Excel can usually repair it by opening and saving it again."""

    code = "import_broken_workbook"


class WorkbookTooLarge(FileRefused):
    """The workbook, or what it unpacks to, is larger than an import may be."""

    code = "import_too_large"


class TooManyRows(FileRefused):
    """The sheet has more rows than one import may have. Import it commune by commune."""

    code = "import_too_many_rows"


class EffectiveOnInFuture(Refusal):
    """The effective date lies in the future."""

    code = "effective_in_future"


class EmptyFile(FileRefused):
    """There is nothing in the file."""

    code = "import_empty_file"


class NoList(FileRefused):
    """No sheet has a header row of the household list in its first rows."""

    code = "import_no_list"


class SeveralLists(FileRefused):
    """More than one sheet holds a household list. Say which one to import."""

    code = "import_several_lists"


class UnknownSheet(FileRefused):
    """The workbook has no sheet of that name."""

    code = "import_unknown_sheet"


class ColumnTwice(FileRefused):
    """Two columns of the list have the same meaning. Remove or rename one of them."""

    code = "import_column_twice"


class ImportGivenUp(FileRefused):
    """The import failed again and again at the same place. What it recorded stays recorded."""

    code = "import_given_up"
