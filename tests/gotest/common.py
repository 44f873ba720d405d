"""What the runners over Go's own diagnostics share: options, running the checker, known failures, the report."""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def find_goroot(tricolor):
    if os.environ.get("GOROOT"):
        return os.environ["GOROOT"]
    return subprocess.run([tricolor, "env", "GOROOT"], capture_output=True, text=True).stdout.strip()


def known_failures(name):
    """{test: reason} of known/NAME: one test a line, a blank, and why it cannot pass; # begins a comment."""
    known = {}
    with open(os.path.join(HERE, "known", name)) as file:
        for line in file:
            line = line.strip()
            if line and not line.startswith("#"):
                test, _, reason = line.partition(" ")
                known[test] = reason.strip()
    return known


def unquote(text):
    """A Go string literal's value, each byte as one character; None when it is not one literal."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == "`":
        return text[1:-1]
    match = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text, re.S)
    if not match:
        return None
    escapes = {"n": "\n", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "r": "\r", "v": "\v"}

    def one(escape):
        kind, digits = escape.group(1)[0], escape.group(1)[1:]
        if kind in "uU":
            return chr(int(digits, 16)).encode().decode("latin-1")
        if kind == "x":
            return chr(int(digits, 16))
        return escapes.get(kind, kind)
    return re.sub(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)", one, match.group(1), flags=re.S)


def compile_regexp(pattern):
    """A Go regular expression. Characters are bytes, see messages()."""
    for name, members in (("word", r"\w"), ("digit", r"\d"), ("space", r"\s"), ("alpha", "a-zA-Z"), ("alnum", "a-zA-Z0-9")):
        pattern = pattern.replace("[:%s:]" % name, members)
    return re.compile(pattern, re.S if pattern.startswith("(?s)") else 0)


class Message:
    def __init__(self, row):
        self.file = os.path.basename(row.get("file", ""))
        self.line = row.get("line", 0)
        self.column = row.get("column", 0)
        self.text = row["message"]
        self.severity = row["severity"]

    def __str__(self):
        return "%s:%d:%d: %s" % (self.file, self.line, self.column, self.text)


class NotSupported(Exception):
    """Tricolor says that something in the test is not supported yet."""


class CheckFailed(Exception):
    """The checker did not end as it should."""


def messages(arguments, flags, inputs, folder=None):
    """(exit status, [Message]) of `tricolor check`; texts are bytes decoded as Latin-1, as the test files are read."""
    command = [os.path.abspath(arguments.tricolor), "build" if "-o" in flags else "check", "-json"]
    command += flags if "-e=0" in flags else ["-e"] + flags
    command = [word for word in command if word != "-e=0"] + inputs
    try:
        run = subprocess.run(command, capture_output=True, cwd=folder, timeout=arguments.timeout)
    except subprocess.TimeoutExpired:
        raise CheckFailed("still running after %g s" % arguments.timeout)
    errors = run.stderr.decode("latin-1")
    if run.returncode not in (0, 1):
        raise CheckFailed("exit status %d: %s" % (run.returncode, errors.strip()[-400:]))
    found = []
    for line in errors.split("\n"):
        if not line.startswith("{"):
            if line.strip() and not line.startswith("#"):
                raise CheckFailed("not JSON: " + line)
            continue
        found.append(Message(json.loads(line)))
    for message in found:
        if "not supported yet" in message.text and not arguments.all:
            raise NotSupported(re.search(r"[\w:. ]*not supported yet", message.text).group(0).strip())
    return run.returncode, found


def parse_arguments(documentation):
    parser = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tricolor", default="tricolor")
    parser.add_argument("--goroot")
    parser.add_argument("--only", "-k", metavar="REGEX", default="", help="tests whose names match")
    parser.add_argument("--list", action="store_true", help="print the names of the tests and what became of each")
    parser.add_argument("--all", action="store_true", help="what is not supported yet and the known failures count as failures")
    parser.add_argument("--quiet", "-q", action="store_true", help="only the names of failures")
    parser.add_argument("--timeout", type=float, default=20)
    parser.add_argument("-v", action="store_true", help="print what is skipped and why")
    parser.add_argument("tests", nargs="*", help="names of tests; default: all")
    arguments = parser.parse_args()
    arguments.goroot = arguments.goroot or find_goroot(arguments.tricolor)
    return arguments


def report(arguments, tests, known, check):
    """Runs check(name), which gives a list of problems or None when it leaves the test out, prints the rest; the exit status."""
    if arguments.tests:
        unknown = [name for name in arguments.tests if name not in tests]
        if unknown:
            sys.exit("no such test: " + " ".join(unknown))
        tests = arguments.tests
    tests = [name for name in tests if re.search(arguments.only, name)]
    counts = {"pass": 0, "fail": 0, "skip": 0}

    def run(name):
        if name in known and not arguments.all and not arguments.tests:
            return "skip", [known[name]]
        try:
            problems = check(name)
        except NotSupported as reason:
            return "skip", [str(reason)]
        except CheckFailed as failure:
            problems = [str(failure)]
        return ("fail", problems) if problems else ("pass", [])

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, (result, details) in zip(tests, pool.map(run, tests)):
            counts[result] += 1
            if result == "fail":
                print("FAIL", name)
                if not arguments.quiet:
                    for problem in details[:40]:
                        print("    " + problem.replace("\n", "\n    "))
            elif arguments.list or (arguments.v and result == "skip"):
                print(result, name, *details)
    stale = [name for name in known if name not in tests] if not arguments.only and not arguments.tests else []
    for name in stale:
        print("FAIL known failure of a test that does not exist:", name)
    print("%d passed, %d failed, %d skipped" % (counts["pass"], counts["fail"] + len(stale), counts["skip"]))
    return 1 if counts["fail"] or stale or not tests else 0
