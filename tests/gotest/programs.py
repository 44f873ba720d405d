"""Go's own test programs, those of GOROOT/test: which there are, how each is compiled and run, what became of it."""
import glob
import os
import re
import shlex
import resource
import shutil
import signal
import subprocess
import tempfile

FOLDERS = ["", "ken", "chan", "interface", "internal/runtime/sys", "dwarf", "fixedbugs", "syntax", "typeparam", "typeparam/mdempsky", "abi"]
RUNS = {"run", "runoutput", "rundir", "runindir", "buildrun", "buildrundir"}
COMPILES = {"compile", "compiledir", "build", "builddir"}


def action(text):
    """The words of the test's first comment line."""
    for line in text.splitlines():
        if line.startswith("//go:build"):
            continue
        if line.startswith("//"):
            return line[2:].split()
        if line.strip():
            break
    return []


def imports(text):
    found = re.findall(r'^import\s+(?:[\w.]+\s+)?"([^"]+)"', text, re.M)
    for group in re.findall(r"^import\s*\(([^)]*)\)", text, re.M):
        found += re.findall(r'"([^"]+)"', group)
    return set(found)


def foreign_constraint(text):
    """The first build constraint that does not hold for this system and compiler, or ""."""
    for line in re.findall(r"^//go:build ([^/\n]*)", text.split("\npackage ")[0], re.M):
        known = {"linux", "amd64", "gc", "unix", "goexperiment.aliastypeparams"}
        expression = re.sub(r"[\w.]+", lambda m: str(m.group(0) in known or m.group(0).startswith("go1.")), line)
        expression = expression.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
        if not eval(expression, {"__builtins__": {}}):
            return line.strip()
    return ""


def words_of(line):
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def reason_to_leave_out(text, words):
    if "-goexperiment" in words:
        return "needs an experiment that is off"
    if "-race" in words:
        return "needs the race detector"
    constraint = foreign_constraint(text)
    return "asks for another system or compiler, or cgo: //go:build " + constraint if constraint else ""


def candidates(goroot, everything):
    """(path, words of its first line, reason to leave it out or "") of each; those that import nothing but unsafe, or all of them."""
    for folder in FOLDERS:
        for path in sorted(glob.glob(os.path.join(goroot, "test", folder, "*.go"))):
            with open(path, errors="replace") as file:
                text = file.read()
            words = action(text)
            if words and (words[0] in RUNS | COMPILES if everything else words[0] == "run" and imports(text) <= {"unsafe"}):
                yield path, words_of(" ".join(words)), reason_to_leave_out(text, words)


class Failed(Exception):
    pass


class BuildFailed(Failed):
    pass


class Skipped(Exception):
    pass


def processor_time(session):
    """Seconds of processor time that the processes of a session and their ended children have used."""
    ticks = 0
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry) as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session:
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def run_limited(command, limit, **options):
    """(exit status, output): each process may use `limit` seconds of processor time, and all of them may be at rest for as long.

    Other work on the machine makes no difference to either, as long as it leaves a hundredth of a processor.
    """
    def prepare():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=prepare, **options)
    used = 0
    while True:
        try:
            output = child.communicate(timeout=limit)[0]
            break
        except subprocess.TimeoutExpired:
            before, used = used, processor_time(child.pid)
            if used - before < limit / 100:
                os.killpg(child.pid, signal.SIGKILL)
                child.communicate()
                raise Failed("did nothing for %d s" % limit)
    text = output.decode(errors="replace")
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL) or child.returncode == 2 and "SIGXCPU" in text:
        raise Failed("used more than %d s of processor time\n%s" % (limit, text[:1500]))
    return child.returncode, text


def build(test, output, inputs, folder, flags=()):
    """Compiles, unless that was done before."""
    if test.is_built:
        return
    try:
        status, text = run_limited([test.tricolor, "build"] + list(flags) + ["-o", output] + inputs, test.limit, cwd=folder, stderr=subprocess.STDOUT)
    except Failed as failure:
        raise BuildFailed("the compiler " + str(failure))
    if status != 0:
        reasons = re.findall(r"(?:: |^)([^:\n]*not supported yet[^\n]*)", text)
        if status == 1 and reasons:
            raise Skipped(reasons[0])
        raise BuildFailed("build: exit status %d\n%s" % (status, text[:1500]))


def execute(test, program, arguments, folder):
    # Some programs run the go command on others.
    environment = dict(os.environ, **test.environment, PATH=os.path.join(test.goroot, "bin") + ":" + os.environ["PATH"], GOROOT=test.goroot)
    status, output = run_limited([program] + arguments, test.limit, cwd=folder, env=environment, stderr=subprocess.STDOUT)
    if status != 0:
        raise Failed("exit status %d\n%s" % (status, output[:1500]))
    return output


def check_output(test, output):
    expected = test.path[:-len(".go")] + ".out"
    if os.path.exists(expected):
        with open(expected, errors="replace") as file:
            if file.read().replace("\r\n", "\n") != output:
                raise Failed("output differs from %s:\n%s" % (os.path.basename(expected), output[:800]))


def package_name(path):
    with open(path, errors="replace") as file:
        return re.search(r"^package ([\w]+)", file.read(), re.M).group(1)


def lay_out_packages(test, scratch):
    """The packages of a .dir as a module, named as those that import them expect: (folder, package's name), in order."""
    source = test.path[:-len(".go")] + ".dir"
    groups, order = {}, []
    for name in sorted(os.listdir(source)):
        if name.endswith(".go"):
            package = package_name(os.path.join(source, name))
            key = name if "-s" in test.flags else package
            if key not in groups:
                groups[key] = (package, [])
                order.append(key)
            groups[key][1].append(name)
    with open(os.path.join(scratch, "go.mod"), "w") as file:
        file.write("module test\ngo 1.26\n")
    places = []
    for key in order:
        package, names = groups[key]
        place = os.path.join(scratch, "main" if package == "main" and len(order) > 1 and key == order[-1] else names[0][:-len(".go")])
        os.makedirs(place, exist_ok=True)
        for name in names:
            with open(os.path.join(source, name), errors="surrogateescape") as file:
                text = file.read()
            text = re.sub(r'(?m)^((?:import)?\s*(?:[\w.]+\s+)?)"\./([^"]+)"', r'\1"test/\2"', text)
            name = name.replace("_test.go", "_.go") # packages are named by their first files, tests or not
            with open(os.path.join(place, name), "w", errors="surrogateescape") as file:
                file.write(text)
        places.append((place, package))
    return places


class Test:
    def __init__(self, tricolor, goroot, path, words, limit):
        self.tricolor, self.goroot, self.path, self.limit = tricolor, goroot, path, limit
        self.action, words = words[0], words[1:]
        self.flags, self.arguments, self.tags = [], [], []
        while words and words[0].startswith("-"):
            word = words.pop(0)
            if word.startswith("-gcflags") and "=" not in word:
                word += "=" + words.pop(0)
            if word.startswith("-tags"):
                self.tags = [word]
            elif word in ("-ldflags",):
                break
            elif word == "-gomodversion":
                self.go = words.pop(0)
            else:
                self.flags.append(word)
        self.arguments = words

    go = "1.14"
    is_built = False # a program that runs again in another mode
    environment = {} # of its runs

    def gcflags(self):
        flags = [re.sub(r"^-gcflags=(all=)?", "", flag) for flag in self.flags if flag != "-s"]
        flags = [flag for flag in flags if not re.match(r"-(d(?!=checkptr)|c|N|dynlink|godebug|strictdups)\b", flag)]
        flags = [flag for flag in " ".join(flags).split() if flag in ("-l", "-m") or flag.startswith("-d=checkptr")]
        scope = "all=" if any(flag.startswith("-gcflags=all=") for flag in self.flags) else ""
        return self.tags + (["-gcflags=" + scope + " ".join(flags)] if flags else [])

    def run(self, scratch):
        program, folder, name = os.path.join(scratch, "program"), os.path.dirname(self.path), os.path.basename(self.path)
        flags = self.gcflags()
        if self.action in ("run", "buildrun"):
            extra = [word for word in self.arguments if word.endswith(".go")]
            build(self, program, [name] + extra, folder, flags)
            output = execute(self, program, [word for word in self.arguments if not word.endswith(".go")], os.path.join(self.goroot, "test"))
            check_output(self, output)
        elif self.action == "build":
            kind = [] if package_name(self.path) == "main" else ["-buildmode=package"]
            build(self, program, [name], folder, flags + kind)
        elif self.action == "runoutput":
            build(self, program, [name] + [word for word in self.arguments if word.endswith(".go")], folder, flags)
            text = execute(self, program, [], folder)
            generated = os.path.join(scratch, "tmp__.go")
            with open(generated, "w") as file:
                file.write(text)
            build(self, program, [generated], scratch, flags)
            output = execute(self, program, [], scratch)
            check_output(self, output)
        elif self.action == "compile":
            build(self, program, [name], folder, flags + ["-buildmode=package", "-p=p", "-complete=false"])
        elif self.action in ("rundir", "compiledir", "builddir", "buildrundir"):
            places = lay_out_packages(self, scratch)
            if self.action in ("compiledir",):
                for place, package in places:
                    target = "./" + os.path.relpath(place, scratch)
                    build(self, program, [target], scratch, flags + ["-buildmode=package", "-complete=false"])
                return
            build(self, program, ["./" + os.path.relpath(places[-1][0], scratch)], scratch, flags + ["-complete=false"])
            if self.action in ("rundir", "buildrundir"):
                output = execute(self, program, self.arguments if "-ldflags" not in self.arguments else [], scratch)
                check_output(self, output)
        elif self.action == "runindir":
            source = self.path[:-len(".go")] + ".dir"
            module = os.path.join(scratch, os.path.basename(source))
            shutil.copytree(source, module)
            with open(os.path.join(module, "go.mod"), "w") as file:
                file.write("module %s\ngo %s\n" % (os.path.basename(source), self.go))
            build(self, program, ["."], module, flags)
            output = execute(self, program, self.arguments, module)
            check_output(self, output)


def run_one(tricolor, goroot, path, words, limit):
    """("pass" | "fail" | "skip", details)"""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            Test(tricolor, goroot, path, words, limit).run(scratch)
        except Failed as failure:
            return "fail", str(failure)
        except Skipped as reason:
            return "skip", str(reason)
    return "pass", ""
