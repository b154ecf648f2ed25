/* pictures.h - the pictures of a report: which there are, and what they are made of. */
#ifndef CS_REPORT_PICTURES_H
#define CS_REPORT_PICTURES_H

#include "report/plot.h"
#include "report/report.h"

enum cs_picture_kind {
  CS_PICTURE_OPTIMAL_K,
  CS_PICTURE_SCATTER,
  CS_PICTURE_COMPARISON,
  CS_PICTURE_SILHOUETTE,
  CS_PICTURE_K_DISTANCE,
  CS_PICTURE_RFM,
  CS_PICTURE_LORENZ,
  CS_PICTURES, /* how many there are */
};

/* "optimal-k|scatter|...", in their order. */
#define CS_PICTURE_NAMES "optimal-k|scatter|comparison|silhouette|k-distance|rfm|lorenz"

/* Whether the report has what the picture needs; if not, *lacks says what. */
bool cs_picture_fits(const struct cs_report *report, enum cs_picture_kind kind, const char **lacks);

/* Fills a plot, which is CS_PLOT_INIT. CS_DATA where the data can't be drawn. */
CS_MUST_CHECK enum cs_status cs_picture_make(struct cs_plot *plot, const struct cs_report *report,
                                             enum cs_picture_kind kind, struct cs_error *err);

/* Its file's name but for the end: "kmeans_cluster_comparison"; prefix is "kmeans_" or the like. */
void cs_picture_file(enum cs_picture_kind kind, const char *prefix, struct cs_str *out);

#endif
