#include "pipeline/words.h"

void cs_words_add(struct cs_str *line, const char *word) {
  cs_str_add_text(line, " '");
  for (; *word; word++) {
    if (*word == '\'')
      cs_str_add_text(line, "'\\''");
    else
      cs_str_add_byte(line, *word);
  }
  cs_str_add_byte(line, '\'');
}
