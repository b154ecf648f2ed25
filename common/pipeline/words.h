/* words.h - words for a shell: quoted so that it takes each as it is, whatever bytes are in it. */
#ifndef CS_PIPELINE_WORDS_H
#define CS_PIPELINE_WORDS_H

#include "base/str.h"

/* Appends " 'word'"; a shell that evaluates the line has the word again, newlines and quotes included. */
void cs_words_add(struct cs_str *line, const char *word);

#endif
