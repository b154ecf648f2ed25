/* Writing a table: rows are formatted in batches, side by side, and written in their order. */
#include "base/parallel.h"
#include "data/output.h"
#include "data/write_inside.h"

#include <stdlib.h>

enum { BATCH_BYTES = 256 * 1024, BATCHES_MAX = 4 };

static const char array_comma[] = ",\n"; /* between the objects of a JSON array */

/* One thread's share of a round. */
struct batch {
  struct cs_writer writer;
  bool *bare; /* [columns], while they are being found out */
  size_t begin, end;
  enum cs_status status;
  struct cs_error err;
};

struct job {
  const size_t *list; /* rows to be written; NULL: all that aren't dropped */
  size_t count;       /* of the list, or of all rows */
  int threads;
  size_t step, next; /* rows in a batch, and the first that isn't in one */
  struct cs_writer shared;
  struct cs_str keys;
  size_t *key;
  bool *bare;
  struct cs_output *output;
  bool begun;                         /* a row was written */
  struct batch batch[2][BATCHES_MAX]; /* those being made, and those being written */
  size_t batches[2];
  struct batch *made; /* one of the two */
};

static bool is_json(enum cs_format format) {
  return format == CS_FORMAT_JSON || format == CS_FORMAT_JSONL;
}

const struct cs_segment *cs_writer_segment(struct cs_writer *writer, size_t row) {
  const struct cs_table *table = writer->table;
  if (table->segments && (row < writer->segment_begin || row >= writer->segment_end)) {
    size_t index = cs_table_segment(table, row);
    writer->segment = &table->segment[index];
    writer->segment_begin = writer->segment->first_row;
    writer->segment_end = cs_segment_end(table, index);
  }
  return writer->segment;
}

static enum cs_status add_row(struct cs_writer *writer, size_t row, struct cs_error *err) {
  const struct cs_segment *segment = cs_writer_segment(writer, row);
  if (!is_json(writer->format)) return cs_writer_delimited_row(writer, segment, row, err);
  if (writer->format == CS_FORMAT_JSON) cs_str_add_text(&writer->batch, array_comma);
  CS_TRY(cs_writer_json_row(writer, segment, row, err));
  if (writer->format == CS_FORMAT_JSONL) cs_str_add_byte(&writer->batch, '\n');
  return CS_OK;
}

/* --- rounds of batches --- */

/* Cuts the next rows into batches. */
static void deal(struct job *job, int side) {
  size_t batches = 0, most = (size_t)job->threads < BATCHES_MAX ? (size_t)job->threads : BATCHES_MAX;
  for (; batches < most && job->next < job->count; batches++) {
    struct batch *batch = &job->batch[side][batches];
    batch->begin = job->next;
    batch->end = job->count - job->next > job->step ? job->next + job->step : job->count;
    job->next = batch->end;
  }
  job->batches[side] = batches;
}

static enum cs_status format_batch(const struct job *job, struct batch *batch) {
  struct cs_writer *writer = &batch->writer;
  cs_str_clear(&writer->batch);
  for (size_t i = batch->begin; i < batch->end; i++) {
    size_t row = job->list ? job->list[i] : i;
    if (!job->list && cs_bit_get(writer->table->dropped, row)) continue;
    CS_TRY(add_row(writer, row, &batch->err));
  }
  CS_TRY(cs_str_check(&writer->batch, "rows to write", &batch->err));
  return cs_str_check(&writer->scratch, "rows to write", &batch->err);
}

static enum cs_status write_batch(struct job *job, struct batch *batch) {
  struct cs_str *text = &batch->writer.batch;
  size_t skip = 0;
  /* Each object of an array comes with the comma before it; the first has none. */
  if (!job->begun && text->len > 0) {
    job->begun = true;
    if (batch->writer.format == CS_FORMAT_JSON) skip = sizeof array_comma - 1;
  }
  return cs_output_write(job->output, cs_str_text(text) + skip, text->len - skip, &batch->err);
}

/* Piece 0 of a round writes what the round before has made. */
static void write_or_format(void *context, size_t piece, int thread) {
  struct job *job = context;
  int making = job->made == job->batch[0] ? 1 : 0;
  (void)thread;
  if (piece > 0) {
    struct batch *batch = &job->batch[making][piece - 1];
    batch->status = format_batch(job, batch);
    return;
  }
  enum cs_status status = CS_OK;
  for (size_t i = 0; i < job->batches[1 - making]; i++) {
    if (status == CS_OK) status = write_batch(job, &job->made[i]);
    job->made[i].status = status;
  }
}

static enum cs_status check_batches(const struct job *job, int side, struct cs_error *err) {
  for (size_t i = 0; i < job->batches[side]; i++) {
    const struct batch *batch = &job->batch[side][i];
    if (batch->status == CS_OK) continue;
    if (err) *err = batch->err;
    return batch->status;
  }
  return CS_OK;
}

static enum cs_status write_rows(struct job *job, struct cs_error *err) {
  job->batches[0] = 0;
  for (int making = 1;; making = 1 - making) {
    job->made = job->batch[1 - making];
    deal(job, making);
    size_t work = job->batches[0] + job->batches[1];
    if (work == 0) return CS_OK;
    cs_parallel(work > 1 ? job->threads : 1, 1 + job->batches[making], write_or_format, job);
    CS_TRY(check_batches(job, 1 - making, err));
    CS_TRY(check_batches(job, making, err));
  }
}

/* --- what JSON has to know beforehand --- */

static void narrow(void *context, size_t piece, int thread) {
  struct job *job = context;
  struct batch *batch = &job->batch[0][piece];
  size_t part = job->count / job->batches[0] + 1, end = part * (piece + 1);
  (void)thread;
  if (end > job->count) end = job->count;
  for (size_t i = part * piece; i < end && batch->status == CS_OK; i++) {
    size_t row = job->list ? job->list[i] : i;
    const struct cs_segment *segment = cs_writer_segment(&batch->writer, row);
    batch->status = cs_writer_narrow(&batch->writer, segment, row, batch->bare, &batch->err);
  }
}

/* Which columns are numbers without quotes: no identities, and no cell that isn't a legal JSON number or missing. */
static enum cs_status find_bare(struct job *job, struct cs_error *err) {
  size_t columns = job->shared.table->columns_read + job->shared.appended;
  cs_writer_bare(&job->shared, job->bare);
  if (job->shared.table->columns_read == 0) return CS_OK;
  job->batches[0] = job->threads < BATCHES_MAX ? (size_t)job->threads : BATCHES_MAX;
  for (size_t i = 0; i < job->batches[0]; i++) {
    bool **bare = &job->batch[0][i].bare;
    CS_TRY(cs_alloc(bare, columns, sizeof **bare, "columns", err));
    memcpy(*bare, job->bare, columns * sizeof **bare);
  }
  cs_parallel(job->threads, job->batches[0], narrow, job);
  CS_TRY(check_batches(job, 0, err));
  for (size_t i = 0; i < job->batches[0]; i++)
    for (size_t column = 0; column < columns; column++) job->bare[column] &= job->batch[0][i].bare[column];
  return CS_OK;
}

static enum cs_status begin_json(struct job *job, struct cs_error *err) {
  size_t columns = job->shared.table->columns_read + job->shared.appended;
  CS_TRY(cs_alloc(&job->bare, columns, sizeof *job->bare, "columns", err));
  CS_TRY(cs_alloc(&job->key, columns + 1, sizeof *job->key, "keys", err));
  CS_TRY(find_bare(job, err));
  cs_writer_keys(&job->shared, &job->keys, job->key);
  CS_TRY(cs_str_check(&job->keys, "keys", err));
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < BATCHES_MAX; i++) {
      struct cs_writer *writer = &job->batch[side][i].writer;
      writer->bare = job->bare;
      writer->keys = cs_str_text(&job->keys);
      writer->key = job->key;
    }
  return CS_OK;
}

/* --- the whole --- */

static enum cs_status begin(struct job *job, const struct cs_write_options *options, struct cs_error *err) {
  const struct cs_table *table = job->shared.table;
  struct cs_writer *shared = &job->shared;
  shared->format = options->format == CS_FORMAT_AUTO ? CS_FORMAT_CSV : options->format;
  shared->delimiter = options->delimiter ? options->delimiter : ',';
  if (shared->format == CS_FORMAT_TSV) shared->delimiter = '\t';
  shared->missing = options->missing ? options->missing : "";
  job->threads = options->threads > 1 ? options->threads : 1;
  size_t row_bytes = (table->rows ? table->len / table->rows : 0) + 16 * (shared->appended + 1);
  job->step = BATCH_BYTES / row_bytes + 1;
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < BATCHES_MAX; i++) {
      struct batch *batch = &job->batch[side][i];
      batch->writer = *shared;
      batch->err = (struct cs_error)CS_ERROR_INIT;
      CS_TRY(
          cs_alloc(&batch->writer.cells, table->columns_read, sizeof *batch->writer.cells, "columns", err));
    }
  return is_json(shared->format) ? begin_json(job, err) : CS_OK;
}

/* What stands before the rows. */
static enum cs_status write_head(struct job *job, const struct cs_write_options *options,
                                 struct cs_error *err) {
  if (job->shared.format == CS_FORMAT_JSON) return cs_output_write(job->output, "[\n", 2, err);
  if (job->shared.format == CS_FORMAT_JSONL || options->no_header) return CS_OK;
  struct cs_writer *writer = &job->batch[0][0].writer;
  cs_writer_header(writer);
  CS_TRY(cs_str_check(&writer->batch, "the header", err));
  return cs_output_write(job->output, cs_str_text(&writer->batch), writer->batch.len, err);
}

static enum cs_status write_foot(struct job *job, struct cs_error *err) {
  if (job->shared.format != CS_FORMAT_JSON) return CS_OK;
  const char *foot = job->begun ? "\n]\n" : "]\n";
  return cs_output_write(job->output, foot, strlen(foot), err);
}

static void release(struct job *job) {
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < BATCHES_MAX; i++) {
      struct batch *batch = &job->batch[side][i];
      free(batch->bare);
      free(batch->writer.cells);
      cs_str_release(&batch->writer.batch);
      cs_str_release(&batch->writer.scratch);
    }
  cs_str_release(&job->keys);
  free(job->key);
  free(job->bare);
}

static enum cs_status write_table(struct job *job, const struct cs_write_options *options,
                                  struct cs_error *err) {
  enum cs_status status = begin(job, options, err);
  if (status == CS_OK) status = write_head(job, options, err);
  if (status == CS_OK) status = write_rows(job, err);
  if (status == CS_OK) status = write_foot(job, err);
  release(job);
  return status;
}

enum cs_status cs_table_write(const struct cs_table *table, struct cs_output *output,
                              const struct cs_write_options *options, struct cs_error *err) {
  struct job job = {.count = table->rows, .output = output};
  job.shared =
      (struct cs_writer){.table = table, .edits = true, .appended = table->names.count - table->columns_read};
  return write_table(&job, options, err);
}

enum cs_status cs_table_write_rows(const struct cs_table *table, const size_t *rows, size_t count,
                                   struct cs_output *output, const struct cs_write_options *options,
                                   struct cs_error *err) {
  static const size_t none;
  struct job job = {.list = rows ? rows : &none, .count = count, .output = output};
  job.shared = (struct cs_writer){.table = table};
  return write_table(&job, options, err);
}
