#include "prep/lines.h"

#include "base/date.h"
#include "base/rng.h"
#include "prep/duplicates.h"
#include "unit.h"

#include <stdlib.h>

enum { CUSTOMERS = 50, LINES = 20000, KEPT = 2 };

static double some_amount(struct cs_rng *rng) {
  static const double odd[] = {0, 0.1, 0.30000000000000004, 1e-9, 123456789.123456789, 1e18, 5e-324, 99.999};
  uint64_t draw = cs_rng_bits(rng);
  if (draw % 4 == 0) return odd[draw / 4 % (sizeof odd / sizeof *odd)];
  return (double)(draw % 1000000) / 100;
}

static struct cs_line some_line(struct cs_rng *rng, const struct cs_line *before) {
  uint64_t draw = cs_rng_bits(rng);
  struct cs_line line = {.kind = (enum cs_line_kind)(draw % 6), .amount = some_amount(rng)};
  line.moment = draw % 5 ? before->moment + (int64_t)(draw >> 44) : -(int64_t)(draw >> 20);
  line.quantity = draw % 3 ? 1 : draw % 7 ? (double)(draw % 500) : some_amount(rng);
  line.list = draw % 11 == 0 ? NAN : draw % 2 ? line.amount : some_amount(rng);
  static const uint64_t class[] = {0, CS_ORDER_LETTER, CS_ORDER_HASH};
  line.order = draw % 13 == 0  ? CS_ORDER_NONE
               : draw % 3 == 0 ? before->order
                               : class[draw / 16 % 3] | draw >> (64 - CS_ORDER_HASH_BITS);
  line.product = draw % 4 ? (uint32_t)(draw >> 40) : CS_CODE_MISSING;
  line.category = draw % 6 ? (uint32_t)(draw % 9) : CS_CODE_MISSING;
  line.channel = draw % 5 ? (uint32_t)(draw % 300) : CS_CODE_MISSING;
  return line;
}

#define ONE_OF(list, draw) list[(draw) % (sizeof list / sizeof *list)]

/* A line as most are, or one that just isn't: all numbers are the least or the most of a packed word, or one more. */
static struct cs_line usual_line(struct cs_rng *rng, const struct cs_line *before) {
  static const int64_t days[] = {0, 0, 1, -1, 300, -300, 32767, 32768, -32768, -32769};
  static const double amount[] = {0, 0.01, 0.07, 12.34, 9999.99, 1342177.27, 1342177.28, -0.0, 0.005};
  static const double quantity[] = {0, 1, 1, 2, 12, 255, 256, 0.5, -1, -0.0};
  static const uint32_t category[] = {CS_CODE_MISSING, 0, 1, 5, 510, 511, 512};
  uint64_t draw = cs_rng_bits(rng);
  struct cs_line line = {.moment = before->moment + ONE_OF(days, draw) * 86400 + (draw >> 8) % 20 / 19,
                         .amount = ONE_OF(amount, draw >> 16),
                         .quantity = ONE_OF(quantity, draw >> 24),
                         .category = ONE_OF(category, draw >> 32),
                         .order = (draw >> 40) % 20 ? before->order : CS_ORDER_NONE,
                         .product = (draw >> 45) % 20 ? CS_CODE_MISSING : 3,
                         .channel = (draw >> 50) % 20 ? CS_CODE_MISSING : 4,
                         .kind = (draw >> 55) % 20 ? CS_LINE_PURCHASE : CS_LINE_REFUND};
  line.list = (draw >> 60) % 3 ? line.amount : (draw >> 62) % 2 ? NAN : line.amount + 1;
  return line;
}

static bool same_bits(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

static bool same_line(const struct cs_line *a, const struct cs_line *b) {
  return a->kind == b->kind && a->moment == b->moment && same_bits(a->amount, b->amount) &&
         same_bits(a->quantity, b->quantity) &&
         (same_bits(a->list, b->list) || (isnan(a->list) && isnan(b->list))) && a->order == b->order &&
         a->product == b->product && a->category == b->category && a->channel == b->channel &&
         a->hash == b->hash;
}

struct kept_line {
  uint32_t customer, code[KEPT];
  struct cs_line line;
};

static size_t count_wrong(const struct cs_lines *lines, const struct kept_line *all, struct cs_error *err) {
  struct cs_unpacked unpacked = CS_UNPACKED_INIT;
  size_t wrong = 0, seen = 0;
  for (uint32_t customer = 0; customer < CUSTOMERS; customer++) {
    if (cs_lines_get(lines, customer, &unpacked, err) != CS_OK) return SIZE_MAX;
    size_t at = 0;
    for (size_t i = 0; i < LINES; i++) {
      if (all[i].customer != customer) continue;
      wrong += at >= unpacked.count || !same_line(&unpacked.line[at], &all[i].line) ||
               unpacked.line[at].day != cs_day_of(all[i].line.moment) ||
               memcmp(&unpacked.code[at * KEPT], all[i].code, sizeof all[i].code) != 0;
      at++;
    }
    wrong += at != unpacked.count;
    seen += at;
  }
  cs_unpacked_release(&unpacked);
  return wrong + (seen != LINES);
}

static void test_lines(bool hashed) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_lines lines = CS_LINES_INIT;
  struct cs_rng rng;
  struct kept_line *all = calloc(LINES, sizeof *all);
  struct cs_line before[CUSTOMERS] = {{0}};
  cs_rng_init(&rng, 1, 0);
  lines.kept = KEPT;
  lines.hashed = hashed;
  for (size_t i = 0; all && i < LINES; i++) {
    uint64_t draw = cs_rng_bits(&rng);
    struct kept_line *kept = &all[i];
    kept->customer = (uint32_t)(draw % CUSTOMERS);
    kept->line = (draw >> 32) % 4 ? usual_line(&rng, &before[kept->customer])
                                  : some_line(&rng, &before[kept->customer]);
    kept->line.hash = hashed ? (uint32_t)draw : 0;
    before[kept->customer] = kept->line;
    kept->code[0] = draw % 3 ? (uint32_t)(draw >> 50) : CS_CODE_MISSING;
    kept->code[1] = (uint32_t)(draw >> 60);
    CHECK(cs_lines_add(&lines, kept->customer, &kept->line, kept->code, &err) == CS_OK);
  }
  CHECK(all && count_wrong(&lines, all, &err) == 0);
  cs_lines_release(&lines);
  free(all);
}

enum { MANY = 300, FEW = 256 };

/* A purchase of a day, as most lines are; or one that isn't. */
static struct cs_line day_line(uint64_t draw, bool is_odd, bool hashed) {
  struct cs_line line = {.kind = CS_LINE_PURCHASE,
                         .moment = ((int64_t)(draw % 40) - 20) * CS_DAY_SECONDS,
                         .amount = (double)(draw >> 20 & 0xffff) / 100,
                         .quantity = (double)(draw >> 8 & 0xff),
                         .list = NAN,
                         .order = CS_ORDER_NONE,
                         .product = CS_CODE_MISSING,
                         .category = (uint32_t)(draw >> 40 & 7),
                         .channel = CS_CODE_MISSING,
                         .hash = hashed ? (uint32_t)(draw >> 32) : 0};
  if (is_odd && draw & 64) line.moment += 3600;
  if (is_odd && !(draw & 64)) line.kind = CS_LINE_REFUND; /* in fewer bytes than a word, often */
  if (is_odd && !(draw & 64)) line.quantity = 1;
  return line;
}

/* added[0..customer): the customer's lines; `odd` of them aren't usual. */
static void add_days(struct cs_lines *lines, uint32_t customer, size_t odd, struct cs_rng *rng,
                     struct cs_line *added_lines, struct cs_error *err) {
  for (uint32_t i = 0; i < customer; i++) {
    uint64_t draw = cs_rng_bits(rng);
    bool last = i + 1 == customer && customer % 3 == 0, is_odd = odd && (last || draw >> 48 < 65536 / odd);
    struct cs_line line = added_lines[i] = day_line(draw, is_odd, lines->hashed);
    struct cs_usual_line usual = {cs_lines_pack((uint64_t)(line.amount * 100 + 0.5), (uint64_t)line.quantity),
                                  line.moment, line.order, line.category, line.hash};
    bool added = false;
    if (draw >> 16 & 1 && line.kind == CS_LINE_PURCHASE)
      CHECK(cs_lines_add_usual(lines, customer, &usual, &added, err) == CS_OK);
    if (!added) CHECK(cs_lines_add(lines, customer, &line, NULL, err) == CS_OK);
  }
}

/* Whether the lines are those that were added, in that order or in the order of moments. */
static bool same_lines(const struct cs_line *added, size_t count, const struct cs_unpacked *unpacked) {
  bool same = unpacked->count == count;
  for (size_t i = 0; i < count && same; i++) {
    const struct cs_line *line = &unpacked->line[i], *before = line - 1;
    same = line->at < count && same_line(line, &added[line->at]) && line->day == cs_day_of(line->moment);
    if (!unpacked->by_moment)
      same = same && line->at == i;
    else if (i > 0)
      same = same &&
             (before->moment < line->moment || (before->moment == line->moment && before->at < line->at));
  }
  return same;
}

static bool are_usual(const struct cs_line *line, size_t count) {
  bool usual = count > 0 && count <= FEW;
  for (size_t i = 0; i < count; i++)
    usual &= line[i].moment % CS_DAY_SECONDS == 0 && line[i].kind == CS_LINE_PURCHASE;
  return usual;
}

static void test_days(bool hashed, size_t odd) {
  static struct cs_line added[MANY][MANY];
  struct cs_error err = CS_ERROR_INIT;
  struct cs_lines lines = {.hashed = hashed};
  struct cs_unpacked unpacked = CS_UNPACKED_INIT;
  struct cs_rng rng;
  size_t sorted = 0, wrong = 0;
  cs_rng_init(&rng, 2, odd);
  for (uint32_t customer = 0; customer < MANY; customer++)
    add_days(&lines, customer, odd, &rng, added[customer], &err);
  for (uint32_t customer = 0; customer < MANY; customer++) {
    CHECK(cs_lines_get(&lines, customer, &unpacked, &err) == CS_OK);
    wrong += unpacked.by_moment != are_usual(added[customer], customer);
    wrong += !same_lines(added[customer], customer, &unpacked);
    sorted += unpacked.by_moment;
  }
  CHECK(wrong == 0 && sorted > (odd ? 5 : FEW - 1) && sorted <= (odd ? MANY / 2 : FEW));
  cs_unpacked_release(&unpacked);
  cs_lines_release(&lines);
}

static struct cs_row_hash hash_of_cells(const struct cs_slice *cells, size_t count) {
  struct cs_str scratch = CS_STR_INIT;
  struct cs_row_hash hash = cs_row_hash(cells, count, &scratch);
  CHECK(!scratch.failed);
  cs_str_release(&scratch);
  return hash;
}

static struct cs_row_hash hash_of(uint64_t i) {
  char text[32];
  snprintf(text, sizeof text, "%llu", (unsigned long long)i);
  struct cs_slice cells[] = {cs_slice_of("row"), cs_slice_of(text)};
  return hash_of_cells(cells, 2);
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  bool seen;
  UNIT_BEGIN;
  TEST("lines: what was packed is unpacked, bit by bit, for each customer in the order of adding") {
    test_lines(false);
    test_lines(true);
  }
  TEST("lines: usual ones come in the order of moments, if they are few; all others as they were added") {
    test_days(false, 0);
    test_days(true, 0);
    test_days(false, 200);
    test_days(true, 200);
  }
  TEST("lines: a customer without lines has none") {
    struct cs_lines lines = CS_LINES_INIT;
    struct cs_unpacked unpacked = CS_UNPACKED_INIT;
    struct cs_line line = {.order = CS_ORDER_NONE,
                           .product = CS_CODE_MISSING,
                           .category = CS_CODE_MISSING,
                           .channel = CS_CODE_MISSING};
    CHECK(cs_lines_add(&lines, 3, &line, NULL, &err) == CS_OK);
    CHECK(cs_lines_get(&lines, 2, &unpacked, &err) == CS_OK && unpacked.count == 0);
    CHECK(cs_lines_get(&lines, 9, &unpacked, &err) == CS_OK && unpacked.count == 0);
    CHECK(cs_lines_get(&lines, 3, &unpacked, &err) == CS_OK && unpacked.count == 1);
    cs_unpacked_release(&unpacked);
    cs_lines_release(&lines);
  }
  TEST("duplicates: a row is seen from the second time on, through every growth") {
    struct cs_duplicates duplicates = CS_DUPLICATES_INIT;
    size_t wrong = 0;
    for (uint64_t i = 0; i < 200000; i++) {
      wrong += cs_duplicates_see(&duplicates, hash_of(i), &seen, &err) != CS_OK || seen;
      wrong += cs_duplicates_see(&duplicates, hash_of(i / 2), &seen, &err) != CS_OK || !seen;
    }
    CHECK(wrong == 0);
    CHECK(duplicates.count == 200000);
    CHECK((duplicates.slots + duplicates.spare) * 10 < 200000 * 13);
    cs_duplicates_release(&duplicates);
  }
  TEST("duplicates: hashes that crowd at the end are kept all the same") {
    struct cs_duplicates duplicates = CS_DUPLICATES_INIT;
    size_t wrong = 0;
    for (uint64_t i = 0; i < 5000; i++) {
      struct cs_row_hash hash = {UINT64_MAX - i * 3, (uint16_t)i};
      wrong += cs_duplicates_see(&duplicates, hash, &seen, &err) != CS_OK || seen;
      wrong += cs_duplicates_see(&duplicates, hash, &seen, &err) != CS_OK || !seen;
    }
    CHECK(wrong == 0);
    cs_duplicates_release(&duplicates);
  }
  TEST("duplicates: cells that are moved, cut otherwise or of another length give another hash") {
    struct cs_slice a = cs_slice_of("ab"), b = cs_slice_of("c"), c = cs_slice_of("a"), d = cs_slice_of("bc"),
                    none = {NULL, 0};
    struct cs_row_hash one = hash_of_cells((struct cs_slice[]){a, b}, 2);
    CHECK(one.high != hash_of_cells((struct cs_slice[]){c, d}, 2).high);
    CHECK(one.high != hash_of_cells((struct cs_slice[]){none, a, b}, 3).high);
    CHECK(one.high == hash_of_cells((struct cs_slice[]){a, b, none}, 3).high);
    struct cs_slice zeros = {"\0\0\0\0\0\0\0\0\0", 8}, more = {"\0\0\0\0\0\0\0\0\0", 9};
    CHECK(hash_of_cells(&zeros, 1).high != hash_of_cells(&more, 1).high);
  }
  TEST("duplicates: commas within cells aren't those between them") {
    struct cs_slice ab = cs_slice_of("a,b"), c = cs_slice_of("c"), a = cs_slice_of("a"),
                    bc = cs_slice_of("b,c"), b = cs_slice_of("b");
    struct cs_row_hash left = hash_of_cells((struct cs_slice[]){ab, c}, 2),
                       right = hash_of_cells((struct cs_slice[]){a, bc}, 2),
                       three = hash_of_cells((struct cs_slice[]){a, b, c}, 3),
                       record = cs_record_hash(cs_slice_of("a,b,c"));
    CHECK(left.high != right.high && left.high != three.high && right.high != three.high);
    CHECK(three.high == record.high && three.low == record.low);
  }
  TEST("duplicates: every byte of a record and its length count, at every length") {
    char text[80];
    size_t same = 0;
    for (size_t len = 1; len < sizeof text; len++) {
      for (size_t i = 0; i < len; i++) text[i] = (char)('a' + i % 26);
      struct cs_row_hash whole = cs_record_hash((struct cs_slice){text, len});
      same += whole.high == cs_record_hash((struct cs_slice){text, len - 1}).high;
      for (size_t i = 0; i < len; i++) {
        text[i] ^= 1;
        struct cs_row_hash other = cs_record_hash((struct cs_slice){text, len});
        same += other.high == whole.high || (other.low == whole.low && other.high >> 32 == whole.high >> 32);
        text[i] ^= 1;
      }
    }
    CHECK(same == 0);
  }
  UNIT_END;
}
