/* Tables: what goes in comes out, and what is said about what can't. */
#include "data/table.h"

#include "base/memory.h"
#include "data/output.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* The files of a test are made in the working directory under these names. */
static const char *const file_name[] = {"one", "two", "three"};

struct test {
  struct cs_read_options read;
  struct cs_write_options write;
  struct cs_table *table;
  struct cs_notes notes;
  struct cs_error err;
  char *result;
};

static void clean(struct test *test) {
  cs_table_free(test->table);
  cs_notes_release(&test->notes);
  free(test->result);
  test->table = NULL;
  test->result = NULL;
  for (size_t i = 0; i < 3; i++) unlink(file_name[i]);
}

static struct test *fresh(struct test *test) {
  clean(test);
  *test = (struct test){.read = CS_READ_OPTIONS_INIT, .notes = CS_NOTES_INIT, .err = CS_ERROR_INIT};
  return test;
}

static void put(const char *path, const char *data, size_t len) {
  FILE *file = fopen(path, "wb");
  if (!file) return;
  fwrite(data, 1, len, file);
  fclose(file);
}

static enum cs_status read_bytes(struct test *test, const char *data, size_t len) {
  put("one", data, len);
  test->table = cs_table_new();
  return cs_table_read(test->table, file_name, 1, &test->read, &test->notes, &test->err);
}

static enum cs_status read_text(struct test *test, const char *text) {
  return read_bytes(test, text, strlen(text));
}

static enum cs_status read_two(struct test *test, const char *first, const char *second) {
  put("two", second, strlen(second));
  put("one", first, strlen(first));
  test->table = cs_table_new();
  return cs_table_read(test->table, file_name, 2, &test->read, &test->notes, &test->err);
}

/* What the table is written as. */
static const char *written(struct test *test) {
  struct cs_output *output;
  free(test->result);
  test->result = calloc(1, 1 << 16);
  if (cs_output_open(&output, "three", &test->err) != CS_OK) return test->err.text;
  if (cs_table_write(test->table, output, &test->write, &test->err) != CS_OK) {
    cs_output_abort(&output);
    return test->err.text;
  }
  if (cs_output_commit(&output, &test->err) != CS_OK) return test->err.text;
  FILE *file = fopen("three", "rb");
  if (!file) return "(none)";
  test->result[fread(test->result, 1, (1 << 16) - 1, file)] = '\0';
  fclose(file);
  return test->result;
}

/* Text to text, through a fresh table. */
static const char *through(struct test *test, const char *text) {
  cs_table_free(test->table);
  if (read_text(test, text) != CS_OK) return test->err.text;
  return written(test);
}

static const char *as(struct test *test, enum cs_format format, const char *text) {
  fresh(test)->write.format = format;
  return through(test, text);
}

static const char *refused(struct test *test, const char *text) {
  fresh(test);
  return read_text(test, text) == CS_DATA ? test->err.text : "(taken)";
}

/* The same with the options that are set. */
static const char *refused_again(struct test *test, const char *text) {
  cs_table_free(test->table);
  return read_text(test, text) == CS_DATA ? test->err.text : "(taken)";
}

static double *numbers(size_t n, const double *values) {
  double *copy;
  if (cs_alloc(&copy, n, sizeof *copy, "numbers", NULL) == CS_OK && n) memcpy(copy, values, n * sizeof *copy);
  return copy;
}

/* --- reading and writing --- */

static void test_verbatim(struct test *test) {
  TEST("table: rows come out as they came in, quoting and all") {
    static const char *const texts[] = {"a,b\n1,\"x\"\n\"y\",\"\"\n,\n",
                                        "a,b\n007,1e5\n+1.500,\" x \"\n",
                                        "\"a \"\"b\"\"\",\"c\nd\"\n\"1\n\n2\",3\n",
                                        "a\n1\n",
                                        "a,b\n",
                                        ",x\n0,1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
      fresh(test);
      CHECK_TEXT(through(test, texts[i]), texts[i]);
    }
  }
  TEST("table: BOM, CR LF, blank lines and a missing final newline leave no trace") {
    fresh(test);
    CHECK_TEXT(through(test, "\xef\xbb\xbf\r\na,b\r\n\r\n1,\"x\r\ny\"\r\n\n\n3,4"),
               "a,b\n1,\"x\r\ny\"\n3,4\n");
  }
  TEST("table: a CR that belongs to the last cell stays in it") {
    CHECK_TEXT(through(fresh(test), "a,b\r\r\n1,2\r\r\n3,4\r\n"), "a,\"b\r\"\n1,\"2\r\"\n3,4\n");
  }
  TEST("table: a byte order mark that belongs to a name stays one") {
    CHECK_TEXT(through(fresh(test), "\xef\xbb\xbf\xef\xbb\xbf"
                                    "a,b\n1,2\n"),
               "\"\xef\xbb\xbf"
               "a\",b\n1,2\n");
    CHECK_TEXT(through(fresh(test), "\"\xef\xbb\xbf"
                                    "a\";b\n1;2\n"),
               "\"\xef\xbb\xbf"
               "a\",b\n1,2\n");
  }
  TEST("table: a bare CR ends lines where no line feed is, but not in quotes") {
    fresh(test);
    CHECK_TEXT(through(test, "a,b\r1,\"x\ry\"\r2,z\r"), "a,b\n1,\"x\ry\"\n2,z\n");
  }
  TEST("table: in one column a blank line is a missing value, and is written as \"\"") {
    fresh(test);
    CHECK_TEXT(through(test, "a\n\n1\n\"\"\n"), "a\n\"\"\n1\n\"\"\n");
    CHECK_TEXT(through(test, "a\n\"\"\n1\n\"\"\n"), "a\n\"\"\n1\n\"\"\n");
  }
  TEST("table: without a header the columns are c1, c2, ... and no row is lost") {
    fresh(test)->read.no_header = true;
    CHECK_TEXT(through(test, "1,2\n3,4\n"), "c1,c2\n1,2\n3,4\n");
    test->write.no_header = true;
    CHECK_TEXT(through(test, "1,2\n3,4\n"), "1,2\n3,4\n");
  }
  TEST("table: the delimiter is recognised, a tie is told, -d decides") {
    CHECK_TEXT(through(fresh(test), "a;b,c;d\n1;2;3\n"), "a,\"b,c\",d\n1,2,3\n");
    CHECK(test->notes.count == 0);
    CHECK_TEXT(through(fresh(test), "a;b,c\n1;2,3\n"), "a;b,c\n1;2,3\n");
    CHECK(test->notes.count == 1 && test->notes.note[0].kind == CS_NOTE_WARNING);
    fresh(test)->read.delimiter = ';';
    CHECK_TEXT(through(test, "a;b,c\n1;2,3\n"), "a,\"b,c\"\n1,\"2,3\"\n");
    CHECK(test->notes.count == 0);
  }
  TEST("table: other encodings become UTF-8") {
    fresh(test)->read.encoding = "latin1";
    CHECK_TEXT(through(test, "n\xe4me,b\n\xe9,2\n"), "n\xc3\xa4me,b\n\xc3\xa9,2\n");
    fresh(test)->read.encoding = "utf-16";
    CHECK(read_bytes(test,
                     "\xff\xfe"
                     "a\0,\0b\0\n\0"
                     "1\0,\0\xe9\0\n\0",
                     18) == CS_OK);
    CHECK_TEXT(written(test), "a,b\n1,\xc3\xa9\n");
    fresh(test)->read.encoding = "no-such-code";
    CHECK(read_text(test, "a\n") == CS_USAGE);
  }
}

static void test_conversion(struct test *test) {
  TEST("table: CSV to TSV and back escapes what has to be") {
    CHECK_TEXT(as(test, CS_FORMAT_TSV, "a,b\n\"x\ty\",\"l1\nl2\\\"\n"), "a\tb\nx\\ty\tl1\\nl2\\\\\n");
    fresh(test)->read.format = CS_FORMAT_TSV;
    CHECK_TEXT(through(test, "a\tb\nx\\ty\tl1\\nl2\\\\\n"), "a,b\nx\ty,\"l1\nl2\\\"\n");
    fresh(test)->read.format = CS_FORMAT_TSV;
    test->write.format = CS_FORMAT_TSV;
    CHECK_TEXT(through(test, "a\tb\n\"x\t\\q\n"), "a\tb\n\"x\t\\q\n");
  }
  TEST("table: CSV to JSON: numbers bare where the whole column is, ids and text quoted, missing null") {
    CHECK_TEXT(as(test, CS_FORMAT_JSON, "customer_id,n,m,t\n1,1.50,007,\"a \"\"b\"\"\"\n2,NA,8,\n"),
               "[\n{\"customer_id\":\"1\",\"n\":1.50,\"m\":\"007\",\"t\":\"a \\\"b\\\"\"},\n"
               "{\"customer_id\":\"2\",\"n\":null,\"m\":\"8\",\"t\":null}\n]\n");
    CHECK_TEXT(as(test, CS_FORMAT_JSONL, "a,b\n1,\n"), "{\"a\":1,\"b\":null}\n");
    CHECK_TEXT(as(test, CS_FORMAT_JSON, "a,b\n"), "[\n]\n");
  }
  TEST("table: JSON keeps the text of numbers and strings; columns are the union of keys as they come") {
    const char *rows = "[{\"a\":1.50,\"b\":\"\\u00e9\\n\"},\n\n{\"c\":true,\"a\":null},{\"b\":-0}]";
    CHECK_TEXT(as(test, CS_FORMAT_JSONL, rows),
               "{\"a\":1.50,\"b\":\"\\u00e9\\n\",\"c\":null}\n"
               "{\"a\":null,\"b\":null,\"c\":true}\n{\"a\":null,\"b\":-0,\"c\":null}\n");
    CHECK_TEXT(as(test, CS_FORMAT_CSV, rows), "a,b,c\n1.50,\"\xc3\xa9\n\",\n,,true\n,-0,\n");
    CHECK_TEXT(as(test, CS_FORMAT_CSV, "{\"a\":1}{\"a\":2}\r\n{\"\\u0061\":3}"), "a\n1\n2\n3\n");
  }
  TEST("table: a header that begins with a bracket is no JSON") {
    CHECK_TEXT(through(fresh(test), "[id],[n]\n1,2\n"), "[id],[n]\n1,2\n");
  }
}

static void test_several(struct test *test) {
  TEST("table: files are joined by name, in the first one's order, each in its own dialect") {
    fresh(test);
    CHECK(read_two(test, "a,b\n1,\"2\"\n", "b;a\n20;10\n") == CS_OK);
    CHECK_TEXT(written(test), "a,b\n1,\"2\"\n10,20\n");
    fresh(test);
    CHECK(read_two(test, "a,b\n1,2\n", "{\"b\":20,\"a\":\"x,y\"}\n{\"a\":3}") == CS_OK);
    CHECK_TEXT(written(test), "a,b\n1,2\n\"x,y\",20\n3,\n");
  }
  TEST("table: a name too many, too few or twice is told with both files") {
    fresh(test);
    CHECK(read_two(test, "a,b\n", "a,c\n") == CS_DATA);
    CHECK_TEXT(test->err.text, "two:1: column 'c' isn't in one");
    fresh(test);
    CHECK(read_two(test, "a,b\n", "a\n") == CS_DATA);
    CHECK_TEXT(test->err.text, "two:1: column 'b' of one is missing here");
    fresh(test);
    CHECK(read_two(test, "a,b\n", "a,b,a\n") == CS_DATA);
    CHECK_TEXT(test->err.text, "two:1: column 'a' stands twice in the header");
    fresh(test);
    CHECK(read_two(test, "a,b\n", "{\"a\":1,\"z\":2}") == CS_DATA);
    CHECK_TEXT(test->err.text, "two:1:9: key 'z' is no column of one");
    fresh(test)->read.no_header = true;
    CHECK(read_two(test, "1,2\n", "1,2,3\n") == CS_DATA);
  }
}

/* --- errors --- */

static void test_refusals(struct test *test) {
  TEST("table: malformed rows are refused with source and line") {
    CHECK_TEXT(refused(test, "a,b\n1,2\n3\n"), "one:3: expected 2 cells, found 1");
    CHECK_TEXT(refused(test, "\n\na,b\n\n\"1\n1\",2\n\n3,4,5\n"), "one:8: expected 2 cells, found 3");
    CHECK(strncmp(refused(test, "a,b\n1,2\n3,x\"y\n4,5\n"), "one:3: quote inside an unquoted cell", 36) == 0);
    CHECK(strncmp(refused(test, "a,b\n1,\"x\" y\n"), "one:2: text behind a closing quote", 34) == 0);
    CHECK(strncmp(refused(test, "a,b\n1,2\n3,\"x\n4,5\n6,7\n"),
                  "one:3: the quote opened here is never closed", 44) == 0);
    CHECK(strstr(refused(test, "a,b\n1,\"x\n2,3\n4,\"y\"\n"), "one:4: text behind a closing quote"));
    CHECK(strstr(test->err.text, "in the cell that begins on line 2"));
  }
  TEST("table: a header that names a column twice, and input without a header, are refused") {
    CHECK_TEXT(refused(test, "a,b,a\n1,2,3\n"), "one:1: column 'a' stands twice in the header");
    CHECK(strstr(refused(test, "a,,\n"), "columns 2 and 3 have no name"));
    CHECK_TEXT(refused(test, ""), "one: empty file: no header line");
    CHECK_TEXT(refused(test, "\xef\xbb\xbf"), "one: empty file: no header line");
    CHECK_TEXT(refused(test, "\n\r\n\n"), "one: no header line: all lines are blank");
  }
  TEST("table: bytes that are no text are refused with their line") {
    CHECK(strncmp(refused(test, "a,b\n1,\xe9\n"), "one:2: not UTF-8", 16) == 0);
    CHECK(strncmp(refused(test, "a,b\n1,2\n3,\xc0\xaf\n"), "one:3: not UTF-8", 16) == 0);
    CHECK(strncmp(refused(test, "a\n\xed\xa0\x80\n"), "one:2: not UTF-8", 16) == 0);
    CHECK(strstr(refused(test, "a\n\xe2\x82"), "the text ends within a character"));
    fresh(test);
    CHECK(read_bytes(test, "a,b\n1,\0\n", 8) == CS_DATA &&
          strncmp(test->err.text, "one:2: a NUL byte", 17) == 0);
  }
  TEST("table: JSON is refused with line and column") {
    CHECK(strncmp(refused(test, "[{\"a\":1},\n {\"a\":[1]}]"), "one:2:7: a nested value", 23) == 0);
    CHECK(strncmp(refused(test, "{\"a\":1}\n{\"a\":1,\"a\":2}"), "one:2:9: a key stands twice", 27) == 0);
    CHECK(strncmp(refused(test, "[{\"a\":1},{\"a\":01}]"), "one:1:15: a malformed number", 28) == 0);
    CHECK(strncmp(refused(test, "[{\"a\":1},]"), "one:1:10: not a table", 21) == 0);
    CHECK(strncmp(refused(test, "[1,2]"), "one:1:2: not a table", 20) == 0);
    CHECK(strncmp(refused(test, "[{\"a\":1}"), "one:1:9: the JSON text ends too early", 37) == 0);
    CHECK(strncmp(refused(test, "[{\"a\":1}] 2"), "one:1:11: text behind", 21) == 0);
    CHECK_TEXT(refused(test, "[]"), "one: no rows and so no columns");
  }
  TEST("table: what is wrong first is told first, however large the blocks are") {
    /* Behind the 64 bytes that are always read at once. */
    static const char blank[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                                "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
    static const char *const texts[] = {"{\"a\":1}\n{\"a\":?}\n\xff", "{\"a\":\n1,\"bbbbb\":tru,\n\"\xff",
                                        "a,b\n1\n\xff,2\n"};
    static const char *const told[] = {"one:66:6: neither", "one:66:11: neither", "one:66: expected 2 cells"};
    for (size_t i = 0; i < 3; i++)
      for (size_t block = 0; block < 30; block++) {
        char text[128];
        fresh(test)->read.block = block;
        snprintf(text, sizeof text, "%s%s", blank, texts[i]);
        CHECK(read_text(test, text) == CS_DATA);
        CHECK(strncmp(test->err.text, told[i], strlen(told[i])) == 0);
      }
    for (size_t block = 0; block < 30; block++) {
      fresh(test)->read.block = block;
      test->read.max_field = 4;
      CHECK(strncmp(refused_again(test, "{\"a\":\"12345\n\"}"), "one:1:6: a cell is longer", 25) == 0);
      CHECK(strncmp(refused_again(test, "{\"a\":\"12345\"}"), "one:1:6: a cell is longer", 25) == 0);
      CHECK_TEXT(through(test, "{\"a\":\"1234\"}"), "a\n1234\n");
    }
  }
  TEST("table: blanks make no cell too long, and a key is too long before its value is") {
    struct cs_str blanks = CS_STR_INIT, keys = CS_STR_INIT;
    cs_str_add_text(&blanks, "{\"a\":1}\n{\"a\":\"1234\"");
    for (int i = 0; i < 500; i++) cs_str_add_byte(&blanks, ' ');
    cs_str_add_byte(&blanks, '}');
    cs_str_add_text(&keys, "{\"a\":1}\n{\"abcde\":1");
    for (int i = 0; i < 500; i++) cs_str_add_byte(&keys, '1');
    cs_str_add_byte(&keys, '}');
    for (size_t block = 0; block < 30; block++) {
      fresh(test)->read.block = block;
      test->read.max_field = 4;
      CHECK_TEXT(through(test, cs_str_text(&blanks)), "a\n1\n1234\n");
      CHECK(strncmp(refused_again(test, cs_str_text(&keys)), "one:2:2: a cell is longer", 25) == 0);
    }
    cs_str_release(&blanks);
    cs_str_release(&keys);
  }
}

static void test_ragged(struct test *test) {
  const char *rows = "a,b,c\n1,2\n3,4,5\n\n\"6\n\",7,8,9\nx\n";
  TEST("table: ragged rows are padded and cut, or rejected, and counted") {
    fresh(test)->read.ragged = CS_RAGGED_PAD;
    CHECK_TEXT(through(test, rows), "a,b,c\n1,2,\n3,4,5\n\"6\n\",7,8\nx,,\n");
    CHECK(test->notes.count == 2 &&
          strstr(test->notes.note[0].text, "2 rows with fewer than 3 cells padded"));
    CHECK(test->notes.count == 2 && strstr(test->notes.note[1].text, "1 row with more than 3 cells cut"));
    fresh(test)->read.ragged = CS_RAGGED_REJECT;
    CHECK_TEXT(through(test, rows), "a,b,c\n3,4,5\n");
    CHECK(test->notes.count == 1 && strstr(test->notes.note[0].text, "3 rows rejected"));
  }
  TEST("table: misplaced quotes are mended or cost their line, and no other, where ragged rows are") {
    static const char text[] = "a,b\n\"1,2\n3,\"x\ny\"\n4,5\"\n6\"\n7,8\"\n9,\"z\n";
    static const uint64_t lines[] = {2, 3, 5, 6, 7, 8};
    for (size_t block = 0; block < 40; block++)
      for (int threads = 1; threads <= 2; threads++) {
        fresh(test)->read = (struct cs_read_options)CS_READ_OPTIONS_INIT;
        test->read.ragged = CS_RAGGED_PAD;
        test->read.block = block;
        test->read.threads = threads;
        CHECK_TEXT(through(test, text), "a,b\n\"\"\"1\",2\n3,\"x\ny\"\n4,\"5\"\"\"\n\"6\"\"\",\n"
                                        "7,\"8\"\"\"\n9,\"\"\"z\"\n");
        CHECK(test->notes.count == 2 &&
              strstr(test->notes.note[0].text, "5 lines with misplaced quotes mended"));
        for (size_t row = 0; row < 6; row++) {
          const char *source;
          uint64_t line = 0;
          cs_table_where(test->table, row, &source, &line);
          CHECK(line == lines[row]);
        }
      }
    fresh(test)->read.ragged = CS_RAGGED_REJECT;
    CHECK_TEXT(through(test, text), "a,b\n3,\"x\ny\"\n");
    CHECK(test->notes.count == 1 &&
          strstr(test->notes.note[0].text, "5 lines with misplaced quotes rejected"));
    fresh(test)->read.ragged = CS_RAGGED_PAD;
    CHECK_TEXT(through(test, "\"a,b\n1,2\n"), "\"\"\"a\",b\n1,2\n");
    fresh(test)->read.ragged = CS_RAGGED_REJECT;
    CHECK(strncmp(through(test, "\"a,b\n1,2\n"), "one:1: the quote opened here", 28) == 0);
    fresh(test)->read.ragged = CS_RAGGED_PAD;
    test->read.max_field = 4;
    CHECK(strncmp(through(test, "a,b\n1,\"2345\n6,7\n"), "one:2: a cell is longer", 23) == 0);
  }
  TEST("table: lines are right behind what was skipped, cut and rejected") {
    const char *source;
    uint64_t line;
    fresh(test)->read.ragged = CS_RAGGED_REJECT;
    CHECK(read_text(test, "a,b\n\n\n1,2\n\"x\ny\"\n\n3,\"4\n\"\n5,6") == CS_OK);
    CHECK(cs_table_rows(test->table) == 3);
    static const uint64_t lines[] = {4, 8, 10};
    for (size_t row = 0; row < 3; row++) {
      cs_table_where(test->table, row, &source, &line);
      CHECK(line == lines[row] && strcmp(source, "one") == 0);
    }
    fresh(test)->read.ragged = CS_RAGGED_PAD;
    CHECK(read_text(test, "a,b\n1,2,\"\n\n\"\n3,4\n") == CS_OK);
    cs_table_where(test->table, 1, &source, &line);
    CHECK(line == 5);
  }
  TEST("table: 70,000 blank lines are still counted") {
    struct cs_str text = CS_STR_INIT;
    fresh(test);
    cs_str_add_text(&text, "a,b\n1,2\n");
    for (int i = 0; i < 70000; i++) cs_str_add_byte(&text, '\n');
    cs_str_add_text(&text, "3,4\n\n5,6,7\n");
    CHECK(read_text(test, cs_str_text(&text)) == CS_DATA);
    CHECK_TEXT(test->err.text, "one:70005: expected 2 cells, found 3");
    cs_str_release(&text);
  }
}

/* A cell of `bytes` bytes behind `opening`, then many good rows. */
static const char *long_cell(struct test *test, const char *opening, size_t bytes) {
  struct cs_str text = CS_STR_INIT;
  cs_str_add_text(&text, opening);
  for (size_t i = 0; i < bytes; i++) cs_str_add_byte(&text, i % 80 == 79 ? '\n' : 'x');
  if (read_text(test, cs_str_text(&text)) == CS_OK)
    snprintf(test->err.text, sizeof test->err.text, "(taken)");
  cs_str_release(&text);
  return test->err.text;
}

static void test_long(struct test *test) {
  TEST("table: a cell beyond --max-field is refused where it begins, without reading on") {
    fresh(test)->read.max_field = 1000;
    CHECK(strstr(long_cell(test, "a,b\n1,2\n3,\"", 5000000), "one:3: a cell is longer than --max-field"));
    CHECK(cs_table_bytes(test->table) < 2000000);
    fresh(test)->read.max_field = 10;
    CHECK(
        strstr(long_cell(test, "{\"a\":1}\n{\"a\":\n\"", 79), "one:3:1: a cell is longer than --max-field"));
    fresh(test)->read.max_field = 10;
    CHECK_TEXT(through(test, "a,b\n1234567890,\"1234567890\"\n"), "a,b\n1234567890,\"1234567890\"\n");
    fresh(test)->read.max_field = 10;
    CHECK(strstr(long_cell(test, "a,b\n1,12345678901\n", 0), "one:2:"));
  }
}

static void test_magic(struct test *test) {
  TEST("table: what is no table is named, with the command that helps") {
    CHECK(strstr(refused(test, "\x1f\x8b\x08xxxxxxxxx"), "gzip") && strstr(test->err.text, "zcat one | ..."));
    CHECK(strstr(refused(test, "\x28\xb5\x2f\xfdxxx"), "zstdcat"));
    CHECK(strstr(refused(test, "BZh91AY&SYxxx"), "bzcat"));
    CHECK_TEXT(through(fresh(test), "BZh,b\n1,2\n"), "BZh,b\n1,2\n");
    CHECK(strstr(refused(test, "PK\3\4xxxxx"), "zip"));
    CHECK(strstr(refused(test, "PAR1xxxxxx"), "Parquet"));
    CHECK(strstr(refused(test, "\xff\xfe"
                               "ax"),
                 "UTF-16"));
  }
  TEST("table: a folder and an absent file are I/O errors") {
    fresh(test);
    test->table = cs_table_new();
    CHECK(cs_table_read(test->table, (const char *const[]){"."}, 1, &test->read, NULL, &test->err) == CS_IO);
    CHECK(strstr(test->err.text, "directory"));
    CHECK(cs_table_read(test->table, (const char *const[]){"absent"}, 1, &test->read, NULL, &test->err) ==
          CS_IO);
  }
  TEST("table: the checksum is that of the bytes as they were read") {
    fresh(test)->read.checksum = true;
    CHECK(read_text(test, "abc") == CS_OK);
    CHECK_TEXT(cs_table_sha256(test->table),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(cs_table_bytes(test->table) == 3);
  }
}

/* --- cells, numbers, changes --- */

static void test_cells(struct test *test) {
  struct cs_str scratch = CS_STR_INIT;
  struct cs_slice cells[5];
  TEST("table: cells are found in any order, unescaped, repeated") {
    CHECK(read_text(fresh(test), "a,b,c\n\"1\"\"\",\"x,y\",\"3\"\"\"\n") == CS_OK);
    CHECK(cs_table_cells(test->table, 0, (const size_t[]){2, 0, 1, 2, 0}, 5, cells, &scratch, &test->err) ==
          CS_OK);
    CHECK(cs_slice_is(cells[0], "3\"") && cs_slice_is(cells[1], "1\"") && cs_slice_is(cells[2], "x,y"));
    CHECK(cs_slice_is(cells[3], "3\"") && cs_slice_is(cells[4], "1\""));
  }
  TEST("table: a JSON null and an absent key have no text, and mean missing") {
    CHECK(read_text(fresh(test), "{\"a\":null,\"b\":\"\"}{\"c\":1}") == CS_OK);
    CHECK(cs_table_cells(test->table, 0, (const size_t[]){0, 1, 2}, 3, cells, &scratch, &test->err) == CS_OK);
    CHECK(!cells[0].data && cells[1].data && !cells[2].data);
    for (size_t i = 0; i < 3; i++) CHECK(cs_table_is_missing(test->table, cells[i]));
  }
  TEST("table: missing is blank or on the list") {
    fresh(test)->read.missing = "NA, -999";
    CHECK(read_text(test, "a,b\n1,2\n") == CS_OK);
    CHECK(cs_table_is_missing(test->table, cs_slice_of(" NA ")) &&
          cs_table_is_missing(test->table, cs_slice_of("  ")));
    CHECK(cs_table_is_missing(test->table, cs_slice_of("-999")) &&
          !cs_table_is_missing(test->table, cs_slice_of("na")));
  }
  cs_str_release(&scratch);
}

static void test_decode(struct test *test) {
  TEST("table: columns become numbers, or say which row is none") {
    struct cs_decoded d[] = {{.column = 0}, {.column = 1}, {.column = 2}, {.column = 0}};
    CHECK(read_text(fresh(test), "a,b,c\n\"1.5\",x,\nNA,2,NA\n-2e1 ,3,\n") == CS_OK);
    CHECK(cs_table_decode(test->table, d, 4, 2, &test->err) == CS_OK);
    CHECK(d[0].value && d[0].value[0] == 1.5 && isnan(d[0].value[1]) && d[0].value[2] == -20);
    CHECK(d[0].missing == 1 && d[0].missing_row == 1);
    CHECK(!d[1].value && d[1].bad_row == 0);
    CHECK(!d[2].value && d[2].bad_row == SIZE_MAX && d[2].missing == 3);
    CHECK(d[3].value && d[3].value[2] == -20 && d[3].missing_row == 1);
    for (size_t i = 0; i < 4; i++) free(d[i].value);
  }
  TEST("table: JSON strings, true and false are never numbers; the decimal sign and --na are heard") {
    struct cs_decoded d[] = {{.column = 0}, {.column = 1}, {.column = 2}};
    CHECK(read_text(fresh(test), "{\"a\":1,\"b\":\"2\",\"c\":true}{\"c\":null}") == CS_OK);
    CHECK(cs_table_decode(test->table, d, 3, 1, &test->err) == CS_OK);
    CHECK(d[0].value && !d[1].value && !d[2].value && d[0].missing == 1);
    free(d[0].value);
    fresh(test)->read.decimal = ',';
    test->read.missing = "-9";
    CHECK(read_text(test, "a;b\n1,5;-9\n2;7\n") == CS_OK);
    CHECK(cs_table_decode(test->table, d, 2, 1, &test->err) == CS_OK);
    CHECK(d[0].value && d[0].value[0] == 1.5 && d[1].value && isnan(d[1].value[0]) && d[1].missing == 1);
    free(d[0].value);
    free(d[1].value);
  }
  TEST("table: one thread and eight find the same numbers and the same first bad row") {
    struct cs_str text = CS_STR_INIT;
    cs_str_add_text(&text, "a,b,c\n");
    for (int i = 0; i < 50000; i++)
      cs_str_add_format(&text, "%d.25,%s,%d\n", i, i % 9000 == 8999 ? "bad" : "1", i % 7 ? i : -1);
    struct cs_decoded one[] = {{.column = 0}, {.column = 1}}, eight[] = {{.column = 0}, {.column = 1}};
    CHECK(read_text(fresh(test), cs_str_text(&text)) == CS_OK && cs_table_rows(test->table) == 50000);
    CHECK(cs_table_decode(test->table, one, 2, 1, &test->err) == CS_OK);
    CHECK(cs_table_decode(test->table, eight, 2, 8, &test->err) == CS_OK);
    CHECK(one[0].value && eight[0].value &&
          memcmp(one[0].value, eight[0].value, 50000 * sizeof(double)) == 0);
    CHECK(one[0].value && one[0].value[49999] == 49999.25);
    CHECK(one[1].bad_row == 8999 && eight[1].bad_row == 8999);
    free(one[0].value);
    free(eight[0].value);
    cs_str_release(&text);
  }
}

enum { WANTED = 4 };

struct handed {
  double *x;
  size_t next;
  bool in_order;
};

static void take_rows(void *context, size_t first, size_t rows, const double *x) {
  struct handed *handed = context;
  handed->in_order &= first == handed->next;
  memcpy(handed->x + first * WANTED, x, rows * WANTED * sizeof *x);
  handed->next = first + rows;
}

static bool same_number(double a, double b) {
  return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

/* Holds the rows against the columns. */
static bool same_rows(const struct cs_decoded *columns, const struct cs_decoded *decoded, const double *x,
                      size_t rows) {
  for (size_t i = 0; i < WANTED; i++) {
    if (decoded[i].numeric != columns[i].numeric || decoded[i].bad_row != columns[i].bad_row) return false;
    if (decoded[i].missing != columns[i].missing || decoded[i].missing_row != columns[i].missing_row)
      return false;
    for (size_t row = 0; columns[i].value && row < rows; row++)
      if (!same_number(x[row * WANTED + i], columns[i].value[row])) return false;
  }
  return true;
}

/* By column, into rows, and handed out, on one thread and on several. */
static bool same_however_decoded(const struct cs_table *table) {
  static const size_t wanted[WANTED] = {2, 0, 1, 2};
  struct cs_decoded columns[WANTED], decoded[WANTED];
  size_t rows = cs_table_rows(table);
  double *x = malloc(rows * WANTED * sizeof *x);
  struct handed handed = {x, 0, true};
  bool same = x;
  for (size_t i = 0; i < WANTED; i++) columns[i].column = decoded[i].column = wanted[i];
  same = same && cs_table_decode(table, columns, WANTED, 1, NULL) == CS_OK;
  for (int threads = 1; same && threads < 9; threads += 3) {
    same = cs_table_decode_rows(table, decoded, WANTED, rows, x, threads, NULL) == CS_OK &&
           same_rows(columns, decoded, x, rows);
    handed.next = 0;
    for (size_t i = 0; same && i < rows * WANTED; i++) x[i] = -1;
    same = same && cs_table_visit_rows(table, decoded, WANTED, take_rows, &handed, threads, NULL) == CS_OK &&
           handed.in_order && handed.next == rows && same_rows(columns, decoded, x, rows);
  }
  for (size_t i = 0; i < WANTED; i++) free(columns[i].value);
  free(x);
  return same;
}

static void test_decode_rows(struct test *test) {
  struct cs_str text = CS_STR_INIT;
  TEST("table: numbers are the same by column, in rows and handed out, quoted, missing, long or in "
       "exponents") {
    static const char *const cell[] = {"17", "-0.5", "\"2.25\"", "NA", "", "1e3", "123456789.123456789",
                                       " 4 "};
    cs_str_add_text(&text, "a,b,c\n");
    for (size_t i = 0; i < 40000; i++)
      cs_str_add_format(&text, "%s,%zu,%s\n", cell[i * 7 % 8], i, cell[i / 8 % 8]);
    CHECK(read_text(fresh(test), cs_str_text(&text)) == CS_OK && same_however_decoded(test->table));
  }
  TEST("table: so they are where a column is bad late, in the middle of a block, and where cells are JSON") {
    cs_str_clear(&text);
    cs_str_add_text(&text, "a,b,c\n");
    for (size_t i = 0; i < 40000; i++)
      cs_str_add_format(&text, "%zu.5,%s,%zu\n", i, i == 20007 || i == 20011 || i == 30000 ? "x" : "1",
                        i % 9);
    CHECK(read_text(fresh(test), cs_str_text(&text)) == CS_OK && same_however_decoded(test->table));
    struct cs_decoded late = {.column = 1};
    CHECK(cs_table_decode(test->table, &late, 1, 3, &test->err) == CS_OK && !late.value);
    CHECK(late.bad_row == 20007);
    cs_str_clear(&text);
    for (size_t i = 0; i < 20000; i++)
      cs_str_add_format(
          &text, i % 3 ? "{\"a\":%zu,\"b\":1.5,\"c\":null}" : "{\"b\":\"\\u0031\",\"c\":-2,\"a\":%zu}", i);
    CHECK(read_text(fresh(test), cs_str_text(&text)) == CS_OK && same_however_decoded(test->table));
  }
  TEST("table: of the first rows alone") {
    struct cs_decoded decoded[] = {{.column = 1}, {.column = 0}};
    double x[4];
    CHECK(read_text(fresh(test), "a,b\n1,2\n3,4\nx,5\n") == CS_OK);
    CHECK(cs_table_decode_rows(test->table, decoded, 2, 2, x, 2, &test->err) == CS_OK);
    CHECK(decoded[0].numeric && decoded[1].numeric && !decoded[0].value);
    CHECK(x[0] == 2 && x[1] == 1 && x[2] == 4 && x[3] == 3);
  }
  cs_str_release(&text);
}

static void test_changes(struct test *test) {
  TEST("table: appended columns stand behind the rows, each written as its kind says") {
    CHECK(read_text(fresh(test), "a,b\n1,\"x\"\n2,y\n") == CS_OK);
    uint32_t *code;
    CHECK(cs_alloc(&code, 2, sizeof *code, "codes", NULL) == CS_OK);
    code[0] = CS_TEXT_MISSING;
    code[1] = 0;
    struct cs_slice text = cs_slice_of("p,q");
    CHECK(cs_table_add_number(test->table, "i", CS_KIND_INTEGER, numbers(2, (double[]){-3, 9007199254740991}),
                              &test->err) == CS_OK);
    CHECK(cs_table_add_number(test->table, "q", CS_KIND_QUANTITY, numbers(2, (double[]){0.1 + 0.2, -0.0}),
                              &test->err) == CS_OK);
    CHECK(cs_table_add_number(test->table, "r", CS_KIND_RATIO, numbers(2, (double[]){1.0 / 3, NAN}),
                              &test->err) == CS_OK);
    CHECK(cs_table_add_text(test->table, "t", code, &text, 1, &test->err) == CS_OK);
    CHECK_TEXT(written(test), "a,b,i,q,r,t\n1,\"x\",-3,0.3,0.333333333,\n2,y,9007199254740991,0,,\"p,q\"\n");
    test->write.format = CS_FORMAT_JSONL;
    CHECK_TEXT(written(test),
               "{\"a\":1,\"b\":\"x\",\"i\":-3,\"q\":0.3,\"r\":0.333333333,\"t\":null}\n"
               "{\"a\":2,\"b\":\"y\",\"i\":9007199254740991,\"q\":0,\"r\":null,\"t\":\"p,q\"}\n");
  }
  TEST("table: a name that exists can't be appended") {
    CHECK(read_text(fresh(test), "a,b\n1,2\n") == CS_OK);
    CHECK(cs_table_add_number(test->table, "b", CS_KIND_RATIO, numbers(1, (double[]){1}), &test->err) ==
          CS_USAGE);
    CHECK(strstr(test->err.text, "column 'b' exists already"));
  }
  TEST("table: numbers are appended with the decimal sign of the table, so it can be read again") {
    fresh(test)->read.decimal = ',';
    test->write.delimiter = ';';
    CHECK(read_text(test, "a;b\n1,5;2\n") == CS_OK);
    CHECK(cs_table_add_number(test->table, "c", CS_KIND_RATIO, numbers(1, (double[]){0.25}), &test->err) ==
          CS_OK);
    CHECK_TEXT(written(test), "a;b;c\n1,5;2;0,25\n");
  }
  TEST("table: edited cells are read and written anew, dropped rows are not written") {
    CHECK(read_text(fresh(test), "a,b\n\"1\",x\n\"2\",y\n3,z\n") == CS_OK);
    CHECK(cs_table_edit(test->table, 1, 1, cs_slice_of("q"), &test->err) == CS_OK);
    CHECK(cs_table_edit(test->table, 1, 0, cs_slice_of("7"), &test->err) == CS_OK);
    CHECK(cs_table_edit(test->table, 1, 1, cs_slice_of("n\"w"), &test->err) == CS_OK);
    CHECK(cs_table_drop(test->table, 2, &test->err) == CS_OK &&
          cs_table_drop(test->table, 2, &test->err) == CS_OK);
    CHECK(cs_table_kept(test->table) == 2 && cs_table_rows(test->table) == 3 &&
          cs_table_dropped(test->table, 2));
    CHECK_TEXT(written(test), "a,b\n\"1\",x\n7,\"n\"\"w\"\n");
    struct cs_decoded d = {.column = 0};
    CHECK(cs_table_decode(test->table, &d, 1, 1, &test->err) == CS_OK && d.value && d.value[1] == 7);
    free(d.value);
  }
  TEST("table: some rows are written as they were read, or whole with what was changed and appended") {
    static const char *const expected[] = {
        [CS_ROWS_AS_READ] = "a,b\n3,z\n\"1\",x\n", [CS_ROWS_WHOLE] = "a,b,n\n3,z,3\n1,q,1\n"};
    for (int what = CS_ROWS_AS_READ; what <= CS_ROWS_WHOLE; what++) {
      CHECK(read_text(fresh(test), "a,b\n\"1\",x\n2,y\n3,z\n") == CS_OK);
      CHECK(cs_table_edit(test->table, 0, 1, cs_slice_of("q"), &test->err) == CS_OK);
      CHECK(cs_table_add_number(test->table, "n", CS_KIND_RATIO, numbers(3, (double[]){1, 2, 3}),
                                &test->err) == CS_OK);
      struct cs_output *output;
      CHECK(cs_output_open(&output, "three", &test->err) == CS_OK);
      CHECK(cs_table_write_rows(test->table, (enum cs_row_form)what, (const size_t[]){2, 0}, 2, output,
                                &test->write, &test->err) == CS_OK);
      CHECK(cs_output_commit(&output, &test->err) == CS_OK);
      cs_table_free(test->table);
      test->table = cs_table_new();
      CHECK(cs_table_read(test->table, (const char *const[]){"three"}, 1, &test->read, NULL, &test->err) ==
            CS_OK);
      CHECK_TEXT(written(test), expected[what]);
    }
  }
  TEST("table: a table can be made of nothing but new columns") {
    fresh(test);
    test->table = cs_table_new();
    CHECK(cs_table_begin(test->table, 2, &test->err) == CS_OK);
    CHECK(cs_table_add_number(test->table, "n", CS_KIND_RATIO, numbers(2, (double[]){NAN, 2}), &test->err) ==
          CS_OK);
    CHECK_TEXT(written(test), "n\n\"\"\n2\n");
    struct cs_decoded d = {.column = 0};
    CHECK(cs_table_decode(test->table, &d, 1, 1, &test->err) == CS_OK && d.value && d.value[1] == 2 &&
          d.missing == 1);
    free(d.value);
  }
  TEST("table: a message names source, line and column") {
    CHECK(read_text(fresh(test), "a,b\n\n1,2\n") == CS_OK);
    CHECK(cs_table_fail(test->table, 0, 1, &test->err, "is %d", 5) == CS_DATA);
    CHECK_TEXT(test->err.text, "one:3: column 'b': is 5");
    CHECK(cs_table_fail(test->table, SIZE_MAX, 0, &test->err, "no") == CS_DATA);
    CHECK_TEXT(test->err.text, "one: column 'a': no");
  }
}

/* --- memory --- */

static long peak_bytes(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024L;
}

static void test_memory(struct test *test) {
  TEST("table: 60 MB are read in 1.25 times that, 8 bytes a row and a number, and 16 MiB") {
    enum { ROWS = 1000000 };
    static const char row[] = "customer-0000001,12.25,\"a, quoted\",2011-12-09 08:26:00,no,1\r\n";
    fresh(test);
    FILE *file = fopen("one", "wb");
    fputs("a,b,c,d,e,f\r\n", file);
    for (int i = 0; i < ROWS; i++) fputs(row, file);
    fclose(file);
    long before = peak_bytes();
    test->table = cs_table_new();
    CHECK(cs_table_read(test->table, file_name, 1, &test->read, NULL, &test->err) == CS_OK);
    struct cs_decoded d = {.column = 1};
    CHECK(cs_table_decode(test->table, &d, 1, 2, &test->err) == CS_OK && d.value &&
          d.value[ROWS - 1] == 12.25);
    double bytes = (double)cs_table_bytes(test->table), bound = 1.25 * bytes + 16.0 * ROWS + (16 << 20);
#ifdef __SANITIZE_THREAD__
    bound *= 8; /* it keeps notes of every word */
#endif
    CHECK((double)(peak_bytes() - before) < bound);
    free(d.value);
  }
}

int main(void) {
  UNIT_BEGIN;
  char folder[] = "/tmp/cs-table-XXXXXX";
  if (!mkdtemp(folder) || chdir(folder) != 0) return 1;
  struct test test = {.table = NULL};
  test_verbatim(&test);
  test_conversion(&test);
  test_several(&test);
  test_refusals(&test);
  test_ragged(&test);
  test_long(&test);
  test_magic(&test);
  test_cells(&test);
  test_decode(&test);
  test_decode_rows(&test);
  test_changes(&test);
  test_memory(&test);
  clean(&test);
  CHECK(chdir("/") == 0 && rmdir(folder) == 0);
  UNIT_END;
}
