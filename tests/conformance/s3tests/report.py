"""What a run of s3-tests came to: figures by group, and what did not pass."""

import json
import re

GOAL = 660

# The groups of README.md: by the tests' markers and names. They overlap.
GROUPS = {
    "object_lock": lambda name, marks: "object_lock" in name or "object_lock" in marks,
    "versioning": lambda name, marks: "versioning" in name or "versioned" in name
    or "versioning" in marks,
    "multipart": lambda name, marks: "multipart" in name,
    "encryption": lambda name, marks: "encryption" in marks or "sse_s3" in marks
    or "bucket_encryption" in marks or "encrypt" in name or "_sse" in name,
    "lifecycle": lambda name, marks: "lifecycle" in marks or "lifecycle" in name,
    "policy": lambda name, marks: "bucket_policy" in marks or "policy" in name,
    "CORS": lambda name, marks: "cors" in name,
    "tagging": lambda name, marks: "tagging" in marks or "tag" in name,
    "POST object": lambda name, marks: "post_object" in name,
    "conditional": lambda name, marks: "conditional_write" in marks
    or re.search(r"if_?match|ifmatch|ifnonematch|if_none|modified|conditional", name),
    "checksums": lambda name, marks: "checksum" in marks or "checksum" in name,
    "ACL": lambda name, marks: "acl" in name or "grant" in name,
    "list": lambda name, marks: "_list" in name,
    "copy": lambda name, marks: "copy" in marks or "copy" in name,
    "public block, ownership": lambda name, marks: "object_ownership" in marks
    or "public" in name or "ownership" in name,
    "not fails_on_aws": lambda name, marks: "fails_on_aws" not in marks,
}


def read_results(path):
    """The last line of each test: a process that died has its test run again."""
    lines = {}
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        lines[line["test"]] = line
    return lines


def listed_failures(path):
    """Names in the tables of remaining.md: | `test_x` | reason |"""
    if not path.exists():
        return set()
    return set(re.findall(r"^\| `([^`]+)` \|", path.read_text(encoding="utf-8"), re.M))


def short_name(test):
    return test.split("::")[-1]


def publish(results, out, remaining, whole):
    """Writes `out`; true where nothing failed that is not listed, and enough passed."""
    lines = read_results(results)
    passed = {test for test, line in lines.items() if line["outcome"] == "passed"}
    listed = listed_failures(remaining)
    text = [f"{len(passed)} of {len(lines)} passed", ""]
    for group, belongs in GROUPS.items():
        members = [test for test, line in lines.items()
                   if belongs(short_name(test), line["markers"])]
        if members:
            text.append(f"{group:26} {sum(test in passed for test in members):4} of {len(members)}")
    failed = [line for test, line in sorted(lines.items()) if test not in passed]
    surprises = [line for line in failed if short_name(line["test"]) not in listed]
    healed = sorted(name for name in map(short_name, passed) if name in listed)
    text += ["", f"Not passed ({len(failed)}, of which {len(surprises)} are not in remaining.md; "
             "those have a *):"]
    text += [f"{'*' if line in surprises else ' '} {line['test']} [{line['outcome']}, "
             f"{line['seconds']} s] {line['reason']}" for line in failed]
    if healed:
        text += ["", "Listed in remaining.md, but passed:", *(f"  {name}" for name in healed)]
    out.write_text("\n".join(text) + "\n", encoding="utf-8")
    return not surprises and (not whole or len(passed) >= GOAL)
