"""Where the cards of the map stand: the tree of who reports to whom, tidy, and the same everywhere. Pure.

Units are those of the picture (one pixel at full size); a place is the middle of a card. A superior stands over the
middle of those below. Where many people below one superior have nobody below themselves, they hang in columns under each
other: many are more than three, in a map that would be wider than WIDE more than one. Whoever neither reports nor is
reported to stands in rows below the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kamerton.accounts.decision_unit import Person

WIDTH, HEIGHT = 216, 88
GAP_X, GAP_Y, HANG_GAP_Y = 28, 64, 24
#: (so many leaves beside one another at most, so many in a column): as drawn, and where that is too wide.
AIRY, DENSE = (3, 4), (1, 5)
WIDE = 6 * WIDTH + 5 * GAP_X
INDENT = 20
LEAST_ROW = 4


@dataclass(frozen=True, slots=True)
class Place:
    """`hangs`: the line comes from the side, as the card stands in a column; `is_dragged`: somebody put it there."""

    x: float
    y: float
    hangs: bool = False
    is_dragged: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    """A subtree: its extent and the places in it, from its own left top corner."""

    width: float
    height: float
    places: Mapping[int, Place]


def layout(people: Iterable[Person]) -> dict[int, Place]:
    """Equal people in any order stand in equal places; who was dragged stands where they were put."""
    there = {each.id: each for each in sorted(people, key=lambda each: each.id)}
    below = _below(there)
    hanging = {number for numbers in below.values() for number in numbers}
    roots = [number for number in there if number not in hanging]
    whole = _forest(roots, below, AIRY)
    if whole.width > WIDE:
        whole = _forest(roots, below, DENSE)
    alone = [number for number in roots if not below.get(number)]
    places = {**whole.places, **_rows(alone, whole)}
    return {number: _dragged(there[number]) or places[number] for number in there}


def _dragged(person: Person) -> Place | None:
    if person.x is None or person.y is None:
        return None
    return Place(person.x, person.y, is_dragged=True)


def _below(there: Mapping[int, Person]) -> dict[int, list[int]]:
    """Superior -> those below. A circle, which only a past day can hold, is cut."""
    below: dict[int, list[int]] = {}
    above: dict[int, int] = {}
    for person in there.values():
        superior = person.reports_to
        if superior in there and superior is not None and not _is_above(person.id, superior, above):
            above[person.id] = superior
            below.setdefault(superior, []).append(person.id)
    return below


def _is_above(number: int, start: int, above: Mapping[int, int]) -> bool:
    at: int | None = start
    while at is not None:
        if at == number:
            return True
        at = above.get(at)
    return False


def _forest(roots: Iterable[int], below: Mapping[int, list[int]], density: tuple[int, int]) -> _Block:
    return _beside(_tree(number, below, density) for number in roots if below.get(number))


def _tree(number: int, below: Mapping[int, list[int]], density: tuple[int, int]) -> _Block:
    own = below.get(number, [])
    if not own:
        return _Block(WIDTH, HEIGHT, {number: Place(WIDTH / 2, HEIGHT / 2)})
    leaves = [each for each in own if not below.get(each)]
    hang = len(leaves) > density[0]
    blocks = [_tree(each, below, density) for each in own if below.get(each) or not hang]
    under = _beside([*blocks, *([_columns(leaves, density[1])] if hang else [])])
    width = max(WIDTH, under.width)
    places = _shifted(under.places, (width - under.width) / 2, HEIGHT + GAP_Y)
    middle = _middle([places[each] for each in own])
    places[number] = Place(middle, HEIGHT / 2)
    return _Block(width, HEIGHT + GAP_Y + under.height, places)


def _middle(places: Iterable[Place]) -> float:
    across = [place.x for place in places]
    return (min(across) + max(across)) / 2


def _columns(leaves: list[int], tallest: int) -> _Block:
    columns = -(-len(leaves) // tallest)
    tall = -(-len(leaves) // columns)
    places = {}
    for at, number in enumerate(leaves):
        column, row = divmod(at, tall)
        x = INDENT + column * (WIDTH + GAP_X + INDENT) + WIDTH / 2
        places[number] = Place(x, row * (HEIGHT + HANG_GAP_Y) + HEIGHT / 2, hangs=True)
    width = columns * (WIDTH + INDENT) + (columns - 1) * GAP_X
    return _Block(width, tall * HEIGHT + (tall - 1) * HANG_GAP_Y, places)


def _beside(blocks: Iterable[_Block]) -> _Block:
    left = height = 0.0
    places: dict[int, Place] = {}
    for block in blocks:
        places |= _shifted(block.places, left, 0)
        left, height = left + block.width + GAP_X, max(height, block.height)
    return _Block(max(0.0, left - GAP_X), height, places)


def _shifted(places: Mapping[int, Place], x: float, y: float) -> dict[int, Place]:
    return {number: Place(at.x + x, at.y + y, at.hangs) for number, at in places.items()}


def _rows(alone: list[int], whole: _Block) -> dict[int, Place]:
    a_row = max(LEAST_ROW, int((whole.width + GAP_X) // (WIDTH + GAP_X)))
    top = whole.height + GAP_Y if whole.places else 0.0
    return {
        number: Place(
            (at % a_row) * (WIDTH + GAP_X) + WIDTH / 2,
            top + (at // a_row) * (HEIGHT + HANG_GAP_Y) + HEIGHT / 2,
        )
        for at, number in enumerate(alone)
    }
