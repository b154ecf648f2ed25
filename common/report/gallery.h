/* gallery.h - all pictures that a report has, drawn side by side.
 *
 * Life cycle  CS_GALLERY_INIT, draw; release in any case.
 */
#ifndef CS_REPORT_GALLERY_H
#define CS_REPORT_GALLERY_H

#include "report/pictures.h"

struct cs_hung {
  bool there;
  struct cs_plot plot;
  struct cs_str image;
};

struct cs_gallery {
  struct cs_hung of[CS_PICTURES];
};

#define CS_GALLERY_INIT                                                                                      \
  { 0 }

/* CS_NO: gnuplot isn't installed, and the gallery is empty. A picture that the report hasn't what for is left out. */
CS_MUST_CHECK enum cs_status cs_gallery_draw(struct cs_gallery *gallery, const struct cs_report *report,
                                             enum cs_image image, unsigned scale, int threads,
                                             struct cs_error *err);
void cs_gallery_release(struct cs_gallery *gallery);

#endif
