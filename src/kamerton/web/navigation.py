"""Where one can go: the sections of the navigation, and what the command palette finds.

A room adds itself here when it has pages. A section whose address does not exist yet, or for which the
person lacks the right, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.access import policy
from kamerton.web import navigation_pages
from kamerton.web.gates import SIGNED_IN
from kamerton.web.parts import Entry


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the navigation. `key`: typed after g, goes there. `words`: more words that find it."""

    name: str  # URL name
    label: str | Promise
    icon: str
    key: str
    right: str
    words: str | Promise = ""
    phone: bool = True  # among the few at the foot of a phone
    narrow: tuple[str, str] = ("", "")  # URL name and right of the page for who may not open the first one


SECTIONS: tuple[Section, ...] = (
    Section("today", _("Today"), "home", "t", SIGNED_IN, _("home tasks decisions week")),
    Section(
        "week", _("Week"), "calendar-week", "k", "accounts.view", _("visits calls meetings calendar plan")
    ),
    Section(
        "signals",
        _("Signals"),
        "bell",
        "l",
        "portfolio.view",
        _("alerts warnings attention rules"),
        phone=False,
    ),
    Section(
        "portfolio",
        _("Portfolio"),
        "chart-arcs",
        "p",
        "portfolio.view_all",
        _("concentration Pareto key accounts"),
        narrow=("key_accounts", "portfolio.view"),
    ),
    Section(
        "potential",
        _("Potential"),
        "chart-pie",
        "o",
        "portfolio.view",
        _("needs share of wallet white space gaps opportunities pipeline"),
        phone=False,
    ),
    Section(
        "plans",
        pgettext_lazy("section", "Plans"),
        "list-check",
        "b",
        "portfolio.view",
        _("account business plan objectives activities phases SWOT"),
        phone=False,
    ),
    Section("accounts", _("Accounts"), "building-store", "a", "portfolio.view", _("customers list")),
    Section("contacts", _("Contacts"), "address-book", "c", "accounts.view", _("persons names"), phone=False),
    Section("facts", _("Facts"), "bulb", "f", "accounts.view", _("dossier known assumptions"), phone=False),
    Section("needs", _("Needs"), "flag", "n", "accounts.view", _("wants requirements"), phone=False),
    Section(
        "tasks",
        _("Work"),
        "checkbox",
        "w",
        "work.view",
        _("tasks requests decisions consultations approvals"),
    ),
    Section(
        "documents",
        _("Documents"),
        "file-text",
        "d",
        "export",
        _("reports slides word powerpoint pdf excel calendar templates"),
        phone=False,
    ),
    Section(
        "claims",
        _("Claims"),
        "message-report",
        "m",
        "work.view",
        _("complaints disputes reclamations service"),
        phone=False,
    ),
    Section(
        "imports", _("Imports"), "database-import", "i", "ledger.view", _("upload file sales ledger batches")
    ),
    Section(
        "settings",
        _("Settings"),
        "adjustments-horizontal",
        "s",
        "portfolio.configure",
        _("thresholds basis key account profile"),
        phone=False,
    ),
    Section(
        "people",
        _("People"),
        "users",
        "e",
        "people.view",
        _("users roles units absences leaving trail invite"),
        phone=False,
    ),
)


def label_of(name: str) -> str | Promise:
    """Of the section with this URL name; "" for none."""
    return next((section.label for section in SECTIONS if section.name == name), "")


_AT_FOOT = 4


@dataclass(frozen=True, slots=True)
class Place:
    section: Section
    url: str
    current: bool
    phone: bool = False  # at the foot of a phone


def places(request: HttpRequest) -> list[Place]:
    """The sections that this person can open, the current one marked."""
    found = [(section, url) for section in SECTIONS if (url := _url(request, section))]
    current = max((url for _section, url in found if request.path.startswith(url)), key=len, default="")
    foot = [section for section, _at in found if section.phone]
    # Who may open few of those gets the next ones there.
    foot += [section for section, _at in found if not section.phone][: max(0, _AT_FOOT - len(foot))]
    return [Place(section, url, url == current, section in foot) for section, url in found]


def _url(request: HttpRequest, section: Section) -> str:
    return _page(request, section.name, section.right) or (
        _page(request, *section.narrow) if section.narrow[0] else ""
    )


def _page(request: HttpRequest, name: str, right: str) -> str:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return ""
    if right == SIGNED_IN:
        return url if request.user.is_authenticated else ""
    return url if policy.can(request.user, right) else ""


# --- the palette ---------------------------------------------------------------------------------

#: A room's own finder: (request, words, limit) -> entries, best first.
Finder = Callable[[HttpRequest, str, int], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    entries: Sequence[Entry]


_finders: list[tuple[str | Promise, Finder]] = []


def finder(label: str | Promise) -> Callable[[Finder], Finder]:
    """Register a room's finder; `label` heads its group. It is asked only when something is typed."""

    def keep(find: Finder) -> Finder:
        _finders.append((label, find))
        return find

    return keep


def found(request: HttpRequest, words: str, *, limit: int = 6) -> list[Group]:
    """What the palette shows for `words`: pages, then each room's finds, then actions."""
    pages = [*_pages(request), *(navigation_pages.pages(request) if words else ())]
    groups = [Group(_("Pages"), _matching(pages, words))]
    if words:
        groups += [Group(label, find(request, words, limit)) for label, find in _finders]
    groups.append(Group(_("Actions"), _matching(_actions(request), words)))
    return [group for group in groups if group.entries]


def _pages(request: HttpRequest) -> Iterable[Entry]:
    for place in places(request):
        section = place.section
        yield Entry(str(section.label), place.url, section.icon, words=str(section.words))


def _own() -> Iterable[Entry]:
    """What everybody does about their own sign-in."""
    yield Entry(str(_("Change password")), reverse("account_change_password"), "key")
    yield Entry(
        str(_("Your account")), reverse("you"), "user", words=str(_("password passkey sessions name e-mail"))
    )


def _actions(request: HttpRequest) -> Iterable[Entry]:
    yield from _own_work(request)
    if policy.can(request.user, "accounts.create") and (url := _address("company_new")):
        yield Entry(str(_("New company")), url, "plus", words=str(_("prospect newcomer add")))
    if policy.can(request.user, "accounts.edit") and (url := _address("contact_new")):
        yield Entry(str(_("New contact")), url, "user-plus", words=str(_("person add")))
    yield from _imports(request)
    if policy.can(request.user, "accounts.view") and (url := _address("prospects")):
        yield Entry(
            str(_("Prospects and newcomers")), url, "building-store", words=str(_("potential clients"))
        )
        yield Entry(str(_("Industries")), _address("industries"), "list", words=str(_("trades vocabulary")))
    if policy.can(request.user, "accounts.merge") and (url := _address("account_doubles")):
        yield Entry(str(_("Possible doubles")), url, "list", words=str(_("merge duplicates")))
    if policy.can(request.user, "portfolio.configure") and (url := _address("limits")):
        yield Entry(
            str(_("Accounts for one person")), url, "adjustments-horizontal", words=str(_("limits load"))
        )
    if policy.can(request.user, "portfolio.view") and (url := _address("signal_rules")):
        yield Entry(
            str(_("Rules of the signals")),
            url,
            "adjustments-horizontal",
            words=str(_("thresholds alerts switch")),
        )
    if policy.can(request.user, "ledger.import") and (url := _address("import_new")):
        yield Entry(str(_("Import sales")), url, "file-upload", words=str(_("upload file export")))
    if policy.can(request.user, "accounts.view") and (url := _address("search")):
        yield Entry(str(_("Search everything")), url, "search", words=str(_("find full text")))
    yield from _own()
    yield Entry(str(_("Light colours")), "#theme-light", "sun", words=str(_("theme day bright")))
    yield Entry(str(_("Dark colours")), "#theme-dark", "moon", words=str(_("theme night")))
    yield Entry(str(_("Keyboard shortcuts")), "#keys", "keyboard", words=str(_("help keys")))


def _own_work(request: HttpRequest) -> Iterable[Entry]:
    if policy.can(request.user, "work.edit") and (url := _address("task_new")):
        yield Entry(str(_("New task")), url, "plus", words=str(_("to do write down add")))
    if policy.can(request.user, "accounts.edit") and (url := _address("engagement_new")):
        yield Entry(str(_("Plan a visit or call")), url, "plus", words=str(_("new meeting appointment")))


def _imports(request: HttpRequest) -> Iterable[Entry]:
    if policy.can(request.user, "accounts.import") and (url := _address("contact_import_new")):
        yield Entry(
            str(_("Import contacts")),
            url,
            "file-import",
            words=str(_("upload file vCard address book companies")),
        )


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _matching(entries: Iterable[Entry], words: str) -> list[Entry]:
    """Entries in whose label or words every typed word begins a word."""
    wanted = words.casefold().split()
    return [entry for entry in entries if all(_begins(entry, word) for word in wanted)]


def _begins(entry: Entry, word: str) -> bool:
    return any(own.startswith(word) for own in f"{entry.label} {entry.words}".casefold().split())
