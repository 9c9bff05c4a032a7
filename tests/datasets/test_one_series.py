"""airline_passengers and sunspots: parts along time, each from the beginning."""

from unrolled.datasets import airline_passengers, sunspots
from unrolled.datasets._one_series import table_rows
from unrolled.datasets.airline_passengers import AirlinePassengers
from unrolled.datasets.sunspots import Sunspots


def test_rows_are_those_below_the_header():
    assert table_rows(b'"YEAR","SUN"\r\n1700,5\r\n1701,11.5\r\n') == [
        *(("1700", "5"), ("1701", "11.5")),
    ]


def test_each_part_goes_on_where_the_one_before_ends():
    months = [f"{1949 + n // 12}-{n % 12 + 1:02},{n}" for n in range(144)]
    content = "\n".join(["Date,Passengers", *months, ""]).encode()
    parts = AirlinePassengers().convert({airline_passengers.PATH: content})
    assert [rows[-1] for rows in parts.values()] == [
        *(("1956-12", "95"), ("1958-12", "119"), ("1960-12", "143")),
    ]
    assert {rows[0] for rows in parts.values()} == {("1949-01", "0")}


def test_sunspots_are_scored_from_1921_on():
    years = [f"{year},{year % 11}" for year in range(1700, 2009)]
    content = "\n".join(['"YEAR","SUNACTIVITY"', *years, ""]).encode()
    parts = Sunspots().convert({sunspots.PATH: content})
    assert [rows[-1][0] for rows in parts.values()] == ["1879", "1920", "2008"]
