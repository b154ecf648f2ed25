#include "base/memory.h"

#include "base/matrix.h"
#include "base/notes.h"

#include "unit.h"

#include <stdint.h>
#include <stdlib.h>

static void test_alloc(void) {
  struct cs_error err = CS_ERROR_INIT;
  double *x = NULL;
  TEST("memory: what is given is zeroed, and a count of zero is no failure") {
    CHECK(cs_alloc(&x, 1000, sizeof *x, "numbers", &err) == CS_OK && x[0] == 0 && x[999] == 0);
    free(x);
    CHECK(cs_alloc(&x, 0, sizeof *x, "numbers", &err) == CS_OK && x);
    free(x);
  }
  TEST("memory: an absurd size is refused with its number, and the pointer is NULL") {
    x = (double *)&err;
    CHECK(cs_alloc(&x, SIZE_MAX / 4, sizeof *x, "distances", &err) == CS_MEMORY && !x);
    CHECK_TEXT(err.text, "not enough memory for distances (32 EiB)");
    CHECK(cs_alloc(&x, SIZE_MAX, SIZE_MAX, "distances", &err) == CS_MEMORY && !x);
  }
  TEST("memory: growing keeps what is there") {
    int *list = NULL;
    size_t capacity = 0, wrong = 0;
    for (int i = 0; i < 10000; i++) {
      if (cs_grow(&list, &capacity, (size_t)i + 1, sizeof *list, "a list", &err) != CS_OK) break;
      list[i] = i;
    }
    for (int i = 0; i < 10000; i++) wrong += list[i] != i;
    CHECK(wrong == 0 && capacity >= 10000 && capacity <= 15001);
    size_t before = capacity;
    CHECK(cs_grow(&list, &capacity, SIZE_MAX / 2, sizeof *list, "a list", &err) == CS_MEMORY &&
          capacity == before);
    CHECK(list[9999] == 9999);
    free(list);
  }
}

static void test_arena(void) {
  struct cs_arena arena = CS_ARENA_INIT;
  TEST("memory: an arena gives aligned pieces that don't overlap") {
    enum { PIECES = 2000 };
    unsigned char *piece[PIECES];
    size_t size[PIECES], wrong = 0;
    for (size_t i = 0; i < PIECES; i++) {
      size[i] = i % 7 == 0 ? 100000 + i : 1 + i % 100;
      piece[i] = cs_arena_alloc(&arena, size[i]);
      if (!piece[i]) break;
      wrong += (uintptr_t)piece[i] % _Alignof(max_align_t) != 0;
      memset(piece[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < PIECES; i++) wrong += piece[i][0] != i % 251 || piece[i][size[i] - 1] != i % 251;
    CHECK(wrong == 0);
  }
  TEST("memory: a copy in an arena ends with a NUL, also of nothing") {
    const char *copy = cs_arena_copy(&arena, "abcdef", 3), *none = cs_arena_copy(&arena, NULL, 0);
    CHECK(copy && none);
    CHECK_TEXT(copy, "abc");
    CHECK_TEXT(none, "");
    CHECK(cs_arena_alloc(&arena, SIZE_MAX - 4) == NULL);
  }
  cs_arena_release(&arena);
  cs_arena_release(&arena);
}

static void test_matrix(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_matrix matrix = CS_MATRIX_INIT;
  TEST("matrix: rows stand one after the other, the first at a line of the cache") {
    CHECK(cs_matrix_alloc(&matrix, 3, 2, &err) == CS_OK && matrix.n == 3 && matrix.d == 2);
    CHECK(cs_matrix_row(&matrix, 2) == matrix.x + 4 && (uintptr_t)matrix.x % 64 == 0);
    cs_matrix_release(&matrix);
    CHECK(matrix.x == NULL && matrix.n == 0);
  }
  TEST("matrix: a size beyond memory is an error") {
    CHECK(cs_matrix_alloc(&matrix, SIZE_MAX / 8, 64, &err) == CS_MEMORY && matrix.x == NULL);
  }
}

static void test_notes(void) {
  struct cs_notes notes = CS_NOTES_INIT;
  TEST("notes: lines are kept in order, without control bytes") {
    for (int i = 0; i < 100; i++) cs_note(&notes, i % 2 ? CS_NOTE_WARNING : CS_NOTE_INFO, "note %d\t", i);
    CHECK(notes.count == 100 && notes.note[99].kind == CS_NOTE_WARNING);
    CHECK_TEXT(notes.note[99].text, "note 99?");
    cs_note(NULL, CS_NOTE_INFO, "nowhere");
  }
  cs_notes_release(&notes);
  cs_notes_release(&notes);
}

int main(void) {
  UNIT_BEGIN;
  test_alloc();
  test_arena();
  test_matrix();
  test_notes();
  UNIT_END;
}
