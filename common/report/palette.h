/* palette.h - the colours of the pictures. A segment's colour and marker follow from its position alone, so that it looks
 * the same in all of them.
 *
 * Any two of the seven, and the grey of noise, stay apart by at least 11.8 (CIEDE2000) for protan and deutan readers
 * (Okabe and Ito 2008, Tol 2021; without the pink that deuteranopes take for the grey). The eighth segment on have the
 * colours again with another marker.
 */
#ifndef CS_REPORT_PALETTE_H
#define CS_REPORT_PALETTE_H

#include <stddef.h>
#include <stdint.h>

#define CS_PALETTE_NOISE  0xb3bac2u
#define CS_PALETTE_ACCENT 0xd55e00u /* what is chosen, where no segment has a colour */
#define CS_PALETTE_LINE   0x0072b2u
#define CS_PALETTE_INK    0x1f2933u /* titles, values */
#define CS_PALETTE_MUTE   0x66727fu /* captions, axes */
#define CS_PALETTE_RULE   0xc8ced6u
#define CS_PALETTE_WHITE  0xffffffu

/* 0xrrggbb of the segment at a position among those that aren't noise. */
uint32_t cs_palette_colour(size_t segment);

enum cs_marker { CS_MARKER_DOT, CS_MARKER_SQUARE, CS_MARKER_TRIANGLE, CS_MARKER_DIAMOND, CS_MARKER_COUNT };
enum cs_marker cs_palette_marker(size_t segment);

/* Blue below the average, near white at it, vermillion above; effect is in standard deviations, clipped at 2. */
uint32_t cs_palette_effect(double effect);

/* White to blue, for shares of the largest, 0..1. */
uint32_t cs_palette_amount(double share);

/* The colour, mixed with white: 1 is the colour itself. */
uint32_t cs_palette_tint(uint32_t colour, double strength);

/* Ink or white, whichever stands out more on the colour (WCAG 2 contrast; eyes are kinder to white than that is). */
uint32_t cs_palette_text_on(uint32_t colour);

#endif
