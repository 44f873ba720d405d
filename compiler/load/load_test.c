// Unit tests of what loading decides by itself: constraints, versions, go.mod files, patterns, paths. Whole module trees
// are in tests/packages.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void test_file_names(void **state)
{
	(void)state;
	static const char *const fit[] = {"x.go",           "linux.go",         "windows.go",         "x_linux.go",
									  "x_amd64.go",     "x_linux_amd64.go", "x_test.go",          "x_amd64_test.go",
									  "x_unix.go",      "_linux.go",        "x_linux_unknown.go", "amd64_x.go",
									  "linux_amd64.go", "x_y_z.go",         "a.b_windows.go"};
	static const char *const do_not[] = {"x_windows.go",         "x_arm64.go",          "x_linux_arm64.go", "x_darwin_amd64.go",
										 "x_windows_test.go",    "x_plan9_386.go",      "x_js_wasm.go",     "x_zos.go",
										 "x_windows.s",          "x_y_riscv64_test.go", "windows_arm64.go", "x_amd64p32.go",
										 "x_linux_arm64_test.go"};
	for (size_t i = 0; i < TRI_COUNT(fit); i++)
		assert_true(tri_load_name_fits(fit[i], &(struct load_tags){0}) || (printf("%s\n", fit[i]), false));
	for (size_t i = 0; i < TRI_COUNT(do_not); i++)
		assert_false(tri_load_name_fits(do_not[i], &(struct load_tags){0}) && (printf("%s\n", do_not[i]), true));
	assert_true(tri_load_name_fits("x_windows.go", &(struct load_tags){.given = "windows"}));
}

static bool header_fits(const char *text, const char *tags, const char **problem)
{
	return tri_load_header_fits(text, strlen(text), &(struct load_tags){.given = tags}, problem);
}

static void expect(const char *line, bool fits)
{
	char text[256];
	const char *problem;
	snprintf(text, sizeof text, "// Licence.\n\n//go:build %s\n\npackage p\n", line);
	if (header_fits(text, "extra,more", &problem) != fits || problem != NULL)
		fail_msg("%s: %s", line, problem != NULL ? problem : "wrong");
}

static void test_build_lines(void **state)
{
	(void)state;
	expect("linux", true);
	expect("!linux", false);
	expect("linux && amd64", true);
	expect("linux && !amd64", false);
	expect("windows || unix", true);
	expect("(windows || darwin) && amd64", false);
	expect("!(windows || darwin) && gc", true);
	expect("cgo", false);
	expect("ignore", false);
	expect("go1.1 && go1.26 && !go1.27", true);
	expect("go1.0", false);
	expect("go1", false);
	expect("extra && more", true);
	expect("extra && !more", false);
	expect("goexperiment.dwarf5", true);
	expect("boringcrypto", false);
	expect("\tlinux\t", true);
}

static void expect_problem(const char *line, const char *wanted)
{
	char text[256];
	const char *problem;
	snprintf(text, sizeof text, "//go:build %s\n\npackage p\n", line);
	assert_false(header_fits(text, NULL, &problem));
	assert_non_null(problem);
	assert_string_equal(problem, wanted);
}

static void test_wrong_build_lines(void **state)
{
	(void)state;
	expect_problem("linux &&", "unexpected end of expression");
	expect_problem("(linux", "missing close paren");
	expect_problem("!!linux", "double negation not allowed");
	expect_problem("linux & amd64", "invalid syntax at &");
	expect_problem("linux\n//go:build amd64", "multiple //go:build comments");
}

static void test_headers(void **state)
{
	(void)state;
	const char *problem;
	assert_true(header_fits("package p\n\n//go:build ignore\n", NULL, &problem));
	assert_true(header_fits("/* x\n//go:build ignore\n*/\npackage p\n", NULL, &problem));
	assert_false(header_fits("/* x */\n//go:build ignore\npackage p\n", NULL, &problem));
	assert_false(header_fits("// +build windows\n\npackage p\n", NULL, &problem));
	assert_true(header_fits("// +build windows\npackage p\n", NULL, &problem)); // no empty line: a comment
	assert_true(header_fits("// +build windows linux,amd64\n\npackage p\n", NULL, &problem));
	assert_false(header_fits("// +build linux\n// +build !amd64\n\npackage p\n", NULL, &problem));
	assert_true(header_fits("//go:build linux\n// +build windows\n\npackage p\n", NULL, &problem));
	assert_false(header_fits("\xEF\xBB\xBF//go:build windows\n\npackage p\n", NULL, &problem));
	assert_true(header_fits("", NULL, &problem));
}

static void test_versions(void **state)
{
	(void)state;
	static const char *const ordered[] = {"v0.0.0-20190101000000-abcdefabcdef",
										  "v0.0.0",
										  "v0.1.0",
										  "v1.0.0-alpha",
										  "v1.0.0-alpha.1",
										  "v1.0.0-alpha.beta",
										  "v1.0.0-beta.2",
										  "v1.0.0-beta.11",
										  "v1.0.0-rc.1",
										  "v1.0.0",
										  "v1.2.3",
										  "v1.10.0",
										  "v2.0.0+incompatible",
										  "v10.0.0"};
	for (size_t i = 0; i < TRI_COUNT(ordered); i++) {
		for (size_t j = 0; j < TRI_COUNT(ordered); j++) {
			int order = tri_load_compare_versions(ordered[i], ordered[j]);
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
	assert_int_equal(tri_load_compare_versions("v1.0.0+a", "v1.0.0+b"), 0);
	assert_int_equal(tri_load_go_minor("1.21"), 21);
	assert_int_equal(tri_load_go_minor("1.21.3"), 21);
	assert_int_equal(tri_load_go_minor("2"), 0);
	assert_int_equal(tri_load_go_minor(NULL), 0);
}

static bool read_gomod(struct tri_arena *arena, const char *text, struct load_gomod *file, struct tri_buffer *problems)
{
	char path[] = "/tmp/tricolor-gomod-XXXXXX";
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
	close(descriptor);
	bool good = tri_load_read_gomod(arena, path, "go.mod", file, problems);
	unlink(path);
	return good;
}

static void test_gomod(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct load_gomod file;
	struct tri_buffer problems = {0};
	assert_true(
		read_gomod(arena,
				   "// comment\nmodule \"example.com/m\" // its name\n\ngo 1.21.3\ntoolchain go1.22.1\n\nrequire example.com/a v1.0.0\n"
				   "require (\n\texample.com/b v1.2.0 // indirect\n\n\t// alone\n\t`example.com/c` v0.0.1\n)\n"
				   "replace example.com/b v1.2.0 => ../b\nreplace example.com/c => example.com/d v2.0.0+incompatible\n"
				   "exclude example.com/a v0.9.0\nretract [v1.0.0, v1.1.0]\nignore ./node\n",
				   &file, &problems));
	assert_null(problems.data);
	assert_string_equal(file.path, "example.com/m");
	assert_string_equal(file.go_version, "1.21.3");
	assert_int_equal(file.requires.count, 3);
	assert_string_equal(file.requires.items[2].path, "example.com/c");
	assert_string_equal(file.requires.items[1].version, "v1.2.0");
	assert_int_equal(file.replaces.count, 2);
	assert_string_equal(file.replaces.items[0].old_version, "v1.2.0");
	assert_string_equal(file.replaces.items[0].path, "../b");
	assert_null(file.replaces.items[0].version);
	assert_null(file.replaces.items[1].old_version);
	assert_string_equal(file.replaces.items[1].version, "v2.0.0+incompatible");
	assert_int_equal(file.excludes.count, 1);
	assert_int_equal(file.ignores.count, 1);

	assert_false(read_gomod(arena, "module a\nmodule b\nreplace a => b\nuse\nrequire (\n\tx\n)\nfoo bar\n", &file, &problems));
	assert_string_equal(problems.data,
						"go.mod:2: repeated module statement\n"
						"go.mod:3: replacement module without version must be directory path (rooted or starting with . or ..)\n"
						"go.mod:4: usage: use local/dir\ngo.mod:6:2: usage: require module/path v1.2.3\n"
						"go.mod:8: unknown directive: foo\n");
	tri_buffer_free(&problems);
	tri_arena_free(arena);
}

static void test_patterns(void **state)
{
	(void)state;
	assert_true(tri_load_pattern_matches("net/...", "net"));
	assert_true(tri_load_pattern_matches("net/...", "net/http"));
	assert_false(tri_load_pattern_matches("net/...", "netchan"));
	assert_true(tri_load_pattern_matches("net...", "netchan"));
	assert_true(tri_load_pattern_matches("...", "a/b"));
	assert_true(tri_load_pattern_matches("a/.../c", "a/b/x/c"));
	assert_false(tri_load_pattern_matches("a/.../c", "a/c"));
	assert_true(tri_load_pattern_matches("a/b", "a/b"));
}

static void test_paths(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	assert_string_equal(tri_load_join(arena, "/a/b", "c"), "/a/b/c");
	assert_string_equal(tri_load_join(arena, "/a/b", "../../.."), "/");
	assert_string_equal(tri_load_join(arena, "/a/b", "./x/../y//z/"), "/a/b/y/z");
	assert_string_equal(tri_load_join(arena, "/a/b", "/c/."), "/c");
	assert_true(tri_load_has_prefix("a/b", "a"));
	assert_true(tri_load_has_prefix("a", "a"));
	assert_false(tri_load_has_prefix("ab", "a"));
	assert_true(tri_load_has_prefix("ab", ""));

	struct tri_load_options options = {.working_folder = "/home/me/project"};
	struct load_context context = {.options = &options};
	assert_string_equal(tri_load_short_path(&context, arena, "/home/me/project/x.go"), "./x.go");
	assert_string_equal(tri_load_short_path(&context, arena, "/home/me/project/a/x.go"), "a/x.go");
	assert_string_equal(tri_load_short_path(&context, arena, "/home/me/other/x.go"), "../other/x.go");
	assert_string_equal(tri_load_short_path(&context, arena, "/x.go"), "/x.go");
	tri_arena_free(arena);
}

static void write_files(const char *folder, const char *const (*texts)[2], size_t count)
{
	char path[128];
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, texts[i][0]);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(texts[i][1], file);
		fclose(file);
	}
}

// The package main that is made for a package's tests; `errors`: where to add what is wrong, a line each.
static char *test_main_of(const char *const (*texts)[2], size_t count, struct tri_buffer *errors)
{
	char folder[] = "/tmp/tricolor-load-XXXXXX", command[64];
	assert_non_null(mkdtemp(folder));
	write_files(folder, texts, count);
	static const char *const patterns[] = {"."};
	struct tri_load_options options = {
		.patterns = patterns, .pattern_count = 1, .goroot = "/nowhere", .working_folder = folder, .tested = "m", .no_check = true};
	struct tri_name_table *names = tri_name_table_new();
	struct tri_source_set *sources = tri_source_set_new();
	struct tri_load *load = tri_load_packages(&options, names, sources);
	const struct tri_load_package *main = load->packages.items[load->packages.count - 1];
	assert_true(main->is_test_main && main->is_named);
	assert_string_equal(main->path, "m.test");
	char *text = strdup(main->files.items[0]->source->text);
	for (uint32_t i = 0; i < load->errors.count; i++)
		tri_buffer_printf(errors, "%s\n", load->errors.items[i]);
	tri_load_free(load);
	tri_source_set_free(sources);
	tri_name_table_free(names);
	snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	return text;
}

static void test_test_program(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{"go.mod", "module m\n\ngo 1.26\n"},
		{"m.go", "package m\n\nfunc TestNothing() {}\n"},
		{"m_test.go", "package m\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {}\nfunc Testify(t *testing.T) {}\n"
					  "func Test\xc3\xa4hnlich(t *testing.T) {}\nfunc Test\xc3\x84(t *testing.T) {}\nfunc BenchmarkOne(b *testing.B) {}\n"
					  "func (x T) TestMethod(t *testing.T) {}\ntype T int\n"},
		{"x_test.go",
		 "package m_test\n\nimport (\n\t\"m\"\n\t\"testing\"\n)\n\nfunc FuzzIt(f *testing.F) {}\n"
		 "func TestMain(m *testing.M) {}\nfunc Example() {\n\tprintln(\"// Output: no\")\n\t// Output: a \"b\"\n\t//   c\n}\n"
		 "func ExampleX() {\n\t// Output: lost\n\tm.TestNothing()\n\t/* unordered OUTPUT:\n1\n2 */\n}\nfunc ExampleY() {\n\t// none\n}\n"},
	};
	struct tri_buffer errors = {0};
	char *text = test_main_of(texts, TRI_COUNT(texts), &errors);
	static const char *const lines[] = {
		"\t_test \"m\"\n\t_xtest \"m_test\"\n",
		"InternalTest{\n\t{\"TestOne\", _test.TestOne},\n\t{\"Test\xc3\x84\", _test.Test\xc3\x84},\n}\n",
		"InternalBenchmark{\n\t{\"BenchmarkOne\", _test.BenchmarkOne},\n}\n",
		"InternalFuzzTarget{\n\t{\"FuzzIt\", _xtest.FuzzIt},\n}\n",
		"InternalExample{\n\t{\"Example\", _xtest.Example, \"a \\\"b\\\"\\x0a  c\\x0a\", false},\n",
		"\t{\"ExampleX\", _xtest.ExampleX, \"1\\x0a2 \\x0a\", true},\n}\n",
		"ModulePath = \"m\"\n\ttestdeps.ImportPath = \"m\"\n",
		"\t_xtest.TestMain(m)\n",
	};
	for (size_t i = 0; i < TRI_COUNT(lines); i++)
		assert_true(strstr(text, lines[i]) != NULL || (printf("no %s\nin %s\n", lines[i], text), false));
	assert_null(strstr(errors.data, "wrong signature"));
	free(text);
	tri_buffer_free(&errors);
}

static void test_test_signatures(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{"go.mod", "module m\n\ngo 1.26\n"},
		{"m_test.go", "package m\n\nfunc TestA() {}\nfunc BenchmarkB[T any](b *testing.B) {}\nfunc FuzzC(f *testing.F) int { return 1 }\n"},
	};
	struct tri_buffer errors = {0};
	free(test_main_of(texts, TRI_COUNT(texts), &errors));
	static const char *const lines[] = {
		"m_test.go:3:6: wrong signature for TestA, must be: func TestA(t *testing.T)\n",
		"m_test.go:4:6: wrong signature for BenchmarkB, test functions cannot have type parameters\n",
		"m_test.go:5:6: wrong signature for FuzzC, must be: func FuzzC(f *testing.F)\n",
	};
	for (size_t i = 0; i < TRI_COUNT(lines); i++)
		assert_true(strstr(errors.data, lines[i]) != NULL || (printf("no %s\nin %s\n", lines[i], errors.data), false));
	tri_buffer_free(&errors);
}

// The same packages, however many threads load them.
static void test_loading(void **state)
{
	(void)state;
	char folder[] = "/tmp/tricolor-load-XXXXXX";
	assert_non_null(mkdtemp(folder));
	char path[128];
	static const char *const texts[][2] = {{"go.mod", "module m\n\ngo 1.26\n"},
										   {"a.go", "package m\n\nimport \"m/b\"\n\nvar X int = b.X\n"},
										   {"b/b.go", "package b\n\nvar X = 1\n"}};
	snprintf(path, sizeof path, "mkdir %s/b", folder);
	assert_int_equal(system(path), 0);
	write_files(folder, texts, TRI_COUNT(texts));
	for (uint32_t threads = 1; threads <= 4; threads++) {
		static const char *const patterns[] = {"./..."};
		struct tri_load_options options = {.patterns = patterns,
										   .pattern_count = 1,
										   .goroot = "/nowhere",
										   .working_folder = folder,
										   .check_branches = true,
										   .thread_count = threads};
		struct tri_name_table *names = tri_name_table_new();
		struct tri_source_set *sources = tri_source_set_new();
		struct tri_load *load = tri_load_packages(&options, names, sources);
		assert_int_equal(load->errors.count, 0);
		assert_int_equal(load->packages.count, 2);
		assert_string_equal(load->packages.items[0]->path, "m/b");
		assert_string_equal(load->packages.items[1]->path, "m");
		for (uint32_t i = 0; i < 2; i++)
			assert_int_equal(load->packages.items[i]->state, TRI_LOAD_CHECKED);
		assert_ptr_equal(load->packages.items[1]->types->imports.items[0], load->packages.items[0]->types);
		tri_load_free(load);
		tri_source_set_free(sources);
		tri_name_table_free(names);
	}
	snprintf(path, sizeof path, "rm -r %s", folder);
	assert_int_equal(system(path), 0);
}

// What the standard library of a program is made of, where that is not what Go takes: a change here is one of programs.
static void test_overlay_rows(void **state)
{
	(void)state;
	static const char *const real_machine[] = {
		"encoding/binary", "golang.org/x/sys/cpu",    "golang.org/x/sys/unix",          "internal/bytealg",      "internal/cpu",
		"internal/goarch", "internal/runtime/atomic", "internal/runtime/syscall/linux", "internal/syscall/unix", "runtime",
		"syscall"};
	uint32_t count = 0, real = 0;
	const struct tri_load_overlay_row *rows = tri_load_overlay_rows(&count);
	for (uint32_t i = 0; i < count; i++) {
		assert_true(i == 0 || strcmp(rows[i - 1].path, rows[i].path) < 0);
		assert_true(rows[i].reason != NULL && rows[i].reason[0] != '\0');
		if (rows[i].real_machine) {
			assert_true(real < TRI_COUNT(real_machine));
			assert_string_equal(rows[i].path, real_machine[real++]);
		}
	}
	assert_int_equal(real, TRI_COUNT(real_machine));
}

// What is wrong with the words of a #cgo line, or NULL.
static const char *flags_problem(struct tri_arena *arena, const char *name, const char *words)
{
	tri_load_strings flags = {0};
	for (const char *at = words; *at != '\0'; at += *at == ' ') {
		size_t length = strcspn(at, " ");
		tri_vector_push(arena, &flags, tri_arena_strdup(arena, at, length));
		at += length;
	}
	return tri_load_check_cgo_flags(arena, name, &flags);
}

static void test_cgo_flags(void **state)
{
	(void)state;
	unsetenv("CGO_CFLAGS_ALLOW");
	unsetenv("CGO_CFLAGS_DISALLOW");
	static const struct {
		const char *name, *good, *bad; // words of lines, by '|'
	} rows[] = {
		{"CFLAGS",
		 "-DX|-DX=1 -UX|-D X|-Wp,-DX=1|-I/a -I =b -I $SYSROOT|-O2 -g -ggdb|-Wall -W|-std=c99 --std=gnu11|-fno-stack-protector|-mavx2",
		 "-fplugin=x.so|-B.|-specs=x|-wrapper x|-DX=@f|-DX=-f|-I @f|-I@f|-I-f|-Wa,-foo|-Wp,-DX,-include|-Wl,x|-g@x|-gen-x y|-gnatO|-x "
		 "lua|-x|@f"},
		{"CFLAGS", "-include x.h|-x c++|-pthread -pipe|-fPIC|-fsanitize=address|-march=native|-funsigned-char|-ffile-prefix-map=a=b",
		 "-objc|-o x|-fno-signed-char|-fplugin-arg-x|-load|x.c|-include|-include -x|-fdump-tree-all=x|-march=@x|-imacros x|-Xclang "
		 "x|-iplugindir=x"},
		{"LDFLAGS",
		 "-lm -L/a|-l m -L a|-Wl,-rpath,/a|-Wl,-rpath -Wl,/a|-Wl,-z,relro,-z,now|-Wl,--push-state,--as-needed|x.o ./y.so|-static-libgcc",
		 "-l:x|-l@x|-l -x|-lto_library|-l to_library|-Wl,-plugin,x|-Wl,-rpath,a,-plugin|-Wl,--push-state,-plugin|-fplugin=x|-x.o|@x.o|-T "
		 "x|-B."},
	};
	struct tri_arena *arena = tri_arena_new();
	for (size_t i = 0; i < TRI_COUNT(rows); i++) {
		for (int bad = 0; bad < 2; bad++) {
			for (const char *at = bad ? rows[i].bad : rows[i].good; *at != '\0'; at += *at == '|') {
				size_t length = strcspn(at, "|");
				const char *words = tri_arena_strdup(arena, at, length), *problem = flags_problem(arena, rows[i].name, words);
				if ((problem != NULL) != bad)
					fail_msg("%s: %s", words, problem != NULL ? problem : "taken");
				at += length;
			}
		}
	}
	assert_string_equal(flags_problem(arena, "CFLAGS", "-DX -I -f"),
						"invalid flag in #cgo CFLAGS: -I -f (see https://go.dev/s/invalidflag)");
	assert_string_equal(flags_problem(arena, "LDFLAGS", "-L"),
						"invalid flag in #cgo LDFLAGS: -L without argument (see https://go.dev/s/invalidflag)");
	setenv("CGO_CFLAGS_ALLOW", "-fplugin=.*|-B", 1);
	setenv("CGO_CFLAGS_DISALLOW", "-DX", 1);
	assert_null(flags_problem(arena, "CFLAGS", "-fplugin=x -DY"));
	assert_non_null(flags_problem(arena, "CFLAGS", "-DX"));
	assert_non_null(flags_problem(arena, "CFLAGS", "-Bx"));
	assert_non_null(flags_problem(arena, "CPPFLAGS", "-fplugin=x"));
	setenv("CGO_CFLAGS_ALLOW", "-B\\d+", 1);
	assert_string_equal(flags_problem(arena, "CFLAGS", "-DY"), "parsing $CGO_CFLAGS_ALLOW: `-B\\d+` is not understood");
	unsetenv("CGO_CFLAGS_ALLOW");
	unsetenv("CGO_CFLAGS_DISALLOW");
	tri_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cgo_flags),       cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_build_lines),     cmocka_unit_test(test_wrong_build_lines),
		cmocka_unit_test(test_headers),         cmocka_unit_test(test_versions),
		cmocka_unit_test(test_gomod),           cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_paths),           cmocka_unit_test(test_loading),
		cmocka_unit_test(test_overlay_rows),    cmocka_unit_test(test_test_program),
		cmocka_unit_test(test_test_signatures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
