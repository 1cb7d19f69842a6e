#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes scalars.txt: what PyYAML's SafeLoader makes of plain scalars.

Run it by hand after adding scalars below: ./make_scalars.py > scalars.txt
"""
import json
import math
import sys

import yaml

WORDS = """
~ null Null NULL nULL none None nil
yes Yes YES yEs no No NO nO true True TRUE tRUE false False FALSE on On ON oN off Off OFF y Y n N t f
<< = < > abc a_b a-b a.b /a/b a:b a#b x1 e1 _ _1 - + . .. ... -- -. +. --- -a +a .a
0 -0 +0 00 -00 01 07 08 09 010 -010 +010 0_7 0_ 0_8 00_1 0o7 0o17 0O7
1 -1 +1 12 1_000 1__0 1_ -1_ _12 123456789 9223372036854775807 -9223372036854775808
9223372036854775808 -9223372036854775809 123456789012345678901234567890
0b0 0b1 0b101 -0b11 +0b11 0b1_0 0b_1 0b2 0b 0B1 0b12
0x0 0x1F 0xdead_beef -0x10 +0x10 0xg 0x 0X1F 0xffffffffffffffff -0x8000000000000000 0x7fffffffffffffff
0777777777777777777777 01000000000000000000000
1.0 -1.0 +1.0 1. -1. +1. 1.5 0.1 .1 .5 -.5 +.5 ._1 .1_2 1_0.5 1_0.5_0 0.0 -0.0 00.5 01.5 1._5 1_.5
1e3 1E3 1e+3 1e-3 1.e3 1.e+3 1.e-3 1.0e3 1.0e+3 1.0e-3 1.0E+3 1.0E-03 -1.5e+10 .5e+3 .5e3 -.5e-3 1.5e 1.5e+ 1.5e+_1
6.02e+23 1.0e+400 1.0e-400 -1.0e+400 1.7976931348623157e+308 4.9e-324 0.1e+1 123456789.123456789
.inf .Inf .INF .iNF -.inf -.Inf -.INF +.inf +.INF inf -inf Infinity .infx .nan .NaN .NAN .nAN -.nan nan NaN
1:30 -1:30 +1:30 1:30:45 190:20:30 1:60 1:5 1:05 1:005 0:30 00:30 01:30 1:30. 1:30.5 1:30:45.25 -1:30.5 1:60.5 1:_3 1_0:30 1:30_.5 0:30.5 :30 1: 12:30:45
20:30:40.5_0 1:2:3:4 59:59 100000:00:01
2001-12-14 2001-1-1 2001-12-1 2001-12-14t21:59:43.10-05:00 2001-12-15T02:59:43.1Z 2001-12-14T1:02:03
2001-12-14T21:59:43 2001-12-14T21:59 2001-12-14T21:59:43+5 2001-12-14T21:59:43+05:30 2001-12-14T21:59:43.Z 20011214
1.2.3 1.2.3.4 1,000 1.000,5 1-2 1+2 1/2 1e 0e0 0e 1f 1.5f 12abc 12_abc 0.1.2 3.7 3.11 v1 1d 1h 100Mi 1Gi 50m 0.5Gi
127.0.0.1 10.0.0.0/8 sha256:abc python:3.7 2.1.0 B01001 2020
$.x {{$}} %a `a @a
0o10 0x1f 0xFG 0b102 +0b1 0.5 1.5e3 1.5e+3 1.5E-3 1.e+2 .5e+1 +.Inf .Nan 1,000.5 1:30:15 1:3 10:59.5 0:10 190:20:30.15 a hello http://x/y 12ab 1- +- .e1 1e400
"""
SPACED = ["2001-12-14 21:59:43.10 -5", "2001-12-15 2:59:43.10", "2001-12-14  21:59:43 Z",
          "2001-12-14 21:59:43Z", "2001-12-14 x", "yes no", "1 2", "1 .5", "null null", "a b  c", "- 1"]


def describe(scalar):
    """The kind and the value, as the test reads them."""
    node = yaml.nodes.ScalarNode(None, scalar)
    loader = yaml.SafeLoader("")
    node.tag = loader.resolve(yaml.nodes.ScalarNode, scalar, (True, False))
    if node.tag.endswith((":timestamp", ":merge", ":value")):
        return "str", json.dumps(scalar)  # JSON has no dates; a lone "<<" or "=" means nothing else
    try:
        value = loader.construct_object(node)
    except ValueError:
        return "error", "-"
    if value is None:
        return "null", "null"
    if isinstance(value, bool):
        return "bool", json.dumps(value)
    if isinstance(value, int):
        if not -2**63 <= value < 2**63:
            return "float", json.dumps(float(value))  # as our integers have 64 bits
        return "int", json.dumps(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "float", "nan"
        return "float", ("inf" if value > 0 else "-inf") if math.isinf(value) else json.dumps(value)
    assert isinstance(value, str), (scalar, value)
    return "str", json.dumps(value)


def main():
    print("# Made by make_scalars.py with PyYAML " + yaml.__version__ + ": kind, scalar, value.")
    for scalar in [""] + WORDS.split() + SPACED:
        print("\t".join([describe(scalar)[0], scalar, describe(scalar)[1]]))


if __name__ == "__main__":
    sys.exit(main())
