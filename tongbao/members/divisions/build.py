"""Make ``divisions.csv``, the GB/T 2260 tree, from the npm package ``@vant/area-data`` (MIT).

By hand, once in a while, and with the difference reviewed before it is committed:

    npm pack @vant/area-data@2.1.0 && tar xzf vant-area-data-*.tgz
    python tongbao/members/divisions/build.py package/dist/index.js

The package serves address pickers, so it also carries what the standard does not have. Left out here:

- economic and development zones (last two digits 71-79 of the statistical office, 90 and above of couriers):
  they lie in counties that have codes of their own, and a regional agent is appointed for a county;
- the towns of the cities without counties (Jiayuguan, Dongguan, Zhongshan, Danzhou): the city is the leaf;
- invented codes below Taiwan, Hong Kong and Macao: the standard has only the province's code;
- counties that no longer exist and zones under a county's number (``NOT_DIVISIONS``: what the statistical
  office's list of 2023 does not have).

Headings keep the names of the standard (市辖区, 县, 省直辖县级行政区划), not the picker's.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

TARGET = Path(__file__).with_name("divisions.csv")
WITHOUT_COUNTIES = ("6202", "4419", "4420", "4604")
PROVINCE_ONLY = ("71", "81", "82")
NOT_DIVISIONS = {
    "320112": "a development zone",
    "321150": "a development zone",
    "320611": "merged into 320613 in 2020",
    "350402": "merged into 350404 in 2021",
    "370634": "merged into 370614 in 2020",
}
HEADINGS = {
    "110100": "市辖区",
    "120100": "市辖区",
    "310100": "市辖区",
    "500100": "市辖区",
    "500200": "县",
    "419000": "省直辖县级行政区划",
    "429000": "省直辖县级行政区划",
    "469000": "省直辖县级行政区划",
    "659000": "自治区直辖县级行政区划",
}


def main(source: Path) -> None:
    """Write the file and say what was left out."""
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), text)
    entries = dict(re.findall(r"['\"]?(\d{6})['\"]?:\s*['\"]([^'\"]+)['\"]", text))
    kept, dropped = {}, []
    for code, name in sorted(entries.items()):
        if is_standard(code):
            kept[code] = HEADINGS.get(code, name)
        else:
            dropped.append(f"{code} {name}")
    with TARGET.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("code", "name"))
        writer.writerows(kept.items())
    sys.stdout.write(f"{len(kept)} divisions written, {len(dropped)} left out:\n" + "\n".join(dropped) + "\n")


def is_standard(code: str) -> bool:
    """Whether GB/T 2260 has this code.

    >>> is_standard("440106"), is_standard("320571"), is_standard("441901")
    (True, False, False)
    """
    if code in NOT_DIVISIONS or (code.startswith(PROVINCE_ONLY) and not code.endswith("0000")):
        return False
    last = int(code[4:])
    if last == 0:
        return True
    return not (code.startswith(WITHOUT_COUNTIES) or 71 <= last <= 79 or last >= 90)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
