"""Coordinates as people write them are read as the place they mean."""

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.shapes.coordinate_text import read_coordinates
from geo.shapes.crs_series import Datum, zones

NEAR = (116.2, 43.5)
LON = st.floats(75.5, 133.0)
LAT = st.floats(18.5, 53.0)


def degrees_minutes_seconds(value: float, signs: str) -> str:
    degrees, rest = divmod(round(value * 3_600_000), 3_600_000)
    minutes, thousandths = divmod(rest, 60_000)
    degree, minute, second = signs
    return f"{degrees}{degree}{minutes}{minute}{thousandths / 1000:.3f}{second}"


FORMS = {
    "degrees": (lambda lon, lat: f"{lon:.6f}, {lat:.6f}", 1e-6),
    "north first": (lambda lon, lat: f"{lat:.6f} {lon:.6f}", 1e-6),
    "marks": (lambda lon, lat: f"N{lat:.6f} E{lon:.6f}", 1e-6),
    "marks behind": (lambda lon, lat: f"{lat:.6f}N,{lon:.6f}E", 1e-6),
    "one mark": (lambda lon, lat: f"{lat:.6f} E{lon:.6f}", 1e-6),
    "Chinese": (lambda lon, lat: f"北纬{lat:.6f}°，东经{lon:.6f}°", 1e-6),
    "seconds": (
        lambda lon, lat: (
            f"{degrees_minutes_seconds(lat, '°′″')} {degrees_minutes_seconds(lon, '°′″')}"
        ),
        1e-6,
    ),
    "typed": (
        lambda lon, lat: (
            f"E{degrees_minutes_seconds(lon, ('°', chr(39), chr(34)))} "
            f"N{degrees_minutes_seconds(lat, ('°', chr(39), chr(34)))}"
        ),
        1e-6,
    ),
    "characters": (
        lambda lon, lat: (
            f"东经{degrees_minutes_seconds(lon, '度分秒')}"
            f"北纬{degrees_minutes_seconds(lat, '度分秒')}"
        ),
        1e-6,
    ),
    "bare seconds": (
        lambda lon, lat: (
            f"{degrees_minutes_seconds(lat, '   ')} {degrees_minutes_seconds(lon, '   ')}"
        ),
        1e-6,
    ),
}


@pytest.mark.parametrize("form", FORMS)
@given(lon=LON, lat=LAT)
def test_degrees_are_read_back(form, lon, lat):
    write, tolerance = FORMS[form]
    (read,) = read_coordinates(write(lon, lat), near_deg=NEAR)
    assert read.zone is None
    assert read.lon_deg == pytest.approx(lon, abs=tolerance)
    assert read.lat_deg == pytest.approx(lat, abs=tolerance)


NUMBERED = [z for z in zones().values() if z.datum is Datum.CGCS2000 and z.has_prefix]


@given(zone=st.sampled_from(NUMBERED), away=st.floats(-1.5, 1.5), lat=LAT, swap=st.booleans())
def test_metres_with_their_zone_are_read_back(zone, away, lat, swap):
    lon = zone.meridian_deg + away
    to_metres = pyproj.Transformer.from_crs("EPSG:4490", zone.crs, always_xy=True)
    east, north = to_metres.transform(lon, lat)
    text = f"{east:.3f} {north:.3f}" if swap else f"X={north:.3f}m Y={east:.3f}m"
    (read,) = read_coordinates(text)
    assert (read.zone, read.is_zone_guessed) == (zone, False)
    assert read.lon_deg == pytest.approx(lon, abs=1e-7)
    assert read.lat_deg == pytest.approx(lat, abs=1e-7)


@given(lon=LON, lat=LAT)
def test_metres_without_a_zone_are_read_in_the_territorys_own(lon, lat):
    meridian = 3 * round(lon / 3)
    crs = next(
        z.crs
        for z in zones().values()
        if (z.datum, z.width_deg, z.has_prefix, z.meridian_deg)
        == (Datum.CGCS2000, 3, False, meridian)
    )
    east, north = pyproj.Transformer.from_crs("EPSG:4490", crs, always_xy=True).transform(lon, lat)
    found = read_coordinates(f"{north:.3f},{east:.3f}", near_deg=(lon, lat))
    assert found[0].is_zone_guessed
    assert (found[0].lon_deg, found[0].lat_deg) == pytest.approx((lon, lat), abs=1e-7)
    # The wide zone on another meridian is the other thing that they may mean.
    assert len({one.zone.meridian_deg for one in found}) == len(found) <= 2


def test_the_offices_own_zone_goes_first():
    text = "4812345.6 512345.6"
    assert next(r.zone.meridian_deg for r in read_coordinates(text, near_deg=(118.6, 43.5))) == 120
    found = read_coordinates(text, near_deg=(118.6, 43.5), meridian_deg=117.0)
    assert found[0].zone.meridian_deg == 117


def test_metres_without_a_zone_need_a_territory():
    assert read_coordinates("4812345.6 512345.6") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "C041037",
        "150423000002",
        "B1/17",
        "43.5",
        "43.5 116.2 7",
        "43°75′ 116°20′",
        "43.5S 116.2E",
        "-43.5 116.2",
        "N43.5 N116.2",
        "10 20",
        "4812345.6 99512345.6",
        "43°27 ″ 116",
        "甲旗 43.5 116.2",
        "1" * 500,
        "{{ 7*7 }}",
    ],
)
def test_what_is_no_place_in_china_is_none(text):
    assert read_coordinates(text, near_deg=NEAR) == []


@given(st.text(alphabet="0123456789.-°′″'度分秒NSEW北纬东经 ,x{}", max_size=40))
def test_no_text_breaks_it(text):
    for read in read_coordinates(text, near_deg=NEAR, meridian_deg=117.0):
        assert 70 <= read.lon_deg <= 140
        assert 3 <= read.lat_deg <= 56
