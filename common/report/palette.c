#include "report/palette.h"

#include <math.h>

static const uint32_t colours[] = {0x0072b2, 0xe69f00, 0x009e73, 0xd55e00, 0x56b4e9, 0x332288, 0x882255};
enum { COLOURS = sizeof colours / sizeof *colours };

struct stop {
  double at;
  uint32_t colour;
};
static const struct stop diverging[] = {{-2, 0x08519c},   {-1.1, 0x5a9bd0}, {-0.45, 0xbcd8ec}, {0, 0xf5f6f7},
                                        {0.45, 0xfbd9bf}, {1.1, 0xef9a5b},  {2, 0xb84a00}};
static const struct stop rising[] = {
    {0, 0xf5f8fb}, {0.3, 0xd6e6f3}, {0.65, 0xa3cbe6}, {0.85, 0x4f94c9}, {1, 0x0b5a9d}};

uint32_t cs_palette_colour(size_t segment) {
  return colours[segment % COLOURS];
}

enum cs_marker cs_palette_marker(size_t segment) {
  return (enum cs_marker)(segment / COLOURS % CS_MARKER_COUNT);
}

static uint32_t mix(uint32_t from, uint32_t to, double part) {
  uint32_t mixed = 0;
  for (unsigned shift = 0; shift < 24; shift += 8) {
    double a = from >> shift & 0xff, b = to >> shift & 0xff;
    mixed |= (uint32_t)lround(a + part * (b - a)) << shift;
  }
  return mixed;
}

static uint32_t between(const struct stop *stop, size_t count, double value) {
  size_t i = 0;
  if (!(value > stop[0].at)) return stop[0].colour;
  if (value >= stop[count - 1].at) return stop[count - 1].colour;
  while (value >= stop[i + 1].at) i++;
  return mix(stop[i].colour, stop[i + 1].colour, (value - stop[i].at) / (stop[i + 1].at - stop[i].at));
}

uint32_t cs_palette_effect(double effect) {
  return between(diverging, sizeof diverging / sizeof *diverging, isnan(effect) ? 0 : effect);
}

uint32_t cs_palette_amount(double share) {
  return between(rising, sizeof rising / sizeof *rising, share);
}

uint32_t cs_palette_tint(uint32_t colour, double strength) {
  return mix(CS_PALETTE_WHITE, colour, strength);
}

static double luminance(uint32_t colour) {
  static const double weight[3] = {0.0722, 0.7152, 0.2126};
  double sum = 0;
  for (unsigned i = 0; i < 3; i++) {
    double part = (colour >> 8 * i & 0xff) / 255.0;
    sum += weight[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
  }
  return sum;
}

uint32_t cs_palette_text_on(uint32_t colour) {
  double own = luminance(colour) + 0.05, ink = luminance(CS_PALETTE_INK) + 0.05;
  return 1.3 * 1.05 / own > own / ink ? CS_PALETTE_WHITE : CS_PALETTE_INK;
}
