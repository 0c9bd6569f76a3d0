"""The palette: told apart by every kind of eye, and never by colour alone."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest

from warledger import style

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
EYES = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
SIX = [style.BLUE, style.ORANGE, style.RED, style.PURPLE, style.ASH, style.VIOLET]
# Ottosson's OKLab (2020), in which equal distances look about equally different
TO_CONES = [
    [0.41222147, 0.53633254, 0.05144599],
    [0.2119035, 0.6806995, 0.10739696],
    [0.08830246, 0.28171884, 0.6299787],
]
TO_LAB = [
    [0.21045426, 0.79361779, -0.00407205],
    [1.9779985, -2.4285922, 0.4505937],
    [0.02590404, 0.78277177, -0.80867577],
]


def oklab(colour, eye):
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(EYES[eye]) @ linear, 0, 1)
    return np.array(TO_LAB) @ np.cbrt(np.array(TO_CONES) @ seen)


@pytest.mark.parametrize("eye", EYES)
def test_any_two_of_the_six_colours_can_be_told_apart(eye):
    distances = [np.linalg.norm(oklab(a, eye) - oklab(b, eye)) * 100 for a, b in itertools.combinations(SIX, 2)]
    assert min(distances) > 10  # under about 5 two colours are hard to tell apart


def test_the_six_colours_are_petroff6():
    assert SIX == ["#5790fc", "#f89c20", "#e42536", "#964a8b", "#9c9ca1", "#7a21dd"]


def test_every_kind_of_figure_has_a_mark_of_its_own_beside_its_colour():
    kinds = ["claimed", "official_own", "visually_confirmed", "name_by_name", "verified", "estimate"]
    assert len({style.MARKERS[kind] for kind in kinds}) == len(kinds)
    targets = ["energy", "homes", "military target", "other or several"]
    assert len({style.MARKERS[target] for target in targets}) == len(targets)


@pytest.mark.parametrize(
    "series",
    [
        ["military", "financial", "humanitarian", "estimated"],
        ["grant", "in-kind", "loan", "guarantee", "mixed"],
        ["Europe", "United States", "Other donors"],
    ],
)
def test_stacked_series_differ_in_hatching_too(series):
    assert len({style.HATCHES.get(one) for one in series}) == len(series)


def test_classes_of_weapons_have_a_mark_each():
    classes = ["cruise missile", "ballistic missile", "aeroballistic missile", "one-way drone", "other"]
    assert len({style.MARKERS[name] for name in [*classes, "SAM used against ground"]}) == 6


def test_one_meaning_has_one_colour_from_the_palette():
    assert set(style.COLOURS.values()) <= {*SIX, style.LIGHT}
