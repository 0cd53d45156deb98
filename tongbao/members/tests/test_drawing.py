"""The tree's drawing: no box touches another, sponsors stand in the middle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongbao.members.contracts import TeamMember
from tongbao.members.policy.drawing import BOX_HEIGHT, BOX_WIDTH, GAP_BESIDE, draw
from tongbao.members.policy.invitations import qr_svg
from tongbao.members.tests.people import NOON


def member(member_id: int, sponsor_id: int | None, depth: int, recruits: int) -> TeamMember:
    return TeamMember(
        member_id=member_id,
        number=f"M{member_id:07d}",
        name_masked="",
        phone_masked="",
        rank="vip",
        status="active",
        sponsor_id=sponsor_id,
        depth=depth,
        recruits=recruits,
        joined_at=NOON,
    )


@st.composite
def trees(draw_from):
    """Members level by level, each but the first below one that is drawn."""
    choices = draw_from(st.lists(st.integers(0, 50), max_size=14))
    sponsors: dict[int, int | None] = {1: None}
    depths = {1: 0}
    for place, choice in enumerate(choices):
        sponsor = list(sponsors)[choice % len(sponsors)]
        sponsors[place + 2], depths[place + 2] = sponsor, depths[sponsor] + 1
    hidden = draw_from(st.integers(0, 3))
    people = [
        member(key, sponsor or 99, depths[key], list(sponsors.values()).count(key) + hidden)
        for key, sponsor in sponsors.items()
    ]
    return sorted(people, key=lambda person: (person.depth, person.sponsor_id, person.member_id))


@given(trees())
def test_boxes_keep_their_distance_and_lines_join_sponsor_and_recruit(people):
    drawing = draw(people)
    boxes = {box.member.member_id: box for box in drawing.boxes}
    assert len(boxes) == len(people)
    for box in drawing.boxes:
        assert 0 <= box.left <= drawing.width - BOX_WIDTH
        assert 0 <= box.top <= drawing.height - BOX_HEIGHT
        for other in drawing.boxes:
            if box is not other and box.top == other.top:
                assert abs(box.left - other.left) >= BOX_WIDTH + GAP_BESIDE
    joined = {(line.from_x, line.from_y, line.to_x, line.to_y) for line in drawing.lines}
    expected = set()
    for person in people[1:]:
        upper, lower = boxes[person.sponsor_id], boxes[person.member_id]
        expected.add((upper.middle, upper.bottom, lower.middle, lower.top))
    assert joined == expected


def test_a_sponsor_stands_in_the_middle_of_two_recruits_and_tells_of_the_undrawn():
    top, left, right = draw([member(1, None, 0, 5), member(2, 1, 1, 0), member(3, 1, 1, 0)]).boxes
    assert top.middle * 2 == left.middle + right.middle
    assert (top.undrawn, left.undrawn) == (3, 0)


def test_a_tree_of_one_is_one_box():
    drawing = draw([member(1, 7, 0, 0)])
    assert (len(drawing.boxes), drawing.lines) == (1, ())


def test_a_qr_code_loads_nothing_from_elsewhere():
    picture = qr_svg("https://lotus.example/?invite=ABCD2345")
    assert picture.startswith("<svg")
    assert "href" not in picture
    assert "http" not in picture
