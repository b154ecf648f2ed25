#include "report/gallery.h"

#include "base/parallel.h"

struct drawing {
  struct cs_gallery *gallery;
  struct cs_gnuplot gnuplot;
  enum cs_image image;
  unsigned scale;
  enum cs_status status[CS_PICTURES];
  struct cs_error err[CS_PICTURES];
};

static void draw_piece(void *context, size_t piece, int thread) {
  struct drawing *drawing = context;
  struct cs_hung *hung = &drawing->gallery->of[piece];
  (void)thread;
  if (hung->there)
    drawing->status[piece] = cs_plot_draw(&hung->plot, &drawing->gnuplot, drawing->image, drawing->scale,
                                          &hung->image, &drawing->err[piece]);
}

enum cs_status cs_gallery_draw(struct cs_gallery *gallery, const struct cs_report *report,
                               enum cs_image image, unsigned scale, int threads, struct cs_error *err) {
  struct drawing drawing = {.gallery = gallery, .image = image, .scale = scale};
  CS_TRY(cs_gnuplot_begin(&drawing.gnuplot, err));
  for (int p = 0; p < CS_PICTURES; p++) {
    const char *lacks;
    if (!cs_picture_fits(report, (enum cs_picture_kind)p, &lacks)) continue;
    CS_TRY(cs_picture_make(&gallery->of[p].plot, report, (enum cs_picture_kind)p, err));
    gallery->of[p].there = true;
  }
  cs_parallel(threads, CS_PICTURES, draw_piece, &drawing);
  for (int p = 0; p < CS_PICTURES; p++) {
    if (drawing.status[p] == CS_OK) continue;
    *err = drawing.err[p];
    return drawing.status[p];
  }
  return CS_OK;
}

void cs_gallery_release(struct cs_gallery *gallery) {
  for (int p = 0; p < CS_PICTURES; p++) {
    cs_plot_release(&gallery->of[p].plot);
    cs_str_release(&gallery->of[p].image);
  }
  *gallery = (struct cs_gallery)CS_GALLERY_INIT;
}
