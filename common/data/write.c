/* Writing a table: rows are formatted in batches, side by side, and written in their order. */
#include "base/parallel.h"
#include "data/output.h"
#include "data/write_inside.h"

#include <stdatomic.h>
#include <stdlib.h>

/* A batch is larger than the output's buffer, which it then goes past. */
enum { BATCH_BYTES = 512 * 1024, THREADS_MAX = 8 };

static const char array_comma[] = ",\n"; /* between the objects of a JSON array */

/* What one thread works with: the batch at hand. */
struct worker {
  struct cs_writer writer;
  bool *bare; /* [columns], while they are being found out */
  enum cs_status status;
  struct cs_error err;
};

struct job {
  const size_t *list; /* rows to be written; NULL: all that aren't dropped */
  size_t count;       /* of the list, or of all rows */
  int threads;
  size_t step; /* rows in a batch */
  struct cs_writer shared;
  struct cs_str keys;
  size_t *key;
  bool *bare;
  struct cs_output *output;
  bool begun; /* a row was written */
  struct worker worker[THREADS_MAX];
  const struct worker *failed; /* who had the first failure in the order of the rows */
  atomic_bool stop;            /* so the rest isn't formatted */
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

/* --- batches --- */

static enum cs_status format_rows(const struct job *job, struct worker *worker, size_t begin, size_t end) {
  struct cs_writer *writer = &worker->writer;
  cs_str_clear(&writer->batch);
  for (size_t i = begin; i < end; i++) {
    size_t row = job->list ? job->list[i] : i;
    if (!job->list && cs_bit_get(writer->table->dropped, row)) continue;
    CS_TRY(add_row(writer, row, &worker->err));
  }
  CS_TRY(cs_str_check(&writer->batch, "rows to write", &worker->err));
  return cs_str_check(&writer->scratch, "rows to write", &worker->err);
}

static void format_batch(void *context, size_t piece, int thread) {
  struct job *job = context;
  struct worker *worker = &job->worker[thread];
  size_t begin = piece * job->step, left = job->count - begin;
  if (atomic_load(&job->stop)) return;
  worker->status = format_rows(job, worker, begin, begin + (left < job->step ? left : job->step));
}

static enum cs_status write_text(struct job *job, struct worker *worker) {
  struct cs_str *text = &worker->writer.batch;
  size_t skip = 0;
  /* Each object of an array comes with the comma before it; the first has none. */
  if (!job->begun && text->len > 0) {
    job->begun = true;
    if (worker->writer.format == CS_FORMAT_JSON) skip = sizeof array_comma - 1;
  }
  return cs_output_write(job->output, cs_str_text(text) + skip, text->len - skip, &worker->err);
}

static void write_batch(void *context, size_t piece, int thread) {
  struct job *job = context;
  struct worker *worker = &job->worker[thread];
  (void)piece;
  if (job->failed) return;
  if (worker->status == CS_OK) worker->status = write_text(job, worker);
  if (worker->status == CS_OK) return;
  job->failed = worker;
  atomic_store(&job->stop, true);
}

static enum cs_status write_rows(struct job *job, struct cs_error *err) {
  size_t batches = job->count / job->step + (job->count % job->step > 0);
  cs_parallel_in_turn(job->threads, batches, format_batch, write_batch, job);
  if (!job->failed) return CS_OK;
  if (err) *err = job->failed->err;
  return job->failed->status;
}

/* --- what JSON has to know beforehand --- */

static void narrow(void *context, size_t piece, int thread) {
  struct job *job = context;
  struct worker *worker = &job->worker[piece];
  size_t part = job->count / (size_t)job->threads + 1, end = part * (piece + 1);
  (void)thread;
  if (end > job->count) end = job->count;
  for (size_t i = part * piece; i < end && worker->status == CS_OK; i++) {
    size_t row = job->list ? job->list[i] : i;
    const struct cs_segment *segment = cs_writer_segment(&worker->writer, row);
    worker->status = cs_writer_narrow(&worker->writer, segment, row, worker->bare, &worker->err);
  }
}

static enum cs_status check_workers(const struct job *job, struct cs_error *err) {
  for (int i = 0; i < job->threads; i++) {
    const struct worker *worker = &job->worker[i];
    if (worker->status == CS_OK) continue;
    if (err) *err = worker->err;
    return worker->status;
  }
  return CS_OK;
}

/* Which columns are numbers without quotes: no identities, and no cell that isn't a legal JSON number or missing. */
static enum cs_status find_bare(struct job *job, struct cs_error *err) {
  size_t columns = job->shared.table->columns_read + job->shared.appended;
  cs_writer_bare(&job->shared, job->bare);
  if (job->shared.table->columns_read == 0) return CS_OK;
  for (int i = 0; i < job->threads; i++) {
    bool **bare = &job->worker[i].bare;
    CS_TRY(cs_alloc(bare, columns, sizeof **bare, "columns", err));
    memcpy(*bare, job->bare, columns * sizeof **bare);
  }
  cs_parallel(job->threads, (size_t)job->threads, narrow, job);
  CS_TRY(check_workers(job, err));
  for (int i = 0; i < job->threads; i++)
    for (size_t column = 0; column < columns; column++) job->bare[column] &= job->worker[i].bare[column];
  return CS_OK;
}

static enum cs_status begin_json(struct job *job, struct cs_error *err) {
  size_t columns = job->shared.table->columns_read + job->shared.appended;
  CS_TRY(cs_alloc(&job->bare, columns, sizeof *job->bare, "columns", err));
  CS_TRY(cs_alloc(&job->key, columns + 1, sizeof *job->key, "keys", err));
  CS_TRY(find_bare(job, err));
  cs_writer_keys(&job->shared, &job->keys, job->key);
  CS_TRY(cs_str_check(&job->keys, "keys", err));
  for (int i = 0; i < job->threads; i++) {
    struct cs_writer *writer = &job->worker[i].writer;
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
  shared->missing = cs_slice_of(options->missing ? options->missing : "");
  job->threads = options->threads < 1 ? 1 : options->threads > THREADS_MAX ? THREADS_MAX : options->threads;
  size_t row_bytes = (table->rows ? table->len / table->rows : 0) + 10 * (shared->appended + 1);
  job->step = BATCH_BYTES / row_bytes + 1;
  for (int i = 0; i < job->threads; i++) {
    struct worker *worker = &job->worker[i];
    worker->writer = *shared;
    worker->err = (struct cs_error)CS_ERROR_INIT;
    CS_TRY(
        cs_alloc(&worker->writer.cells, table->columns_read, sizeof *worker->writer.cells, "columns", err));
  }
  return is_json(shared->format) ? begin_json(job, err) : CS_OK;
}

/* What stands before the rows. */
static enum cs_status write_head(struct job *job, const struct cs_write_options *options,
                                 struct cs_error *err) {
  if (job->shared.format == CS_FORMAT_JSON) return cs_output_write(job->output, "[\n", 2, err);
  if (job->shared.format == CS_FORMAT_JSONL || options->no_header) return CS_OK;
  struct cs_writer *writer = &job->worker[0].writer;
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
  for (int i = 0; i < THREADS_MAX; i++) {
    struct worker *worker = &job->worker[i];
    free(worker->bare);
    free(worker->writer.cells);
    cs_str_release(&worker->writer.batch);
    cs_str_release(&worker->writer.scratch);
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

static struct cs_writer writer_of(const struct cs_table *table, enum cs_row_form what) {
  if (what == CS_ROWS_AS_READ) return (struct cs_writer){.table = table};
  return (struct cs_writer){
      .table = table, .edits = true, .appended = table->names.count - table->columns_read};
}

enum cs_status cs_table_write(const struct cs_table *table, struct cs_output *output,
                              const struct cs_write_options *options, struct cs_error *err) {
  struct job job = {.count = table->rows, .output = output, .shared = writer_of(table, CS_ROWS_WHOLE)};
  return write_table(&job, options, err);
}

enum cs_status cs_table_write_rows(const struct cs_table *table, enum cs_row_form what, const size_t *rows,
                                   size_t count, struct cs_output *output,
                                   const struct cs_write_options *options, struct cs_error *err) {
  static const size_t none;
  struct job job = {
      .list = rows ? rows : &none, .count = count, .output = output, .shared = writer_of(table, what)};
  return write_table(&job, options, err);
}
